// When the disk is full, the file locked or damaged: every write is refused in clear words, nothing is half done, and it goes on by itself.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../src/bridge/ports/store.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { accepted, claim, DAY, NOW, news, put, text } from "../contract/store/setup.ts";

const MEGABYTE = 1024 * 1024;

let folder = "";
let path = "";
let mounted = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-faults-"));
  path = join(folder, "simpost.db");
});
afterEach(() => {
  if (mounted !== "") spawnSync("umount", ["-l", mounted]);
  mounted = "";
  rmSync(folder, { recursive: true });
});

const long = (n: number, state: "queued" | "failed" = "queued") =>
  text({ phone: `+49${n}`, text: "x".repeat(2_000), state });

/** Accepts until the store refuses, many at once and then one by one; returns the ids of what it took, and what it said. */
async function fill(
  store: Store,
  state: "queued" | "failed" = "queued",
): Promise<{ ids: string[]; refusal: Error }> {
  const ids: string[] = [];
  let refusal: Error | undefined;
  for (let [n, size] = [0, 20]; size > 0; ) {
    const group = await Promise.allSettled(
      Array.from({ length: size }, () => store.accept(long(n++, state))),
    );
    for (const result of group) if (result.status === "fulfilled") ids.push(accepted(result.value).id);
    const refused = group.find((result) => result.status === "rejected");
    if (!refused) continue;
    if (refused.reason instanceof Error) refusal = refused.reason;
    size = size > 1 ? 1 : 0;
  }
  assert(refusal);
  return { ids, refusal };
}

async function isWhole(store: Store, ids: readonly string[]): Promise<void> {
  for (const id of ids) expect(await store.deliveries(id)).toHaveLength(1);
  const all = await store.list({ limit: 100_000 });
  expect(all).toHaveLength(ids.length);
  const depth = await store.depth();
  expect(depth.queued + depth.failed + depth.sending).toBe(ids.length);
}

test("a full store refuses, keeps what it has, and goes on when there is room again", async () => {
  const store = openSqlite(path, { maxBytes: MEGABYTE });
  const { ids, refusal } = await fill(store, "failed");
  expect(ids.length).toBeGreaterThan(50);
  expect(refusal.message).toBe(`The store ${path} can't be used: there is no room left on the disk`);
  expect(refusal.cause).toBeInstanceOf(Error);
  await isWhole(store, ids);
  expect(await store.prune(NOW + DAY, 50)).toBe(50);
  accepted(await store.accept(long(1)));
  await isWhole(store, [
    ...ids.slice(50),
    ...(await store.list({ state: "queued", limit: 1 })).map((job) => job.message.id),
  ]);
  await store.close();
});

test("a full disk refuses, and it goes on without a restart when the disk has room again", async () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  // A real full disk where mounting is allowed; elsewhere the store's own limit stands in for it.
  const real = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]).status === 0;
  if (real) mounted = disk;
  const filler = join(disk, "filler");
  writeFileSync(filler, Buffer.alloc(2 * MEGABYTE));
  const store = openSqlite(join(disk, "simpost.db"), real ? {} : { maxBytes: MEGABYTE });
  const { ids, refusal } = await fill(store, "failed");
  expect(ids.length).toBeGreaterThan(20);
  expect(refusal.message).toMatch(/no room left|reading or writing the disk failed/);
  for (let n = 0; n < 5; n++) await expect(store.accept(long(n))).rejects.toThrow(/can't be used/);
  await expect(
    store.receive({
      gateway: "g",
      cursor: "c",
      scan: null,
      texts: [{ print: "a", entry: long(9) }],
      now: NOW,
    }),
  ).rejects.toThrow(/can't be used/);
  expect(await store.cursor("g")).toBeUndefined();
  await isWhole(store, ids);
  if (real) rmSync(filler);
  else await store.prune(NOW + DAY, 50);
  await store.probe();
  const { id } = accepted(await store.accept(long(1)));
  expect(await store.deliveries(id)).toHaveLength(1);
  await store.close();
  const again = openSqlite(join(disk, "simpost.db"));
  expect(await again.deliveries(id)).toHaveLength(1);
  await again.close();
});

test("while another process has it locked writes are refused, looks go on; then writes go on too", async () => {
  const store = openSqlite(path);
  const first = await put(store, text());
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const results = await Promise.allSettled([
    store.accept(text()),
    store.claim(claim()),
    store.report([news(first.id, "failed")]),
    store.receive({ gateway: "g", cursor: "c", scan: null, texts: [], now: NOW }),
    store.keep("g", "raw", NOW),
    store.lease("l", "n1", NOW + 1, NOW),
    store.recover("n1", NOW),
    store.prune(NOW, 1),
    store.withdraw([first.id], "taken back", []),
    store.keepUpdates("chat", [{ n: 1, body: "x", at: NOW }]),
    store.handled("chat", 1),
    store.note("chat", [{ key: "k", value: "v" }]),
    store.probe(),
  ]);
  const refusals = results.map((result) => (result.status === "rejected" ? String(result.reason) : "done"));
  for (const refusal of refusals) expect(refusal).toContain("another process has locked it");
  expect((await store.delivery(first.id))?.delivery.state).toBe("queued");
  expect(await store.claim(claim({ pools: ["nothing"] }))).toEqual([]);
  other.exec("ROLLBACK");
  other.close();
  await store.probe();
  expect(await store.claim(claim())).toHaveLength(1);
  expect(await store.cursor("g")).toBeUndefined();
  expect(await store.updates("chat", 9)).toEqual([]);
  expect(await store.notes("chat", "")).toEqual([]);
  await store.close();
});

test("a damaged file is refused in clear words, time after time, and can be closed", async () => {
  const store = openSqlite(path);
  for (let n = 0; n < 300; n++) await put(store, long(n));
  await store.close();
  const size = statSync(path).size;
  const file = openSync(path, "r+");
  // All but the first pages, which hold the schema.
  const start = 512 * 1024;
  writeSync(file, Buffer.alloc(size - start, 0xa5), 0, size - start, start);
  closeSync(file);
  const damaged = openSqlite(path);
  for (let n = 0; n < 3; n++) {
    const results = await Promise.allSettled([
      damaged.accept(long(n)),
      damaged.claim(claim()),
      damaged.list({ limit: 99 }),
    ]);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused)
      expect(String(reason)).toContain(`The store ${path} can't be used: it is damaged`);
  }
  await damaged.close();
});

test("a file whose beginning is damaged is refused at the start", async () => {
  const store = openSqlite(path);
  await put(store, text());
  await store.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(3_000, 0xa5), 0, 3_000, 100);
  closeSync(file);
  expect(() => openSqlite(path)).toThrow(`The store ${path} can't be used: it is damaged`);
});

test("what can't be bound is refused by itself, and takes nothing along", async () => {
  const store = openSqlite(path);
  const results = await Promise.allSettled([
    store.accept(text({ phone: "+1" })),
    store.accept(text({ phone: "+2", expires: Number.NaN })),
    store.accept(text({ phone: "+3" })),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await store.depth()).queued).toBe(2);
  await store.close();
});
