// What the doctor sees of what simpost talks with: relays, gateways and their clocks, bots and their groups. Real sockets, simulated ends.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { gatewayAt } from "../../src/assembly/doctor.ts";
import { relayPlace, tryRelay } from "../../src/channels/email/probe.ts";
import { botCheck } from "../../src/command/doctor/bots.ts";
import { clockCheck, httpClock, judgeClock, offsetAt, wallTime } from "../../src/command/doctor/clocks.ts";
import { type Check, examine, type Finding } from "../../src/command/doctor/finding.ts";
import { gatewayCheck } from "../../src/command/doctor/gateways.ts";
import type { BotPatient, GatewayPatient } from "../../src/command/doctor/patient.ts";
import { relayCheck } from "../../src/command/doctor/relay.ts";
import { startDinstar } from "../../src/demo/devices/dinstar.ts";
import { startSynway } from "../../src/demo/devices/synway.ts";
import { createBotApi } from "../../src/demo/telegram/botapi.ts";
import { systemClock } from "../../src/operation/clock.ts";
import { cert, key } from "../gateways/fixtures/certificate.ts";
import { startRelay } from "../support/relay.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
function kept<T extends { stop(): Promise<unknown> }>(thing: T): T {
  stops.push(() => thing.stop());
  return thing;
}
const look = (check: Check): Promise<readonly Finding[]> => examine([check]);
const grades = (found: readonly Finding[]): readonly string[] => found.map(({ grade }) => grade);

async function relayAt(url: string): Promise<Finding | undefined> {
  const relay = { ...relayPlace(url), try: () => tryRelay({ relay: url, hostname: "sms.example.org" }) };
  return (await look(relayCheck({ name: "email", hostname: "sms.example.org", listen: [], relay })))[0];
}

test("relay: answers, takes the login, refuses it, is away; no mail is sent", async () => {
  const { port, taken } = kept(await startRelay({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true }));
  expect(await relayAt(`smtp://127.0.0.1:${port}`)).toMatchObject({
    grade: "good",
    what: `127.0.0.1:${port} takes our mail`,
  });
  expect(await relayAt(`smtp://ana:pass%3Aword%401@127.0.0.1:${port}`)).toMatchObject({
    grade: "good",
    what: expect.stringContaining("our login"),
  });
  const refused = await relayAt(`smtp://ana:hunter2@127.0.0.1:${port}`);
  expect(refused).toMatchObject({ grade: "bad", todo: expect.stringContaining("password") });
  expect(JSON.stringify(refused)).not.toContain("hunter2");
  expect(await relayAt("smtp://127.0.0.1:1")).toMatchObject({
    grade: "bad",
    todo: expect.stringContaining("running"),
  });
  // A login that would leave in the clear is not even tried.
  expect(await relayAt(`smtp://ana:x@127.0.0.1:${port}?tls=verify`)).toMatchObject({
    grade: "bad",
    todo: expect.stringContaining("STARTTLS"),
  });
  expect(taken).toEqual([]);
});

test("relay: a folder that can be written, or not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-relay-"));
  const at = (path: string) =>
    look(relayCheck({ name: "email", hostname: "x", listen: [], relay: { kind: "folder", path } }));
  expect(grades(await at(join(folder, "mail/new")))).toEqual(["good"]);
  expect(grades(await at("/proc/self/nowhere/mail"))).toEqual(["bad"]);
  rmSync(folder, { recursive: true });
});

function patient(
  device: { url: string; username: string; password: string },
  change: Partial<GatewayPatient> & { driver?: "dinstar" | "synway"; fingerprint?: string } = {},
): GatewayPatient {
  const { driver = "dinstar", fingerprint, ...rest } = change;
  const base = { timezone: "UTC", ...device, ...rest };
  return {
    name: "office",
    pinned: fingerprint !== undefined,
    ports: new Map(),
    timeout: 5_000,
    heard: async () => [],
    make: () =>
      gatewayAt(
        { ...base, driver, fingerprint, extra: {} },
        { clock: systemClock, odd: () => {}, timeout: 5_000 },
      ),
    ...base,
  };
}
const examined = (one: GatewayPatient) => look(gatewayCheck(one, Date.now));
const reach = ({ url, username, password }: { url: string; username: string; password: string }) => ({
  url,
  username,
  password,
});

test("gateway: all is well", async () => {
  const device = kept(await startDinstar({ ports: 2 }));
  const found = await examined(
    patient(reach(device), {
      ports: new Map([
        [0, "+491511"],
        [1, "+491512"],
      ]),
    }),
  );
  expect(grades(found)).toEqual(["good", "good", "good"]);
  expect(device.requests.every(({ endpoint }) => /^(?:query_|get_)|^\/$/.test(endpoint))).toBe(true);
});

