// Claiming: who gets what, in which order, and what a claim changes.
import { describe, expect, test } from "vitest";
import {
  claim,
  DAY,
  HOUR,
  ids,
  incoming,
  look,
  NOW,
  news,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
} from "./setup.ts";

export function claiming(make: () => Promise<Rig>): void {
  describe("claim", () => {
    const rig = rigFor(make);

    test("marks what it hands out: sending, one more attempt, when, until when; and hands it out once", async () => {
      const { store } = rig();
      const { id } = await put(store, text());
      const jobs = await store.claim(claim({ now: NOW + 5, lease: NOW + HOUR }));
      expect(jobs).toHaveLength(1);
      const [job] = jobs;
      expect(job?.delivery).toMatchObject({
        id,
        state: "sending",
        attempts: 1,
        sentAt: NOW + 5,
        deadline: NOW + HOUR,
        due: null,
        lane: { gateway: "office", port: null },
      });
      expect(job?.message.text).toBe("hello");
      expect(job?.thread.phone).toBe(job?.delivery.to.address);
      const store2 = await rig().reopen();
      expect(await look(store2, id)).toEqual(job?.delivery);
      expect(await store2.claim(claim())).toEqual([]);
    });

    test("two claims at once share nothing", async () => {
      const { store } = rig();
      for (let n = 0; n < 10; n++) await put(store, text({ phone: `+49151${n}` }));
      const [a, b] = await Promise.all([
        store.claim(claim({ limit: 6 })),
        store.claim(claim({ limit: 6, node: "n2" })),
      ]);
      expect(a).toHaveLength(6);
      expect(b).toHaveLength(4);
      expect(new Set([...ids(a), ...ids(b)]).size).toBe(10);
    });

    test("urgent first, then the oldest, over all pools; no more than the limit", async () => {
      const { store } = rig();
      const low = await put(store, text({ phone: "+1", priority: 2, pool: "*" }));
      const a = await put(store, text({ phone: "+2", pool: "office" }));
      const b = await put(store, text({ phone: "+3", pool: "*" }));
      const urgent = await put(store, text({ phone: "+4", priority: 0, pool: "office:3", lane: SIM }));
      const pools = ["*", "office", "office:3"];
      expect(ids(await store.claim(claim({ pools, limit: 2 })))).toEqual([urgent.id, a.id]);
      expect(ids(await store.claim(claim({ pools })))).toEqual([b.id, low.id]);
    });

    test("no more than its share out of each pool", async () => {
      const { store } = rig();
      for (let n = 0; n < 6; n++)
        await put(store, text({ phone: `+49151${n}`, pool: n % 2 ? "office:1" : "office:2" }));
      const pools = [
        { pool: "office:1", max: 1 },
        { pool: "office:2", max: 2 },
        { pool: "office:3", max: 0 },
      ];
      expect(await store.claim({ ...claim(), pools })).toHaveLength(3);
      expect(await store.claim({ ...claim(), pools: [{ pool: "office:1", max: 0 }] })).toEqual([]);
    });

    test("a run counts against its pool's share, too", async () => {
      const { store } = rig();
      for (let n = 0; n < 4; n++) await put(store, text());
      expect(await store.claim(claim({ max: 2, run: 4 }))).toHaveLength(2);
    });

    test("only from the pools that were asked for; named twice is once", async () => {
      const { store } = rig();
      const own = await put(store, text({ phone: "+1", pool: "office" }));
      await put(store, text({ phone: "+2", pool: "depot" }));
      await put(store, text({ phone: "+3", pool: "depot,office" }));
      expect(ids(await store.claim(claim({ pools: ["office", "office"] })))).toEqual([own.id]);
      expect(await store.claim(claim({ pools: [] }))).toEqual([]);
    });

    test("a delivery to a person is its channel's, whatever SIM the thread lives on", async () => {
      const { store } = rig();
      const delivery = await put(store, incoming());
      expect(await store.claim(claim({ pools: ["*", "office", "office:3"] }))).toEqual([]);
      const [job] = await store.claim(claim({ pools: ["email"], gateway: null }));
      expect(job?.delivery).toMatchObject({ id: delivery.id, lane: null });
    });

    test("what is to be tried later is not claimed before", async () => {
      const { store } = rig();
      const { id } = await put(store, text());
      await store.claim(claim());
      await store.report([news(id, "queued", { due: NOW + 1_000, error: "busy" })]);
      expect(await store.claim(claim({ now: NOW + 999 }))).toEqual([]);
      expect(await store.next(NOW)).toBe(NOW + 1_000);
      const [job] = await store.claim(claim({ now: NOW + 1_000 }));
      expect(job?.delivery).toMatchObject({ id, attempts: 2 });
    });

    test("a queued delivery can be put off, and called back", async () => {
      const { store } = rig();
      const { id } = await put(store, text());
      await store.claim(claim());
      await store.report([news(id, "queued", { due: NOW })]);
      expect(await store.report([news(id, "queued", { due: NOW + HOUR })])).toEqual([]);
      expect(await store.claim(claim({ now: NOW + 1 }))).toEqual([]);
      expect(await store.report([news(id, "queued", { due: NOW + 2 })])).toEqual([]);
      expect(ids(await store.claim(claim({ now: NOW + 2 })))).toEqual([id]);
    });

    test("many that come due at once are all claimed, in order", async () => {
      const { store } = rig();
      const made = await Promise.all(
        Array.from({ length: 300 }, (_, n) => put(store, text({ phone: `+49151${n}` }))),
      );
      await store.claim(claim({ limit: 300, max: 300 }));
      await store.report(made.map(({ id }) => news(id, "queued", { due: NOW + 10 })));
      const got = await store.claim(claim({ now: NOW + 10, limit: 300, max: 300 }));
      expect(ids(got)).toEqual(made.map(({ id }) => id));
    });

    test("the SIM that was asked for stays noted; the thread's SIM is noted where that gateway sends", async () => {
      const { store } = rig();
      const pinned = await put(store, text({ phone: "+1", lane: { gateway: "office", port: 7 } }));
      const bound = await put(store, text({ phone: "+2" }));
      await store.claim(claim());
      await store.report([{ ...news(bound.id, "sent", { lane: SIM }), bind: SIM }]);
      const next = await put(store, text({ phone: "+2" }));
      const jobs = await store.claim(claim({ pools: ["office:7", "office:3"] }));
      expect(jobs.map((job) => [job.delivery.id, job.delivery.lane])).toEqual([
        [pinned.id, { gateway: "office", port: 7 }],
        [next.id, SIM],
      ]);
    });

    test("what a node had claimed when it died is overdue at its next start; others' work is not", async () => {
      const { store } = rig();
      const first = await put(store, text({ phone: "+1" }));
      await store.claim(claim({ lease: NOW + DAY }));
      const second = await put(store, text({ phone: "+2" }));
      await store.claim(claim({ node: "n2", lease: NOW + DAY }));
      const again = await rig().reopen();
      expect(ids(await again.overdue(NOW + 1, 10))).toEqual([]);
      expect(await again.recover("n1", NOW + 1)).toBe(1);
      expect(ids(await again.overdue(NOW + 1, 10))).toEqual([first.id]);
      expect((await look(again, second.id)).deadline).toBe(NOW + DAY);
      await again.report([news(first.id, "unsure", { deadline: null })]);
      expect(await again.recover("n1", NOW + 1)).toBe(0);
    });

    test("a lease that has run out shows as overdue", async () => {
      const { store } = rig();
      const { id } = await put(store, text());
      await store.claim(claim({ lease: NOW + 100 }));
      expect(await store.overdue(NOW + 99, 10)).toEqual([]);
      expect(ids(await store.overdue(NOW + 100, 10))).toEqual([id]);
    });
  });
}
