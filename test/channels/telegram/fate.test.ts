// How a text fares as a whole.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { State } from "../../../src/bridge/message.ts";
import { fateOf } from "../../../src/channels/telegram/fate.ts";

const STATES: readonly State[] = ["queued", "sending", "accepted", "sent", "delivered", "unsure", "failed"];
const of = (...states: State[]) => fateOf(states.map((state) => ({ state })));

test.each<[State[], string | null]>([
  [[], null],
  [["queued"], null],
  [["sending"], null],
  [["unsure"], null],
  [["accepted"], "accepted"],
  [["sent"], "sent"],
  [["delivered"], "delivered"],
  [["failed"], "failed"],
  [["delivered", "sent"], "sent"],
  [["sent", "accepted"], "accepted"],
  [["delivered", "queued"], null],
  [["failed", "queued"], null],
  [["failed", "accepted"], null],
  [["failed", "sent"], "failed"],
])("%j shows %s", (states, shown) => {
  expect(of(...states).shown).toBe(shown);
});

test("what is queued has not left; what is final stays", () => {
  expect(of("queued", "queued")).toMatchObject({ queued: true, final: false });
  expect(of("queued", "sending").queued).toBe(false);
  expect(of("delivered", "failed")).toMatchObject({ final: true });
  expect(of()).toEqual({ shown: null, queued: false, final: false });
});

test("property: the order of the pieces does not matter, and a failure is never called a success", () => {
  const states = fc.array(fc.constantFrom(...STATES), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(states, (all) => {
      expect(of(...all)).toEqual(of(...all.toReversed()));
      expect([null, "failed"]).toContain(of(...all, "failed").shown);
    }),
  );
});
