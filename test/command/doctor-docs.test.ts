// docs/troubleshooting.md: the messages that it explains are ones that the program says; every check of the doctor is there.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${ROOT}docs/troubleshooting.md`, "utf8");
const source = globSync("src/**/*.ts", { cwd: ROOT })
  .map((path) => readFileSync(ROOT + path, "utf8"))
  .join("\n");

/** The columns with messages: all but the last one, and of the doctor's table not the first. */
const messages = page
  .split("\n")
  .filter((row) => row.startsWith("| ") && !row.startsWith("| ---"))
  .map((row) => row.split(" | ").slice(0, -1).join(" | "))
  .flatMap((cells) => [...cells.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message));

/** Codes come from a table, and what SQLite says is its own. */
const OTHERS = /^(?:5\d\d \d\.\d\.\d|4\d\d \d\.\d\.\d) ?/;
const FOREIGN = new Set(["is not a database", "file:line:column: …", "ahead", "behind", ""]);

test("every message that is explained is one that is said", () => {
  const told = messages.map((message) => message.replace(OTHERS, "")).filter((one) => !FOREIGN.has(one));
  expect(told.length).toBeGreaterThan(45);
  expect(told.filter((message) => !source.includes(message))).toEqual([]);
});

test("every check of the doctor has a line", () => {
  const checks = [
    "node",
    "config",
    "store",
    "disk",
    "open files",
    "clock",
    "ports",
    "certificate",
    "DNS",
    "relay",
  ];
  for (const check of checks) expect(page).toMatch(new RegExp(`^\\| ${check} \\|`, "m"));
  for (const room of ["## Gateways", "## Telegram"]) expect(page).toContain(room);
});
