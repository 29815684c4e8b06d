// Command lines: what they are taken for, and what is said about wrong ones.
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { nearest, parse } from "../../src/command/parse.ts";
import { COMMANDS } from "../../src/command/words.ts";
import { line } from "./setup.ts";

const NAMES = Object.keys(COMMANDS);

test("no command is the demo", () => {
  expect(line()).toMatchObject({ command: "demo", positionals: [] });
});

test("options and words of a command", () => {
  const sent = line("send", "+491701234567", "hello there", "--from", "a@b", "-c", "x.yaml");
  expect(sent).toMatchObject({ command: "send", positionals: ["+491701234567", "hello there"] });
  expect([sent.text("from"), sent.text("config"), sent.text("help")]).toEqual(["a@b", "x.yaml", undefined]);
  const cleared = line("gateway", "office", "clear", "inbox", "--port", "1", "--port", "2", "--all");
  expect(cleared.all("port")).toEqual(["1", "2"]);
  expect([cleared.has("all"), cleared.has("yes"), cleared.all("number")]).toEqual([true, false, []]);
});

test("a text that begins with a dash comes after --", () => {
  expect(line("send", "123", "--", "-5 °C").positionals).toEqual(["123", "-5 °C"]);
});

test.each(NAMES)("%s --help tells how it is written", (name) => {
  for (const argv of [
    [name, "--help"],
    [name, "-h"],
    ["help", name],
  ]) {
    const parsed = parse(argv);
    expect(parsed).toMatchObject({ kind: "help", text: expect.stringContaining("Usage: simpost") });
  }
});

test.each([["--help"], ["-h"], ["help"]])("%s lists every command and the exit codes", (word) => {
  const parsed = parse([word]);
  const text = parsed.kind === "help" ? parsed.text : "";
  for (const name of NAMES) expect(text).toContain(`\n  ${name} `);
  expect(text).toContain("0 done, 1 failed, 2 bad usage or config");
});

test("help explains every option", () => {
  for (const [name, { options, more }] of Object.entries(COMMANDS)) {
    for (const option of Object.keys(options)) expect(`${name} ${more}`).toContain(`--${option}`);
  }
});

test.each([["--version"], ["-V"]])("%s", (word) => {
  expect(parse([word])).toEqual({ kind: "version" });
});

test.each([
  [["sned", "1", "x"], 'there is no command "sned": did you mean "send"?'],
  [["mesages"], 'did you mean "messages"?'],
  [["msg"], 'there is no command "msg"\n'],
  [["constructor"], 'there is no command "constructor"'],
  [["--json"], 'there is no command "--json"'],
  [["send", "1"], "send: something is missing\n\nUsage: simpost send"],
  [["run", "now"], 'run: "now" is too much'],
  [["run", "--foo"], "run: unknown option '--foo'"],
  [["check", "-c"], "check: option '-c, --config <value>' argument missing"],
  [["messages", "--json=yes"], "messages: option '--json' does not take an argument"],
  [["gateway", "office"], "gateway: something is missing"],
])("%j: %s", (argv, message) => {
  expect(() => parse(argv)).toThrow(Usage);
  expect(() => parse(argv)).toThrow(message);
});

test.each([
  ["chekc", "check"],
  ["CHECK", "check"],
  ["mess", "messages"],
  ["gate", "gateway"],
  ["hsah", "hash"],
  ["r", undefined],
  ["x".repeat(1_000_000), undefined],
])("%.10s is nearest to %s", (written, expected) => {
  expect(nearest(written, NAMES)).toBe(expected);
});
