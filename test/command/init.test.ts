// `simpost init`: typed at a terminal or given as options, against simulated gateways, relays and bots; what it writes is sound, and nobody else's to read.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { draft } from "../../src/command/init/draft.ts";
import { suggestZone } from "../../src/command/init/survey.ts";
import { load } from "../../src/config/load.ts";
import { startDinstar } from "../../src/demo/devices/dinstar.ts";
import { startSynway } from "../../src/demo/devices/synway.ts";
import { createBotApi } from "../../src/demo/telegram/botapi.ts";
import { run } from "../../src/main.ts";
import { cert, key } from "../gateways/fixtures/certificate.ts";
import { startRelay } from "../support/relay.ts";
import { screen } from "./setup.ts";

const TOKEN = "123456:hunter2-token";
let folder = "";
let file = "";
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-init-"));
  file = join(folder, "simpost.yaml");
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true });
});
function kept<T extends { stop(): Promise<unknown> }>(thing: T): T {
  stops.push(() => thing.stop());
  return thing;
}

/** `typed`: line by line at a terminal; left out: there is none. */
async function init(argv: readonly string[], typed?: readonly string[]) {
  const { io, out, err } = screen(
    (typed ?? []).map((one) => `${one}\n`),
    typed !== undefined,
  );
  const code = await run(["init", "-c", file, ...argv], io);
  return { code, out: out(), err: err() };
}
const secretFile = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`);
  return path;
};
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
/** Without what tests put there themselves. */
const written = (): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith("given-"));

test("everything by options: written, sound, for the owner alone; secrets in files of their own", async () => {
  const device = kept(await startDinstar({ ports: [{ number: "+4915100000000" }, { reg: "NO_SIM" }] }));
  const relay = kept(await startRelay({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true }));
  const api = await createBotApi({ token: TOKEN });
  stops.push(() => api.close());
  const { code, out, err } = await init([
    ...["--yes", "--domain", "SMS.example.org", "--region", "de", "--timezone", "Europe/Berlin"],
    ...[
      "--gateway-url",
      device.url,
      "--gateway-name",
      "roof",
      "--gateway-password-file",
      secretFile("given-pw", "secret"),
    ],
    ...["--relay-file", secretFile("given-relay", `smtp://ana:pass%3Aword%401@127.0.0.1:${relay.port}`)],
    ...["--telegram-token-file", secretFile("given-token", TOKEN), "--api-root", api.url],
    ...[
      "--user",
      "ana",
      "--mail",
      "Ana@example.org",
      "--telegram",
      "42",
      "--password-file",
      secretFile("given-p", "correct horse"),
    ],
    ...["--allow", "+49*", "--allow", "22333", "--per-day", "50", "--listen", "127.0.0.1:2626"],
  ]);
  expect({ code, out }).toEqual({ code: 0, out: `${file} is written, and sound\n` });
  expect(err).toContain("It is a Dinstar with the New API");
  expect(err).toContain("It is @simpost_bot.");
  expect(err).toMatch(/^ +1 +no .*NO_SIM$/m);
  const config = load(file);
  expect(config).toMatchObject({
    domain: "sms.example.org",
    region: "DE",
    trust: { networks: ["127.0.0.0/8", "::1/128"] },
  });
  expect(config.gateways.get("roof")).toMatchObject({
    driver: "dinstar",
    username: "admin",
    password: "secret",
    timezone: "Europe/Berlin",
  });
  expect(config.channels.get("email")).toMatchObject({
    relay: expect.stringContaining("ana:"),
    listen: [{ port: 2626 }],
  });
  expect(config.channels.get("telegram")).toMatchObject({ token: TOKEN, apiRoot: api.url });
  expect(config.users.get("ana")).toMatchObject({
    email: ["ana@example.org"],
    telegram: ["42"],
    role: "admin",
    password: expect.stringMatching(/^\$argon2id\$/),
    send: { allow: ["+49*", "22333"], perDay: 50 },
  });
  expect(config.warnings).toEqual([]);
  expect(written().toSorted()).toEqual(["secrets", "simpost.yaml"]);
  const names = ["relay", "roof-password", "telegram-token"];
  expect(readdirSync(join(folder, "secrets")).toSorted()).toEqual(names);
  for (const path of [file, ...names.map((name) => join(folder, "secrets", name))])
    expect(modeOf(path)).toBe("600");
  expect(modeOf(join(folder, "secrets"))).toBe("700");
  const shown = readFileSync(file, "utf8") + out + err;
  for (const secret of ["hunter2", "correct horse", "word%40", '"secret"'])
    expect(shown).not.toContain(secret);
  expect(device.requests.every(({ endpoint }) => /^(?:query_|get_)|^\/$/.test(endpoint))).toBe(true);
  expect(relay.taken).toEqual([]);
});

