// Idempotency keys: over HTTP and at the same time, over a restart, for each token apart; how long answers are kept, with a clock in hand.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReplays } from "../../src/api/replay.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { FakeClock } from "../support/clock.ts";
import { MemoryLog } from "../support/log.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { Accepted, Client, refusal, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

const keyed = (who: Client, key: string, body: object) =>
  who.post("/messages", body, { "Idempotency-Key": key });

test("twenty at once with one key are one text", async () => {
  const body = { to: "+4915111110001", text: "only once" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => keyed(ana, "k", body)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
  const bodies = answers.map((answer) => Accepted.parse(answer.body));
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
  expect(bodies.filter(({ repeated }) => !repeated)).toHaveLength(1);
  const replayed = answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
  expect(replayed).toHaveLength(19);
  await rig.settled();
  expect(rig.texts.filter((text) => text === "only once")).toHaveLength(1);
});

test("without a key, the same text twice is two texts", async () => {
  const first = await ana.send("+4915111110002", "twice");
  expect(await ana.send("+4915111110002", "twice")).not.toBe(first);
});

test("another request with the same key is refused, and changes nothing", async () => {
  await keyed(ana, "k2", { to: "+4915111110003", text: "this" });
  expect(refusal(await keyed(ana, "k2", { to: "+4915111110003", text: "that" }))).toBe("422 key-reused");
  expect(refusal(await keyed(ana, "k2", { to: "+4915111110004", text: "this" }))).toBe("422 key-reused");
  const dial = await ana.post("/ussd", { gateway: "dinstar", code: "*100#" }, { "Idempotency-Key": "k2" });
  expect(refusal(dial)).toBe("422 key-reused");
});

test("a key is its token's own", async () => {
  const other = await root.made({ user: "ana", scopes: ["send"] });
  const body = { to: "+4915111110005", text: "mine and mine" };
  const first = Accepted.parse((await keyed(ana, "k3", body)).body);
  const second = Accepted.parse((await keyed(other, "k3", body)).body);
  expect(second).toMatchObject({ repeated: false });
  expect(second.id).not.toBe(first.id);
});

test("what was refused may be tried again with its key; what was taken stays taken, also when the quota is used up", async () => {
  const ben = await root.made({ user: "ben", scopes: ["send"] });
  const wrong = { to: "+49900123456", text: "x" };
  expect(refusal(await keyed(ben, "q", wrong))).toBe("403 not-allowed");
  const body = { to: "+4915111110006", text: "first" };
  const first = Accepted.parse((await keyed(ben, "q", body)).body);
  await keyed(ben, "q2", { ...body, text: "second" });
  expect(refusal(await keyed(ben, "q3", { ...body, text: "third" }))).toBe("429 over-quota");
  expect((await keyed(ben, "q", body)).body).toMatchObject({ id: first.id, repeated: true });
});

test.each(["", "a b", "ü", "x".repeat(256)])("a key that is none: %j", async (key) => {
  const headers = { "Idempotency-Key": encodeURI(key) === key || key === "a b" ? key : "\u00fc" };
  const answer = await ana.post("/messages", { to: "+4915111110007", text: "x" }, headers);
  expect(refusal(answer)).toBe("400 bad-request");
});

test("an answer outlives a restart", async () => {
  const body = { to: "+4915111110008", text: "before and after" };
  const { id } = Accepted.parse((await keyed(ana, "k4", body)).body);
  await rig.stop();
  await rig.start();
  const after = (await Client.local(rig)).as(ana.token);
  expect((await keyed(after, "k4", body)).body).toMatchObject({ id, repeated: true });
  expect(refusal(await keyed(after, "k4", { ...body, text: "other" }))).toBe("422 key-reused");
});

test("answers are kept for a day, and then forgotten, also on disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-replays-"));
  const store = openSqlite(join(folder, "simpost.db"));
  const clock = new FakeClock();
  const replays = openReplays(store, clock, new MemoryLog());
  let done = 0;
  const once = (key: string) => replays.once("t", key, key, () => Promise.resolve({ n: ++done }));
  for (const key of ["a", "b", "c"]) await once(key);
  await clock.advance(86_399_000);
  expect(await once("a")).toEqual({ answer: { n: 1, repeated: true }, repeated: true });
  await clock.advance(2_000);
  expect(await once("a")).toEqual({ answer: { n: 4 }, repeated: false });
  expect(await store.notes("-replays", "")).toHaveLength(1);
  await once("d");
  expect(await store.notes("-replays", "")).toHaveLength(2);
  const next = openReplays(store, clock, new MemoryLog());
  const known = await next.once("t", "d", "d", () => Promise.reject(new Error("not again")));
  expect(known).toEqual({ answer: { n: 5, repeated: true }, repeated: true });
  await store.close();
  rmSync(folder, { recursive: true });
});

test("what is done is answered, even if its answer can't be kept", async () => {
  const log = new MemoryLog();
  const ledger = { notes: () => Promise.resolve([]), note: () => Promise.reject(new Error("disk full")) };
  const replays = openReplays(ledger, new FakeClock(), log);
  const work = () => Promise.resolve({ n: 1 });
  expect(await replays.once("t", "k", 1, work)).toEqual({ answer: { n: 1 }, repeated: false });
  expect(log.of("store failing")).toHaveLength(1);
});
