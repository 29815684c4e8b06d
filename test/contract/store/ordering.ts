// Order within a line: first come, first sent, the urgent ones before the others, and no line waits for another.
import { describe, expect, test } from "vitest";
import type { Store } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
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

const OTHER = { gateway: "office", port: 4 };

/** A thread of Ana's with its SIM, through which one text has gone. */
async function settled(store: Store, lane = SIM): Promise<number> {
  const first = await put(store, text({ lane, thread: out({ pin: lane }) }));
  await store.claim(claim({ pools: ["office:3", "office:4"] }));
  await store.report([{ ...news(first.id, "sent", { lane, deadline: null }), bind: lane }]);
  return first.thread;
}

const all = { pools: ["*", "office", "office:3", "office:4"] };

export function ordering(make: () => Promise<Rig>): void {
  describe("order in a line", () => {
    const rig = rigFor(make);

    test("a text waits for the one before it: queued, sending, unsure, accepted; not any more when it was sent", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      const other = await put(store, text({ phone: "+1" }));
      expect(ids(await store.claim(claim()))).toEqual([first.id, other.id]);
      for (const state of ["unsure", "accepted"] as const) {
        await store.report([news(first.id, state, { due: NOW + 5 })]);
        expect(await store.claim(claim())).toEqual([]);
      }
      await store.report([news(first.id, "sent")]);
      expect(ids(await store.claim(claim()))).toEqual([second.id]);
    });

    test.each(["delivered", "failed"] as const)("it goes on when the one before is %s", async (state) => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      await store.claim(claim());
      await store.report([news(first.id, state)]);
      expect(ids(await store.claim(claim()))).toEqual([second.id]);
    });

    test("it goes on when the one before fails in the queue", async () => {
      const { store } = rig();
      const [first, second, third] = [
        await put(store, text()),
        await put(store, text()),
        await put(store, text()),
      ];
      await store.report([news(second.id, "failed")]);
      await store.report([news(first.id, "failed")]);
      expect(ids(await store.claim(claim()))).toEqual([third.id]);
    });

    test("in one thread that has its SIM the next may follow as soon as the device has taken the one before", async () => {
      const { store } = rig();
      await settled(store);
      const first = await put(store, text());
      const second = await put(store, text());
      expect(ids(await store.claim(claim(all)))).toEqual([first.id]);
      await store.report([news(first.id, "accepted", { due: NOW + 1 })]);
      expect(ids(await store.claim(claim(all)))).toEqual([second.id]);
    });

    test("a thread that gets its SIM while one is in the device's hands lets the next one go", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      await store.claim(claim());
      await store.report([{ ...news(first.id, "accepted", { lane: SIM, due: NOW + 1 }), bind: SIM }]);
      expect(ids(await store.claim(claim(all)))).toEqual([second.id]);
    });

    test("so does the phone's answer, which tells the SIM", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      await store.claim(claim());
      await store.report([
        news(first.id, "accepted", { lane: { gateway: "office", port: null }, due: NOW + 1 }),
      ]);
      expect(await store.claim(claim(all))).toEqual([]);
      expect((await put(store, incoming())).thread).toBe(first.thread);
      expect(ids(await store.claim(claim(all)))).toEqual([second.id]);
    });

    test("in another thread the next one waits until the network has the one before", async () => {
      const { store } = rig();
      await settled(store, SIM);
      await settled(store, OTHER);
      const first = await put(store, text({ thread: out({ pin: SIM }) }));
      const second = await put(store, text({ thread: out({ pin: OTHER }) }));
      expect(first.thread).not.toBe(second.thread);
      await store.claim(claim(all));
      await store.report([news(first.id, "accepted", { due: NOW + 1 })]);
      expect(await store.claim(claim(all))).toEqual([]);
      await store.report([news(first.id, "sent")]);
      expect(ids(await store.claim(claim(all)))).toEqual([second.id]);
    });

    test("a mail that the relay took holds nobody up: nothing more is heard of it", async () => {
      const { store } = rig();
      const line = "email ana@example.org";
      const first = await put(store, {
        ...incoming(),
        deliveries: [toPerson(ANA, { way: "in", phone: "+1", lane: SIM, since: 0 }, { line })],
      });
      const second = await put(store, {
        ...incoming(),
        deliveries: [toPerson(ANA, { way: "in", phone: "+1", lane: OTHER, since: 0 }, { line })],
      });
      const mails = { pools: ["email"], gateway: null };
      expect(ids(await store.claim(claim(mails)))).toEqual([first.id]);
      await store.report([news(first.id, "accepted", { due: null, deadline: null })]);
      expect(ids(await store.claim(claim(mails)))).toEqual([second.id]);
      await store.report([news(second.id, "accepted")]);
      const third = await put(store, {
        message: message(),
        deliveries: [toPerson(ANA, { way: "id", id: first.thread }, { line })],
      });
      expect(await store.claim(claim(mails))).toEqual([]);
      await store.report([news(second.id, "accepted", { deadline: null })]);
      expect(ids(await store.claim(claim(mails)))).toEqual([third.id]);
    });

    test("one that must wait for its next attempt holds up its line, and no other", async () => {
      const { store } = rig();
      const first = await put(store, text());
      await put(store, text());
      await store.claim(claim());
      await store.report([news(first.id, "queued", { due: NOW + HOUR })]);
      const other = await put(store, text({ phone: "+1" }));
      expect(ids(await store.claim(claim({ now: NOW + HOUR - 1 })))).toEqual([other.id]);
      expect(ids(await store.claim(claim({ now: NOW + HOUR })))).toEqual([first.id]);
    });

    test("an urgent one overtakes what waits, also what waits for its next attempt, but not what is being sent", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      const urgent = await put(store, text({ priority: 0 }));
      const urgenter = await put(store, text({ priority: 0 }));
      expect(ids(await store.claim(claim()))).toEqual([urgent.id]);
      await store.report([news(urgent.id, "queued", { due: NOW + HOUR })]);
      expect(await store.claim(claim())).toEqual([]);
      expect(ids(await store.claim(claim({ now: NOW + HOUR })))).toEqual([urgent.id]);
      await store.report([news(urgent.id, "sent")]);
      expect(ids(await store.claim(claim()))).toEqual([urgenter.id]);
      await store.report([news(urgenter.id, "sent")]);
      expect(ids(await store.claim(claim()))).toEqual([first.id]);
      const third = await put(store, text({ priority: 0 }));
      expect(await store.claim(claim())).toEqual([]);
      await store.report([news(first.id, "queued", { due: NOW })]);
      expect(ids(await store.claim(claim()))).toEqual([third.id]);
      await store.report([news(third.id, "sent")]);
      expect(ids(await store.claim(claim()))).toEqual([first.id]);
      await store.report([news(first.id, "sent")]);
      expect(ids(await store.claim(claim()))).toEqual([second.id]);
    });

    test("an urgent one that is held up by another thread holds up what would come after it", async () => {
      const { store } = rig();
      await settled(store, SIM);
      await settled(store, OTHER);
      const first = await put(store, text({ thread: out({ pin: SIM }), priority: 0 }));
      await store.claim(claim(all));
      await store.report([news(first.id, "accepted", { due: NOW + 1 })]);
      const same = await put(store, text({ thread: out({ pin: SIM }) }));
      const urgent = await put(store, text({ thread: out({ pin: OTHER }), priority: 0 }));
      expect(await store.claim(claim(all))).toEqual([]);
      await store.report([news(first.id, "sent")]);
      expect(ids(await store.claim(claim(all)))).toEqual([urgent.id]);
      await store.report([news(urgent.id, "sent")]);
      expect(ids(await store.claim(claim(all)))).toEqual([same.id]);
    });

    test("no line at all: nobody waits", async () => {
      const { store } = rig();
      const made = [await put(store, text({ line: "" })), await put(store, text({ line: "" }))];
      expect(ids(await store.claim(claim()))).toEqual(made.map(({ id }) => id));
    });

    test("a run takes those that follow each other in one thread, and no more than asked for", async () => {
      const { store } = rig();
      const made = [];
      for (let n = 0; n < 5; n++) made.push((await put(store, text())).id);
      const other = await put(store, text({ phone: "+1" }));
      expect(ids(await store.claim(claim({ run: 3, limit: 2 })))).toEqual(made.slice(0, 2));
      await store.report(made.slice(0, 2).map((id) => news(id, "sent")));
      expect(ids(await store.claim(claim({ run: 2 })))).toEqual([...made.slice(2, 4), other.id]);
      await store.report([news(made[2] ?? 0, "sent")]);
      expect(await store.claim(claim({ run: 9 }))).toEqual([]);
      await store.report([news(made[3] ?? 0, "queued", { due: NOW })]);
      expect(ids(await store.claim(claim({ run: 9 })))).toEqual(made.slice(3));
    });

    test("a run ends at another thread, another pool, one that is not due, and one that a gateway still holds up", async () => {
      const { store } = rig();
      await settled(store, SIM);
      await settled(store, OTHER);
      const held = await put(store, text({ thread: out({ pin: OTHER }) }));
      await store.claim(claim(all));
      await store.report([news(held.id, "accepted", { due: NOW + 1 })]);
      const urgent = await put(store, text({ thread: out({ pin: SIM }), priority: 0 }));
      const after = await put(store, text({ thread: out({ pin: SIM }) }));
      const elsewhere = await put(store, text({ thread: out({ pin: OTHER }) }));
      expect(ids(await store.claim(claim({ ...all, run: 5 })))).toEqual([urgent.id]);
      await store.report([news(held.id, "sent"), news(urgent.id, "queued", { due: NOW })]);
      await store.report([news(after.id, "queued", { due: NOW + HOUR })]);
      expect(ids(await store.claim(claim({ ...all, run: 5 })))).toEqual([urgent.id]);
      await store.report([news(urgent.id, "queued", { due: NOW })]);
      expect(ids(await store.claim(claim({ ...all, now: NOW + HOUR, run: 5 })))).toEqual([
        urgent.id,
        after.id,
      ]);
      await store.report([news(urgent.id, "sent"), news(after.id, "sent")]);
      expect(ids(await store.claim(claim({ ...all, run: 5 })))).toEqual([elsewhere.id]);
    });

    test("order survives a restart", async () => {
      const first = await put(rig().store, text());
      const second = await put(rig().store, text());
      const store = await rig().reopen();
      expect(ids(await store.claim(claim()))).toEqual([first.id]);
      const again = await rig().reopen();
      await again.report([news(first.id, "sent")]);
      expect(ids(await again.claim(claim()))).toEqual([second.id]);
    });
  });
}
