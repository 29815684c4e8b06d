// Looks that a device asks for: the first at once, never too many, none forgotten.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Pokes } from "../../src/bridge/poke.ts";
import { Station } from "../../src/bridge/station.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { gatewayOptions } from "../support/gateway.ts";

test("the first one is due at once, the next ones when the spacing allows", () => {
  const pokes = new Pokes();
  expect(pokes.next).toBe(Number.POSITIVE_INFINITY);
  expect(pokes.take("inbox", 1_000)).toBe(false);
  expect(pokes.add(["inbox"], 1_000)).toBe(true);
  expect(pokes.add(["inbox"], 1_000)).toBe(false);
  expect(pokes.next).toBe(1_000);
  expect(pokes.take("ports", 1_000)).toBe(false);
  expect(pokes.take("inbox", 1_000)).toBe(true);
  expect(pokes.take("inbox", 1_000)).toBe(false);
  // Said while the look was under way: looked for again.
  expect(pokes.add(["inbox", "ports"], 1_001)).toBe(true);
  expect(pokes.next).toBe(1_001);
  expect(pokes.take("ports", 1_001)).toBe(true);
  expect(pokes.next).toBe(1_500);
  expect(pokes.take("inbox", 1_499)).toBe(false);
  expect(pokes.take("inbox", 1_500)).toBe(true);
});

test("however many ask: two looks a second, and one after the last word", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 800 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(gaps, (waits) => {
      const pokes = new Pokes();
      const looks: number[] = [];
      let now = 1_000_000;
      const began = now;
      const lookUntil = (end: number): void => {
        while (pokes.next <= end) {
          now = Math.max(now, pokes.next);
          if (pokes.take("inbox", now)) looks.push(now);
        }
        now = end;
      };
      let last = now;
      for (const wait of waits) {
        pokes.add(["inbox"], now);
        last = now;
        lookUntil(now + wait);
      }
      lookUntil(now + 1_000);
      expect(looks[0]).toBe(began);
      expect(looks.at(-1)).toBeGreaterThanOrEqual(last);
      expect(looks.slice(1).every((at, n) => at - (looks[n] ?? 0) >= 500)).toBe(true);
      expect(pokes.next).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test("only news wakes the loop", () => {
  const station = new Station(loopback(gatewayOptions()));
  let woken = 0;
  station.wake = () => {
    woken += 1;
  };
  for (let n = 0; n < 100; n += 1) station.poke(["inbox"], 5_000);
  expect(woken).toBe(1);
  station.poke(["inbox", "results"], 5_000);
  expect(woken).toBe(2);
});