test("typed at a terminal: wrong answers are asked again, passwords are not shown", async () => {
  const device = kept(await startSynway({ ports: 2 }));
  const { code, err } = await init(
    [],
    [
      ...["no domain!", "sms.example.org", "DE", "office"],
      ...[device.url, "ApiUserAdmin", "wrong"],
      ...[device.url, "ApiUserAdmin", "secret", "Mars/Crater", "UTC"],
      ...["gopher://x", "maildir:./mail", ""],
      ...["ana", "ana@example.org", "one", "two", "pass", "pass", "", "many", "20", ""],
    ],
  );
  expect(err).toContain('"no domain!" is no domain');
  expect(err).toContain("login refused");
  expect(err).toContain("It is a Synway SMG");
  expect(err).toContain("is no time zone");
  expect(err).toContain("two different passwords");
  expect(err).toContain("must be a number from 1");
  expect(code).toBe(0);
  const config = load(file);
  expect(config.gateways.get("office")).toMatchObject({
    driver: "synway",
    password: "secret",
    timezone: "UTC",
  });
  expect(config.users.get("ana")?.send).toMatchObject({ allow: ["+49*"], perDay: 20 });
});

test("broken off at any question: nothing is there, exit 1", async () => {
  const device = kept(await startDinstar());
  const answers = [
    "sms.example.org",
    "DE",
    "office",
    device.url,
    "admin",
    "secret",
    "UTC",
    "maildir:./mail",
    "",
    "ana",
    "",
    "",
    "+49*",
    "20",
  ];
  for (let given = 0; given <= answers.length; given++) {
    const { code, err } = await init([], answers.slice(0, given));
    expect({ given, code, there: written() }).toEqual({ given, code: 1, there: [] });
    expect(err).toMatch(/nothing was written|interrupted/);
  }
});

test("Ctrl-C at a password: nothing is there", async () => {
  const { io, err } = screen(["sms.example.org\nDE\noffice\nhttp://192.0.2.1\nadmin\n", "abc\x03"], true);
  expect(await run(["init", "-c", file], io)).toBe(1);
  expect(err()).toContain("interrupted");
  expect(written()).toEqual([]);
});

test("--yes alone: a config that runs without a device", async () => {
  const { code } = await init(["--yes"]);
  expect(code).toBe(0);
  expect(load(file).gateways.get("office")).toMatchObject({ driver: "loopback" });
});

test("a config that is there is never replaced unasked", async () => {
  writeFileSync(file, "domain: old.example.org\n");
  const kept_ = (): string => readFileSync(file, "utf8");
  expect(await init(["--yes"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--force replaces it"),
  });
  expect(await init([], ["n"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("nothing was changed"),
  });
  expect(kept_()).toBe("domain: old.example.org\n");
  expect((await init(["--yes", "--force", "--domain", "new.example.org"])).code).toBe(0);
  expect(load(file).domain).toBe("new.example.org");
});

test("secrets of another config are not replaced either", async () => {
  const device = kept(await startDinstar());
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "secrets/office-password"), "another's");
  const argv = [
    "--yes",
    "--gateway-url",
    device.url,
    "--gateway-password-file",
    secretFile("given-pw", "secret"),
  ];
  expect(await init(argv)).toMatchObject({ code: 1, err: expect.stringContaining("is there already") });
  expect(readFileSync(join(folder, "secrets/office-password"), "utf8")).toBe("another's");
  expect(existsSync(file)).toBe(false);
  expect(written()).toEqual(["secrets"]);
});

