// Accepting: all or nothing, once, within the quota; and the ids that deliveries get.
import { describe, expect, test } from "vitest";
import type { Entry } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  accepted,
  claim,
  DAY,
  HOUR,
  ids,
  look,
  message,
  NOW,
  news,
  out,
  PHONE,
  put,
  type Rig,
  rigFor,
  text,
  toPhone,
} from "./setup.ts";

export function accepting(make: () => Promise<Rig>): void {
  describe("accept", () => {
    const rig = rigFor(make);

    test("a message and its deliveries come back as they were given, also after a restart", async () => {
      const entry = text({
        phone: "+4915100000001",
        notify: ["success", "failure"],
        lane: { gateway: "office", port: null },
      });
      const { id, deliveries } = accepted(await rig().store.accept(entry));
      const store = await rig().reopen();
      expect(await store.message(id)).toEqual(entry.message);
      expect(await store.deliveries(id)).toEqual(deliveries);
      expect(deliveries).toEqual([
        {
          id: deliveries[0]?.id,
          message: id,
          thread: deliveries[0]?.thread,
          to: { via: "*", address: "+4915100000001" },
          text: "hello",
          parts: 1,
          priority: 1,
          state: "queued",
          attempts: 0,
          due: NOW,
          deadline: NOW + HOUR,
          expires: NOW + DAY,
          lane: { gateway: "office", port: null },
          sentAt: null,
          track: null,
          ref: null,
          error: null,
          warned: false,
          notify: ["success", "failure"],
        },
      ]);
      const job = await store.delivery(deliveries[0]?.id ?? 0);
      expect(job?.message).toEqual(entry.message);
      expect(job?.thread.wrote).toEqual({ party: ANA, user: "ana", at: NOW });
    });

    test("what is not there is not found", async () => {
      const { store } = rig();
      expect(await store.message("nothing")).toBeNull();
      expect(await store.delivery(1)).toBeNull();
      expect(await store.deliveries("nothing")).toEqual([]);
    });

    test("text survives byte for byte: any Unicode, control characters, quotes", async () => {
      const { store } = rig();
      const strange = "\u0000a'\"\\\n\r\u2028🤖e\u0301\ud83d\udc4d '); DROP TABLE message; --";
      const wild = { ...message({ text: strange }), origin: { "x\n": strange } };
      const delivery = await put(store, { message: wild, deliveries: [toPhone({ text: strange })] });
      expect((await store.message(wild.id))?.text).toBe(strange);
      expect((await store.message(wild.id))?.origin).toEqual({ "x\n": strange });
      expect((await look(store, delivery.id)).text).toBe(strange);
    });

    test("delivery ids rise, lie within 1 .. 2^31-1 and begin anywhere", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, text());
      expect(second.id).toBeGreaterThan(first.id);
      expect(first.id).toBeGreaterThan(0);
      expect(second.id).toBeLessThan(2 ** 31);
      const other = await make();
      const elsewhere = await put(other.store, text());
      await other.close();
      expect(elsewhere.id).not.toBe(first.id);
    });

    test("a message with several recipients is stored with all of them, in order", async () => {
      const { store } = rig();
      const phones = ["+491510000001", "+491510000002", "+491510000003"];
      const { deliveries } = accepted(
        await store.accept({
          message: message(),
          deliveries: phones.map((phone) => toPhone({ phone })),
          writer: { party: ANA, user: "ana" },
        }),
      );
      expect(deliveries.map((delivery) => delivery.to.address)).toEqual(phones);
      expect(new Set(deliveries.map((delivery) => delivery.thread)).size).toBe(3);
    });

    test("the pieces of a split text go into one thread, in order", async () => {
      const { store } = rig();
      const { deliveries } = accepted(
        await store.accept({
          message: message(),
          deliveries: ["one", "two", "three"].map((piece) => toPhone({ text: piece })),
          writer: { party: ANA, user: "ana" },
        }),
      );
      expect(new Set(deliveries.map((delivery) => delivery.thread)).size).toBe(1);
      const jobs = await store.claim(claim({ run: 3 }));
      expect(jobs.map((job) => job.delivery.text)).toEqual(["one", "two", "three"]);
    });

    test("one that was there before is not stored again, within its time", async () => {
      const { store } = rig();
      const first = { ...text({ once: "k" }), onceSince: NOW - DAY };
      const { id } = accepted(await store.accept(first));
      expect(
        await store.accept({ ...text({ once: "k", at: NOW + HOUR }), onceSince: NOW + HOUR - DAY }),
      ).toEqual({
        outcome: "repeated",
        id,
      });
      expect((await store.depth()).queued).toBe(1);
      const later = { ...text({ once: "k", at: NOW + 2 * DAY }), onceSince: NOW + DAY };
      const again = accepted(await store.accept(later));
      expect(again.id).not.toBe(id);
      expect(await store.accept({ ...text({ once: "k", at: NOW + 2 * DAY }), onceSince: NOW + DAY })).toEqual(
        {
          outcome: "repeated",
          id: again.id,
        },
      );
    });

    test("two equal ones at the same moment are one", async () => {
      const { store } = rig();
      const both = await Promise.all([
        store.accept({ ...text({ once: "k" }), onceSince: 0 }),
        store.accept({ ...text({ once: "k" }), onceSince: 0 }),
      ]);
      expect(both.map((result) => result.outcome)).toEqual(["accepted", "repeated"]);
    });

    test("if only some were there before, the others are stored", async () => {
      const { store } = rig();
      await store.accept({ ...text({ once: "a" }), onceSince: 0 });
      const { deliveries } = accepted(
        await store.accept({
          message: message(),
          deliveries: [toPhone({ once: "a" }), toPhone({ once: "b", phone: "+491510000002" })],
          writer: { party: ANA, user: "ana" },
          onceSince: 0,
        }),
      );
      expect(deliveries.map((delivery) => delivery.to.address)).toEqual(["+491510000002"]);
    });

    test("without a key nothing is taken for a repetition", async () => {
      const { store } = rig();
      await store.accept({ ...text(), onceSince: 0 });
      accepted(await store.accept({ ...text(), onceSince: 0 }));
      expect((await store.depth()).queued).toBe(2);
    });

    test("an answer to nothing stores nothing", async () => {
      const { store } = rig();
      const entry: Entry = {
        message: message(),
        deliveries: [
          toPhone({ phone: "+491510000001" }),
          toPhone({ phone: "+491510000002", thread: out({ phone: "+491510000002", only: true }) }),
        ],
        writer: { party: ANA, user: "ana" },
        counts: { user: "ana", texts: 2 },
      };
      expect(await store.accept(entry)).toEqual({ outcome: "no-thread", phone: "+491510000002" });
      expect((await store.depth()).queued).toBe(0);
      expect((await store.sentBy("ana", NOW)).texts).toBe(0);
      expect(await store.thread(out({ phone: "+491510000001" }))).toBeNull();
    });

    test("the text of a stored message goes to more people", async () => {
      const { store } = rig();
      const first = await put(store, text());
      const second = await put(store, {
        message: first.message,
        deliveries: [toPhone({ phone: "+491510000002" })],
      });
      expect(second.message).toBe(first.message);
      expect((await store.deliveries(first.message)).map(({ id }) => id)).toEqual([first.id, second.id]);
    });

    test("a message or thread that does not exist is an error, and stores nothing; what came along with it is stored", async () => {
      const { store } = rig();
      const results = await Promise.allSettled([
        store.accept(text({ phone: "+491510000001" })),
        store.accept({ message: "nothing", deliveries: [toPhone()] }),
        store.accept({
          message: message(),
          deliveries: [toPhone(), toPhone({ thread: { way: "id", id: 4711 } })],
        }),
        store.accept(text({ phone: "+491510000002" })),
      ]);
      expect(results.map((result) => result.status)).toEqual([
        "fulfilled",
        "rejected",
        "rejected",
        "fulfilled",
      ]);
      expect((await store.depth()).queued).toBe(2);
      expect(ids(await store.claim(claim()))).toHaveLength(2);
    });

    test("the same message id twice is an error", async () => {
      const { store } = rig();
      const entry = text();
      await store.accept(entry);
      await expect(store.accept(entry)).rejects.toThrow(Error);
      expect((await store.depth()).queued).toBe(1);
    });

    test("a delivery may begin as failed: it is seen, and nobody claims it", async () => {
      const { store } = rig();
      const delivery = await put(store, text({ state: "failed", error: "no route", pool: "-", line: "" }));
      expect(delivery).toMatchObject({ state: "failed", error: "no route", due: null, deadline: null });
      expect(await store.claim(claim({ pools: ["-", "*"] }))).toEqual([]);
      expect((await store.list({ state: "failed", limit: 10 })).map((job) => job.delivery)).toEqual([
        delivery,
      ]);
    });

    test("the quota holds over any 24 hours, and says when it frees", async () => {
      const { store } = rig();
      const send = (at: number, texts = 1, perDay = 3) =>
        store.accept({
          ...text({ at, phone: `+49151${at}` }),
          quota: { user: "ana", perDay },
          counts: { user: "ana", texts },
        });
      const half = NOW + HOUR / 2;
      accepted(await send(half, 2));
      accepted(await send(half + HOUR, 1));
      // The hour of the first two ends at NOW + 1 h: 24 hours later none of them counts.
      expect(await send(half + 2 * HOUR)).toEqual({ outcome: "over-quota", freesAt: NOW + 25 * HOUR });
      expect(await send(half + 2 * HOUR, 3)).toEqual({ outcome: "over-quota", freesAt: NOW + 26 * HOUR });
      expect((await store.depth()).queued).toBe(2);
      expect(await store.sentBy("ana", half + 2 * HOUR)).toEqual({ texts: 3, freesAt: NOW + 25 * HOUR });
      expect((await send(NOW + 25 * HOUR - 1)).outcome).toBe("over-quota");
      accepted(await send(NOW + 25 * HOUR, 2));
      expect((await store.sentBy("bert", NOW)).texts).toBe(0);
    });

    test("of many at once no more than the quota are taken, and what is stored for others counts for them", async () => {
      const { store } = rig();
      const send = (user: string, n: number, at = NOW) =>
        store.accept({
          ...text({ at, phone: `+49151${user}${n}` }),
          quota: { user, perDay: 5 },
          counts: { user, texts: 2 },
        });
      accepted(await send("ana", 0, NOW - HOUR));
      const users = ["ana", "bert", "ana", "bert", "ana"];
      const all = await Promise.all([
        ...users.map((user, n) => send(user, n + 1)),
        store.accept({ ...text({}), message: "nothing" }).catch(() => ({ outcome: "missing" })),
      ]);
      expect(all.map(({ outcome }) => outcome)).toEqual([
        ...["accepted", "accepted", "over-quota", "accepted", "over-quota"],
        "missing",
      ]);
      expect(all[2]).toEqual({ outcome: "over-quota", freesAt: NOW + 24 * HOUR });
      expect((await store.sentBy("ana", NOW)).texts).toBe(4);
      expect((await store.sentBy("bert", NOW)).texts).toBe(4);
    });

    test("texts count without a limit too; repeated ones don't", async () => {
      const { store } = rig();
      const entry = () => ({ ...text({ once: "k" }), onceSince: 0, counts: { user: "ana", texts: 1 } });
      await store.accept(entry());
      await store.accept(entry());
      expect(await store.sentBy("ana", NOW)).toEqual({ texts: 1, freesAt: NOW + 25 * HOUR });
      expect(await store.sentBy("ana", NOW + 25 * HOUR)).toEqual({ texts: 0, freesAt: NOW + 25 * HOUR });
    });

    test("a repetition is told as such even when the quota is used up", async () => {
      const { store } = rig();
      const entry = () => ({
        ...text({ once: "k" }),
        onceSince: 0,
        quota: { user: "ana", perDay: 1 },
        counts: { user: "ana", texts: 1 },
      });
      const { id } = accepted(await store.accept(entry()));
      expect(await store.accept(entry())).toEqual({ outcome: "repeated", id });
    });

    test("many at once are all stored, each once", async () => {
      const { store } = rig();
      const results = await Promise.all(
        Array.from({ length: 600 }, (_, n) => store.accept(text({ phone: `${PHONE}${n}` }))),
      );
      expect(new Set(results.map((result) => accepted(result).id)).size).toBe(600);
      expect((await store.depth()).queued).toBe(600);
    });

    test("a failed delivery keeps its thread's quota and order untouched", async () => {
      const { store } = rig();
      await put(store, text({ state: "failed" }));
      const next = await put(store, text());
      expect(ids(await store.claim(claim()))).toEqual([next.id]);
      expect(await store.report([news(next.id, "accepted")])).toHaveLength(1);
    });
  });
}
