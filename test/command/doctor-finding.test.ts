// The doctor's checks run beside each other: what hangs or breaks is a finding of its own, and stops nobody.
import { expect, test } from "vitest";
import { bad, type Check, doubtful, examine, good, spell, words } from "../../src/command/doctor/finding.ts";

const check = (name: string, run: Check["run"], limit = 5_000): Check => ({ name, limit, run });

test("what hangs is given up, what throws is told, the others are not touched; all in order", async () => {
  const told: string[][] = [];
  let over: AbortSignal | undefined;
  const findings = await examine(
    [
      check(
        "hangs",
        (signal) => {
          over = signal;
          return new Promise(() => {});
        },
        50,
      ),
      check("throws", () => Promise.reject(Object.assign(new Error("connect x"), { code: "ECONNREFUSED" }))),
      check("well", async () => [good("yes"), doubtful("hm", "look")]),
      check("nothing", async () => []),
    ],
    (some) => told.push(some.map(({ what }) => what)),
  );
  expect(findings).toEqual([
    expect.objectContaining({ check: "hangs", grade: "bad", what: "gave no answer within 50 ms" }),
    { check: "throws", grade: "bad", what: "can't be looked at: connection refused", todo: null },
    { check: "well", grade: "good", what: "yes", todo: null },
    { check: "well", grade: "doubtful", what: "hm", todo: "look" },
  ]);
  expect(told).toEqual([
    ["gave no answer within 50 ms"],
    ["can't be looked at: connection refused"],
    ["yes", "hm"],
    [],
  ]);
  expect(over?.aborted).toBe(true);
});

test("a check that throws at once is a finding as well", async () => {
  const run = (): never => {
    throw new Error("at once");
  };
  expect(await examine([check("a", run), check("b", async () => [bad("c", null)])])).toMatchObject([
    { what: "can't be looked at: at once" },
    { what: "c" },
  ]);
});

test("errors and spans in words", () => {
  expect(words("text")).toBe("text");
  expect(words(new AggregateError([Object.assign(new Error("x"), { code: "EACCES" })], ""))).toBe(
    "permission denied",
  );
  expect([3, -1_500, 300_000, 7_200_000, 500_000_000].map(spell)).toEqual([
    "3 ms",
    "2 s",
    "5 minutes",
    "2 hours",
    "5 days",
  ]);
});
