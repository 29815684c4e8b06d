// Threads: how an answer finds its conversation, from either side, and the SIM that it lives on.
import { describe, expect, test } from "vitest";
import type { Lane } from "../../../src/bridge/message.ts";
import type { Store } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  claim,
  DAY,
  HOUR,
  incoming,
  look,
  message,
  NOW,
  news,
  out,
  PHONE,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
  toPhone,
} from "./setup.ts";

const BERT = { via: "email", address: "bert@example.org" } as const;
const OTHER: Lane = { gateway: "office", port: 4 };

/** Lets a queued text leave through `lane`, so that its thread lives there. */
async function leave(store: Store, id: number, lane: Lane = SIM): Promise<void> {
  await store.claim(claim({ pools: ["*", "office", "office:3", "office:4"] }));
  await store.report([{ ...news(id, "sent", { lane }), bind: lane }]);
}

const back = (since = NOW - 7 * DAY, lane: Lane = SIM) => ({ way: "in", phone: PHONE, lane, since }) as const;

export function threading(make: () => Promise<Rig>): void {
  describe("threads", () => {
    const rig = rigFor(make);

    test("who wrote lately to a phone goes on in the same thread; others, and later ones, begin their own", async () => {
      const { store } = rig();
      const first = await put(store, text());
      expect((await put(store, text())).thread).toBe(first.thread);
      expect(await store.thread(out({ who: ["bert"] }))).toBeNull();
      expect(await store.thread(out({ phone: "+491" }))).toBeNull();
      expect(await store.thread(out({ since: NOW + 1 }))).toBeNull();
      const late = text({ at: NOW + 8 * DAY, thread: out({ since: NOW + DAY }) });
      expect((await put(store, late)).thread).not.toBe(first.thread);
    });

    test("a party is known by its address too, and so is whoever was written to", async () => {
      const { store } = rig();
      const first = await put(store, text());
      expect((await store.thread(out({ who: ["email:ana@example.org"] })))?.id).toBe(first.thread);
      await put(store, {
        message: message({ from: { via: "office", address: PHONE } }),
        deliveries: [toPerson(BERT, { way: "id", id: first.thread })],
      });
      expect((await store.thread(out({ who: ["x", "email:bert@example.org"] })))?.id).toBe(first.thread);
    });

    test("anybody's thread is found when nobody is named", async () => {
      const { store } = rig();
      const first = await put(store, text());
      expect((await store.thread(out({ who: null, only: true })))?.id).toBe(first.thread);
      expect(await store.thread(out({ who: null, only: true, since: NOW + 1 }))).toBeNull();
      expect(await store.thread(out({ who: [], only: true }))).toBeNull();
    });

    test("an answer finds its thread by what it answers to, however old, but only with this phone", async () => {
      const { store } = rig();
      const first = await put(store, text({ ref: "one@example.org" }));
      const second = await put(
        store,
        text({ at: NOW + 9 * DAY, ref: "two@example.org", thread: out({ since: NOW + 2 * DAY }) }),
      );
      expect(second.thread).not.toBe(first.thread);
      const since = NOW + 8 * DAY;
      expect((await store.thread(out({ refs: ["x@y", "one@example.org"], who: [], since })))?.id).toBe(
        first.thread,
      );
      const both = out({ refs: ["one@example.org", "two@example.org"], who: [] });
      expect((await store.thread(both))?.id).toBe(second.thread);
      expect(await store.thread(out({ refs: ["one@example.org"], phone: "+491", who: [] }))).toBeNull();
      expect(await store.thread(out({ refs: ["one@example.org"], who: [], since, only: true }))).toBeNull();
    });

    test("the id that an upstream gave to what it was sent is found as well", async () => {
      const { store } = rig();
      const delivery = await put(store, incoming());
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(delivery.id, "accepted", { ref: "sent@sms.example.org" })]);
      expect((await store.thread(out({ refs: ["sent@sms.example.org"], who: [] })))?.id).toBe(
        delivery.thread,
      );
      expect(await store.refs(delivery.thread, "email", 10)).toEqual(["sent@sms.example.org"]);
      expect(await store.refs(delivery.thread, "telegram", 10)).toEqual([]);
    });

    test("ids of a thread: oldest first, the latest of them, each once, also for one mail to two phones", async () => {
      const { store } = rig();
      const writer = { party: ANA, user: "ana" };
      const first = await put(store, text({ ref: "1@x" }));
      await store.accept({
        message: message({ ref: "2@x" }),
        writer,
        deliveries: [toPhone(), toPhone({ phone: "+491" })],
      });
      await put(store, text({ ref: "3@x" }));
      await put(store, text({ ref: "3@x" }));
      expect(await store.refs(first.thread, "email", 20)).toEqual(["1@x", "2@x", "3@x"]);
      expect(await store.refs(first.thread, "email", 3)).toEqual(["2@x", "3@x"]);
      expect((await store.thread(out({ phone: "+491", refs: ["2@x"], who: [] })))?.phone).toBe("+491");
      expect((await store.thread(out({ refs: ["2@x"], who: [] })))?.id).toBe(first.thread);
    });

    test("a pinned SIM begins its own thread there, and never joins one on another SIM", async () => {
      const { store } = rig();
      const first = await put(store, text());
      await leave(store, first.id);
      const pinned = await put(store, text({ thread: out({ pin: OTHER }), lane: OTHER }));
      expect(pinned.thread).not.toBe(first.thread);
      expect((await store.thread({ way: "id", id: pinned.thread }))?.lane).toEqual(OTHER);
      expect((await store.thread(out({ pin: SIM })))?.id).toBe(first.thread);
      expect((await store.thread(out({ pin: { gateway: "office", port: null } })))?.id).toBe(pinned.thread);
      expect(await store.thread(out({ pin: { gateway: "depot", port: null } }))).toBeNull();
      expect((await store.thread(out({ refs: [message().id], pin: SIM })))?.id).toBe(first.thread);
    });

    test("a thread on a gateway that is gone is over, also for those who answer in it", async () => {
      const { store } = rig();
      const first = await put(store, text());
      await leave(store, first.id);
      expect((await store.thread(out({ gateways: ["office"] })))?.id).toBe(first.thread);
      expect(await store.thread(out({ gateways: ["depot"] }))).toBeNull();
      expect(await store.thread(out({ gateways: ["depot"], refs: [message().id] }))).toBeNull();
      const later = await put(store, text({ thread: out({ gateways: ["depot"] }) }));
      expect(later.thread).not.toBe(first.thread);
    });

    test("looking for a thread makes none", async () => {
      const { store } = rig();
      expect(await store.thread(out())).toBeNull();
      expect(await store.thread(back())).toBeNull();
      expect(await store.thread({ way: "id", id: 1 })).toBeNull();
      expect(await store.thread(out())).toBeNull();
    });

    test("a phone answers in the thread on its SIM that somebody wrote in last", async () => {
      const { store } = rig();
      const ana = await put(store, text());
      await leave(store, ana.id);
      const bert = await put(store, {
        ...text({ at: NOW + 1, thread: out({ who: ["bert"] }) }),
        writer: { party: BERT, user: "bert" },
      });
      expect(bert.thread).not.toBe(ana.thread);
      await leave(store, bert.id);
      expect((await store.thread(back()))?.id).toBe(bert.thread);
      await put(store, text({ at: NOW + 2 }));
      expect((await store.thread(back()))?.id).toBe(ana.thread);
      expect((await store.thread(back()))?.wrote).toEqual({ party: ANA, user: "ana", at: NOW + 2 });
    });

    test("an answer binds a thread that knows no SIM yet, or only its gateway, to the one that it came in on", async () => {
      const { store } = rig();
      const open = await put(store, text());
      const answer = await put(store, incoming(ANA, { at: NOW + HOUR }));
      expect(answer.thread).toBe(open.thread);
      expect((await store.thread({ way: "id", id: open.thread }))?.lane).toEqual(SIM);
      const half = await put(
        store,
        text({ phone: "+491", thread: out({ phone: "+491", pin: { gateway: "office", port: null } }) }),
      );
      expect((await put(store, incoming(ANA, { phone: "+491" }))).thread).toBe(half.thread);
      expect((await store.thread({ way: "id", id: half.thread }))?.lane).toEqual(SIM);
      const elsewhere = await put(store, incoming(ANA, { phone: "+491", lane: OTHER }));
      expect(elsewhere.thread).not.toBe(half.thread);
    });

    test("a text that nobody waits for goes into the last thread on its SIM, whatever its age, else into a new one", async () => {
      const { store } = rig();
      const first = await put(store, incoming());
      expect((await store.thread({ way: "id", id: first.thread }))?.wrote).toBeNull();
      expect((await put(store, incoming(ANA, { at: NOW + 100 * DAY }))).thread).toBe(first.thread);
      expect((await put(store, incoming(ANA, { lane: OTHER }))).thread).not.toBe(first.thread);
    });

    test("somebody who just wrote is answered rather than an old thread on the SIM", async () => {
      const { store } = rig();
      const old = await put(store, incoming());
      const open = await put(
        store,
        text({ at: NOW + 20 * DAY, thread: out({ who: ["ana"], since: NOW + 13 * DAY }) }),
      );
      expect(open.thread).not.toBe(old.thread);
      expect((await put(store, incoming(ANA, { at: NOW + 20 * DAY + 1 }))).thread).toBe(open.thread);
    });

    test("when a thread gets its SIM, what waits in it must leave from there", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      const pinned = await put(store, text({ lane: { gateway: "depot", port: 1 } }));
      const mail = await put(store, {
        message: message(),
        deliveries: [toPerson(ANA, { way: "id", id: first.thread })],
      });
      await leave(store, first.id);
      expect(await store.claim(claim({ pools: ["*", "office", "office:4"] }))).toEqual([]);
      const [job] = await store.claim(claim({ pools: ["office:3"] }));
      expect(job?.delivery).toMatchObject({ id: second.id, lane: SIM });
      await store.report([news(second.id, "sent")]);
      expect(
        (await store.claim(claim({ pools: ["depot:1"], gateway: "depot" }))).map((it) => it.delivery.id),
      ).toEqual([pinned.id]);
      expect(
        (await store.claim(claim({ pools: ["email"], gateway: null }))).map((it) => it.delivery.id),
      ).toEqual([mail.id]);
      const later = await put(store, text());
      await store.report([news(pinned.id, "sent")]);
      expect((await store.claim(claim({ pools: ["office:3"] }))).map((it) => it.delivery.id)).toEqual([
        later.id,
      ]);
    });

    test("one that is sent when its thread gets its SIM, and comes back, must leave from there too", async () => {
      const { store } = rig();
      const first = await put(store, text({ line: "a" }));
      const second = await put(store, text({ line: "b" }));
      await store.claim(claim());
      await store.report([{ ...news(first.id, "sent", { lane: SIM }), bind: SIM }]);
      await store.report([news(second.id, "queued", { due: NOW })]);
      expect(await store.claim(claim({ pools: ["*"] }))).toEqual([]);
      expect(await store.claim(claim({ pools: ["office:3"] }))).toHaveLength(1);
    });

    test("a delivery that comes back to the queue may leave from anywhere again, unless its SIM was asked for", async () => {
      const { store } = rig();
      const free = await put(store, text());
      const asked = await put(store, text({ phone: "+491", lane: { gateway: "office", port: null } }));
      await store.claim(claim({ pools: ["*", "office"] }));
      await store.report([news(free.id, "unsure", { lane: SIM }), news(asked.id, "unsure", { lane: SIM })]);
      await store.report([news(free.id, "queued", { due: NOW }), news(asked.id, "queued", { due: NOW })]);
      expect((await look(store, free.id)).lane).toBeNull();
      expect((await look(store, asked.id)).lane).toEqual({ gateway: "office", port: null });
      const jobs = await store.claim(claim({ pools: ["*"], gateway: "depot" }));
      expect(jobs.map((job) => [job.delivery.id, job.delivery.lane])).toEqual([
        [free.id, { gateway: "depot", port: null }],
      ]);
    });

    test("the last message that a person wrote on a channel is found", async () => {
      const { store } = rig();
      const first = await put(store, text());
      await put(store, text({ at: NOW + 1 }));
      await put(store, incoming(ANA, { at: NOW + 2 }));
      const last = await store.lastWritten(first.thread, "email");
      expect(last).toMatchObject({ at: NOW + 1, from: ANA });
      expect(await store.lastWritten(first.thread, "telegram")).toBeNull();
    });
  });
}
