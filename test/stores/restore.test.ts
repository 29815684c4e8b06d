// Restoring a store: checked first, the old one kept, and nothing that may have left is sent again.
import assert from "node:assert/strict";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Work } from "../../src/bridge/ports/copies.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { save } from "../../src/stores/sqlite/backup.ts";
import { prepare } from "../../src/stores/sqlite/restore.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { claim, HOUR, incoming, NOW, news, put, text } from "../contract/store/setup.ts";

const AT = Date.UTC(2026, 10, 22, 22, 15, 30);
const STAMP = "20261122T221530Z";

let folder = "";
let path = "";
let file = "";
const open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-restore-"));
  path = join(folder, "simpost.db");
  file = join(folder, "backup.db");
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

const opened = (at = path): Store => {
  const store = openSqlite(at);
  open.push(store);
  return store;
};
const work = (change: Partial<Work> = {}): Work => ({
  progress() {},
  signal: new AbortController().signal,
  ...change,
});
const texts = async (store: Store): Promise<readonly string[]> =>
  (await store.list({ limit: 99 })).map(({ delivery }) => `${delivery.text} ${delivery.state}`);

/** A store with one of each that is undecided, one accepted and one failed; and its backup. */
async function backedUp(): Promise<Store> {
  const store = opened();
  const states = ["sending", "unsure", "accepted", "failed"] as const;
  for (const [n, state] of states.entries()) {
    const { id } = await put(store, text({ phone: `+491510000000${n}`, text: state }));
    await store.claim(claim());
    if (state === "sending") continue;
    await store.report([news(id, state, state === "failed" ? {} : { due: NOW + HOUR })]);
  }
  await put(store, text({ phone: "+4915100000009", text: "first" }));
  await put(store, text({ phone: "+4915100000009", text: "behind" }));
  await put(store, incoming());
  await save(path, file, false, work());
  return store;
}

test("what is undecided fails unless it is to be sent, all else is as it was, and the old store is kept", async () => {
  const store = await backedUp();
  await put(store, text({ phone: "+4915100000008", text: "since" }));
  await store.close();
  const restoration = await prepare(file, path, AT, work());
  expect(restoration.undecided).toEqual({ texts: 4, posts: 1 });
  expect(restoration.holding).toMatchObject({
    messages: 7,
    deliveries: { queued: 3, sending: 1, unsure: 1 },
  });
  const kept = `${path}.before-restore-${STAMP}`;
  expect(await restoration.replace(true)).toBe(kept);
  expect(readdirSync(folder).toSorted()).toEqual([
    "backup.db",
    "simpost.db",
    `simpost.db.before-restore-${STAMP}`,
    "simpost.db.lock",
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);

  const now = opened();
  const jobs = await now.list({ limit: 99 });
  expect(jobs.map(({ delivery }) => delivery.state).toSorted()).toEqual([
    "accepted",
    ...Array.from({ length: 6 }, () => "failed"),
  ]);
  const held = jobs.filter(({ delivery }) => delivery.error === "restored from a backup: not sent again");
  expect(held).toHaveLength(5);
  expect(await now.depth()).toMatchObject({ queued: 0, sending: 0, unsure: 0, accepted: 1, failed: 6 });
  expect(await now.claim(claim({ pools: ["*", "email"], now: NOW + HOUR }))).toEqual([]);
  expect(await texts(opened(kept))).toContain("since queued");
});

test("--resend: it goes on from where the backup was", async () => {
  await (await backedUp()).close();
  await (await prepare(file, path, AT, work())).replace(false);
  const now = opened();
  expect(await now.depth()).toMatchObject({ queued: 3, sending: 1, unsure: 1, accepted: 1, failed: 1 });
  const [first] = await now.claim(claim());
  expect(first?.delivery.text).toBe("first");
});

test("numbers that gateways were given after the backup are not given again", async () => {
  const store = await backedUp();
  const since: number[] = [];
  for (let n = 0; n < 20; n++) since.push((await put(store, text({ phone: "+4915100000007" }))).id);
  await store.close();
  await (await prepare(file, path, AT, work())).replace(true);
  const { id } = await put(opened(), text());
  expect(id).toBeGreaterThan(Math.max(...since) + 1_000_000);
  expect(id).toBeLessThan(2 ** 31 - 1);
});

test("near the end of the numbers, half of what is left is left out", async () => {
  await (await backedUp()).close();
  const db = new DatabaseSync(file);
  db.exec(`UPDATE sqlite_sequence SET seq = ${2 ** 31 - 1 - 1_001} WHERE name = 'delivery'`);
  db.close();
  await (await prepare(file, path, AT, work())).replace(true);
  expect((await put(opened(), text())).id).toBe(2 ** 31 - 1 - 501 + 1);
});

test("cancelled, nothing is changed and the store is free again", async () => {
  const store = await backedUp();
  await put(store, text({ text: "since" }));
  await store.close();
  const before = readFileSync(path);
  await (await prepare(file, path, AT, work())).cancel();
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["backup.db", "simpost.db", "simpost.db.lock"]);
  expect(await texts(opened())).toContain("since queued");
});

