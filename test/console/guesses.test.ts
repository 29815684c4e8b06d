// Guessing takes ever longer, whoever tries and however.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGuesses } from "../../src/console/guesses.ts";
import { FakeClock } from "../support/clock.ts";

const HOUR = 3_600_000;

/** How many tries at `user` get through in `time`, by somebody who tries as soon as he may. */
async function tries(
  time: number,
  from: (n: number) => string,
  user: (n: number) => string,
): Promise<number> {
  const clock = new FakeClock();
  const guesses = createGuesses(clock);
  const end = clock.now() + time;
  let done = 0;
  while (clock.now() <= end) {
    const wait = guesses.begin(from(done), user(done));
    if (wait === 0) done += 1;
    else await clock.advance(wait);
    if (done > 5_000) break;
  }
  return done;
}

test("at one user, from ever other addresses: some thousand in a day at the most", async () => {
  const many = await tries(
    HOUR,
    (n) => `192.0.2.${n}`,
    () => "ana",
  );
  expect(many).toBeGreaterThan(10);
  expect(many).toBeLessThan(140);
});

test("from one address, at ever other users: some hundred in a day at the most", async () => {
  expect(
    await tries(
      24 * HOUR,
      () => "192.0.2.1",
      (n) => `user${n}`,
    ),
  ).toBeLessThan(150);
});

test.each([
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["2001:db8:1:2:3:4:5:6", "2001:DB8:1:2::", true],
  ["2001:db8::1", "2001:db8::2", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["::1", "::2", true],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
  ["192.0.2.1", "192.0.2.2", false],
])("%s and %s are one network: %s", (one, other, same) => {
  const guesses = createGuesses(new FakeClock());
  for (let n = 0; n < 10; n++) guesses.begin(one, `user${n}`);
  expect(guesses.begin(other, "another") > 0).toBe(same);
});

test("the right one frees the user, but does not make up for guesses at others", async () => {
  const clock = new FakeClock();
  const guesses = createGuesses(clock);
  for (let n = 0; n < 9; n++) expect(guesses.begin("a", `user${n}`)).toBe(0);
  for (let n = 0; n < 50; n++) {
    expect(guesses.begin("a", "own")).toBe(0);
    guesses.right("a", "own");
  }
  expect(guesses.begin("a", "x")).toBe(0);
  expect(guesses.begin("a", "y")).toBeGreaterThan(0);
});

test("an hour later it is forgotten", async () => {
  const clock = new FakeClock();
  const guesses = createGuesses(clock);
  for (let n = 0; n < 5; n++) guesses.begin(`a${n}`, "ana");
  expect(guesses.begin("b", "ana")).toBe(1_000);
  await clock.advance(HOUR);
  for (let n = 0; n < 5; n++) expect(guesses.begin("b", "ana")).toBe(0);
});

test("whatever is tried, the wait is never longer than a quarter of an hour, and waiting it out always helps", async () => {
  const attempt = fc.record({
    from: fc.constantFrom("a", "b", "c"),
    user: fc.constantFrom("x", "y"),
    right: fc.boolean(),
    pause: fc.nat(2_000_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 60 }), async (attempts) => {
      const clock = new FakeClock();
      const guesses = createGuesses(clock);
      for (const { from, user, right, pause } of attempts) {
        await clock.advance(pause);
        const wait = guesses.begin(from, user);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(15 * 60_000);
        await clock.advance(wait);
        expect(wait === 0 ? 0 : guesses.begin(from, user)).toBe(0);
        if (right) guesses.right(from, user);
      }
    }),
    { numRuns: 50 },
  );
});

test("names that never end don't fill the memory for ever", () => {
  const guesses = createGuesses(new FakeClock());
  for (let n = 0; n < 5; n++) guesses.begin("a", "ana");
  for (let n = 0; n < 30_000; n++) guesses.begin(`192.0.${n >> 8}.${n & 255}`, `n${n}`);
  expect(guesses.begin("b", "ana")).toBe(0);
});
