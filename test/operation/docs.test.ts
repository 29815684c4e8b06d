// docs/operation.md names every event that there is, and none that is not.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/operation.md");
const matches = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, found]) => found ?? []))].sort();

test("the log's events", () => {
  const section = page.slice(page.indexOf("| room | events |"), page.indexOf("## systemd"));
  expect(matches(section, /`([a-z -]+)`/g)).toEqual(matches(read("src/bridge/log.ts"), /^ {2}\| "(.+?)"/gm));
});
