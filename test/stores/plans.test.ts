// What a look-up costs does not grow with the store: every statement finds its rows by an index, and in their order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MessageQuery } from "../../src/bridge/ports/store.ts";
import { conversing } from "../../src/stores/sqlite/conversations.ts";
import { readFigures } from "../../src/stores/sqlite/figures.ts";
import { finding } from "../../src/stores/sqlite/finding.ts";
import { books } from "../../src/stores/sqlite/ledger.ts";
import { connect } from "../../src/stores/sqlite/open.ts";
import { people } from "../../src/stores/sqlite/people.ts";
import { said } from "../../src/stores/sqlite/said.ts";
import { searching } from "../../src/stores/sqlite/search.ts";
import { type Prepare, preparer } from "../../src/stores/sqlite/statement.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { waiting } from "../../src/stores/sqlite/waiting.ts";
import { ANA, claim, incoming, NOW, news, put, SIM, text } from "../contract/store/setup.ts";

let folder = "";
let path = "";
let db: DatabaseSync;
let close = (): void => {};
let asked: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-plans-"));
  path = join(folder, "simpost.db");
  const connection = connect(path, {});
  db = connection.db;
  close = () => connection.close();
  asked = [];
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

/** Prepares, and remembers what. */
const recording: Prepare = (sql) => {
  asked.push(sql);
  return preparer(db)(sql);
};

/** How SQLite goes about it, step by step. */
const planOf = (sql: string): readonly string[] =>
  db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row.detail));

/** Steps that look at a whole table, or sort what they found. ("place": the numbers of blocks.) */
const slow = (plan: readonly string[]): readonly string[] =>
  plan.filter((step) => /^SCAN (?!CONSTANT|json_each|place$)|TEMP B-TREE/.test(step));

test("updates and notes are found by their indexes, and need no sorting", () => {
  books(recording);
  const plans = asked.map(planOf);
  expect(plans.length).toBeGreaterThan(6);
  // The newest update is the last one in the table: a scan that ends at its first row.
  const newest = "SCAN told";
  expect(plans.flatMap(slow)).toEqual([newest]);
  const steps = plans.flat();
  expect(steps).toContain("SEARCH told USING INDEX told_waiting (via=?)");
  expect(steps).toContain("SEARCH told USING INDEX told_handled (at<?)");
  expect(steps).toContain("SEARCH note USING PRIMARY KEY (via=? AND key>? AND key<?)");
});

test("by the upstream's id, and who reads a conversation", () => {
  said(recording);
  const [byRef, readers] = asked.map(planOf);
  expect(slow(byRef ?? [])).toEqual([]);
  expect(byRef?.[0]).toBe("SEARCH delivery USING INDEX delivery_ref (via=? AND ref=?)");
  expect(readers?.[0]).toBe("SEARCH delivery USING INDEX delivery_message (message=?)");
  // Only the few who were given one text are sorted.
  expect(slow(readers ?? []).every((step) => step.includes("TEMP B-TREE"))).toBe(true);
});

const BLOCKS = "SEARCH delivery USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
const THREAD = "SEARCH delivery USING COVERING INDEX delivery_thread (thread=? AND rowid>? AND rowid<?)";
const FAILED = "SEARCH delivery USING COVERING INDEX delivery_failed (stage=? AND rowid>? AND rowid<?)";

test.each<[Partial<MessageQuery>, string, number]>([
  [{}, BLOCKS, 0],
  [{ text: "x" }, BLOCKS, 0],
  [{ state: "queued", oldest: true, phones: true }, BLOCKS, 0],
  [{ gateway: "a", since: 1, until: 2, way: "in", phones: true, before: 9 }, BLOCKS, 0],
  [{ state: "failed", gateway: "a", phones: true }, FAILED, 0],
  // Conversations of people, several of a number: what was said in them is sorted.
  [{ who: ["ana"], state: "queued" }, THREAD, 1],
  [{ text: "x", number: "+1", who: ["ana", "bob"] }, THREAD, 1],
])("a search for %j looks at no more than a part of the deliveries", async (query, step, sorted) => {
  const find = searching(recording, async (work) => work());
  expect(await find({ ...query, limit: 9 })).toEqual([]);
  const plans = asked.map(planOf);
  expect(plans.flat()).toContain(step);
  const bad = plans.flatMap(slow);
  expect(bad).toEqual(Array(sorted).fill("USE TEMP B-TREE FOR ORDER BY"));
});