test("gateway: SIMs missing, numbers unknown, ports that it lacks, a password that everybody knows", async () => {
  const device = kept(
    await startDinstar({ ports: [{ reg: "REGISTER_OK" }, { reg: "NO_SIM" }], password: "admin" }),
  );
  const found = await examined(patient(reach(device), { ports: new Map([[7, "+491517"]]) }));
  expect(found.map(({ grade, what }) => [grade, what])).toEqual([
    ["good", expect.stringContaining("takes our login")],
    ["doubtful", "1 of 2 SIM ports are registered; not: 1 (NO_SIM)"],
    ["doubtful", "the config names ports that it does not have: 7"],
    ["doubtful", "the numbers of the SIM cards in ports 0 are not known"],
    ["good", expect.stringContaining("clock")],
    ["doubtful", "its password is one that everybody knows"],
  ]);
});

test("gateway: no SIM at all is a failure", async () => {
  const device = kept(await startSynway({ ports: [{ connect: 0 }] }));
  const found = await examined(patient(reach(device), { driver: "synway" }));
  expect(found[1]).toMatchObject({ grade: "bad", what: expect.stringContaining("0 of 1") });
});

test("gateway: a wrong password, one try; away; not a gateway", async () => {
  const device = kept(await startDinstar({ banAfter: 2 }));
  const [wrong] = await examined(patient({ ...reach(device), password: "hunter2" }));
  expect(wrong).toMatchObject({ grade: "bad", what: expect.stringContaining("login refused") });
  expect(JSON.stringify(wrong)).not.toContain("hunter2");
  expect(grades(await examined(patient(reach(device))))).toContain("good");
  expect(await examined(patient({ ...reach(device), url: "http://127.0.0.1:1" }))).toMatchObject([
    { grade: "bad", what: expect.stringContaining("connection refused") },
  ]);
  const page = await site({}, 200, "<html>router</html>");
  expect(await examined(patient({ ...reach(device), url: page }))).toMatchObject([
    { grade: "bad", todo: expect.any(String) },
  ]);
});

test("gateway: a self-signed certificate: the fingerprint to set is said, and with it all is well", async () => {
  const device = kept(await startDinstar({ tls: { key, cert } }));
  const [refused] = await examined(patient(reach(device)));
  expect(refused).toMatchObject({
    grade: "bad",
    todo: expect.stringMatching(/fingerprint: "(?:[0-9A-F]{2}:){31}[0-9A-F]{2}"/),
  });
  const [, fingerprint = ""] = /fingerprint: "([^"]+)"/.exec(refused?.todo ?? "") ?? [];
  expect((await examined(patient(reach(device), { fingerprint })))[0]).toMatchObject({ grade: "good" });
});

test.each([startDinstar, startSynway])(
  "gateway: a clock in another zone shows by its newest text",
  async (start) => {
    const device = kept(await start({ ports: [{ number: "+4915100000000" }], timezone: "Asia/Tokyo" }));
    device.phones.text("+491701234567", "+4915100000000", "hello");
    const driver = start === startSynway ? "synway" : "dinstar";
    const clockOf = async (timezone: string) =>
      (await examined(patient(reach(device), { driver, timezone }))).find(({ what }) => /clock/.test(what));
    expect(await clockOf("UTC")).toMatchObject({
      grade: "doubtful",
      what: "its clock is at least 9 hours ahead, if it runs in UTC",
      todo: expect.stringContaining("timezone"),
    });
    expect(await clockOf("Asia/Tokyo")).toMatchObject({ grade: "good" });
  },
);

test("a device's clock, judged: what came in tells most, then the newest text, then its web server", () => {
  const judge = (heard: number[], newest: number | null = null, date: number | null = null, zone = "UTC") =>
    judgeClock({ heard, newest, date }, zone, Date.UTC(2026, 10, 22));
  expect(judge([-600_000, -2_000, -900_000])).toMatchObject({ grade: "good" });
  expect(judge([-3_602_000, -3_700_000])).toMatchObject({
    grade: "doubtful",
    what: expect.stringContaining("60 minutes behind"),
  });
  expect(judge([400_000])).toMatchObject({ todo: "Let the device set its clock over the network (NTP)." });
  expect(judge([], -5_000_000)).toMatchObject({ what: expect.stringContaining("can't be seen") });
  expect(judge([], null, 3_600_000, "Europe/Berlin")).toMatchObject({ grade: "good" });
  expect(judge([], null, 7_200_000, "Europe/Berlin")).toMatchObject({
    grade: "doubtful",
    todo: expect.stringContaining("timezone"),
  });
  expect(judge([], null, 31_536_000_000)).toMatchObject({
    grade: "doubtful",
    todo: expect.stringContaining("NTP"),
  });
});

