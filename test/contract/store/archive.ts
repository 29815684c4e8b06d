// Looking back: the steps of a delivery, and conversations.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Delivery, Party, State } from "../../../src/bridge/message.ts";
import type { Step } from "../../../src/bridge/ports/archive.ts";
import type { Entry } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  accepted,
  claim,
  DAY,
  HOUR,
  ids,
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
} from "./setup.ts";

const RUNS = 150;
const BOB: Party = { via: "email", address: "bob@example.org" };

const fromBob = (phone: string, at = NOW): Entry => ({
  ...text({ phone, at, thread: out({ phone, who: ["bob"] }) }),
  writer: { party: BOB, user: "bob" },
});

/** A notice, or a copy of what somebody wrote, to a person in a conversation. */
const aside = (thread: number, kind: "notice" | "copy", at = NOW): Entry => ({
  message: message(
    kind === "notice"
      ? { at, from: null, user: null, notice: { kind: "failed", message: "m", about: [] } }
      : { at },
  ),
  deliveries: [toPerson(BOB, { way: "id", id: thread })],
});

const stepOf = (at: number, { state, lane, error }: Delivery): Step => ({ at, state, lane, error });

export function archive(make: () => Promise<Rig>): void {
  describe("looking back", () => {
    const rig = rigFor(make);

    test("the steps of a text, from acceptance to the handset's report, with times, SIM and errors", async () => {
      const { store, time } = rig();
      const { id } = await put(store, text({ at: NOW }));
      await store.claim(claim({ now: NOW + 10 }));
      time.now = NOW + 20;
      await store.report([news(id, "queued", { error: "507 Busy\n\tline \\ two", due: NOW + 30 })]);
      await store.claim(claim({ now: NOW + 30 }));
      time.now = NOW + 40;
      await store.report([{ ...news(id, "accepted", { lane: SIM, error: null }), bind: SIM }]);
      // News that change nothing that is seen are no step, and neither are repetitions.
      await store.report([news(id, "accepted", { due: NOW + 45 })]);
      time.now = NOW + 50;
      await store.report([news(id, "delivered")]);
      await store.report([news(id, "sent")]);
      const office = { gateway: "office", port: null };
      expect(await store.history(id)).toEqual([
        { at: NOW, state: "queued", lane: null, error: null },
        { at: NOW + 10, state: "sending", lane: office, error: null },
        { at: NOW + 20, state: "queued", lane: null, error: "507 Busy\n\tline \\ two" },
        { at: NOW + 30, state: "sending", lane: office, error: "507 Busy\n\tline \\ two" },
        { at: NOW + 40, state: "accepted", lane: SIM, error: null },
        { at: NOW + 50, state: "delivered", lane: SIM, error: null },
      ]);
      const again = await rig().reopen();
      expect(await again.history(id)).toHaveLength(6);
      expect(await again.history(id + 1)).toEqual([]);
    });

    test("what was taken back, or found no reader, has its steps too", async () => {
      const { store, time } = rig();
      const back = await put(store, text());
      time.now = NOW + 7;
      await store.withdraw([back.id], "taken back", []);
      expect(await store.history(back.id)).toEqual([
        { at: NOW, state: "queued", lane: null, error: null },
        { at: NOW + 7, state: "failed", lane: null, error: "taken back" },
      ]);
      const entry = incoming();
      const lost = await put(store, {
        ...entry,
        deliveries: entry.deliveries.map((one) => ({ ...one, state: "failed", error: "no route" })),
      });
      expect(await store.history(lost.id)).toEqual([
        { at: NOW, state: "failed", lane: null, error: "no route" },
      ]);
      // A text that goes to more people later: its own time.
      const [more] = accepted(
        await store.accept({ ...aside(lost.thread, "copy"), message: lost.message }),
      ).deliveries;
      expect((await store.history(more?.id ?? 0))[0]?.at).toBe(NOW + 7);
    });

    test("steps are those that a reader would have seen, and the last is the delivery's state", async () => {
      const { store, time } = rig();
      const errors = fc.constantFrom(undefined, null, "busy", "\\n \\\t\n\0 ü €\u{1F600} :", "");
      const lanes = fc.constantFrom(undefined, SIM, { gateway: "a: b\t\\", port: null });
      const states = fc.constantFrom<State>("queued", "accepted", "sent", "delivered", "unsure", "failed");
      const events = fc.array(
        fc.oneof(fc.constant("claim" as const), fc.record({ state: states, error: errors, lane: lanes })),
        { maxLength: 25 },
      );
      let n = 0;
      await fc.assert(
        fc.asyncProperty(events, async (life) => {
          const { id } = await put(store, text({ phone: `+49${n++}`, at: NOW }));
          let is = await look(store, id);
          const expected = [stepOf(NOW, is)];
          for (const event of life) {
            time.now++;
            if (event === "claim") await store.claim(claim({ now: time.now, pools: ["*"] }));
            else {
              const { state, error, lane } = event;
              const change: Change = {
                state,
                ...(error === undefined ? {} : { error }),
                ...(lane === undefined ? {} : { lane }),
              };
              await store.report([{ id, change }]);
            }
            const was = is;
            is = await look(store, id);
            const seen = stepOf(time.now, is);
            const same = JSON.stringify(stepOf(time.now, was)) === JSON.stringify(seen);
            // Claimed again by itself is a step, too: none of these can be.
            if (!same) expected.push(seen);
          }
          const steps = await store.history(id);
          assert.deepEqual(steps, expected);
          assert.equal(steps.at(-1)?.state, is.state);
          await store.report([news(id, "failed")]);
        }),
        { numRuns: RUNS },
      );
      expect(n).toBeGreaterThanOrEqual(RUNS);
    }, 60_000);

    test("conversations: the last active first, page by page, with what was said last", async () => {
      const { store } = rig();
      const first = await put(store, text({ phone: "+1", at: NOW }));
      const second = await put(store, fromBob("+2", NOW + 1));
      const third = await put(store, incoming(ANA, { phone: "+3", at: NOW + 1 }));
      const all = await store.conversations(null, null, 9);
      expect(all.map(({ thread }) => thread.phone)).toEqual(["+3", "+2", "+1"]);
      expect(all.map(({ active }) => active - NOW)).toEqual([1, 1, 0]);
      expect(all.map(({ last }) => last?.delivery.id)).toEqual([third.id, second.id, first.id]);
      // It goes on: it is the first one again.
      const answer = await put(store, text({ phone: "+1", at: NOW + 2 }));
      expect(answer.thread).toBe(first.thread);
      const [top, next] = await store.conversations(null, null, 2);
      assert(top && next);
      expect([top.thread.id, top.active, top.last?.delivery.id]).toEqual([first.thread, NOW + 2, answer.id]);
      expect(top.last?.message.id).toBe(answer.message);
      const rest = await store.conversations(null, { active: next.active, thread: next.thread.id }, 9);
      expect(rest.map(({ thread }) => thread.phone)).toEqual(["+2"]);
      expect(await store.conversations(null, { active: NOW, thread: first.thread }, 9)).toEqual([]);
    });

    test("what was said last is a text from or to the phone: no notice, no copy, and what came in but once", async () => {
      const { store } = rig();
      const came = incoming();
      const query = came.deliveries[0]?.thread;
      assert(query);
      const [one, two] = accepted(
        await store.accept({ ...came, deliveries: [toPerson(ANA, query), toPerson(BOB, query)] }),
      ).deliveries;
      assert(one && two);
      const notice = await put(store, aside(one.thread, "notice", NOW + 1));
      const copy = await put(store, aside(one.thread, "copy", NOW + 2));
      const [conversation] = await store.conversations(null, null, 9);
      expect(conversation?.last?.delivery.id).toBe(one.id);
      expect(ids(await store.conversation(one.thread, null, 9))).toEqual([
        copy.id,
        notice.id,
        two.id,
        one.id,
      ]);
      expect(ids(await store.conversation(one.thread, notice.id, 1))).toEqual([two.id]);
      expect(await store.conversation(one.thread + 1, null, 9)).toEqual([]);
    });

    test("of people only theirs are shown, however many there are besides", async () => {
      const { store } = rig();
      for (let n = 0; n < 30; n++) await put(store, text({ phone: `+49${n}`, at: NOW + n }));
      const bobs = await put(store, fromBob("+1", NOW + 5));
      const heard = await put(store, incoming(BOB, { phone: "+2", at: NOW - DAY }));
      const of = async (who: readonly string[]): Promise<readonly number[]> =>
        (await store.conversations(who, null, 99)).map(({ thread }) => thread.id);
      expect(await of(["bob", "email:bob@example.org"])).toEqual([bobs.thread, heard.thread]);
      expect(await of(["bob"])).toEqual([bobs.thread]);
      expect(await of(["ana"])).toHaveLength(30);
      expect(await of(["ana", "bob"])).toHaveLength(31);
      expect(await of(["nobody"])).toEqual([]);
      expect(await of([])).toEqual([]);
      const before = { active: NOW + 5, thread: bobs.thread };
      const older = await store.conversations(["email:bob@example.org"], before, 9);
      expect(older.map(({ thread }) => thread.id)).toEqual([heard.thread]);
      expect(await store.takesPart(bobs.thread, ["ana"])).toBe(false);
      expect(await store.takesPart(bobs.thread, ["ana", "bob"])).toBe(true);
      expect(await store.takesPart(heard.thread, ["email:bob@example.org"])).toBe(true);
      expect(await store.takesPart(heard.thread, [])).toBe(false);
      expect(await store.takesPart(heard.thread + 999, ["bob"])).toBe(false);
    });

    test("what is forgotten is not looked back on", async () => {
      const { store } = rig();
      const old = await put(store, text({ phone: "+1" }));
      const open = await put(store, text({ phone: "+2", at: NOW + HOUR }));
      await store.claim(claim());
      await store.report([news(old.id, "delivered")]);
      expect(await store.prune(NOW + DAY, 9)).toBe(1);
      expect(await store.history(old.id)).toEqual([]);
      expect(await store.takesPart(old.thread, ["ana"])).toBe(false);
      expect(await store.conversation(old.thread, null, 9)).toEqual([]);
      const [only, ...rest] = await store.conversations(["ana"], null, 9);
      expect([only?.thread.id, rest]).toEqual([open.thread, []]);
      expect(ids(await store.list({ until: NOW + DAY, number: "+2", limit: 9 }))).toEqual([open.id]);
      expect(await store.list({ number: PHONE, limit: 9 })).toEqual([]);
    });
  });
}
