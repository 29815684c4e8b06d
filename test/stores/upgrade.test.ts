// A store of an earlier schema is brought up to date with all that it holds.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { ANA, claim, DAY, HOUR, ids, incoming, NOW, news, put } from "../contract/store/setup.ts";

const ASKED = "+4915100000001";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-upgrade-"));
  path = join(folder, "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store as `schema` left it. */
function older(schema: number): void {
  const db = new DatabaseSync(path);
  db.exec(readFileSync(new URL(`./fixtures/schema-${schema}.sql`, import.meta.url), "utf8"));
  db.close();
}

/** The tables and indexes of a database, as it was told to make them. */
function schemaOf(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
  db.close();
  return rows;
}

test("what schema 1 held is there, and goes on", async () => {
  older(1);
  const store = openSqlite(path);
  expect(await store.depth()).toMatchObject({ queued: 4, accepted: 2, delivered: 1, failed: 1 });
  expect(await store.list({ limit: 99 })).toHaveLength(8);
  expect(await store.cursor("office")).toBe("42");
  const [first, second, ...rest] = (
    await store.list({ number: ASKED, state: "queued", limit: 9 })
  ).toReversed();
  assert(first && second);
  expect(rest).toHaveLength(1);
  // The line goes on in its order, from the SIM of its thread.
  const [job] = await store.claim(claim({ pools: ["office:3"] }));
  expect(job?.message.ref).toBe("fourth@example.org");
  expect(await store.claim(claim({ pools: ["office:3"] }))).toEqual([]);
  // A new text gets a number behind the old ones.
  const made = await put(store, incoming(ANA, { at: NOW + 1, phone: ASKED }));
  expect(made.id).toBeGreaterThan(Math.max(...ids(await store.list({ limit: 99 })).slice(1)));
  await store.close();
});

test("what schema 2 looks up is found in what schema 1 wrote", async () => {
  older(1);
  const store = openSqlite(path);
  const said = await store.byRef("email", "third@sms.example.org");
  assert(said);
  expect(said.delivery.to).toEqual(ANA);
  // The newest text of the phone's went to both; that something was written to it since changes nothing.
  expect(await store.audience(said.thread.id)).toEqual([ANA, { via: "email", address: "bob@example.org" }]);
  const silent = await store.list({ number: "+4915100000002", limit: 9 });
  expect(await store.audience(silent[0]?.thread.id ?? 0)).toEqual([]);
  expect(await store.list({ text: "HELL", who: ["ana"], limit: 99 })).toHaveLength(4);
  await store.keepUpdates("chat", [{ n: 1, body: "x", at: NOW }]);
  expect(await store.updates("chat", 9)).toHaveLength(1);
  await store.close();
});

test("what schema 2 held is there, and can be looked back on", async () => {
  older(2);
  const store = openSqlite(path, { clock: () => NOW + DAY });
  const all = await store.list({ limit: 99 });
  expect(all).toHaveLength(11);
  expect(await store.depth()).toMatchObject({
    queued: 5,
    unsure: 1,
    sent: 1,
    accepted: 2,
    delivered: 1,
    failed: 1,
  });
  for (const { delivery, message } of all) {
    const steps = await store.history(delivery.id);
    expect(steps[0]).toEqual({ at: message.at, state: "queued", lane: null, error: null });
    expect(steps.at(-1)?.state).toBe(delivery.state);
    expect(ids(await store.list({ state: delivery.state, limit: 99 }))).toContain(delivery.id);
    expect(ids(await store.list({ since: message.at, until: message.at, limit: 99 }))).toContain(delivery.id);
  }
  expect(ids(await store.list({ state: "queued", limit: 99 }))).toHaveLength(5);
  const [unsure] = await store.list({ gateway: "depot", limit: 9 });
  assert(unsure);
  expect(await store.history(unsure.delivery.id)).toEqual([
    { at: NOW + HOUR, state: "queued", lane: null, error: null },
    { at: NOW + HOUR + 10, state: "unsure", lane: { gateway: "depot", port: 1 }, error: "no answer" },
  ]);
  expect((await store.list({ way: "in", phones: true, limit: 9 })).map(({ thread }) => thread.phone)).toEqual(
    ["+4915100000004", ASKED, ASKED],
  );
  expect(await store.list({ way: "out", limit: 99 })).toHaveLength(6);
  const conversations = await store.conversations(["ana"], null, 9);
  expect(conversations.map(({ thread }) => thread.phone.at(-1))).toEqual(["4", "3", "2", "1"]);
  expect(await store.conversations(["chat:1001"], null, 9)).toHaveLength(1);
  expect(await store.figures(0, NOW + DAY)).toEqual([]);
  // It goes on: what happens from now on is written down behind.
  await store.report([news(unsure.delivery.id, "sent", { error: null })]);
  expect((await store.history(unsure.delivery.id)).map(({ at, state }) => [at, state])).toEqual([
    [NOW + HOUR, "queued"],
    [NOW + DAY, "sent"],
  ]);
  const [figure] = await store.figures(0, NOW + DAY);
  expect(figure).toMatchObject({ hour: NOW + DAY, gateway: "depot", sent: 1, parts: 1, latency: DAY - HOUR });
  expect((await store.updates("chat", 9)).map(({ n }) => n)).toEqual([8]);
  await store.close();
});

test.each([1, 2])("from schema %i it is the same as that of a new store, and whole", async (schema) => {
  older(schema);
  await openSqlite(path).close();
  const fresh = join(folder, "fresh.db");
  await openSqlite(fresh).close();
  expect(schemaOf(path)).toEqual(schemaOf(fresh));
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare("PRAGMA integrity_check").get()?.integrity_check).toBe("ok");
  db.close();
});

test("where it can't be upgraded it stays as it was", async () => {
  older(1);
  const other = new DatabaseSync(path);
  other.exec("CREATE TABLE told (x)");
  other.close();
  const before = schemaOf(path);
  expect(() => openSqlite(path)).toThrow(/told already exists/);
  expect(schemaOf(path)).toEqual(before);
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare("PRAGMA user_version").get()?.user_version).toBe(1);
  db.close();
});
