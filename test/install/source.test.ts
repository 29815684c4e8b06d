// docs/install.md on a checkout: its scripts exist, its commands do what it says.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { commandsUnder } from "./guide.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const { scripts, version } = JSON.parse(readFileSync(`${CHECKOUT}package.json`, "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly version: string;
};
const commands = commandsUnder("From source");

test("every script that it names is there", () => {
  const named = commands.flatMap((command) => /^npm run ([\w:]+)$/.exec(command)?.[1] ?? []);
  expect(named).toEqual(["build", "build:exe", "build:deb"]);
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test("the file names have the current version", () => {
  const guide = readFileSync(`${CHECKOUT}docs/install.md`, "utf8");
  const versions = [...guide.matchAll(/simpost[-_](\d+\.\d+\.\d+)/g)].map(([, found]) => found);
  expect(new Set(versions)).toEqual(new Set([version]));
});

test("what begins with npm start works in a fresh checkout", () => {
  const started = commands.filter((command) => command.startsWith("npm start"));
  const said = started.map((command) =>
    execFileSync("sh", ["-c", command], {
      cwd: CHECKOUT,
      // The sample config wants it.
      env: { ...process.env, OFFICE_PASSWORD: "secret" },
      encoding: "utf8",
    }),
  );
  expect(said[0]).toContain(`simpost ${version}`);
  expect(said[1]).toContain("sound");
});
