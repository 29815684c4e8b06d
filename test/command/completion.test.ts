// Completion: real shells, as far as they are installed, with scripts made of the table of commands.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { completionCommand } from "../../src/command/completion.ts";
import { completed } from "../../src/command/completion-table.ts";
import { Usage } from "../../src/command/io.ts";
import { COMMANDS } from "../../src/command/words.ts";
import { line, screen } from "./setup.ts";

const NAMES = Object.keys(COMMANDS);
const SHELLS = ["bash", "zsh", "fish"];

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "simpost-completion-"));
  for (const shell of SHELLS) writeFileSync(join(folder, shell), await script(shell));
  for (const name of ["one.yaml", "two words.yaml"]) writeFileSync(join(folder, name), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function script(shell: string): Promise<string> {
  const { io, out } = screen();
  expect(await completionCommand(line("completion", shell), io)).toBe(0);
  return out();
}

/** What bash offers for the last of these words; `words` are as bash takes a line apart. */
function offered(...words: string[]): readonly string[] {
  const asked = `source ./bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_simpost
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const argv = ["--norc", "--noprofile", "-c", asked, "bash", "simpost", ...words];
  return execFileSync("bash", argv, { cwd: folder, encoding: "utf8" })
    .split("\n")
    .filter((offer) => offer !== "");
}

test("bash: commands", () => {
  expect(offered("")).toEqual([...NAMES, "help", "--help", "--version"]);
  expect(offered("res")).toEqual(["restore", "resume"]);
  expect(offered("help", "tok")).toEqual(["token"]);
});

test.each(NAMES)("bash: every option of %s", (name) => {
  const { options } = COMMANDS[name as keyof typeof COMMANDS];
  const all = Object.entries(options).flatMap(([option, { short }]) => [
    `--${option}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  expect([...offered(name, "-")].sort()).toEqual([...all, "--help", "-h"].sort());
});

test.each<[readonly string[], readonly string[]]>([
  [["messages", "--state", "fa"], ["failed"]],
  [["messages", "--state", "=", "de"], ["delivered"]],
  [["messages", "--json", "--state", "un"], ["unsure"]],
  [
    ["token", ""],
    ["create", "list", "revoke"],
  ],
  [["token", "--role", "admin", "cr"], ["create"]],
  [
    ["token", "--role", "="],
    ["admin", "operator", "user"],
  ],
  [
    ["token", "create", "x", "--scope", "s"],
    ["send", "steer"],
  ],
  [["gateway", "office", "in"], ["inbox"]],
  [["completion", "f"], ["fish"]],
  [["run", "-c", "one"], ["one.yaml"]],
  [["run", "--config", "tw"], ["two words.yaml"]],
  [["backup", "o"], ["one.yaml"]],
  [["retry", ""], []],
  [["nosuch", "-"], []],
  [["messages", "--number", ""], []],
])("bash: %j", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test("every option says what it does", () => {
  const silent = completed().flatMap(({ name, options }) =>
    options.filter(({ summary }) => summary === "").map((option) => `${name} --${option.name}`),
  );
  expect(silent).toEqual([]);
});

test("values and words are of options and places that there are", () => {
  for (const { options, values = {}, words = [], positionals } of Object.values(COMMANDS)) {
    expect(Object.keys(options)).toEqual(expect.arrayContaining(Object.keys(values)));
    expect(words.length).toBeLessThanOrEqual(positionals[1]);
  }
});

test.each(SHELLS)("%s: the script is sound, and names every command", (shell) => {
  const { error, status, stderr } = spawnSync(shell, ["-n", join(folder, shell)], { encoding: "utf8" });
  // A shell that is not installed here can't tell.
  expect(error ? [0, ""] : [status, stderr]).toEqual([0, ""]);
  const text = readFileSync(join(folder, shell), "utf8");
  for (const name of NAMES) expect(text).toMatch(new RegExp(`(?:^ *'?|-a )${name}(?:[ :)]|$)`, "m"));
  expect(text).not.toMatch(/undefined|\[object/);
});

test.each([
  ["simpost token ", ["create", "list", "revoke"]],
  ["simpost messages --state fa", ["failed"]],
  ["simpost run -c one", ["one.yaml"]],
])("fish, where it is there: %s", (typed, expected) => {
  const [, , shell = ""] = SHELLS;
  const argv = ["--no-config", "-c", `source ./fish; complete -C '${typed}'`];
  const { error, stdout } = spawnSync(shell, argv, { cwd: folder, encoding: "utf8" });
  const offers = (stdout ?? "").split("\n").flatMap((offer) => offer.split("\t")[0] || []);
  expect(error ? expected : offers).toEqual(expected);
});

test("another shell is bad usage", async () => {
  for (const shell of ["tcsh", "constructor"])
    await expect(completionCommand(line("completion", shell), screen().io)).rejects.toThrow(Usage);
});
