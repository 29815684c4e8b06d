// Narrowing down what is listed: every condition by itself and with others, against a plain filter.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Lane, State } from "../../../src/bridge/message.ts";
import type { Entry, Job, MessageQuery, Store } from "../../../src/bridge/ports/store.ts";
import {
  accepted,
  claim,
  HOUR,
  ids,
  incoming,
  message,
  NOW,
  news,
  out,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
} from "./setup.ts";

const RUNS = 400;
const TEXTS = 900;
const PHONES = ["+1", "+2", "+3", "+4"];
const USERS = ["ana", "bob", "carl"];
const LANES: readonly Lane[] = [SIM, { gateway: "depot", port: 0 }];
/** One of `all`, in an order that looks like none. */
const pick = <T>(all: readonly T[], n: number): T => {
  const one = all[(n * 7_919 + (n >> 3)) % all.length];
  assert(one !== undefined);
  return one;
};
const partyOf = (user: string) => ({ via: "email", address: `${user}@example.org` });

/** A crowd of texts, answers, copies and notices over some hours; returns who takes part in which conversation. */
async function crowd(store: Store, time: { now: number }): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const parts = new Map<number, Set<string>>();
  const join = (thread: number, ...names: string[]): void => {
    const known = parts.get(thread) ?? new Set();
    for (const name of names) known.add(name);
    parts.set(thread, known);
  };
  let thread = 0;
  for (let n = 0; n < TEXTS; n++) {
    const at = NOW + n * 60_000;
    time.now = at;
    // The last SIM is used late only, and one person writes early only.
    const lane = n > 700 ? pick(LANES, n) : SIM;
    const user = n < 100 ? pick(USERS, n) : pick(USERS.slice(0, 2), n);
    const party = partyOf(user);
    const phone = pick(PHONES, n >> 1);
    const words = { text: `text ${n % 50}` };
    if (n % 5 === 0) {
      const came = incoming(party, { at, phone, lane });
      const query = came.deliveries[0]?.thread;
      assert(query);
      const people = n % 2 === 0 ? [party, partyOf("bob")] : [party];
      const entry = { ...came, deliveries: people.map((to) => toPerson(to, query, words)) };
      const [first] = accepted(await store.accept(entry)).deliveries;
      assert(first);
      thread = first.thread;
      join(thread, ...people.map(({ via, address }) => `${via}:${address}`));
    } else if (n % 11 === 0 && thread !== 0) {
      const notice = {
        from: null,
        user: null,
        notice: { kind: "failed", message: `${n}`, about: [] },
      } as const;
      const own = n % 2 === 0 ? message({ at, ...notice }) : message({ at, from: party, user });
      await store.accept({
        message: own,
        deliveries: [toPerson(partyOf("ana"), { way: "id", id: thread }, words)],
      });
      if (own.from) join(thread, "email:ana@example.org");
    } else {
      const query = out({ phone, who: [user], since: 0, pin: n % 3 === 0 ? lane : null });
      const own: Entry = text({ at, phone, thread: query, lane: query.pin, ...words });
      const made = await put(store, { ...own, writer: { party, user } });
      thread = made.thread;
      join(thread, user, `email:${party.address}`);
    }
    if (n % 3 === 0 && n < TEXTS - 40) await move(store, n, at);
  }
  return parts;
}

/** Lets some of what waits go its way. */
async function move(store: Store, n: number, now: number): Promise<void> {
  const pools = ["*", "email", ...LANES.flatMap(({ gateway, port }) => [gateway, `${gateway}:${port}`])];
  const gateway = pick(["office", "office", "depot"], n);
  const jobs = await store.claim(claim({ pools, now, run: 3, gateway }));
  const states: readonly State[] = ["accepted", "sent", "delivered", "delivered", "unsure", "queued"];
  const rare: readonly State[] = n % 90 === 0 ? ["failed"] : states;
  await store.report(
    jobs.map(({ delivery: { id } }, index) => ({
      ...news(id, pick(rare, n + index), { due: null, deadline: null }),
      ...(n % 4 === 0 ? { bind: { gateway, port: 0 } } : {}),
    })),
  );
}

const isToPhone = ({ delivery: { to } }: Job): boolean => to.via !== "email";
const isHeard = ({ message: { from, user }, thread }: Job): boolean =>
  from !== null && user === null && from.address === thread.phone;