test("while a daemon uses the store: no, and afterwards no daemon starts in between", async () => {
  const store = await backedUp();
  await expect(prepare(file, path, AT, work())).rejects.toThrow(
    `Another simpost is already using the store ${path}: stop it before you restore`,
  );
  expect(await store.depth()).toMatchObject({ queued: 3 });
  await store.close();
  const restoration = await prepare(file, path, AT, work());
  expect(() => openSqlite(path)).toThrow("already using");
  await restoration.replace(true);
  expect(await opened().depth()).toMatchObject({ failed: 6 });
});

test("where there is no store yet", async () => {
  await (await backedUp()).close();
  const elsewhere = join(folder, "new", "simpost.db");
  expect(await (await prepare(file, elsewhere, AT, work())).replace(true)).toBeNull();
  expect(await opened(elsewhere).depth()).toMatchObject({ failed: 6 });
});

test("a store that can't even be opened is kept as it is, with its log", async () => {
  await (await backedUp()).close();
  writeFileSync(path, "rubbish");
  writeFileSync(`${path}-wal`, "more rubbish");
  const kept = await (await prepare(file, path, AT, work())).replace(true);
  assert(kept);
  expect(readFileSync(kept, "utf8")).toBe("rubbish");
  expect(readFileSync(`${kept}-wal`, "utf8")).toBe("more rubbish");
  expect(await opened().depth()).toMatchObject({ failed: 6 });
});

test("what a crash left in the old store's log is kept with it", async () => {
  const store = await backedUp();
  await put(store, text({ phone: "+4915100000006", text: "in the log" }));
  // As after kill -9: the files as they are now, copied while the store is open.
  const crashed = join(folder, "crashed.db");
  for (const end of ["", "-wal"]) writeFileSync(`${crashed}${end}`, readFileSync(`${path}${end}`));
  expect(statSync(`${crashed}-wal`).size).toBeGreaterThan(0);
  const kept = await (await prepare(file, crashed, AT, work())).replace(true);
  assert(kept);
  expect(existsSync(`${crashed}-wal`)).toBe(false);
  expect(await texts(opened(kept))).toContain("in the log queued");
  expect(await texts(opened(crashed))).not.toContain("in the log queued");
});

test("two restores in one second keep two old stores", async () => {
  await (await backedUp()).close();
  const kept = [
    await (await prepare(file, path, AT, work())).replace(true),
    await (await prepare(file, path, AT, work())).replace(false),
  ];
  expect(kept).toEqual([`${path}.before-restore-${STAMP}`, `${path}.before-restore-${STAMP}-2`]);
  expect(await opened(kept[1] ?? "").depth()).toMatchObject({ failed: 6 });
});

test("what a killed restore left is cleared away", async () => {
  await (await backedUp()).close();
  for (const end of ["", "-wal", "-shm", ".lock"]) writeFileSync(`${path}.restoring${end}`, "left");
  await (await prepare(file, path, AT, work())).replace(true);
  expect(readdirSync(folder).filter((name) => name.includes("restoring"))).toEqual([]);
});

test("a backup of schema 1 is brought up to date", async () => {
  const db = new DatabaseSync(file);
  db.exec(readFileSync(new URL("./fixtures/schema-1.sql", import.meta.url), "utf8"));
  db.close();
  const restoration = await prepare(file, path, AT, work());
  expect(restoration.holding.schema).toBe(1);
  await restoration.replace(true);
  expect(await opened().depth()).toMatchObject({ queued: 0, accepted: 2, delivered: 1, failed: 5 });
});

test.each([
  ["not there", () => {}, "There is no"],
  ["empty", () => writeFileSync(file, ""), "is no sound backup: it is empty"],
  ["no database", () => writeFileSync(file, "x".repeat(9_000)), "is no sound backup"],
  ["another program's", () => foreign("PRAGMA application_id = 7; CREATE TABLE t (x)"), "another program's"],
  [
    "of a newer simpost",
    () => foreign("PRAGMA application_id = 0x7369706f; PRAGMA user_version = 99"),
    "newer simpost",
  ],
])("a file that is %s changes nothing", async (_, make, message) => {
  const store = opened();
  await put(store, text({ text: "mine" }));
  await store.close();
  make();
  await expect(prepare(file, path, AT, work())).rejects.toThrow(message);
  expect(
    readdirSync(folder)
      .filter((name) => name !== "backup.db")
      .toSorted(),
  ).toEqual(["simpost.db", "simpost.db.lock"]);
  expect(await texts(opened())).toEqual(["mine queued"]);
});

test("a damaged backup changes nothing", async () => {
  const store = opened();
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => put(store, text({ phone: `+49151000${1000 + n}` }))),
  );
  await save(path, file, false, work());
  await store.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, bytes.length / 2);
  writeFileSync(file, bytes);
  await expect(prepare(file, path, AT, work())).rejects.toThrow(/no sound backup: .*(?:damaged|malformed)/);
  expect(await opened().depth()).toMatchObject({ queued: 200 });
});

test("the store still belongs to whom it belonged, whoever restores it", async () => {
  await (await backedUp()).close();
  // Only root may give files away; for anybody else they are their own either way.
  if (process.getuid?.() === 0) for (const name of [folder, path]) chownSync(name, 65_534, 65_534);
  const owner = statSync(path).uid;
  rmSync(`${path}.lock`);
  await (await prepare(file, path, AT, work())).replace(true);
  expect(statSync(path).uid).toBe(owner);
  expect(statSync(`${path}.lock`).uid).toBe(owner);
});

function foreign(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