test("what a block holds is found by its number", async () => {
  const find = searching(recording, async (work) => work());
  await find({ gateway: "a", since: 1, way: "in", state: "queued", limit: 9 });
  const plan = asked.filter((sql) => sql.includes("FROM block")).flatMap(planOf);
  expect(plan.filter((step) => step.includes("SEARCH"))).toHaveLength(4);
  expect(plan.every((step) => !step.startsWith("SEARCH mark") || step.includes("PRIMARY KEY (block=?"))).toBe(
    true,
  );
});

test("one conversation of a number needs no sorting", async () => {
  close();
  const store = openSqlite(path);
  await put(store, text({ phone: "+1" }));
  await store.close();
  const connection = connect(path, {});
  db = connection.db;
  close = () => connection.close();
  const find = searching(recording, async (work) => work());
  expect(await find({ number: "+1", limit: 9 })).toHaveLength(1);
  expect(asked.flatMap(planOf)).toContain(THREAD);
  expect(asked.map(planOf).flatMap(slow)).toEqual([]);
});

test("conversations are found in their order, and those of people by their names", async () => {
  const taking = people(recording);
  const conversations = conversing(recording, async (work) => work(), taking);
  expect(await conversations(null, null, 9)).toEqual([]);
  expect(await conversations(["ana"], null, 9)).toEqual([]);
  expect(taking.takesPart(1, ["ana", "bob"])).toBe(false);
  readFigures(recording);
  const plans = asked.map(planOf);
  const steps = plans.flat();
  expect(steps).toContain("SEARCH thread USING COVERING INDEX thread_active (active<?)");
  expect(steps).toContain("SEARCH part USING PRIMARY KEY (block=? AND what=?)");
  expect(steps).toContain("SEARCH part EXISTS USING PRIMARY KEY (block=? AND what=? AND thread=?)");
  expect(steps).toContain("SEARCH figures USING PRIMARY KEY (hour>? AND hour<?)");
  // Only the few conversations of one person are sorted.
  expect(plans.flatMap(slow)).toEqual(["USE TEMP B-TREE FOR ORDER BY"]);
});

test("an accepted text finds its conversation by its phone, not by all that its writer takes part in", () => {
  const find = finding(recording);
  find({ way: "out", phone: "+1", refs: ["x"], who: ["a", "b"], since: 0, pin: null, only: false });
  const steps = asked.flatMap(planOf).filter((step) => step.startsWith("SEARCH known"));
  expect(steps.length).toBeGreaterThan(3);
  expect(steps.filter((step) => !step.includes("PRIMARY KEY (phone=? AND kind=?"))).toEqual([]);
});

test("the index of upstream ids holds deliveries to people only: texts to phones don't touch it", async () => {
  close();
  const store = openSqlite(path);
  for (let n = 0; n < 20; n++) {
    const { id } = await put(store, text({ phone: `+${n}`, ref: `${n}@example.org` }));
    await store.claim(claim());
    await store.report([{ ...news(id, "accepted", { lane: SIM, track: "t" }), bind: SIM }]);
    await store.report([news(id, "delivered")]);
  }
  const mail = await put(store, incoming(ANA, { at: NOW }));
  await store.report([news(mail.id, "queued", { ref: "mail@x" })]);
  await store.close();
  const connection = connect(path, {});
  close = () => connection.close();
  const rows = connection.db
    .prepare("SELECT id FROM delivery INDEXED BY delivery_ref WHERE ref IS NOT NULL")
    .all();
  expect(rows.map((row) => row.id)).toEqual([mail.id]);
});

test("what waits is found from pool to pool", () => {
  waiting(recording);
  const plans = asked.map(planOf);
  expect(plans.length).toBeGreaterThan(3);
  // Deliveries to be tried again, and those being sent: as many as there are, by partial indexes.
  expect(
    plans
      .flatMap(slow)
      .filter(
        (step) =>
          !/USING (?:COVERING )?INDEX delivery_(?:ready|delayed|claimed)$|USE TEMP B-TREE FOR GROUP BY/.test(
            step,
          ),
      ),
  ).toEqual([]);
  expect(plans.flat()).toContain(
    "SEARCH delivery USING COVERING INDEX delivery_ready ((pool,priority)>(?,?))",
  );
});