/** The contract's own words. */
function matches(
  query: MessageQuery,
  job: Job,
  all: readonly Job[],
  parts: ReadonlyMap<number, ReadonlySet<string>>,
): boolean {
  const { delivery, message: own, thread } = job;
  const first = Math.min(...ids(all.filter((other) => other.message.id === own.id))) === delivery.id;
  const waits = delivery.state === "queued" && delivery.lane === null && isToPhone(job);
  const on = delivery.lane?.gateway ?? (waits ? thread.lane?.gateway : undefined);
  const holds = (value: string): boolean => delivery.text.includes(value) || thread.phone.includes(value);
  return (
    (query.number === undefined || thread.phone === query.number) &&
    (query.state === undefined || delivery.state === query.state) &&
    (query.text === undefined || holds(query.text)) &&
    (query.gateway === undefined ||
      on === query.gateway ||
      (isHeard(job) && !isToPhone(job) && own.from?.via === query.gateway)) &&
    own.at >= (query.since ?? 0) &&
    own.at <= (query.until ?? Infinity) &&
    delivery.id < (query.before ?? Infinity) &&
    delivery.id > (query.after ?? 0) &&
    (query.way === undefined || (query.way === "out" ? isToPhone(job) : isHeard(job) && !isToPhone(job))) &&
    (!query.phones || isToPhone(job) || (isHeard(job) && first)) &&
    (query.who === undefined || query.who.some((name) => parts.get(thread.id)?.has(name)))
  );
}

export function narrowing(make: () => Promise<Rig>): void {
  describe("narrowing a list down", () => {
    const rig = rigFor(make);

    test("whatever is asked for, alone or together, is what a plain filter finds", async () => {
      const { store, time } = rig();
      const parts = await crowd(store, time);
      const all = await store.list({ limit: 9_999 });
      expect(all.length).toBeGreaterThan(TEXTS);
      const [top, bottom] = [all[0]?.delivery.id ?? 0, all.at(-1)?.delivery.id ?? 0];
      const moment = fc.integer({ min: NOW - HOUR, max: NOW + (TEXTS + 60) * 60_000 });
      const id = fc.integer({ min: bottom - 300, max: top + 300 });
      const asked = {
        number: fc.constantFrom(...PHONES, "+9"),
        state: fc.constantFrom<State>(
          ...(["queued", "sending", "accepted", "sent", "delivered", "unsure", "failed"] as const),
        ),
        text: fc.constantFrom("text", "text 7", "+2", "nothing"),
        gateway: fc.constantFrom("office", "depot", "nowhere"),
        since: moment,
        until: moment,
        before: id,
        after: id,
        oldest: fc.boolean(),
        way: fc.constantFrom("in" as const, "out" as const),
        phones: fc.boolean(),
        who: fc.subarray([...USERS, "email:bob@example.org", "nobody"]),
      };
      // A few conditions at a time: with many nothing is left.
      const queries = fc.subarray(Object.keys(asked), { maxLength: 4 }).chain((keys) =>
        fc.tuple(fc.constant(keys), fc.record(asked), fc.constantFrom(1, 3, 50, 9_999)).map(
          ([kept, every, limit]): MessageQuery => ({
            ...Object.fromEntries(Object.entries(every).filter(([key]) => kept.includes(key))),
            limit,
          }),
        ),
      );
      let some = 0;
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          const found = ids(await store.list(query));
          const wanted = ids(all.filter((job) => matches(query, job, all, parts)));
          const ordered = query.oldest ? wanted.toReversed() : wanted;
          assert.deepEqual(found, ordered.slice(0, query.limit));
          if (found.length > 0) some++;
        }),
        { numRuns: RUNS },
      );
      expect(some).toBeGreaterThan(RUNS / 4);
      for (const state of ["failed", "unsure", "sending"] as const) {
        const wanted = ids(all.filter(({ delivery }) => delivery.state === state));
        expect(ids(await store.list({ state, limit: 9_999 }))).toEqual(wanted);
      }
    }, 120_000);

    test("a delivery that was made long after its message is found by when that was accepted", async () => {
      const { store } = rig();
      const old = await put(store, incoming(partyOf("ana"), { at: NOW }));
      for (let n = 0; n < 600; n++) await put(store, text({ at: NOW + HOUR, phone: "+7", line: "" }));
      const query = { way: "id", id: old.thread } as const;
      const late = await put(store, { message: old.message, deliveries: [toPerson(partyOf("bob"), query)] });
      expect(ids(await store.list({ since: NOW, until: NOW + 1, limit: 9 }))).toEqual([late.id, old.id]);
      expect(ids(await store.list({ until: NOW + HOUR - 1, limit: 9, oldest: true }))).toEqual([
        old.id,
        late.id,
      ]);
      expect(ids(await store.list({ until: NOW + HOUR - 1, phones: true, limit: 9 }))).toEqual([old.id]);
      expect(await store.list({ since: NOW + HOUR, limit: 9_999 })).toHaveLength(600);
      expect(await store.list({ since: NOW + HOUR + 1, limit: 9 })).toEqual([]);
      expect(await store.list({ limit: 0 })).toEqual([]);
    });
  });
}
