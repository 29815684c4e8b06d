// Backups of a store: as it is at one moment while it is written to, checked, private, and never over something else.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Work } from "../../src/bridge/ports/copies.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { save } from "../../src/stores/sqlite/backup.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { claim, NOW, news, put, text } from "../contract/store/setup.ts";

let folder = "";
let path = "";
let file = "";
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-backup-"));
  path = join(folder, "simpost.db");
  file = join(folder, "backup.db");
  store = openSqlite(path);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const work = (change: Partial<Work> = {}): Work => ({
  progress() {},
  signal: new AbortController().signal,
  ...change,
});
const phone = (n: number): string => `+4915${String(n).padStart(9, "0")}`;
const leftovers = (): readonly string[] =>
  readdirSync(folder).filter((name) => !name.startsWith("simpost.db"));

async function fill(count: number, from = 0): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, n) => put(store, text({ phone: phone(from + n), at: NOW + from + n }))),
  );
}

test("what is in it is told, and the copy holds it", async () => {
  await fill(3);
  const [job] = await store.claim(claim({ limit: 1 }));
  await store.report([news(job?.delivery.id ?? 0, "failed", { error: "no" })]);
  const holding = await save(path, file, false, work());
  expect(holding).toMatchObject({
    messages: 3,
    conversations: 3,
    deliveries: { queued: 2, sending: 0, unsure: 0, accepted: 0, sent: 0, delivered: 0, failed: 1 },
    newest: NOW + 2,
    bytes: statSync(file).size,
  });
  expect(holding.schema).toBeGreaterThan(1);
  expect(leftovers()).toEqual(["backup.db"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const copy = openSqlite(file);
  expect((await copy.list({ limit: 9 })).map(({ message }) => message.id)).toEqual(
    (await store.list({ limit: 9 })).map(({ message }) => message.id),
  );
  await copy.close();
});

test("beside a store that is written to all the time: one moment of it, in spite of everything, and it ends", async () => {
  await fill(2_000);
  let over = false;
  let written = 2_000;
  const busy = (async () => {
    for (; !over; written += 50) await fill(50, written);
  })();
  const parts: (number | null)[] = [];
  const before = written;
  const holding = await save(path, file, false, work({ progress: (_, part) => parts.push(part) }));
  const after = written;
  over = true;
  await busy;
  expect(after).toBeGreaterThan(before);
  expect(holding.messages).toBeGreaterThanOrEqual(before);
  expect(holding.messages).toBeLessThanOrEqual(after + 50);
  // Of one moment: as many deliveries as messages, and the counts that are kept beside them say the same.
  expect(holding.deliveries.queued).toBe(holding.messages);
  const copy = openSqlite(file);
  expect((await copy.depth()).queued).toBe(holding.messages);
  await copy.close();
  expect((await store.depth()).queued).toBe(written);
  expect(parts.length).toBeGreaterThan(1);
  const shares = parts.flatMap((part) => part ?? []);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test("a store that no daemon uses, and one with an older schema", async () => {
  await fill(1);
  await store.close();
  expect(await save(path, file, false, work())).toMatchObject({ messages: 1 });
  const old = join(folder, "old.db");
  const db = new DatabaseSync(old);
  db.exec(readFileSync(new URL("./fixtures/schema-1.sql", import.meta.url), "utf8"));
  db.close();
  expect(await save(old, join(folder, "old-backup.db"), false, work())).toMatchObject({
    schema: 1,
    messages: expect.any(Number),
    deliveries: { queued: 4, delivered: 1 },
  });
});

test("a file that exists stays, unless it is to be replaced", async () => {
  writeFileSync(file, "precious", { mode: 0o644 });
  await expect(save(path, file, false, work())).rejects.toThrow(
    "backup.db exists: name another file, or say --force",
  );
  expect(readFileSync(file, "utf8")).toBe("precious");
  await save(path, file, true, work());
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(leftovers()).toEqual(["backup.db"]);
});

test("a file that comes to be meanwhile stays, too", async () => {
  const progress = (): void => writeFileSync(file, "precious");
  await expect(save(path, file, false, work({ progress }))).rejects.toThrow("exists");
  expect(readFileSync(file, "utf8")).toBe("precious");
  expect(leftovers()).toEqual(["backup.db"]);
});

test("the store itself is never replaced, by whatever name", async () => {
  await fill(1);
  symlinkSync(path, file);
  for (const name of [path, file, `${path}-wal`, `${path}.lock`])
    await expect(save(path, name, true, work())).rejects.toThrow("is the store itself");
  expect(await store.depth()).toMatchObject({ queued: 1 });
});

test.each([
  ["a folder", () => mkdirSync(file), "is no file that could be replaced"],
  [
    "another database's log beside it",
    () => writeFileSync(`${file}-wal`, "x"),
    "belongs to another database",
  ],
])("%s is in the way", async (_, prepare, message) => {
  prepare();
  const before = leftovers();
  await expect(save(path, file, true, work())).rejects.toThrow(message);
  expect(leftovers()).toEqual(before);
});

test("a folder that is not there", async () => {
  const nowhere = join(folder, "missing", "backup.db");
  await expect(save(path, nowhere, false, work())).rejects.toThrow(`${nowhere} can't be written`);
});

test.each([
  ["no store", () => rmSync(path), "There is no store"],
  ["another program's", () => other(path), "another program's database"],
  ["no database", () => writeFileSync(path, "x".repeat(9_000)), "not a simpost store"],
])("%s: said, and nothing is left", async (_, prepare, message) => {
  await store.close();
  prepare();
  await expect(save(path, file, false, work())).rejects.toThrow(message);
  expect(leftovers()).toEqual([]);
});

test("a store that is damaged gives no backup", async () => {
  await fill(200);
  await store.close();
  const bytes = readFileSync(path);
  // Half of its pages: the copying itself does not mind.
  bytes.fill(0xa5, bytes.length / 2);
  writeFileSync(path, bytes);
  await expect(save(path, file, false, work())).rejects.toThrow(
    /is not sound, and was not kept: .*(?:damaged|malformed)/,
  );
  expect(leftovers()).toEqual([]);
});

test("an interruption leaves nothing", async () => {
  await fill(10);
  const over = new AbortController();
  const progress = (): void => over.abort(new Error("interrupted"));
  await expect(save(path, file, false, work({ progress, signal: over.signal }))).rejects.toThrow(
    "interrupted",
  );
  expect(leftovers()).toEqual([]);
});

test("a backup is sound where nothing may be written beside it", async () => {
  await fill(1);
  const shelf = join(folder, "shelf");
  mkdirSync(shelf);
  const shelved = join(shelf, "backup.db");
  await save(path, shelved, false, work());
  chmodSync(shelved, 0o400);
  // Looked at, it makes no log beside itself.
  const db = new DatabaseSync(shelved, { readOnly: true });
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
  expect(db.prepare("SELECT count(*) AS n FROM message").get()).toEqual({ n: 1 });
  db.close();
  expect(readdirSync(shelf)).toEqual(["backup.db"]);
});

function other(at: string): void {
  rmSync(at);
  const db = new DatabaseSync(at);
  db.exec("PRAGMA application_id = 7; CREATE TABLE t (x)");
  db.close();
}
