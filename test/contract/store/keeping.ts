// Housekeeping: leases, unreadable answers, retention, the end.
import { describe, expect, test } from "vitest";
import {
  ANA,
  claim,
  DAY,
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

export function keeping(make: () => Promise<Rig>): void {
  describe("housekeeping", () => {
    const rig = rigFor(make);

    test("a lease is one node's until it runs out", async () => {
      const { store } = rig();
      expect(await store.lease("poll", "n1", NOW + 10, NOW)).toBe(true);
      expect(await store.lease("poll", "n2", NOW + 20, NOW + 5)).toBe(false);
      expect(await store.lease("other", "n2", NOW + 20, NOW + 5)).toBe(true);
      expect(await store.lease("poll", "n1", NOW + 15, NOW + 9)).toBe(true);
      expect(await store.lease("poll", "n2", NOW + 30, NOW + 14)).toBe(false);
      expect(await store.lease("poll", "n2", NOW + 30, NOW + 15)).toBe(true);
      expect(await store.lease("poll", "n1", NOW + 30, NOW + 16)).toBe(false);
    });

    test("an unreadable answer is kept, also when it comes again and again", async () => {
      const { store } = rig();
      await store.keep("office", "garbage", NOW);
      await expect(store.keep("office", "garbage", NOW + 1)).resolves.toBeUndefined();
      for (let n = 0; n < 150; n++) await store.keep("office", `garbage ${n}`, NOW);
    });

    test("the store says whether it can be written", async () => {
      await expect(rig().store.probe()).resolves.toBeUndefined();
    });

    test("finished messages are forgotten with all that belongs to them, oldest first, in steps", async () => {
      const { store } = rig();
      const made = [];
      for (let n = 0; n < 5; n++)
        made.push(await put(store, text({ at: NOW + n, phone: `+${n}`, ref: `${n}@x` })));
      await store.claim(claim());
      await store.report(made.map(({ id }) => news(id, "delivered", { lane: SIM })));
      expect(await store.prune(NOW, 10)).toBe(0);
      expect(await store.prune(NOW + 3, 2)).toBe(2);
      expect(await store.prune(NOW + 3, 2)).toBe(1);
      expect(await store.prune(NOW + 3, 2)).toBe(0);
      expect((await store.depth()).delivered).toBe(2);
      for (const [n, { id, message: of, thread }] of made.entries()) {
        const gone = n < 3;
        expect((await store.message(of)) === null).toBe(gone);
        expect((await store.delivery(id)) === null).toBe(gone);
        expect((await store.thread({ way: "id", id: thread })) === null).toBe(gone);
        expect((await store.thread(out({ phone: `+${n}` }))) === null).toBe(gone);
        expect((await store.thread(out({ phone: `+${n}`, refs: [`${n}@x`], who: [] }))) === null).toBe(gone);
        expect(await store.refs(thread, "email", 9)).toEqual(gone ? [] : [`${n}@x`]);
      }
    });

    test("a thread in which something was said since stays, without what was forgotten", async () => {
      const { store } = rig();
      const old = await put(store, text({ ref: "old@x" }));
      const young = await put(store, text({ at: NOW + DAY, ref: "young@x" }));
      await store.report([news(old.id, "failed"), news(young.id, "failed")]);
      expect(await store.prune(NOW + DAY, 10)).toBe(1);
      expect(await store.refs(young.thread, "email", 9)).toEqual(["young@x"]);
      expect((await store.thread({ way: "id", id: old.thread }))?.id).toBe(young.thread);
    });

    test("what is not finished stays, however old, and holds up nothing", async () => {
      const { store } = rig();
      const states = ["queued", "sending", "unsure", "accepted", "sent"] as const;
      for (const [n, state] of states.entries()) {
        const { id } = await put(store, text({ phone: `+${n}`, deadline: NOW + 1 }));
        if (state === "queued") continue;
        await store.claim(claim({ pools: ["*"], limit: n === 0 ? 0 : 10 }));
        if (state !== "sending") await store.report([news(id, state, { lane: SIM, due: NOW + 1 })]);
      }
      const done = await put(store, text({ phone: "+9" }));
      await store.report([news(done.id, "failed")]);
      let pruned = 0;
      for (let n = 0; n < 5; n++) pruned += await store.prune(NOW + DAY, 1);
      expect(pruned).toBe(1);
      expect((await store.list({ limit: 99 })).length).toBe(states.length);
    });

    test("a mail that the relay took, and a text whose report never came, are finished", async () => {
      const { store } = rig();
      const mail = await put(store, incoming());
      const sms = await put(store, text());
      const both = [mail.id, sms.id];
      await store.claim(claim({ pools: ["email", "*", "office:3"] }));
      await store.report([
        news(mail.id, "accepted", { due: null, deadline: null }),
        news(sms.id, "sent", { due: null, deadline: null }),
      ]);
      expect(await store.prune(NOW + DAY, 10)).toBe(2);
      for (const id of both) expect(await store.delivery(id)).toBeNull();
    });

    test("with a message its key is forgotten, and its upstream id unless another one came with it", async () => {
      const { store } = rig();
      const old = await put(store, { ...text({ once: "k", ref: "same@x" }), onceSince: 0 });
      const young = await put(store, text({ at: NOW + DAY, ref: "same@x" }));
      const answer = out({ refs: ["same@x"], who: [] });
      await store.report([news(old.id, "failed"), news(young.id, "failed")]);
      expect((await store.accept({ ...text({ once: "k" }), onceSince: 0 })).outcome).toBe("repeated");
      expect(await store.prune(NOW + DAY, 10)).toBe(1);
      expect((await store.thread(answer))?.id).toBe(young.thread);
      expect((await store.accept({ ...text({ once: "k" }), onceSince: 0 })).outcome).toBe("accepted");
      expect(await store.prune(NOW + 2 * DAY, 10)).toBe(1);
      expect(await store.thread(answer)).toBeNull();
    });

    test("a message with one delivery that is not finished stays whole", async () => {
      const { store } = rig();
      const first = await put(store, text({ phone: "+1" }));
      await put(store, { message: first.message, deliveries: [...text({ phone: "+2" }).deliveries] });
      await store.report([news(first.id, "failed")]);
      expect(await store.prune(NOW + DAY, 10)).toBe(0);
      expect(await store.deliveries(first.message)).toHaveLength(2);
    });

    test("a notice whose message was forgotten does no harm", async () => {
      const { store } = rig();
      const { id, message: of, thread } = await put(store, text());
      const notice = message({
        at: NOW + DAY,
        from: null,
        user: null,
        ref: null,
        notice: { kind: "failed", message: of, about: [id] },
      });
      await store.report([
        {
          ...news(id, "failed"),
          follow: [{ message: notice, deliveries: [toPerson(ANA, { way: "id", id: thread })] }],
        },
      ]);
      expect(await store.prune(NOW + DAY, 10)).toBe(1);
      const [job] = await store.claim(claim({ pools: ["email"], gateway: null }));
      expect(job?.message.notice?.message).toBe(of);
      expect(await store.message(of)).toBeNull();
    });

    test("closing finishes what was begun, and then refuses", async () => {
      const { store } = rig();
      const pending = put(store, text());
      await store.close();
      await store.close();
      const { id } = await pending;
      await expect(store.accept(text())).rejects.toThrow(/closed/);
      await expect(store.depth()).rejects.toThrow(Error);
      expect(await (await rig().reopen()).delivery(id)).not.toBeNull();
    });
  });
}