test("what makes no sense is bad usage: exit 2, nothing written", async () => {
  for (const argv of [
    [],
    ["--yes", "--domain", "a b"],
    ["--yes", "--region", "XX"],
    ["--yes", "--per-day", "0"],
    ["--yes", "--allow", "everybody"],
    ["--yes", "--gateway-url", "ftp://x"],
    ["--yes", "--gateway-url", "http://127.0.0.1:1", "--gateway-password-file", join(folder, "none")],
  ])
    expect({ argv, code: (await init(argv)).code }).toEqual({ argv, code: 2 });
  expect(written()).toEqual([]);
});

test("a gateway that can't be tried: refused, unless the driver is said", async () => {
  const argv = [
    "--yes",
    "--gateway-url",
    "http://127.0.0.1:1",
    "--gateway-password-file",
    secretFile("given-pw", "x"),
  ];
  expect(await init(argv)).toMatchObject({ code: 1, err: expect.stringContaining("nothing was written") });
  expect(written()).toEqual([]);
  expect((await init([...argv, "--driver", "synway", "--timezone", "Asia/Tokyo"])).code).toBe(0);
  expect(load(file).gateways.get("office")).toMatchObject({ driver: "synway", timezone: "Asia/Tokyo" });
});

test("a wrong password costs one failed login, no more", async () => {
  const device = kept(await startSynway());
  const { code } = await init([
    "--yes",
    "--gateway-url",
    device.url,
    "--gateway-password-file",
    secretFile("given-pw", "x"),
  ]);
  expect(code).toBe(1);
  expect(device.requests.filter(({ authorized }) => authorized)).toHaveLength(1);
});

test("an old Dinstar, by its login", async () => {
  const device = kept(await startDinstar({ auth: "basic" }));
  const argv = [
    "--yes",
    "--gateway-url",
    device.url,
    "--gateway-password-file",
    secretFile("given-pw", "secret"),
  ];
  expect(await init(argv)).toMatchObject({
    code: 0,
    err: expect.stringContaining("older firmware (Basic login)"),
  });
  expect(load(file).gateways.get("office")).toMatchObject({ driver: "dinstar" });
});

/** A firmware that has not all that the device behind it has: `lacks` judges path and event. */
async function newer(lacks: (path: string, event: unknown) => "page" | "event" | null): Promise<string> {
  const device = kept(await startSynway({ aliases: true, newInbox: true }));
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    const { event } = (body === "" ? {} : JSON.parse(body)) as { event?: unknown };
    const missing = lacks(request.url ?? "", event);
    if (missing === "page") return void response.writeHead(404).end();
    if (missing === "event") return void response.end('{"result":"error","content":"unknown event"}');
    const { authorization } = request.headers;
    const answer = await fetch(device.url + (request.url ?? ""), {
      method: request.method ?? "GET",
      headers: authorization === undefined ? {} : { authorization },
      ...(body === "" ? {} : { body }),
    });
    const challenge = answer.headers.get("www-authenticate");
    response.writeHead(answer.status, challenge === null ? {} : { "www-authenticate": challenge });
    response.end(await answer.text());
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  [
    "an address for each function",
    (path: string, event: unknown) => (path === "/API/QueryInfo" && event === "getportinfo" ? "page" : null),
    { driver: "synway", paths: "functions" },
  ],
  [
    "another event for the inbox",
    (_: string, event: unknown) => (event === "queryrxsms" ? "event" : null),
    { driver: "synway", inboxEvent: "newqueryrxsms" },
  ],
] as const)("newer firmware of a Synway: %s", async (_, lacks, expected) => {
  const url = await newer(lacks);
  const { code, err } = await init([
    ...["--yes", "--gateway-url", url, "--gateway-user", "ApiUserAdmin"],
    ...["--gateway-password-file", secretFile("given-pw", "secret")],
  ]);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("newer firmware") });
  expect(load(file).gateways.get("office")).toMatchObject(expected);
});

test("a self-signed certificate is shown, and taken when that is said", async () => {
  const device = kept(await startDinstar({ tls: { key, cert } }));
  const argv = [
    "--yes",
    "--gateway-url",
    device.url,
    "--gateway-password-file",
    secretFile("given-pw", "secret"),
  ];
  const refused = await init(argv);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("--fingerprint ") });
  expect(device.requests.filter(({ authorized }) => authorized)).toEqual([]);
  const [, fingerprint = ""] = /--fingerprint (\S+)/.exec(refused.err.replaceAll(/[()]/g, " ")) ?? [];
  expect((await init([...argv, "--fingerprint", fingerprint])).code).toBe(0);
  expect(load(file).gateways.get("office")).toMatchObject({ tls: { fingerprint } });
});

