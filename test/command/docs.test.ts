// docs/commands.md: every command with its help, an example and exit codes, none that is not there; the examples beside the daemon run.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIT } from "../../src/command/io.ts";
import { parse } from "../../src/command/parse.ts";
import { COMMANDS } from "../../src/command/words.ts";
import { steering } from "../../src/command/words-steering.ts";
import { load } from "../../src/config/load.ts";
import { type Daemon, startDaemon } from "../../src/daemon.ts";
import { run } from "../../src/main.ts";
import { refreshed } from "../../tools/commands.ts";
import { MemoryLog } from "../support/log.ts";
import { screen } from "./setup.ts";

const page = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [/^`simpost (\S+)`\n/.exec(section)?.[1] ?? section, section] as const),
);

/** Example lines, taken apart as a shell does. */
const examples = [...sections].flatMap(([name, section]) =>
  [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((example) => ({ name, example, argv: wordsOf(example) })),
  ),
);

function wordsOf(written: string): readonly string[] {
  const words = [...written.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  return words.slice(1).map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}

test("every command has its section, and no other", () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(COMMANDS).sort());
});

test("the help stands there as it is (node tools/commands.ts writes it)", () => {
  expect(page).toBe(refreshed(page));
});

test.each(Object.keys(COMMANDS))("%s: an example of its own, and exit codes", (name) => {
  expect(
    examples.filter((one) => one.name === name && one.example.startsWith(`simpost ${name}`)),
  ).not.toEqual([]);
  expect(sections.get(name)).toMatch(/^Exit \d/m);
});

test.each(examples)("$example", ({ name, argv }) => {
  expect(parse(argv)).toMatchObject({ kind: "line", command: name });
});

test("exit codes", () => {
  const told = [...page.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
  expect(told).toEqual(Object.values(EXIT));
});

const CONFIG = `domain: sms.example.org
region: DE
store: { path: ./simpost.db }
gateways:
  office: { driver: loopback, poll: 100ms }
channels:
  email: { driver: email, listen: [{ port: 0 }], relay: "maildir:./mail" }
users:
  ana: { email: [ana@example.org], role: admin, send: { allow: ["*"] } }
routes: [{ to: [ana] }]
`;

let folder = "";
let file = "";
let daemon: Daemon | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "simpost-docs-"));
  file = join(folder, "simpost.yaml");
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  writeFileSync(file, `${CONFIG}http: { listen: "127.0.0.1:${port}" }\n`);
  const log = Object.assign(new MemoryLog(), { set() {}, flush: () => Promise.resolve() });
  daemon = await startDaemon({ config: load(file), log });
});
afterAll(async () => {
  await daemon?.stop();
  rmSync(folder, { recursive: true });
});

/** Of messages and tokens that this daemon does not have. */
const strange = (example: string): boolean => / 01kq|token revoke/.test(example);
const asked = examples.filter(({ name }) => Object.hasOwn(steering, name));

test.each(asked)("$example: runs", async ({ example, argv }) => {
  const { io, err } = screen();
  const code = await run(argv[0] === "completion" ? argv : [...argv, "-c", file], io);
  const failure = err()
    .split("\n")
    .find((told) => told.startsWith("simpost: "));
  expect({ code, failure }).toEqual({ code: strange(example) ? EXIT.failed : EXIT.ok, failure: undefined });
});
