// Values in requests: a cursor comes back as it was given and is never another list's; SIMs; times.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cursor, cursorOf, moment, simName } from "../../src/api/values.ts";

const number = fc.nat({ max: 999_999_999_999_999 });

test("a cursor comes back as it was given, and fits no other list", () => {
  fc.assert(
    fc.property(number, number, (first, second) => {
      expect(cursor("m", 1).parse(cursorOf("m", first))).toEqual([first, 0]);
      expect(cursor("c", 2).parse(cursorOf("c", first, second))).toEqual([first, second]);
      expect(cursor("i", 1).safeParse(cursorOf("m", first)).success).toBe(false);
      expect(cursor("c", 1).safeParse(cursorOf("c", first, second)).success).toBe(false);
      expect(cursor("c", 2).safeParse(cursorOf("c", first)).success).toBe(false);
    }),
  );
});

test("what is no cursor is refused, whatever it is", () => {
  fc.assert(
    fc.property(fc.string(), (written) => {
      const read = cursor("m", 1).safeParse(written);
      expect(read.success).toBe(/^m\d{1,15}$/.test(written));
    }),
  );
});

test.each([
  ["office:3", { gateway: "office", port: 3 }],
  ["office:0", { gateway: "office", port: 0 }],
  ["office", { gateway: "office", port: null }],
])("the SIM %s", (written, sim) => {
  expect(simName.parse(written)).toEqual(sim);
});

test.each(["", ":3", "office:", "office:x", "office:-1", "office:1:2", "off ice"])(
  "no SIM: %j",
  (written) => {
    expect(simName.safeParse(written).success).toBe(false);
  },
);

test("a time with any offset is one moment", () => {
  const noon = Date.UTC(2026, 10, 22, 12);
  expect(moment.parse("2026-11-22T12:00:00Z")).toBe(noon);
  expect(moment.parse("2026-11-22T13:00:00.000+01:00")).toBe(noon);
  for (const wrong of ["2026-11-22", "2026-11-22T12:00:00", "12:00", "1700000000", "2026-02-30T12:00:00Z"])
    expect(moment.safeParse(wrong).success).toBe(false);
});
