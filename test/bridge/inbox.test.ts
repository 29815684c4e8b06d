// The door for channels, on a real store: taking back, replacing, and copies for those who share a conversation.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Rejected } from "../../src/bridge/errors.ts";
import { forward } from "../../src/bridge/forward.ts";
import type { House } from "../../src/bridge/house.ts";
import { openInbox } from "../../src/bridge/inbox.ts";
import type { User } from "../../src/bridge/policy.ts";
import type { Channel, Recipient, Submission } from "../../src/bridge/ports/channel.ts";
import type { ClaimQuery, Store } from "../../src/bridge/ports/store.ts";
import type { Route } from "../../src/bridge/route.ts";
import { Station } from "../../src/bridge/station.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { house, settings, type TestHouse } from "../support/house.ts";

const PHONE = "+4915112345678";
const OTHER = "+4915187654321";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-inbox-"));
  store = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const channel = (name: string, moved: Channel["moved"] = () => {}): Channel => ({
  name,
  concurrency: 1,
  start: async () => {},
  stop: async () => {},
  send: async () => ({ ref: null }),
  moved,
});

const person = (name: string, change: Partial<User> = {}): User => {
  const parties = [
    { via: "email", address: `${name}@example.org` },
    { via: "telegram", address: `${name}'s chat` },
  ];
  const send = { allow: ["*"], deny: [], perDay: null, gateways: null };
  return { name, parties, reach: parties, send, validity: null, language: null, ...change };
};

const ALL = { gateway: null, port: null, from: null, text: null };

interface Options {
  readonly users?: readonly User[];
  readonly share?: boolean;
  readonly routes?: readonly Route[];
  readonly moved?: Channel["moved"];
}

function open({
  users = [person("ana"), person("ben")],
  share = true,
  routes = [{ ...ALL, to: ["ana", "ben"] }],
  moved,
}: Options = {}): TestHouse {
  const own = house(store);
  const station = new Station(loopback(gatewayOptions({ name: "office", clock: own.clock, log: own.log })));
  return house(store, {
    settings: settings({
      users: new Map(users.map((user) => [user.name, user])),
      routes,
      share,
    }),
    stations: new Map([["office", station]]),
    channels: new Map([
      ["email", channel("email", moved)],
      ["telegram", channel("telegram")],
    ]),
  });
}

const to = (phone: string): Recipient => ({
  phone,
  kind: "number",
  pin: null,
  raw: phone,
  notify: ["failure"],
});

const submission = (text: string, change: Partial<Submission> = {}): Submission => ({
  user: "ana",
  from: { via: "telegram", address: "ana's chat" },
  to: [to(PHONE)],
  text,
  ref: "chat/1",
  refs: [],
  priority: 1,
  origin: {},
  ...change,
});

const claim = (own: House, change: Partial<ClaimQuery> = {}) =>
  store.claim({
    pools: [{ pool: "office", max: 10 }],
    limit: 10,
    run: 10,
    gateway: "office",
    now: own.clock.now(),
    node: "test",
    lease: own.clock.now() + 60_000,
    ...change,
  });

/** What waits for the phones, as text. */
const waiting = async (): Promise<readonly string[]> =>
  (await store.list({ state: "queued", limit: 100 }))
    .filter(({ delivery }) => delivery.to.via === "*")
    .map(({ delivery }) => delivery.text)
    .toReversed();

test("what has not left is taken back, and the channels, the figures and the log hear of it", async () => {
  const moves: string[] = [];
  const own = open({ moved: ({ state }) => moves.push(state) });
  const inbox = openInbox(own);
  const { id } = await inbox.accept(submission("one", { to: [to(PHONE), to(OTHER)] }));
  expect(await inbox.withdraw(id, "ana")).toBe(true);
  expect(await waiting()).toEqual([]);
  const deliveries = await store.deliveries(id);
  expect(deliveries.map(({ state, error }) => `${state}: ${error}`)).toEqual([
    "failed: taken back by ana",
    "failed: taken back by ana",
  ]);
  expect(moves).toEqual(["failed", "failed"]);
  expect(own.log.of("failed")).toHaveLength(2);
  // nobody is told by a notice: they know
  expect(await store.list({ limit: 10 })).toHaveLength(2);
});

test("once a part of it left, nothing is taken back; nor is what never was", async () => {
  const own = open();
  const inbox = openInbox(own);
  const { id } = await inbox.accept(submission("one", { to: [to(PHONE), to(OTHER)] }));
  await claim(own, { limit: 1 });
  expect(await inbox.withdraw(id, "ana")).toBe(false);
  expect((await store.deliveries(id)).map(({ state }) => state).toSorted()).toEqual(["queued", "sending"]);
  expect(await inbox.withdraw("m-unknown", "ana")).toBe(false);
});