test("a bot that Telegram does not know: nothing is written", async () => {
  const api = await createBotApi({ token: TOKEN });
  stops.push(() => api.close());
  const argv = [
    "--yes",
    "--api-root",
    api.url,
    "--telegram-token-file",
    secretFile("given-token", "1:other"),
  ];
  expect(await init(argv)).toMatchObject({ code: 1, err: expect.stringContaining("does not know this bot") });
  expect(written()).toEqual([]);
});

test("a test text at the end: only if asked, through the device or in words only", async () => {
  const device = kept(await startDinstar({ ports: [{ number: "+4915100000000" }] }));
  const argv = [
    "--yes",
    "--region",
    "DE",
    "--gateway-url",
    device.url,
    "--gateway-password-file",
    secretFile("given-pw", "secret"),
  ];
  expect((await init(argv)).code).toBe(0);
  expect(device.phones.sent).toEqual([]);
  const dry = await init([...argv, "--force", "--test", "0170 1234567", "--dry-run"]);
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining("in words only") });
  expect(device.phones.sent).toEqual([]);
  const real = await init([...argv, "--force", "--test", "0170 1234567", "--test-text", "hello"]);
  expect(real).toMatchObject({
    code: 0,
    out: expect.stringMatching(/\+491701234567: (?:sent|delivered) by port 0\n/),
  });
  expect(device.phones.sent).toMatchObject([{ text: "hello" }]);
  device.setPort(0, { reg: "NO_SIM" });
  expect(await init([...argv, "--force", "--test", "+491701234567"])).toMatchObject({
    code: 1,
    out: expect.stringContaining("nothing was sent"),
  });
  expect(load(file).gateways.get("office")).toMatchObject({ driver: "dinstar" });
});

test("the zone of a device's clock, from what is seen of it", () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const hour = 3_600_000;
  const zone = (newest: number | null, date: number | null, here: string) =>
    suggestZone(
      { newest: newest === null ? null : now + newest * hour, date: date === null ? null : date * hour },
      here,
      now,
    );
  expect(zone(null, null, "Europe/Berlin")).toEqual({ zone: "Europe/Berlin", why: null });
  expect(zone(0.9, null, "Europe/Berlin")).toMatchObject({
    zone: "Europe/Berlin",
    why: expect.stringContaining("UTC"),
  });
  expect(zone(null, 1, "Europe/Berlin")).toMatchObject({
    zone: "Europe/Berlin",
    why: expect.stringContaining("local time"),
  });
  expect(zone(8.9, null, "Europe/Berlin")).toMatchObject({ zone: "Etc/GMT-9" });
  expect(zone(-0.5, null, "America/New_York")).toMatchObject({ zone: "UTC" });
  expect(zone(-9, null, "Asia/Tokyo")).toMatchObject({ zone: "Asia/Tokyo", why: null });
});

test("whatever the answers are, the config says just that", () => {
  const text = fc
    .string({ minLength: 1, unit: "grapheme" })
    .filter((one) => one.trim() !== "" && !/[\r\n\0]/.test(one));
  fc.assert(
    fc.property(text, text, text, (username, password, state) => {
      const { config, secrets } = draft({
        domain: "sms.example.org",
        region: null,
        gateway: {
          ...{ name: "office", driver: "dinstar", url: "http://192.0.2.10", username, password },
          ...{ fingerprint: null, timezone: "UTC", extra: {}, sims: [{ port: 0, number: state, state }] },
        },
        listen: { address: "127.0.0.1", port: 2525 },
        relay: `smtp://u:${encodeURIComponent(password)}@127.0.0.1`,
        bot: null,
        user: null,
      });
      writeFileSync(file, config);
      mkdirSync(join(folder, "secrets"), { recursive: true });
      for (const [name, value] of secrets) writeFileSync(join(folder, name), `${value}\n`);
      expect(load(file).gateways.get("office")).toMatchObject({ username, password });
    }),
    { numRuns: 60 },
  );
});
