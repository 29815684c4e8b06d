// The state table: nothing goes backwards, nothing leaves a final state, whatever order events come in.
import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, bounceToken, type Change, FOLLOWS, isFinal, type State } from "../../src/bridge/message.ts";
import { delivery, NOW } from "../support/deliveries.ts";

const states = Object.keys(FOLLOWS) as State[];
const change: fc.Arbitrary<Change> = fc.record(
  {
    state: fc.constantFrom(...states),
    due: fc.option(fc.integer({ min: NOW, max: NOW + 1000 })),
    error: fc.option(fc.string()),
    track: fc.string(),
  },
  { requiredKeys: ["state"] },
);

/** How far a delivery has come. `unsure` stands beside `sending`: it may turn out not to have left. */
const rank: Record<State, number> = {
  queued: 0,
  sending: 0,
  unsure: 0,
  accepted: 1,
  sent: 2,
  failed: 3,
  delivered: 3,
};

test("no order of events, repeats included, moves a delivery backwards or out of a final state", () => {
  fc.assert(
    fc.property(fc.constantFrom(...states), fc.array(change, { maxLength: 40 }), (state, changes) => {
      let current = delivery({ state });
      for (const event of changes) {
        const next = advance(current, event);
        expect(rank[next.state]).toBeGreaterThanOrEqual(rank[current.state]);
        expect(isFinal(current.state) && next !== current).toBe(false);
        current = next;
      }
    }),
    { numRuns: 2000 },
  );
});

test("a repeated event changes nothing more", () => {
  fc.assert(
    fc.property(fc.constantFrom(...states), change, (state, event) => {
      const once = advance(delivery({ state }), event);
      expect(advance(once, event)).toEqual(once);
    }),
  );
});

test("a report that overtakes its receipt wins", () => {
  const delivered = advance(delivery({ state: "sending" }), { state: "delivered" });
  const late = advance(delivered, { state: "accepted", track: "late" });
  expect(late).toBe(delivered);
  expect(delivered).toMatchObject({ state: "delivered", due: null, deadline: null });
});

test("only what was certainly not taken goes back to the queue", () => {
  const back = states.filter(
    (state) => state !== "queued" && advance(delivery({ state }), { state: "queued" }).state === "queued",
  );
  expect(back).toEqual(["sending", "unsure"]);
});

test("a bounce token names delivery and message, and holds nothing that an address can't", () => {
  expect(bounceToken(delivery({ id: 1295, message: "01abc" }))).toBe("zz-01abc");
});