test("another text takes the place of one that has not left, in the same conversation", async () => {
  const inbox = openInbox(open());
  const first = await inbox.accept(submission("one"));
  const next = await inbox.replace(first.id, submission("two"));
  expect(next).toMatchObject({ repeated: false, parts: 1 });
  expect(next?.id).not.toBe(first.id);
  expect(await waiting()).toEqual(["two"]);
  const [before] = await store.deliveries(first.id);
  const [after] = await store.deliveries(next?.id ?? "");
  expect(before?.error).toContain("replaced by its writer, ana");
  expect(after?.thread).toBe(before?.thread);
});

test("the same replacement again, after a crash, is known: one text", async () => {
  const inbox = openInbox(open());
  const first = await inbox.accept(submission("one"));
  const next = await inbox.replace(first.id, submission("two"));
  const again = await inbox.replace(first.id, submission("two"));
  expect(again).toMatchObject({ repeated: true, id: next?.id });
  expect(await waiting()).toEqual(["two"]);
});

test("back to the text that was written first is a replacement like any other", async () => {
  const inbox = openInbox(open());
  const first = await inbox.accept(submission("one"));
  const second = await inbox.replace(first.id, submission("two"));
  const third = await inbox.replace(second?.id ?? "", submission("one"));
  expect(third).toMatchObject({ repeated: false });
  expect(await waiting()).toEqual(["one"]);
});

test("what left can't be replaced, and nothing else is sent", async () => {
  const own = open();
  const inbox = openInbox(own);
  const { id } = await inbox.accept(submission("one"));
  await claim(own);
  expect(await inbox.replace(id, submission("two"))).toBeNull();
  expect(await waiting()).toEqual([]);
});

test("a replacement costs the day nothing more, unless it is longer than what is left of it", async () => {
  const ana = person("ana", { send: { allow: ["*"], deny: [], perDay: 1, gateways: null } });
  const own = open({ users: [ana] });
  const split = {
    ...own,
    settings: { ...own.settings, text: { ...own.settings.text, maxParts: 1, tooLong: "split" as const } },
  };
  const inbox = openInbox(split);
  const { id } = await inbox.accept(submission("one"));
  const next = await inbox.replace(id, submission("two"));
  expect(next).not.toBeNull();
  const tooMuch = inbox.replace(next?.id ?? "", submission("long ".repeat(80)));
  await expect(tooMuch).rejects.toMatchObject({ name: "Rejected", code: "over-quota" });
  expect(await waiting()).toEqual(["two"]);
});

test("a replacement with nothing in it is refused, and the earlier text still goes", async () => {
  const inbox = openInbox(open());
  const { id } = await inbox.accept(submission("one"));
  await expect(inbox.replace(id, submission(" \n"))).rejects.toBeInstanceOf(Rejected);
  expect(await waiting()).toEqual(["one"]);
});

/** The phone writes: it goes to ana and ben, by mail and chat. */
async function heard(own: House, text: string): Promise<void> {
  const lane = { gateway: "office", port: 0 };
  const query = { way: "in", phone: PHONE, lane, since: 0 } as const;
  const from = { lane, phone: PHONE, text, at: own.clock.now(), ref: null, origin: {} };
  await store.receive({
    gateway: "office",
    cursor: text,
    scan: null,
    texts: [{ print: text, entry: forward(own, from, await store.thread(query), query) }],
    now: own.clock.now(),
  });
}

const copiesOf = async (id: string): Promise<readonly string[]> =>
  (await store.deliveries(id))
    .filter(({ to: { via } }) => via !== "*")
    .map(({ to: { via, address } }) => `${via}:${address}`)
    .toSorted();

