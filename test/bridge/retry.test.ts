// Delays grow, are jittered, and have an end.
import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "../../src/bridge/id.ts";
import { askPause, downPause, retryPause } from "../../src/bridge/retry.ts";

test("pauses double within ±20 % and stop growing at ten minutes", () => {
  expect([1, 2, 3, 4].map((attempts) => retryPause(attempts, 0.5))).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(retryPause(100, 0.5)).toBe(600_000);
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
      const middle = retryPause(attempts, 0.5);
      expect(Math.abs(retryPause(attempts, random) - middle)).toBeLessThanOrEqual(middle * 0.2 + 1);
    }),
  );
});

test("an upstream that is down is looked at again every half minute at the latest", () => {
  expect(downPause(1, 0.5)).toBe(1_000);
  expect(downPause(50, 1)).toBe(36_000);
  expect(downPause(50, 0.5, 5_000)).toBe(5_000);
});

test("a text is asked about often at first, then ever less often, never more than the poll or less than the longest", () => {
  expect(askPause(0, 500, 30_000)).toBe(100);
  expect(askPause(1_000, 500, 30_000)).toBe(500);
  expect(askPause(80_000, 500, 30_000)).toBe(10_000);
  expect(askPause(10_000_000, 500, 30_000)).toBe(30_000);
});

test("message ids sort by time and are never the same", () => {
  const ids = Array.from({ length: 1000 }, (_, i) => newId(1_700_000_000_000 + i));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => newId(1))).size).toBe(1000);
  expect(ids[0]).toMatch(/^[0-9a-z]{16}$/);
});
