// A device's wall clock in many zones, at the two odd hours of the year too.
import fc from "fast-check";
import { expect, test } from "vitest";
import { toLocal, toUtc } from "../../src/gateways/localtime.ts";

const at = (text: string) => Date.parse(text);

test("plain times, with any separators and blanks around", () => {
  expect(toUtc("2014-12-21 12:06:01", "UTC")).toBe(at("2014-12-21T12:06:01Z"));
  expect(toUtc(" 2014/12/21T12:06:01 ", "Asia/Shanghai")).toBe(at("2014-12-21T04:06:01Z"));
  expect(toUtc("2026-07-01 12:00:00", "Europe/Berlin")).toBe(at("2026-07-01T10:00:00Z"));
  expect(toUtc("2026-01-01 00:00:00", "Asia/Kathmandu")).toBe(at("2025-12-31T18:15:00Z"));
});

test("an hour that was shown twice: the one nearer to what is known, else the first", () => {
  const stamp = "2026-10-25 02:30:00";
  const first = at("2026-10-25T00:30:00Z");
  const second = at("2026-10-25T01:30:00Z");
  expect(toUtc(stamp, "Europe/Berlin")).toBe(first);
  expect(toUtc(stamp, "Europe/Berlin", first + 60_000)).toBe(first);
  expect(toUtc(stamp, "Europe/Berlin", second + 60_000)).toBe(second);
});

test("an hour that was never shown is read with the offset before the change", () => {
  expect(toUtc("2026-03-29 02:30:00", "Europe/Berlin")).toBe(at("2026-03-29T01:30:00Z"));
  expect(toUtc("2026-03-08 02:30:00", "America/New_York")).toBe(at("2026-03-08T07:30:00Z"));
});

test("what is no time is null", () => {
  for (const text of [
    "",
    "now",
    "2026-13-01 00:00:00",
    "2026-02-31 00:00:00",
    "2026-01-01 24:00:00",
    "2026-01-01 0a:00:00",
    "2026-01-01",
  ]) {
    expect(`${text}: ${toUtc(text, "UTC")}`).toBe(`${text}: null`);
  }
});

test("an unknown zone is told", () => {
  expect(() => toUtc("2026-01-01 00:00:00", "Nowhere/Land")).toThrow(RangeError);
});

test("what is written is read back, in any zone and second, given an instant near it", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
  );
  const second = fc.integer({
    min: at("2000-01-01T00:00:00Z") / 1000,
    max: at("2037-12-31T00:00:00Z") / 1000,
  });
  fc.assert(
    fc.property(zone, second, (name, seconds) => {
      expect(toUtc(toLocal(seconds * 1000, name), name, seconds * 1000)).toBe(seconds * 1000);
    }),
    { numRuns: 2000 },
  );
});
