// Which Node releases are warned of.
import { expect, test } from "vitest";
import { safeRelease, warnOfRelease } from "../../src/operation/release.ts";
import { MemoryLog } from "../support/log.ts";

test.each([
  ["24.15.0", "24.22.1"],
  ["24.22.0", "24.22.1"],
  ["24.22.1", null],
  ["24.23.0", null],
  ["25.9.0", "26.12.1"],
  ["26.0.0", "26.12.1"],
  ["26.10.0", "26.12.1"],
  ["26.12.0", "26.12.1"],
  ["26.12.1", null],
  ["26.13.0", null],
  ["27.0.0", null],
  ["26.12.1-nightly2026", null],
])("%s: %s", (version, fixed) => {
  expect(safeRelease(version)).toBe(fixed);
});

test("the warning names both releases; without holes there is none", () => {
  const log = new MemoryLog();
  warnOfRelease(log, "26.12.1");
  expect(log.lines).toEqual([]);
  warnOfRelease(log, "24.15.0");
  expect(log.lines).toEqual([
    { level: "warn", event: "node has known holes", fields: { version: "24.15.0", fixed: "24.22.1" } },
  ]);
});
