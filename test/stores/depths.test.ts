// What is not kept for ever, and how far a search goes back: seen in the file itself.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SEARCH_DEPTH } from "../../src/bridge/ports/store.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { accepted, DAY, NOW, put, text, toPhone } from "../contract/store/setup.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-depths-"));
  path = join(folder, "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks the file beside the store. */
function ask(sql: string): readonly unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  const rows: readonly unknown[] = statement.all();
  db.close();
  return rows;
}

/** Leaves a gap in the numbers of deliveries, as if that many had been there. */
function skip(count: number): void {
  const db = new DatabaseSync(path);
  db.exec(`UPDATE sqlite_sequence SET seq = seq + ${count} WHERE name = 'delivery'`);
  db.close();
}

test("of a handled update only the number stays, for three days; what waits stays whole", async () => {
  const store = openSqlite(path);
  const at = (n: number, when: number) => ({ n, body: `body ${n}`, at: when });
  await store.keepUpdates("chat", [at(1, NOW), at(2, NOW), at(3, NOW + 1)]);
  await store.handled("chat", 1);
  await store.handled("chat", 3);
  const rows = "SELECT n, body FROM told ORDER BY n";
  expect(ask(rows)).toEqual([
    [1, null],
    [2, "body 2"],
    [3, null],
  ]);
  await store.prune(NOW + 99 * DAY, 9);
  expect(ask(rows)).toHaveLength(3);
  await store.keepUpdates("other", [at(7, NOW + 3 * DAY)]);
  await store.prune(NOW, 9);
  expect(ask(rows)).toEqual([
    [2, "body 2"],
    [3, null],
    [7, "body 7"],
  ]);
  await store.close();
});

test("numbers of handled updates don't pile up, with or without pruning", async () => {
  const store = openSqlite(path);
  for (let n = 0; n < 200; n++) {
    await store.keepUpdates("chat", [{ n, body: "x", at: NOW + n * (DAY / 10) }]);
    await store.handled("chat", n);
  }
  expect(ask("SELECT count(*) FROM told")).toEqual([[30]]);
  await store.close();
});

test("a long while in which nothing came is made up for in steps", async () => {
  const store = openSqlite(path);
  const many = Array.from({ length: 50 }, (_, n) => ({ n, body: "x", at: NOW }));
  await store.keepUpdates("chat", many);
  for (const { n } of many) await store.handled("chat", n);
  await store.keepUpdates("chat", [{ n: 100, body: "x", at: NOW + 9 * DAY }]);
  expect(ask("SELECT count(*) FROM told")).toEqual([[49]]);
  await store.prune(NOW, 20);
  expect(ask("SELECT count(*) FROM told")).toEqual([[29]]);
  await store.prune(NOW, 99);
  expect(ask("SELECT n FROM told")).toEqual([[100]]);
  await store.close();
});

test("a search finds across many slices, and ends where it is meant to", async () => {
  let store = openSqlite(path);
  const oldest = await put(store, text({ text: "the oldest" }));
  await store.close();
  skip(SEARCH_DEPTH - 1);
  store = openSqlite(path);
  const newest = await put(store, text({ text: "the newest" }));
  expect(newest.id - oldest.id).toBe(SEARCH_DEPTH);
  const found = async (): Promise<readonly string[]> =>
    (await store.list({ text: "THE ", limit: 9 })).map(({ delivery }) => delivery.text);
  expect(await found()).toEqual(["the newest"]);
  await store.close();
  const db = new DatabaseSync(path);
  db.exec(
    `UPDATE delivery SET id = id + 1 WHERE id = ${oldest.id}; INSERT OR IGNORE INTO block VALUES (${(oldest.id + 1) >> 8}, 1, 0, 0, 0, 0, 0, 0)`,
  );
  db.close();
  store = openSqlite(path);
  expect(await found()).toEqual(["the newest", "the oldest"]);
  expect(await store.list({ who: ["ana"], limit: 1 })).toHaveLength(1);
  await store.close();
  await expect(found()).rejects.toThrow(Error);
});

test("a search misses nothing between two slices", async () => {
  const store = openSqlite(path);
  const entry = text();
  const many = Array.from({ length: 4_500 }, () => toPhone({ line: "" }));
  accepted(await store.accept({ ...entry, deliveries: many }));
  expect(await store.list({ text: "hello", limit: 9_999 })).toHaveLength(many.length);
  await store.close();
});
