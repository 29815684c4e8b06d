// Who guesses waits longer and longer; a whole IPv6 network is one guesser; time forgives.
import { expect, test } from "vitest";
import { createGuesses } from "../../src/api/guesses.ts";
import { networkOf } from "../../src/peer.ts";
import { FakeClock } from "../support/clock.ts";

const HERE = "192.0.2.1";
const guess = (guesses: ReturnType<typeof createGuesses>, times: number, address = HERE): void => {
  for (let n = 0; n < times; n++) guesses.wrong(address);
};

test("nine are free, then each wait is twice the last, up to a quarter of an hour", async () => {
  const clock = new FakeClock();
  const guesses = createGuesses(clock);
  guess(guesses, 9);
  expect(guesses.wait(HERE, "t")).toBe(0);
  guess(guesses, 1);
  expect(guesses.wait(HERE, "t")).toBe(1_000);
  guess(guesses, 1);
  expect(guesses.wait(HERE, "t")).toBe(2_000);
  await clock.advance(2_000);
  expect(guesses.wait(HERE, "t")).toBe(0);
  guess(guesses, 30);
  expect(guesses.wait(HERE, "t")).toBe(15 * 60_000);
});

test("an hour without another one, and all is forgotten", async () => {
  const clock = new FakeClock();
  const guesses = createGuesses(clock);
  guess(guesses, 20);
  await clock.advance(3_600_000);
  guess(guesses, 1);
  expect(guesses.wait(HERE, "t")).toBe(0);
});

test("a token that was right from there does not wait; from elsewhere nobody does", () => {
  const guesses = createGuesses(new FakeClock());
  guesses.right(HERE, "good");
  guess(guesses, 20);
  expect(guesses.wait(HERE, "good")).toBe(0);
  expect(guesses.wait(HERE, "bad")).toBeGreaterThan(0);
  expect(guesses.wait("192.0.2.2", "bad")).toBe(0);
});

test("what is remembered has an end: the oldest address is forgotten", () => {
  const guesses = createGuesses(new FakeClock());
  guess(guesses, 10);
  for (let n = 0; n < 10_000; n++) guesses.wrong(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  expect(guesses.wait(HERE, "t")).toBe(0);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:DB8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["", ""],
])("%s is of the network %s", (address, of) => {
  expect(networkOf(address)).toBe(of);
});