test("whoever was given a text sees who answered it, on every channel but the one it was answered on", async () => {
  const own = open();
  await heard(own, "hello?");
  const { id, recipients, parts } = await openInbox(own).accept(submission("hi"));
  expect({ recipients, parts }).toEqual({ recipients: 1, parts: 1 });
  expect(await copiesOf(id)).toEqual([
    "email:ana@example.org",
    "email:ben@example.org",
    "telegram:ben's chat",
  ]);
  const [text] = (await store.deliveries(id)).filter(({ to: { via } }) => via === "*");
  expect((await store.deliveries(id)).every(({ thread }) => thread === text?.thread)).toBe(true);
  // in the order in which it was said, for those to whom nothing could be brought meanwhile
  const benToo = { user: "ben", from: { via: "telegram", address: "ben's chat" }, ref: "chat/2" };
  await openInbox(own).accept(submission("and me", benToo));
  await heard(own, "and tomorrow?");
  const pools = [{ pool: "telegram", max: 10 }];
  const jobs = [];
  for (let n = 0; n < 3; n += 1) {
    const next = await claim(own, { pools, limit: 10, run: 1, gateway: null });
    jobs.push(...next.filter(({ delivery }) => delivery.to.address === "ben's chat"));
    const change = { state: "accepted", due: null, deadline: null } as const;
    await store.report(next.map(({ delivery }) => ({ id: delivery.id, change })));
  }
  expect(jobs.map(({ delivery }) => delivery.text)).toEqual(["hello?", "hi", "and tomorrow?"]);
});

test("the same answer again brings no second copy, and does not count twice", async () => {
  const own = open();
  await heard(own, "hello?");
  const inbox = openInbox(own);
  await inbox.accept(submission("hi"));
  expect(await inbox.accept(submission("hi"))).toMatchObject({ repeated: true });
  expect(await store.list({ limit: 100 })).toHaveLength(4 + 4);
  expect(await store.sentBy("ana", own.clock.now())).toMatchObject({ texts: 1 });
});

test("nobody sees an answer where the config does not want it, nor what is written to a phone that never wrote", async () => {
  const silent = open({ share: false });
  await heard(silent, "hello?");
  const { id } = await openInbox(silent).accept(submission("hi"));
  expect(await copiesOf(id)).toEqual([]);
  const other = await openInbox(open()).accept(submission("hi", { to: [to(OTHER)], ref: "chat/2" }));
  expect(await copiesOf(other.id)).toEqual([]);
});

test("copies are taken back with nobody: they tell what was written", async () => {
  const own = open();
  await heard(own, "hello?");
  const inbox = openInbox(own);
  const { id } = await inbox.accept(submission("hi"));
  expect(await inbox.withdraw(id, "ana")).toBe(true);
  expect((await store.deliveries(id)).map(({ state }) => state).toSorted()).toEqual([
    "failed",
    "queued",
    "queued",
    "queued",
  ]);
});

test("the answer to a group goes to the group, as long as its writer is a user and the config names it", async () => {
  const group = { via: "telegram", address: "-100" };
  const own = open({ routes: [{ ...ALL, to: [group, "ben"] }] });
  await openInbox(own).accept(submission("hi", { from: group }));
  await heard(own, "hello");
  expect((await store.list({ limit: 1 })).map(({ delivery }) => delivery.to)).toEqual([group]);
  const moved = open();
  await heard(moved, "still there?");
  const told = (await store.list({ limit: 4 })).map(({ delivery }) => delivery.to.address);
  expect(told.toSorted()).toEqual(["ana's chat", "ana@example.org", "ben's chat", "ben@example.org"]);
});

test("in a group another user goes on with the conversation that one of them began", async () => {
  const group = { via: "telegram", address: "-100" };
  const cleo = person("cleo", { send: null });
  const own = open({ users: [person("ana"), cleo], routes: [{ ...ALL, to: [group] }] });
  const inbox = openInbox(own);
  const first = await inbox.accept(submission("ana's", { from: group }));
  const next = await inbox.accept(submission("cleo's", { from: group, user: "cleo", ref: "chat/2" }));
  const threads = [first, next].map(async ({ id }) =>
    (await store.deliveries(id)).map(({ thread }) => thread),
  );
  const [one, other] = await Promise.all(threads);
  expect(other).toEqual(one);
});

test("a repetition of the day's last text is one, also at the door; another text is over the quota there or with its text", async () => {
  const ana = person("ana", { send: { allow: ["*"], deny: [], perDay: 1, gateways: null } });
  const inbox = openInbox(open({ users: [ana] }));
  const ask = { user: "ana", from: { via: "telegram", address: "ana's chat" }, before: [] };
  await inbox.accept(submission("one"));
  await inbox.check({ ...ask, to: PHONE });
  expect(await inbox.accept(submission("one"))).toMatchObject({ repeated: true });
  await expect(inbox.accept(submission("two", { ref: "chat/2" }))).rejects.toMatchObject({
    code: "over-quota",
  });
  await expect(inbox.check({ ...ask, to: OTHER })).rejects.toMatchObject({ code: "over-quota" });
});
