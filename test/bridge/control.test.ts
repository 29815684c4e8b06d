// The control room on a real store: who sees and steers what, and what goes again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openControl } from "../../src/bridge/control.ts";
import type { User } from "../../src/bridge/policy.ts";
import type { Happening, Viewer } from "../../src/bridge/ports/control.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { Station } from "../../src/bridge/station.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { port } from "../support/deliveries.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { house, settings, type TestHouse } from "../support/house.ts";

const ONE = "+4915112345678";
const TWO = "+4915187654321";
const ANA: Viewer = { user: "ana", role: "user" };
const BEN: Viewer = { user: "ben", role: "user" };
const OPERATOR: Viewer = { user: null, role: "operator" };

let folder: string;
let store: Store;
let own: TestHouse;
let station: Station;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-control-"));
  store = openSqlite(join(folder, "simpost.db"), { clock: () => own.clock.now() });
  const { clock, log } = house(store);
  station = new Station(loopback(gatewayOptions({ name: "office", clock, log })));
  station.learn([port({ port: 0 }), port({ port: 1 })]);
  const users = new Map(["ana", "ben"].map((name) => [name, person(name)]));
  const text = { maxParts: 1, tooLong: "split", transliterate: true } as const;
  own = house(store, {
    settings: settings({ users, text }),
    stations: new Map([["office", station]]),
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function person(name: string): User {
  const parties = [{ via: "email", address: `${name}@example.org` }];
  const send = { allow: ["*"], deny: [], perDay: null, gateways: null };
  return { name, parties, reach: parties, send, validity: null, language: null };
}

/** Everything that waits is refused by the network, or only the first `count`. */
async function fail(count = 100): Promise<void> {
  const jobs = (await store.list({ state: "queued", limit: 100, oldest: true })).slice(0, count);
  const now = own.clock.now();
  const pools = [
    { pool: "office", max: 100 },
    { pool: "office:0", max: 100 },
    { pool: "office:1", max: 100 },
  ];
  const lease = now + 60_000;
  await store.claim({ pools, limit: count, run: 100, gateway: "office", now, node: "test", lease });
  await store.report(
    jobs.map(({ delivery: { id } }) => ({ id, change: { state: "failed", error: "refused" } })),
  );
}

const queued = async (): Promise<readonly string[]> =>
  (await store.list({ state: "queued", limit: 100, oldest: true })).map(
    ({ delivery }) => `${delivery.to.address} ${delivery.text}`,
  );

test("a user sees and steers own conversations only; to others they are not there", async () => {
  const control = openControl(own);
  const { id } = await control.send({ user: "ana", to: [ONE], text: "hello" });
  const [job] = await control.messages(ANA, { limit: 10 });
  const thread = job?.thread.id ?? 0;
  expect(job?.message.id).toBe(id);
  expect(await control.messages(BEN, { limit: 10 })).toEqual([]);
  expect(await control.story(BEN, id)).toBeNull();
  expect(await control.conversation(BEN, thread, null, 10)).toBeNull();
  expect(await control.conversations(BEN, null, 10)).toEqual([]);
  expect(await control.queue(BEN, 10)).toEqual([]);
  expect(await control.cancel(BEN, id)).toBe(false);
  expect(await control.queue(OPERATOR, 10)).toMatchObject([{ why: "down" }]);
  expect(await control.cancel(OPERATOR, id)).toBe(true);
});

test("of a text to several phones a user sees the part in own conversations, and can't steer the rest", async () => {
  const control = openControl(own);
  await control.send({ user: "ben", to: [ONE], text: "ben's own" });
  const { id } = await control.send({ user: "ana", to: [ONE, TWO], text: "to both" });
  const story = await control.story(ANA, id);
  expect(story?.jobs).toHaveLength(2);
  expect(story?.jobs.every(({ delivery }) => story.steps.get(delivery.id)?.at(-1)?.state === "queued")).toBe(
    true,
  );
  // ben takes part in the conversation with the first phone only if it is the same one
  const seen = await control.story(BEN, id);
  expect(seen?.jobs.map(({ delivery }) => delivery.to.address) ?? []).not.toContain(TWO);
  expect(await control.cancel(BEN, id)).toBe(false);
  expect(await queued()).toHaveLength(3);
});

test("what failed goes again once per key, with its writer's rights, to those who did not get it", async () => {
  const control = openControl(own);
  const { id } = await control.send({ user: "ana", to: [ONE, TWO], text: "hello" });
  await fail(1);
  const first = await control.again(ANA, id, null, "key");
  expect(first).toMatchObject({ repeated: false, recipients: 1 });
  expect(await control.again(ANA, id, null, "key")).toMatchObject({ repeated: true, id: first?.id });
  expect(await queued()).toEqual([`${TWO} hello`, `${ONE} hello`]);
  expect(await control.again(ANA, "unknown", null, "key")).toBeNull();
});

test("of a split text only the piece that failed goes again", async () => {
  const control = openControl(own);
  const long = `${"a".repeat(150)} ${"b".repeat(150)}`;
  const { id } = await control.send({ user: "ana", to: [ONE], text: long });
  await fail(1);
  await control.again(ANA, id, null, "key");
  expect(await queued()).toEqual([`${ONE} ${"b".repeat(150)}`, `${ONE} ${"a".repeat(150)}`]);
});

test("what waits can be given another SIM, until it left", async () => {
  const control = openControl(own);
  const { id } = await control.send({ user: "ana", to: [ONE], text: "hello" });
  const moved = await control.reroute(ANA, id, { gateway: "office", port: 1 });
  const [job] = await store.list({ state: "queued", limit: 10 });
  expect(job?.message.id).toBe(moved?.id);
  expect(job?.delivery.lane).toEqual({ gateway: "office", port: 1 });
  await fail();
  expect(await control.reroute(ANA, moved?.id ?? "", { gateway: "office", port: 0 })).toBeNull();
});

test("what is paused stays so over a restart, says so in the queue, and is resumed with its ports", async () => {
  const control = openControl(own);
  station.up = true;
  await control.send({ user: "ana", to: [ONE], text: "hello" });
  expect(await control.queue(OPERATOR, 10)).toMatchObject([{ why: "turn" }]);
  expect(await control.pause({ gateway: "office", port: 1 }, true, "ana")).toBe(true);
  expect(await control.pause({ gateway: "office", port: null }, true, "ana")).toBe(true);
  expect(await control.pause({ gateway: "office", port: 7 }, true, "ana")).toBe(false);
  expect(await control.pause({ gateway: "elsewhere", port: null }, true, "ana")).toBe(false);
  expect(await control.queue(OPERATOR, 10)).toMatchObject([{ why: "paused" }]);
  expect(control.ports().map(({ paused }) => paused)).toEqual([true, true]);
  expect((await store.notes("-pauses", "")).map(({ key, value }) => [key, value])).toEqual([
    ["office:", "ana"],
    ["office:1", "ana"],
  ]);
  await control.pause({ gateway: "office", port: null }, false, "ana");
  expect(control.paused()).toEqual([]);
  expect(await store.notes("-pauses", "")).toEqual([]);
});

test("the same key is the same text; who watches hears of each text and move", async () => {
  const control = openControl(own);
  const heard: Happening["kind"][] = [];
  const stop = control.watch(({ kind }) => heard.push(kind));
  const order = { user: "ana", to: [ONE], text: "hello", key: "k1" };
  const { id } = await control.send(order);
  expect(await control.send(order)).toMatchObject({ id, repeated: true });
  await control.cancel(OPERATOR, id);
  stop();
  await control.send({ ...order, key: "k2" });
  expect(heard).toEqual(["message", "delivery"]);
});

test("who has no address writes all the same, and a stranger's text has no second try", async () => {
  const lonely = { ...person("cleo"), parties: [], reach: [] };
  const { users } = own.settings;
  const change = settings({ users: new Map([...users, ["cleo", lonely]]) });
  const world = house(store, { settings: change, stations: own.stations });
  const control = openControl(world);
  const { id } = await control.send({ user: "cleo", to: [ONE], text: "hello" });
  expect((await store.deliveries(id)).map(({ notify }) => notify)).toEqual([[]]);
  await expect(control.send({ user: "nobody", to: [ONE], text: "x" })).rejects.toMatchObject({
    code: "not-allowed",
  });
  await expect(control.send({ user: "ana", to: [], text: "x" })).rejects.toMatchObject({
    code: "not-a-number",
  });
});
