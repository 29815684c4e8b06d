// `simpost invite` against the simulated Telegram: the link it prints is one that the bot would take.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { readInvite } from "../../src/channels/telegram/handle/invite.ts";
import { botName } from "../../src/command/invite-bot.ts";
import { type BotApi, createBotApi } from "../../src/demo/telegram/botapi.ts";
import { run } from "../../src/main.ts";
import { screen } from "./setup.ts";

const TOKEN = "123456:hunter2-token";
const folder = mkdtempSync(join(tmpdir(), "simpost-invite-"));
afterAll(() => rmSync(folder, { recursive: true }));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function telegram(): Promise<BotApi> {
  const api = await createBotApi({ token: TOKEN, username: "our_sms_bot" });
  open.push(api);
  return api;
}

/** Answers every request with the same; resolves with its address. */
async function stranger(status: number, body: string): Promise<string> {
  const server = createServer((_, answer) => answer.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const channel = (apiRoot: string, token = TOKEN) =>
  `{ driver: telegram, token: "${token}", apiRoot: "${apiRoot}" }`;

/** Runs `simpost invite` with a config that has these channels, and the users ana and bob. */
async function invite(channels: string, ...argv: string[]) {
  const file = join(folder, "simpost.yaml");
  writeFileSync(
    file,
    `domain: sms.example.org\nchannels: { ${channels} }\nusers: { ana: {}, bob: { telegram: [5] } }\n`,
  );
  const { io, out, err } = screen();
  const code = await run(["invite", ...argv, "-c", file], io);
  return { code, out: out(), err: err().replaceAll(`${folder}/`, "") };
}

const LINK = /^https:\/\/t\.me\/our_sms_bot\?start=([A-Za-z0-9_-]{1,64})\n?$/;

test("the link leads to the bot, and its token is the user's for 15 minutes", async () => {
  const api = await telegram();
  const before = Date.now();
  const { code, out, err } = await invite(`tg: ${channel(api.url)}`, "ana");
  const after = Date.now();
  expect(code).toBe(0);
  const [, token = ""] = LINK.exec(out.trimEnd()) ?? [];
  const read = readInvite(TOKEN, token, after, ["ana", "bob"]);
  expect(read).toMatchObject({ user: "ana" });
  expect(read?.expires).toBeGreaterThanOrEqual(before + 15 * 60_000);
  expect(read?.expires).toBeLessThan(after + 16 * 60_000);
  expect(err).toMatch(/^For ana, once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC, while the daemon runs: /);
  expect(api.calls.map(({ method }) => method)).toEqual(["getMe"]);
});

test("each link is another one", async () => {
  const api = await telegram();
  const [one, two] = [
    await invite(`tg: ${channel(api.url)}`, "ana"),
    await invite(`tg: ${channel(api.url)}`, "ana"),
  ];
  expect(one.out).toMatch(LINK);
  expect(two.out).not.toBe(one.out);
});

test("--json", async () => {
  const api = await telegram();
  const { code, out, err } = await invite(`tg: ${channel(api.url)}`, "bob", "--json");
  expect([code, err]).toEqual([0, ""]);
  const said = JSON.parse(out) as Record<string, string>;
  expect(said).toEqual({
    user: "bob",
    channel: "tg",
    bot: "our_sms_bot",
    link: expect.stringMatching(LINK),
    expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
});

test("of several bots one has to be named", async () => {
  const api = await telegram();
  const two = `first: ${channel("http://127.0.0.1:1", "1:other")}, second: ${channel(api.url)}`;
  expect(await invite(two, "ana")).toMatchObject({
    code: 2,
    out: "",
    err: "simpost: invite: there are several Telegram channels: say --channel first or second\n",
  });
  const { code, out } = await invite(two, "ana", "--channel", "second");
  expect(code).toBe(0);
  expect(out).toMatch(LINK);
  expect(await invite(two, "ana", "--channel", "third")).toMatchObject({
    code: 2,
    err: 'simpost: invite: simpost.yaml has no Telegram channel "third", only: first, second\n',
  });
});

test.each([
  ["anna", ': did you mean "ana"?'],
  ["zoe", ""],
  ["__proto__", ""],
])("%s is no user: nothing is asked of Telegram", async (name, guess) => {
  const api = await telegram();
  expect(await invite(`tg: ${channel(api.url)}`, name)).toEqual({
    code: 2,
    out: "",
    err: `simpost: invite: simpost.yaml has no user "${name}"${guess}\n`,
  });
  expect(api.calls).toEqual([]);
});

test("no Telegram channel, no user at all", async () => {
  expect(await invite('mail: { driver: email, relay: "smtp://127.0.0.1" }', "ana")).toEqual({
    code: 2,
    out: "",
    err: "simpost: invite: simpost.yaml has no Telegram channel\n",
  });
  const { code, err } = await invite(`tg: ${channel("http://127.0.0.1:1")}`);
  expect(code).toBe(2);
  expect(err).toContain("invite: something is missing");
});

test("Telegram is down", async () => {
  const api = await telegram();
  await api.down();
  expect(await invite(`tg: ${channel(api.url)}`, "ana")).toEqual({
    code: 1,
    out: "",
    err: `simpost: Telegram can't be reached at ${api.url} (ECONNREFUSED)\n`,
  });
});

test.each([
  ["drop-before", {}, /^simpost: Telegram can't be reached at \S+ \((?:ECONNRESET|UND_ERR_SOCKET)\)\n$/],
  ["error", { status: 502 }, /^simpost: the Bot API server at \S+ is in trouble \(HTTP 502\)\n$/],
  ["too-many", { retryAfter: 7 }, /^simpost: Telegram asks to be left alone for 7 seconds\n$/],
] as const)("Telegram fails: %s", async (kind, more, words) => {
  const api = await telegram();
  api.faults.add({ kind, ...more });
  const { code, out, err } = await invite(`tg: ${channel(api.url)}`, "ana");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(words);
  expect(err).not.toContain("hunter2");
});

test("Telegram never answers", async () => {
  const api = await telegram();
  api.faults.add({ kind: "hang" });
  const asking = botName({ key: "channels.tg", token: TOKEN, apiRoot: api.url }, 50);
  await expect(asking).rejects.toThrow(`Telegram can't be reached at ${api.url} (no answer within 50 ms)`);
});

test("a token that Telegram does not know", async () => {
  const api = await telegram();
  expect(await invite(`tg: ${channel(api.url, "9:hunter2")}`, "ana")).toEqual({
    code: 1,
    out: "",
    err: "simpost: Telegram does not know this bot: channels.tg.token is wrong, or was revoked\n",
  });
});

test.each([
  ["a web page", "<html>hunter2</html>"],
  ["a name that is none", '{"ok":true,"result":{"username":"a?start=x&"}}'],
  ["no name", '{"ok":true,"result":{}}'],
  ["a very long answer", `{"ok":true,"result":{"username":"${"x".repeat(1_000_000)}"}}`],
])("what answers is no Bot API server: %s", async (_what, body) => {
  const url = await stranger(200, body);
  const { code, out, err } = await invite(`tg: ${channel(url)}`, "ana");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toBe(`simpost: what answers at ${url} is no Bot API server (HTTP 200)\n`);
});

test("a 404 that is not Telegram's says nothing about the token", async () => {
  const url = await stranger(404, "not here");
  const { err } = await invite(`tg: ${channel(url)}`, "ana");
  expect(err).toBe(`simpost: what answers at ${url} is no Bot API server (HTTP 404)\n`);
});
