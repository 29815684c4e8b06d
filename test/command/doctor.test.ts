// `simpost doctor`, whole: what it prints, its exit codes, and that it works beside a running daemon without touching anything.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { load } from "../../src/config/load.ts";
import { startDaemon } from "../../src/daemon.ts";
import { startDinstar } from "../../src/demo/devices/dinstar.ts";
import { createBotApi } from "../../src/demo/telegram/botapi.ts";
import { examined } from "../../src/main/setup.ts";
import { run } from "../../src/main.ts";
import { MemoryLog } from "../support/log.ts";
import { startRelay } from "../support/relay.ts";
import { screen } from "./setup.ts";

const TOKEN = "123456:hunter2-token";
let folder = "";
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-doctor-"));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true });
});

const file = (): string => join(folder, "simpost.yaml");

async function doctor(...argv: string[]) {
  const { io, out, err } = screen();
  const code = await run(["doctor", "-c", file(), ...argv], io);
  return { code, out: out(), err: err() };
}

const write = (config: string): void => writeFileSync(file(), config, { mode: 0o600 });

async function house(change: { readonly password?: string; readonly ports?: string } = {}): Promise<string> {
  const device = await startDinstar({ ports: [{ number: "+4915100000000", shownNumber: "+4915100000000" }] });
  const relay = await startRelay();
  const api = await createBotApi({ token: TOKEN });
  stops.push(
    () => device.stop(),
    () => relay.stop(),
    () => api.close(),
  );
  api.group({ id: -1001, title: "Team", forum: true });
  return `domain: sms.example.org
region: DE
store: { path: ./simpost.db }
http: { listen: "127.0.0.1:0" }
gateways:
  office: { driver: dinstar, url: "${device.url}", username: admin, password: "${change.password ?? "secret"}", poll: 100ms }
channels:
  email: { driver: email, listen: [{ port: 0 }], relay: "smtp://127.0.0.1:${relay.port}" }
  telegram: { driver: telegram, token: "${TOKEN}", apiRoot: "${api.url}" }
users:
  ana: { email: [ana@example.org], send: { allow: ["+49*"] } }
routes: [{ to: [ana, "telegram:-1001"] }]
`;
}

test("a house that is in order: every room is looked at, nothing fails, exit 0", async () => {
  write(await house());
  const { code, out, err } = await doctor();
  expect(out).not.toMatch(/^failing/m);
  expect(code).toBe(0);
  for (const room of [
    "node",
    "config",
    "store",
    "disk",
    "clock",
    "ports",
    "DNS",
    "relay email",
    "gateway office",
    "bot telegram",
  ])
    expect(out).toMatch(new RegExp(`^(?:ok|warning) +${room} `, "m"));
  expect(err).toMatch(/^(?:All is well\.|0 failing, \d+ warnings?\. More: docs\/troubleshooting\.md)\n$/);
  expect(out + err).not.toMatch(/hunter2|secret"/);
  expect(readdirSync(folder)).toEqual(["simpost.yaml"]);
});

test("something fails: what to do stands below it, exit 1; --json for programs", async () => {
  write(await house({ password: "wrong-one" }));
  const shown = await doctor();
  expect(shown.code).toBe(1);
  expect(shown.out).toMatch(/^failing +gateway office +login refused.*\n +-> Check username and password/m);
  expect(shown.err).toMatch(/^1 failing/);
  const { code, out, err } = await doctor("--json");
  expect([code, err]).toEqual([1, ""]);
  const records = out
    .trimEnd()
    .split("\n")
    .map((one) => JSON.parse(one) as Record<string, unknown>);
  expect(records.filter(({ grade }) => grade === "failing")).toEqual([
    {
      check: "gateway office",
      grade: "failing",
      what: expect.stringContaining("login refused"),
      todo: expect.any(String),
    },
  ]);
  for (const record of records) {
    expect(Object.keys(record).sort()).toEqual(["check", "grade", "todo", "what"]);
    expect(["ok", "warning", "failing"]).toContain(record.grade);
  }
  expect(out + shown.out).not.toContain("wrong-one");
});

test("a config that can't be used: each problem, exit 2; none at all is bad usage", async () => {
  write("domain: sms.example.org\nregoin: DE\nusers: { ana: { emial: [] } }\n");
  const { code, out, err } = await doctor();
  expect(code).toBe(2);
  expect(out.match(/^failing +config +\S+simpost\.yaml:\d+:\d+: /gm)).toHaveLength(2);
  expect(err).toMatch(/^2 failing/);
  expect(JSON.parse((await doctor("--json")).out.split("\n")[0] ?? "")).toMatchObject({
    check: "config",
    grade: "failing",
  });
  rmSync(file());
  expect((await doctor()).code).toBe(2);
});

test("beside a running daemon, and asked by it: nothing fails, and the daemon goes on", async () => {
  write(await house());
  const config = load(file());
  const log = Object.assign(new MemoryLog(), { set: () => {}, flush: async () => {} });
  const daemon = await startDaemon({ config, log });
  stops.push(() => daemon.stop());
  expect(await doctor()).toMatchObject({ code: 0, out: expect.stringMatching(/^ok +store .*opens$/m) });
  const findings = await examined(config);
  expect(findings.filter(({ grade }) => grade === "bad")).toEqual([]);
  expect(findings.find(({ check }) => check === "ports")).toMatchObject({ what: "the daemon is running" });
  expect(daemon.sound()).toBe(true);
});
