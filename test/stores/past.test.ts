// What looking back costs on disk stays within its bounds: a long history, blocks whose deliveries are forgotten, people with many conversations.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { claim, DAY, ids, NOW, news, put, text } from "../contract/store/setup.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-past-"));
  path = join(folder, "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One row of one value each. */
function values(sql: string): readonly unknown[] {
  const db = new DatabaseSync(path);
  const rows = db.prepare(sql).all();
  db.close();
  return rows.map((row) => Object.values(row)[0]);
}

test("a history that goes on and on keeps its beginning and its end", async () => {
  const time = { now: NOW };
  const store = openSqlite(path, { clock: () => time.now });
  const { id } = await put(store, text({ at: NOW }));
  for (let n = 1; n <= 400; n++) {
    time.now = NOW + n;
    const error = `${n} ${"\t€".repeat(n % 2 === 0 ? 5 : 300)}`;
    await store.report([news(id, "queued", { error })]);
  }
  const steps = await store.history(id);
  expect(steps[0]).toEqual({ at: NOW, state: "queued", lane: null, error: null });
  expect(steps.at(-1)?.error).toBe(`400 ${"\t€".repeat(5)}`);
  // Without a gap from some step on, each whole.
  const [, second] = steps;
  expect(steps.slice(1).map(({ at }) => at)).toEqual(steps.slice(1).map((_, n) => (second?.at ?? 0) + n));
  expect(steps.slice(1).every(({ at, error }) => error?.startsWith(`${at - NOW} \t€`))).toBe(true);
  expect(steps.length).toBeGreaterThan(5);
  await store.close();
  expect(values("SELECT max(length(history)) FROM delivery")[0]).toBeLessThan(5_000);
});

test("with the last delivery of a block all that was noted of it is forgotten; what it holds is always what the deliveries say", async () => {
  let store = openSqlite(path);
  const made: number[] = [];
  for (let n = 0; n < 600; n++) made.push((await put(store, text({ at: NOW + n, phone: `+${n}` }))).id);
  const jobs = await store.claim({ ...claim({ limit: 500 }), pools: [{ pool: "*", max: 500 }] });
  await store.report(
    jobs.map(({ delivery }) => news(delivery.id, delivery.id % 7 === 0 ? "failed" : "delivered")),
  );
  expect(await store.prune(NOW + 300, 999)).toBe(300);
  const left = await store.list({ limit: 999 });
  expect(left).toHaveLength(300);
  expect(ids(await store.list({ state: "delivered", limit: 999 })).length).toBeGreaterThan(150);
  await store.close();
  const blocks = [...new Set(left.map(({ delivery }) => delivery.id >> 8))].toSorted((a, b) => a - b);
  expect(values("SELECT id FROM block ORDER BY id")).toEqual(blocks);
  expect(values("SELECT DISTINCT block FROM mark ORDER BY block")).toEqual(blocks);
  const taking = "SELECT what || ' ' || number FROM known WHERE kind = 0 ORDER BY 1";
  expect(values("SELECT what || ' ' || thread FROM part WHERE block = thread >> 8 ORDER BY 1")).toEqual(
    values(taking),
  );
  const counted =
    "SELECT queued || ' ' || sending || ' ' || delivered || ' ' || failed FROM block ORDER BY id";
  const there =
    "SELECT sum(stage <= 2) || ' ' || sum(stage = 3) || ' ' || sum(stage = 8) || ' ' || sum(stage = 9) FROM delivery GROUP BY id >> 8";
  expect(values(counted)).toEqual(values(there));
  store = openSqlite(path);
  await store.report(made.slice(500).map((id) => news(id, "failed")));
  expect(await store.prune(NOW + DAY, 999)).toBe(300);
  expect(await store.list({ limit: 9 })).toEqual([]);
  await store.close();
  expect(values("SELECT id FROM block")).toEqual([]);
  expect(values("SELECT block FROM mark")).toEqual([]);
  expect(values("SELECT block FROM part")).toEqual([]);
});

test.each([0, 40_000])(
  "people who take part in very many conversations find theirs, also the old ones: %i besides",
  async (besides) => {
    let store = openSqlite(path);
    const { id, thread } = await put(store, text({ at: NOW, phone: "+1" }));
    await store.close();
    const db = new DatabaseSync(path);
    // Twelve thousand newer conversations of somebody else, behind five thousand of Ana's.
    const bulk = (from: number, count: number, who: string, at: number): void =>
      db.exec(`
      WITH n (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM n WHERE n < ${from + count - 1})
      INSERT INTO thread (id, phone, active) SELECT ${thread} + n, '+9' || n, ${at} + n FROM n;
      WITH n (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM n WHERE n < ${from + count - 1})
      INSERT INTO part SELECT (${thread} + n) >> 8, '${who}', ${thread} + n FROM n;
      WITH n (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM n WHERE n < ${from + count - 1})
      INSERT INTO delivery (id, message, thread, via, address, text, parts, priority, stage, attempts, expires, warned, notify, pool, follows)
      SELECT ${id} + n, message, ${thread} + n, '*', '+9' || n, text, 1, 1, 8, 1, 0, 0, '', '*', 1 FROM n CROSS JOIN delivery WHERE delivery.id = ${id}`);
    bulk(1, 5_000 + besides, "ana", NOW);
    bulk(5_001 + besides, 12_000, "bob", NOW + DAY);
    db.exec(
      "DELETE FROM block; INSERT INTO block SELECT id >> 8, sum(stage <= 2), 0, 0, 0, sum(stage = 8), 0, 0 FROM delivery GROUP BY id >> 8",
    );
    db.close();
    store = openSqlite(path);
    const last = thread + 5_000 + besides;
    const conversations = await store.conversations(["ana"], null, 3);
    expect(conversations.map((one) => one.thread.id)).toEqual([last, last - 1, last - 2]);
    expect(conversations[0]?.last?.thread.id).toBe(last);
    const [, second] = conversations;
    const before = { active: second?.active ?? 0, thread: second?.thread.id ?? 0 };
    expect((await store.conversations(["ana"], before, 1))[0]?.thread.id).toBe(last - 2);
    const before2 = { active: NOW + 1, thread: thread + 1 };
    expect((await store.conversations(["ana", "bob"], before2, 9)).map((one) => one.thread.id)).toEqual([
      thread,
    ]);
    const found = await store.list({ who: ["ana"], limit: 3 });
    expect(found.map((job) => job.thread.id)).toEqual([last, last - 1, last - 2]);
    expect(ids(await store.list({ who: ["ana"], state: "queued", limit: 3 }))).toEqual([id]);
    expect(await store.list({ who: ["ana"], number: "+99000000", limit: 3 })).toEqual([]);
    expect(await store.list({ who: ["ana"], limit: 99_999 })).toHaveLength(5_001 + besides);
    expect(ids(await store.list({ who: ["ana"], oldest: true, limit: 1 }))).toEqual([id]);
    await store.close();
  },
  60_000,
);
