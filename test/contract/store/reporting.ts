// News: what moves a delivery, what follows from it, and what is asked about next.
import { describe, expect, test } from "vitest";
import { isFinal, type Message } from "../../../src/bridge/message.ts";
import type { Entry, Store } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  claim,
  DAY,
  HOUR,
  ids,
  look,
  message,
  NOW,
  news,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
} from "./setup.ts";

const notice = (about: number, of: string, thread: number, kind: "failed" | "delayed" = "failed"): Entry => ({
  message: message({ from: null, user: null, ref: null, notice: { kind, message: of, about: [about] } }),
  deliveries: [toPerson(ANA, { way: "id", id: thread })],
});

const notices = async (store: Store): Promise<readonly Message[]> =>
  (await store.list({ limit: 100 })).map((job) => job.message).filter((it) => it.notice !== null);

/** A text that is being sent. */
async function sending(store: Store, phone?: string) {
  const delivery = await put(store, text(phone === undefined ? {} : { phone }));
  await store.claim(claim());
  return delivery;
}

export function reporting(make: () => Promise<Rig>): void {
  describe("report", () => {
    const rig = rigFor(make);

    test("tells what it was before and is now, and keeps all that was said", async () => {
      const { store } = rig();
      const { id } = await sending(store);
      const before = await look(store, id);
      const change = {
        lane: SIM,
        track: "t1",
        due: NOW + 1,
        deadline: NOW + 2,
        error: "e",
        sentAt: NOW - 1,
      } as const;
      const moved = await store.report([news(id, "accepted", change)]);
      expect(moved).toEqual([{ was: "sending", after: { ...before, ...change, state: "accepted" } }]);
      expect(await look(await rig().reopen(), id)).toEqual(moved[0]?.after);
    });

    test("nothing goes backwards, out of a final state, or happens twice", async () => {
      const { store } = rig();
      const { id } = await sending(store);
      expect(await store.report([news(id, "delivered", { lane: SIM })])).toHaveLength(1);
      const done = await look(store, id);
      expect(done).toMatchObject({ state: "delivered", due: null, deadline: null });
      for (const state of ["queued", "sending", "accepted", "sent", "delivered", "unsure", "failed"] as const)
        expect(await store.report([news(id, state, { error: "late", due: NOW })])).toEqual([]);
      expect(await look(store, id)).toEqual(done);
      expect(isFinal(done.state)).toBe(true);
    });

    test("a delivery that does not exist is no news", async () => {
      const { store } = rig();
      expect(await store.report([news(1, "sent")])).toEqual([]);
      expect(await store.report([])).toEqual([]);
    });

    test("a new plan alone is no move, but is kept", async () => {
      const { store } = rig();
      const { id } = await sending(store);
      await store.report([news(id, "accepted", { lane: SIM, due: NOW })]);
      const entry = notice(id, (await look(store, id)).message, (await look(store, id)).thread);
      expect(
        await store.report([{ ...news(id, "accepted", { due: NOW + 9, track: "t" }), follow: [entry] }]),
      ).toEqual([]);
      expect(await look(store, id)).toMatchObject({ due: NOW + 9, track: "t" });
      expect(await notices(store)).toEqual([]);
    });

    test("a warning is a move, once", async () => {
      const { store } = rig();
      const { id, message: of, thread } = await put(store, text());
      const warn = () => ({
        ...news(id, "queued", { warned: true, deadline: NOW + DAY }),
        follow: [notice(id, of, thread, "delayed")],
      });
      expect(await store.report([warn()])).toHaveLength(1);
      expect(await store.report([warn()])).toEqual([]);
      expect(await notices(store)).toHaveLength(1);
      expect(await look(store, id)).toMatchObject({ state: "queued", warned: true, deadline: NOW + DAY });
    });

    test("what follows is stored if and only if the delivery moved", async () => {
      const { store } = rig();
      const { id, message: of, thread } = await sending(store);
      await store.report([{ ...news(id, "failed"), follow: [notice(id, of, thread)] }]);
      await store.report([{ ...news(id, "failed"), follow: [notice(id, of, thread)] }]);
      expect((await notices(store)).map((it) => it.notice)).toEqual([
        { kind: "failed", message: of, about: [id] },
      ]);
      expect(await store.claim(claim({ pools: ["email"], gateway: null }))).toHaveLength(1);
    });

    test("a notice that has not left takes in what else there is to tell; one that has left does not", async () => {
      const { store } = rig();
      const phones = ["+1", "+2", "+3"];
      const first = await put(store, text({ phone: "+1" }));
      const more = [];
      for (const phone of phones.slice(1))
        more.push(await put(store, { message: first.message, deliveries: [...text({ phone }).deliveries] }));
      const made = [first, ...more];
      await store.claim(claim());
      const fail = ({ id, thread }: { id: number; thread: number }) =>
        store.report([{ ...news(id, "failed"), follow: [notice(id, first.message, thread)] }]);
      for (const delivery of made.slice(0, 2)) await fail(delivery);
      expect((await notices(store)).map((it) => it.notice?.about)).toEqual([
        made.slice(0, 2).map(({ id }) => id),
      ]);
      expect(await store.claim(claim({ pools: ["email"], gateway: null }))).toHaveLength(1);
      for (const delivery of made.slice(2)) await fail(delivery);
      expect((await notices(store)).map((it) => it.notice?.about)).toEqual([
        [made[2]?.id],
        made.slice(0, 2).map(({ id }) => id),
      ]);
    });

    test("notices of another kind, or about another message, stay apart", async () => {
      const { store } = rig();
      const [a, b] = [await put(store, text({ phone: "+1" })), await put(store, text({ phone: "+2" }))];
      await store.report([
        { ...news(a.id, "queued", { warned: true }), follow: [notice(a.id, a.message, a.thread, "delayed")] },
        { ...news(b.id, "failed"), follow: [notice(b.id, b.message, b.thread)] },
      ]);
      await store.report([{ ...news(a.id, "failed"), follow: [notice(a.id, a.message, a.thread)] }]);
      expect(await notices(store)).toHaveLength(3);
    });

    test("all news of one report or none", async () => {
      const { store } = rig();
      const [a, b] = [await sending(store, "+1"), await sending(store, "+2")];
      const broken = { message: "nothing", deliveries: [] };
      await expect(
        store.report([news(a.id, "sent"), { ...news(b.id, "sent"), follow: [broken] }]),
      ).rejects.toThrow(Error);
      expect((await look(store, a.id)).state).toBe("sending");
      expect(await store.report([news(a.id, "sent"), news(b.id, "sent")])).toHaveLength(2);
    });

    test("a broken report takes no other with it", async () => {
      const { store } = rig();
      const [a, b] = [await sending(store, "+1"), await sending(store, "+2")];
      const results = await Promise.allSettled([
        store.report([news(a.id, "sent")]),
        store.report([{ ...news(b.id, "sent"), follow: [{ message: "nothing", deliveries: [] }] }]),
        store.accept(text({ phone: "+3" })),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await store.depth()).toMatchObject({ sent: 1, sending: 1, queued: 1 });
    });

    test("open: what left through a gateway and is to be asked about, earliest first", async () => {
      const { store } = rig();
      const states = ["accepted", "sent", "unsure", "delivered", "accepted"] as const;
      const made = [];
      for (const [n, state] of states.entries()) {
        const { id } = await sending(store, `+${n}`);
        made.push(id);
        const lane = n === 4 ? { gateway: "depot", port: 1 } : SIM;
        await store.report([news(id, state, { lane, due: NOW + 10 - n })]);
      }
      expect(ids(await store.open("office", NOW + 10, 10))).toEqual([made[2], made[1], made[0]]);
      expect(ids(await store.open("office", NOW + 10, 2))).toEqual([made[2], made[1]]);
      expect(ids(await store.open("office", NOW + 8, 10))).toEqual([made[2]]);
      expect(await store.open("office", NOW + 7, 10)).toEqual([]);
      expect(await store.nextAsk("office")).toBe(NOW + 8);
      expect(await store.nextAsk("depot")).toBe(NOW + 6);
      expect(await store.nextAsk("elsewhere")).toBeNull();
      await store.report([news(made[2] ?? 0, "unsure", { due: null })]);
      expect(await store.nextAsk("office")).toBe(NOW + 9);
    });

    test("next: the earliest moment at which there is something that there is not now", async () => {
      const { store } = rig();
      expect(await store.next(NOW)).toBeNull();
      const { id } = await put(store, text({ deadline: NOW + HOUR }));
      expect(await store.next(NOW)).toBe(NOW + HOUR);
      await store.claim(claim({ lease: NOW + 500 }));
      expect(await store.next(NOW)).toBe(NOW + 500);
      await store.report([news(id, "accepted", { lane: SIM, due: NOW + 100, deadline: NOW + 500 })]);
      expect(await store.next(NOW)).toBe(NOW + 100);
      expect(await store.next(NOW + 100)).toBe(NOW + 500);
      expect(await store.next(NOW + 500)).toBeNull();
      const other = await put(store, text({ phone: "+1", deadline: null }));
      await store.claim(claim({ lease: NOW + 900 }));
      await store.report([news(other.id, "queued", { due: NOW + 50, deadline: null })]);
      expect(await store.next(NOW)).toBe(NOW + 50);
    });

    test("overdue: whatever its state, earliest first; the finished never", async () => {
      const { store } = rig();
      const a = await put(store, text({ phone: "+1", deadline: NOW + 3 }));
      const b = await put(store, text({ phone: "+2", deadline: NOW + 2 }));
      const c = await put(store, text({ phone: "+3", deadline: NOW + 1 }));
      await put(store, text({ phone: "+4", deadline: null }));
      await store.report([news(c.id, "failed")]);
      expect(ids(await store.overdue(NOW + 3, 10))).toEqual([b.id, a.id]);
      expect(ids(await store.overdue(NOW + 3, 1))).toEqual([b.id]);
      expect(await store.overdue(NOW + 1, 10)).toEqual([]);
    });

    test("witness: the last one that the device itself has listed, before a moment", async () => {
      const { store } = rig();
      const made = [];
      for (const [n, state] of (["sent", "delivered", "accepted", "sent"] as const).entries()) {
        const { id } = await put(store, text({ phone: `+${n}` }));
        await store.claim(claim({ now: NOW + n * 10 }));
        made.push(id);
        await store.report([news(id, state, { lane: SIM })]);
      }
      expect((await store.witness("office", NOW + 30))?.id).toBe(made[1]);
      expect((await store.witness("office", NOW + 31))?.id).toBe(made[3]);
      expect((await store.witness("office", NOW + 10))?.id).toBe(made[0]);
      expect(await store.witness("office", NOW)).toBeNull();
      expect(await store.witness("depot", NOW + 31)).toBeNull();
    });

    test("usage: each text counts once for the SIM that it left through", async () => {
      const { store } = rig();
      const other = { gateway: "office", port: 4 };
      const [a, b, c, d] = [
        await sending(store, "+1"),
        await sending(store, "+2"),
        await sending(store, "+3"),
        await sending(store, "+4"),
      ];
      await store.report([
        news(a.id, "accepted", { lane: SIM }),
        news(b.id, "unsure", { lane: SIM }),
        news(c.id, "accepted", { lane: { gateway: "office", port: null } }),
      ]);
      await store.report([
        news(a.id, "sent", { lane: SIM }),
        news(b.id, "delivered"),
        news(c.id, "sent", { lane: other }),
        news(d.id, "failed", { lane: SIM }),
      ]);
      await store.report([news(a.id, "failed")]);
      const expected = [
        { lane: SIM, texts: 2 },
        { lane: other, texts: 1 },
      ];
      expect((await store.usage(NOW)).filter(({ texts }) => texts > 0)).toEqual(expected);
      const again = await rig().reopen();
      expect((await again.usage(NOW - DAY)).filter(({ texts }) => texts > 0)).toEqual(expected);
      expect(await again.usage(NOW + DAY)).toEqual([]);
    });

    test("depth: how many are in each state", async () => {
      const { store } = rig();
      const nothing = { queued: 0, sending: 0, accepted: 0, sent: 0, delivered: 0, unsure: 0, failed: 0 };
      expect(await store.depth()).toEqual(nothing);
      const [a, b] = [await sending(store, "+1"), await sending(store, "+2")];
      await put(store, text({ phone: "+3" }));
      await store.report([news(a.id, "accepted"), news(b.id, "unsure")]);
      await store.report([news(a.id, "accepted", { due: NOW }), news(b.id, "queued", { due: NOW })]);
      expect(await store.depth()).toEqual({ ...nothing, queued: 2, accepted: 1 });
      expect(await (await rig().reopen()).depth()).toEqual({ ...nothing, queued: 2, accepted: 1 });
    });

    test("list: newest first, by number and state", async () => {
      const { store } = rig();
      const [a, b, c] = [
        await put(store, text({ phone: "+1" })),
        await put(store, text({ phone: "+2" })),
        await put(store, text({ phone: "+1" })),
      ];
      await store.report([news(a.id, "failed")]);
      expect(ids(await store.list({ limit: 2 }))).toEqual([c.id, b.id]);
      expect(ids(await store.list({ number: "+1", limit: 9 }))).toEqual([c.id, a.id]);
      expect(ids(await store.list({ number: "+1", state: "failed", limit: 9 }))).toEqual([a.id]);
      expect(ids(await store.list({ state: "queued", limit: 9 }))).toEqual([c.id, b.id]);
      expect(await store.list({ number: "+9", limit: 9 })).toEqual([]);
    });
  });
}