test("zones and devices' times", () => {
  expect(offsetAt("Europe/Berlin", Date.UTC(2026, 6, 1))).toBe(7_200_000);
  expect(offsetAt("America/St_Johns", Date.UTC(2026, 0, 1))).toBe(-12_600_000);
  expect(offsetAt("UTC", 0)).toBe(0);
  expect(wallTime("2026-11-22 18:00:12")).toBe(Date.UTC(2026, 10, 22, 18, 0, 12));
  expect(wallTime("20261122180012")).toBe(Date.UTC(2026, 10, 22, 18, 0, 12));
  expect([wallTime(null), wallTime("yesterday")]).toEqual([null, null]);
});

async function site(
  headers: Readonly<Record<string, string>>,
  status: number,
  body: string,
): Promise<string> {
  const server = createServer((_, answer) => {
    answer.sendDate = headers.date === undefined;
    answer.writeHead(status, headers).end(body);
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

test("this machine's clock: right, wrong, nothing to compare it with", async () => {
  const at = async (date: number | null) => {
    const apiRoot =
      date === null ? "http://127.0.0.1:1" : await site({ date: new Date(date).toUTCString() }, 404, "");
    return look(clockCheck({ bots: [{ ...bot(apiRoot) }] }, Date.now));
  };
  expect(await at(Date.now())).toMatchObject([
    { grade: "good", what: expect.stringContaining("and so does") },
  ]);
  expect(await at(Date.now() + 600_000)).toMatchObject([
    { grade: "doubtful", what: expect.stringContaining("10 minutes behind") },
  ]);
  expect(await at(null)).toMatchObject([{ grade: "good" }]);
  expect(await look(clockCheck({ bots: [] }, Date.now))).toMatchObject([{ grade: "good" }]);
  expect(
    await httpClock(await site({ date: "never" }, 200, ""), Date.now, new AbortController().signal),
  ).toBeNull();
});

const TOKEN = "123456:hunter2";
const bot = (apiRoot: string, change: Partial<BotPatient> = {}): BotPatient => ({
  name: "telegram",
  token: TOKEN,
  apiRoot,
  webhook: null,
  chats: [],
  ...change,
});
async function telegram() {
  const api = await createBotApi({ token: TOKEN });
  stops.push(() => api.close());
  return api;
}

test("bot: its name, how it gets updates; nothing is fetched or changed", async () => {
  const api = await telegram();
  expect(await look(botCheck(bot(api.url)))).toMatchObject([
    { grade: "good", what: expect.stringContaining("@simpost_bot") },
    { grade: "good", what: "its updates are fetched" },
  ]);
  expect(await look(botCheck(bot(api.url, { webhook: "https://sms.example.org/telegram" })))).toMatchObject([
    { grade: "good" },
    { grade: "doubtful", what: "Telegram does not bring updates yet" },
  ]);
  expect([...new Set(api.calls.map(({ method }) => method))]).toEqual(["getMe", "getWebhookInfo"]);
});

test("bot: a webhook that somebody else set", async () => {
  const api = await telegram();
  await fetch(`${api.url}/bot${TOKEN}/setWebhook?url=http://127.0.0.1:1/x`);
  expect((await look(botCheck(bot(api.url))))[1]).toMatchObject({
    grade: "doubtful",
    what: expect.stringContaining("another program"),
  });
});

test("bot: a wrong token, Telegram away, a stranger: the token is in no finding", async () => {
  const api = await telegram();
  const wrong = await look(botCheck(bot(api.url, { token: "123456:other-secret" })));
  const away = await look(botCheck(bot("http://127.0.0.1:1")));
  const strange = await look(botCheck(bot(await site({}, 200, "<html>"))));
  expect(wrong).toMatchObject([{ grade: "bad", todo: expect.stringContaining("BotFather") }]);
  expect(away).toMatchObject([{ grade: "bad", what: expect.stringContaining("ECONNREFUSED") }]);
  expect(strange).toMatchObject([{ grade: "bad", what: expect.stringContaining("no Bot API server") }]);
  expect(JSON.stringify([wrong, away, strange])).not.toMatch(/hunter2|other-secret/);
});

test("bot: its rights in the groups that the config names", async () => {
  const api = await telegram();
  api.group({ id: -1001, title: "Good", forum: true });
  api.group({ id: -1002, title: "No topics", forum: true, rights: { can_manage_topics: false } });
  api.group({ id: -1003, title: "Plain", bot: "member" });
  api.group({ id: -1004, title: "Gone", bot: "kicked" });
  const chats = ["-1001:7", "-1002", "-1003", "-1004", "-1005", "42"];
  const found = (await look(botCheck(bot(api.url, { chats })))).slice(2);
  expect(found.map(({ grade, what }) => [grade, what])).toEqual([
    ["good", "group -1001:7 (Good): the bot has the rights that it needs"],
    ["doubtful", "group -1002 (No topics): the bot may not make topics"],
    ["doubtful", "group -1003 (Plain): the bot is no admin, and does not see what people write there"],
    [expect.stringMatching(/bad|doubtful/), expect.stringContaining("-1004")],
    ["doubtful", expect.stringContaining("-1005")],
    ["doubtful", expect.stringContaining("42")],
  ]);
});
