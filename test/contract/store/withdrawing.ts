// Taking back what has not left, and putting something else in its place: all of it or nothing.
import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import type { Delivery } from "../../../src/bridge/message.ts";
import type { Entry, Store } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  accepted,
  claim,
  HOUR,
  ids,
  look,
  NOW,
  news,
  out,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
  toPhone,
} from "./setup.ts";

const WHY = "taken back";

/** A text with its key. */
const keyed = (words: string, change: Partial<Entry> = {}): Entry => ({
  ...text({ text: words, once: words }),
  onceSince: NOW - HOUR,
  ...change,
});

/** `count` texts to one phone, in one line. */
const inLine = async (store: Store, count: number): Promise<readonly Delivery[]> => {
  const made: Delivery[] = [];
  for (let n = 0; n < count; n++) made.push(await put(store, text({ text: `text ${n}` })));
  return made;
};

const idsOf = (deliveries: readonly Delivery[]): readonly number[] => deliveries.map(({ id }) => id);

export function withdrawing(make: () => Promise<Rig>): void {
  describe("taking back", () => {
    const rig = rigFor(make);

    test("what waits fails with the error, and is never claimed", async () => {
      const { store } = rig();
      const one = await put(store, text());
      const { moved, follow } = await store.withdraw([one.id], WHY, []);
      const after = { ...one, state: "failed", error: WHY, due: null, deadline: null };
      expect(moved).toEqual([{ was: "queued", after }]);
      expect(follow).toEqual([]);
      expect(await look(store, one.id)).toEqual(after);
      expect(await store.claim(claim())).toEqual([]);
      expect(await store.depth()).toMatchObject({ queued: 0, failed: 1 });
      expect(await store.next(NOW)).toBeNull();
    });

    test("ready, put off or behind another one: all of it can be taken back, and what waited behind it may go", async () => {
      const { store } = rig();
      const [first, second, third] = await inLine(store, 3);
      assert(first && second && third);
      await store.report([news(first.id, "queued", { due: NOW + HOUR })]);
      expect(await store.claim(claim())).toEqual([]);
      const { moved } = await store.withdraw([second.id, first.id], WHY, []);
      expect(moved.map(({ after }) => after.id)).toEqual([second.id, first.id]);
      expect(ids(await store.claim(claim()))).toEqual([third.id]);
    });

    test("taken out of the middle of a line, the rest keeps its order", async () => {
      const { store } = rig();
      const line = await inLine(store, 4);
      await store.withdraw(idsOf(line.slice(1, 3)), WHY, []);
      const [head] = await store.claim(claim());
      expect(head?.delivery.id).toBe(line[0]?.id);
      expect(await store.claim(claim())).toEqual([]);
      await store.report([news(line[0]?.id ?? 0, "sent", { lane: SIM })]);
      expect(ids(await store.claim(claim()))).toEqual([line[3]?.id]);
    });

    test.each(["sending", "unsure", "accepted", "sent", "delivered", "failed"] as const)(
      "nothing is changed when even one of them is %s",
      async (state) => {
        const { store } = rig();
        const gone = await put(store, text({ phone: "+1" }));
        await store.claim(claim());
        if (state !== "sending") await store.report([news(gone.id, state, { lane: SIM, due: NOW + HOUR })]);
        const waits = await put(store, text({ phone: "+2" }));
        const depth = await store.depth();
        for (const both of [
          [waits.id, gone.id],
          [gone.id, waits.id],
        ])
          expect(await store.withdraw(both, WHY, [text({ phone: "+3" })])).toEqual({ moved: [], follow: [] });
        expect(await look(store, waits.id)).toEqual(waits);
        expect((await look(store, gone.id)).state).toBe(state);
        expect(await store.depth()).toEqual(depth);
        expect(ids(await store.claim(claim()))).toEqual([waits.id]);
      },
    );

    test("one that does not exist, or none at all, changes nothing", async () => {
      const { store } = rig();
      const one = await put(store, text());
      for (const none of [[], [one.id, one.id === 1 ? 2 : 1]])
        expect(await store.withdraw(none, WHY, [text({ phone: "+3" })])).toEqual({ moved: [], follow: [] });
      expect((await store.depth()).queued).toBe(1);
    });

    test("the same one named twice is one", async () => {
      const { store } = rig();
      const one = await put(store, text());
      expect((await store.withdraw([one.id, one.id], WHY, [])).moved).toHaveLength(1);
    });

    test("of taking back and claiming at the same time one wins, and the other finds nothing", async () => {
      const { store } = rig();
      for (let n = 0; n < 10; n++) {
        const { id } = await put(store, text({ phone: `+${n}` }));
        const back = (): Promise<boolean> =>
          store.withdraw([id], WHY, []).then(({ moved }) => moved.length > 0);
        const go = (): Promise<boolean> => store.claim(claim()).then((jobs) => jobs.length > 0);
        const won = await Promise.all(n % 2 === 0 ? [back(), go()] : [go(), back()]);
        expect(won.filter(Boolean)).toHaveLength(1);
      }
    });

    test("what takes its place is stored with it, behind all that waits", async () => {
      const { store } = rig();
      const [first, second] = await inLine(store, 2);
      assert(first && second);
      const { moved, follow } = await store.withdraw([first.id], WHY, [text({ text: "better" })]);
      expect(moved).toHaveLength(1);
      const [outcome] = follow;
      assert(outcome);
      const [made] = accepted(outcome).deliveries;
      expect(made).toMatchObject({ state: "queued", text: "better", thread: first.thread });
      expect(await store.depth()).toMatchObject({ queued: 2, failed: 1 });
      expect(ids(await store.claim(claim()))).toEqual([second.id]);
      await store.report([news(second.id, "sent", { lane: SIM })]);
      expect(ids(await store.claim(claim()))).toEqual([made?.id]);
    });

    test("over the quota, nothing is changed, and it is said when it frees", async () => {
      const { store } = rig();
      const counted = { quota: { user: "ana", perDay: 2 }, counts: { user: "ana", texts: 1 } };
      const one = await put(store, { ...text(), ...counted });
      const used = await store.sentBy("ana", NOW);
      const long = { ...text({ text: "long" }), ...counted, counts: { user: "ana", texts: 2 } };
      const { moved, follow } = await store.withdraw([one.id], WHY, [text({ text: "stored?" }), long]);
      expect(moved).toEqual([]);
      expect(follow).toEqual([{ outcome: "over-quota", freesAt: used.freesAt }]);
      expect(await look(store, one.id)).toEqual(one);
      expect(await store.sentBy("ana", NOW)).toEqual(used);
      expect(await store.list({ limit: 9 })).toHaveLength(1);
      expect(await store.depth()).toMatchObject({ queued: 1, failed: 0 });
      expect(ids(await store.claim(claim()))).toEqual([one.id]);
    });

    test("where no conversation is open, nothing is changed either", async () => {
      const { store } = rig();
      const one = await put(store, text());
      const other = text({ thread: out({ phone: "+7", only: true }) });
      expect(await store.withdraw([one.id], WHY, [other])).toEqual({
        moved: [],
        follow: [{ outcome: "no-thread", phone: "+7" }],
      });
      expect(await look(store, one.id)).toEqual(one);
    });

    test("refused work takes nothing along of what is stored beside it", async () => {
      const { store } = rig();
      const one = await put(store, text());
      const refused = text({ thread: out({ phone: "+7", only: true }) });
      const all = await Promise.all([
        put(store, text({ phone: "+8" })),
        store.withdraw([one.id], WHY, [refused]),
        put(store, text({ phone: "+9" })),
        store.withdraw([one.id], WHY, []),
      ]);
      expect(all[1].moved).toEqual([]);
      expect(all[3].moved).toHaveLength(1);
      expect(await store.depth()).toMatchObject({ queued: 2, failed: 1 });
    });

    test("work that can't be stored is rejected, and nothing is changed", async () => {
      const { store } = rig();
      const one = await put(store, text());
      const broken: Entry = { ...text(), deliveries: [toPerson(ANA, { way: "id", id: 4711 })] };
      await expect(store.withdraw([one.id], WHY, [broken])).rejects.toThrow("There is no thread 4711");
      expect(await look(store, one.id)).toEqual(one);
    });

    test("done again it does nothing, and says that it was done", async () => {
      const { store } = rig();
      const one = await put(store, keyed("first"));
      const { follow } = await store.withdraw([one.id], WHY, [keyed("second")]);
      const [outcome] = follow;
      assert(outcome);
      const { id, deliveries } = accepted(outcome);
      const again = { moved: [], follow: [{ outcome: "repeated", id }] };
      expect(await store.withdraw([one.id], WHY, [keyed("second")])).toEqual(again);
      await store.claim(claim());
      await store.report(deliveries.map((made) => news(made.id, "sent", { lane: SIM })));
      expect(await store.withdraw([one.id], WHY, [keyed("second")])).toEqual(again);
      expect(await store.withdraw([one.id], WHY, [keyed("third")])).toEqual({ moved: [], follow: [] });
      expect(await store.depth()).toMatchObject({ queued: 0, sent: 1, failed: 1 });
    });

    test("changed, and changed back: the first text is sent, though it was accepted before", async () => {
      const { store } = rig();
      const first = await put(store, keyed("one"));
      const replace = async (id: number, entry: Entry): Promise<Delivery> => {
        const { moved, follow } = await store.withdraw([id], WHY, [entry]);
        expect(moved).toHaveLength(1);
        const [outcome] = follow;
        assert(outcome);
        const [made] = accepted(outcome).deliveries;
        assert(made);
        return made;
      };
      const second = await replace(first.id, keyed("two"));
      const third = await replace(second.id, keyed("one"));
      const [job] = await store.claim(claim());
      expect(job?.delivery).toMatchObject({ id: third.id, text: "one" });
      // A repetition is one of the text that lives.
      expect(await store.accept(keyed("one"))).toEqual({ outcome: "repeated", id: third.message });
      expect(await store.withdraw([second.id], WHY, [keyed("one")])).toEqual({
        moved: [],
        follow: [{ outcome: "repeated", id: third.message }],
      });
    });

    test("it is on disk when it is answered", async () => {
      const { store } = rig();
      const entry = { ...text(), deliveries: [toPhone({ phone: "+1" }), toPhone({ phone: "+2" })] };
      const { deliveries } = accepted(await store.accept(entry));
      await store.withdraw(idsOf(deliveries), WHY, [text({ phone: "+3" })]);
      const again = await rig().reopen();
      expect(await again.depth()).toMatchObject({ queued: 1, failed: 2 });
      for (const { id } of deliveries) expect((await look(again, id)).error).toBe(WHY);
    });
  });
}
