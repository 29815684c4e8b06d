// Figures by the hour and gateway: what was sent, delivered, failed, received, and how long it took.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Delivery, State } from "../../../src/bridge/message.ts";
import type { Figure } from "../../../src/bridge/ports/archive.ts";
import {
  ANA,
  claim,
  DAY,
  HOUR,
  incoming,
  look,
  NOW,
  news,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
} from "./setup.ts";

const RUNS = 60;
const NONE = { sent: 0, parts: 0, delivered: 0, failed: 0, received: 0, latency: 0 };
const DEPOT = { gateway: "depot", port: 1 };
const EVER = [0, NOW + 9_999 * DAY] as const;

export function figures(make: () => Promise<Rig>): void {
  describe("figures", () => {
    const rig = rigFor(make);

    test("a text is counted where it left, when the network took it, with its parts and how long that took", async () => {
      const { store, time } = rig();
      const { id } = await put(store, text({ at: NOW, parts: 3 }));
      await store.claim(claim());
      time.now = NOW + 2_000;
      await store.report([news(id, "accepted", { lane: SIM })]);
      expect(await store.figures(...EVER)).toEqual([]);
      time.now = NOW + 5_000;
      await store.report([news(id, "sent")]);
      await store.report([news(id, "sent")]);
      time.now = NOW + HOUR + 1;
      await store.report([news(id, "delivered")]);
      const sent = { ...NONE, hour: NOW, gateway: "office", sent: 1, parts: 3, latency: 5_000 };
      const delivered = { ...NONE, hour: NOW + HOUR, gateway: "office", delivered: 1 };
      expect(await store.figures(...EVER)).toEqual([sent, delivered]);
      expect(await store.figures(NOW + 10, NOW + HOUR - 1)).toEqual([sent]);
      expect(await store.figures(NOW + HOUR, NOW + HOUR)).toEqual([delivered]);
      expect(await store.figures(NOW - DAY, NOW - 1)).toEqual([]);
      expect(await (await rig().reopen()).figures(...EVER)).toEqual([sent, delivered]);
    });

    test("a report that overtakes its receipt counts as sent, too; what fails later was sent all the same", async () => {
      const { store } = rig();
      const one = await put(store, text({ phone: "+1" }));
      const two = await put(store, text({ phone: "+2" }));
      const three = await put(store, text({ phone: "+3" }));
      await store.claim(claim());
      await store.report([
        news(one.id, "delivered", { lane: SIM }),
        news(two.id, "sent", { lane: SIM }),
        news(two.id, "failed", { error: "absent" }),
        news(three.id, "failed", { lane: DEPOT, error: "no credit" }),
      ]);
      expect(await store.figures(...EVER)).toEqual([
        { ...NONE, hour: NOW, gateway: "depot", failed: 1 },
        { ...NONE, hour: NOW, gateway: "office", sent: 2, parts: 2, delivered: 1, failed: 1 },
      ]);
    });

    test("what never had a gateway fails on none; what is taken back does not fail", async () => {
      const { store } = rig();
      const one = await put(store, text({ phone: "+1" }));
      const two = await put(store, text({ phone: "+2" }));
      await store.withdraw([one.id], "taken back", []);
      expect(await store.figures(...EVER)).toEqual([]);
      await store.report([news(two.id, "failed", { error: "too late" })]);
      expect(await store.figures(...EVER)).toEqual([{ ...NONE, hour: NOW, gateway: "*", failed: 1 }]);
    });

    test("a text that came in is one, however many read it; mails and notices are none", async () => {
      const { store } = rig();
      const came = incoming(ANA, { at: NOW });
      const query = came.deliveries[0]?.thread;
      assert(query);
      const bob = toPerson({ via: "email", address: "bob@example.org" }, query);
      const mail = await put(store, { ...came, deliveries: [...came.deliveries, bob] });
      await store.receive({
        gateway: "depot",
        cursor: "1",
        scan: null,
        texts: [{ print: "p", entry: incoming(ANA, { at: NOW + 2 * HOUR, lane: DEPOT }) }],
        now: NOW,
      });
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(mail.id, "accepted"), news(mail.id, "delivered")]);
      // More readers of what came in already.
      await store.accept({
        message: mail.message,
        deliveries: [{ ...bob, thread: { way: "id", id: mail.thread } }],
      });
      expect(await store.figures(...EVER)).toEqual([
        { ...NONE, hour: NOW, gateway: "office", received: 1 },
        { ...NONE, hour: NOW + 2 * HOUR, gateway: "depot", received: 1 },
      ]);
    });

    test("they outlast the messages, by 400 days", async () => {
      const { store } = rig();
      const { id } = await put(store, text());
      await store.claim(claim());
      await store.report([news(id, "delivered", { lane: SIM })]);
      expect(await store.prune(NOW + 399 * DAY, 9)).toBe(1);
      expect(await store.figures(...EVER)).toHaveLength(1);
      await store.prune(NOW + 401 * DAY, 9);
      expect(await store.figures(...EVER)).toEqual([]);
    });

    test("they add up with what was reported, in whatever order and however often", async () => {
      const states = fc.constantFrom<State>("queued", "accepted", "sent", "delivered", "unsure", "failed");
      const event = fc.record({
        pick: fc.nat(3),
        state: states,
        lane: fc.constantFrom(undefined, SIM, DEPOT),
        wait: fc.constantFrom(0, 0, 7, HOUR),
        times: fc.integer({ min: 1, max: 2 }),
      });
      const lives = fc.array(fc.oneof(fc.constant("claim" as const), event), { maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(lives, async (life) => {
          const own = await make();
          const { store, time } = own;
          try {
            const model = new Map<string, Figure>();
            const count = (delivery: Delivery, change: Partial<Figure>): void => {
              const gateway = delivery.lane?.gateway ?? "*";
              const hour = Math.floor(time.now / HOUR) * HOUR;
              const sum: Figure = model.get(`${hour} ${gateway}`) ?? { ...NONE, hour, gateway };
              const added = Object.entries(change).map(([key, n]) => [
                key,
                Number(sum[key as keyof Figure]) + Number(n),
              ]);
              model.set(`${hour} ${gateway}`, { ...sum, ...Object.fromEntries(added) });
            };
            const made: Delivery[] = [];
            for (const parts of [1, 2, 3, 4])
              made.push(await put(store, text({ phone: `+${parts}`, parts })));
            for (const step of life) {
              if (step === "claim") {
                await store.claim(claim({ now: time.now }));
                continue;
              }
              time.now += step.wait;
              const delivery = made[step.pick];
              assert(delivery);
              const before = await look(store, delivery.id);
              const one = news(delivery.id, step.state, step.lane ? { lane: step.lane } : {});
              await store.report(Array.from({ length: step.times }, () => one));
              const after = await look(store, delivery.id);
              if (after.state === before.state) continue;
              const taken = (state: State): boolean => state === "sent" || state === "delivered";
              if (taken(after.state) && !taken(before.state))
                count(after, { sent: 1, parts: after.parts, latency: time.now - NOW });
              if (after.state === "delivered") count(after, { delivered: 1 });
              if (after.state === "failed") count(after, { failed: 1 });
            }
            const order = (a: Figure, b: Figure): number =>
              a.hour - b.hour || (a.gateway < b.gateway ? -1 : 1);
            assert.deepEqual(await store.figures(...EVER), [...model.values()].toSorted(order));
          } finally {
            await own.close();
          }
        }),
        { numRuns: RUNS },
      );
      expect(await rig().store.figures(...EVER)).toEqual([]);
    }, 60_000);
  });
}
