// The config of Telegram channels: defaults, spellings that mean the same, what is only a warning.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { ReactionTypeEmoji } from "grammy/types";
import { afterAll, expect, test } from "vitest";
import { type Config, ConfigError, load } from "../../src/config/load.ts";
import { REACTIONS } from "../../src/config/reactions.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-telegram-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(yaml: string): Config {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, `domain: sms.example.org\n${yaml}`);
  return load(file, { WEBHOOK: "from-the_environment" });
}

const bot = (more = "") =>
  read(`channels: { telegram: { driver: telegram, token: "123:abc"${more} } }\n`).channels.get("telegram");
const warnings = (yaml: string) => read(yaml).warnings.map((line) => line.replace(/^.*?yaml:/, ""));
const refused = (more: string) => {
  try {
    bot(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
  return "";
};

test("a token is enough", () => {
  expect(bot()).toEqual({
    driver: "telegram",
    token: "123:abc",
    apiRoot: "https://api.telegram.org",
    reactions: { accepted: "👀", sent: "👌", delivered: "👍", failed: "👎" },
    askOver: 3,
  });
  expect(read("").answers).toEqual({ share: true });
  expect(read("answers: { share: false }\n").answers).toEqual({ share: false });
});

test("the reactions are all that Telegram has", () => {
  // The compiler says here when the client's list gets longer.
  const missing: readonly Exclude<ReactionTypeEmoji["emoji"], (typeof REACTIONS)[number]>[] = [];
  expect(missing).toEqual([]);
  expect(new Set(REACTIONS).size).toBe(73);
});

test("every reaction is taken, as keyboards spell it too; anything else is not", () => {
  const given = (emoji: string) => bot(`, reactions: { sent: ${JSON.stringify(emoji)} }`);
  for (const emoji of [...REACTIONS, ""]) {
    expect(given(emoji)).toMatchObject({ reactions: { sent: emoji, failed: "👎" } });
    expect(given(`${emoji}\ufe0f`)).toMatchObject({ reactions: { sent: emoji } });
  }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }), (written) => {
      fc.pre(!REACTIONS.some((one) => one === written.replaceAll("\ufe0f", "")) && written !== "\ufe0f");
      expect(refused(`, reactions: { sent: ${JSON.stringify(written)} }`)).toContain("is no reaction");
    }),
    { numRuns: 100 },
  );
});

test("a webhook: its secret from anywhere, any port with a Bot API server of one's own", () => {
  expect(
    bot(`, webhook: { url: "https://sms.example.org:8443/t-1/hook", secret: { env: WEBHOOK } }`),
  ).toMatchObject({
    webhook: { url: "https://sms.example.org:8443/t-1/hook", secret: "from-the_environment" },
  });
  for (const url of [
    "http://127.0.0.1:9000/telegram",
    "http://localhost:9000/telegram",
    "http://[::1]:9000/telegram",
    "https://sms.example.org:9443/telegram",
  ]) {
    const own = bot(`, apiRoot: "http://127.0.0.1:8081/", webhook: { url: "${url}", secret: x }`);
    expect(own).toMatchObject({ apiRoot: "http://127.0.0.1:8081", webhook: { url, secret: "x" } });
  }
});

test("a webhook's secret has 1 to 256 characters", () => {
  const given = (secret: string) => refused(`, webhook: { url: "https://a.example/t", secret: "${secret}" }`);
  expect(given("x".repeat(256))).toBe("");
  expect(given("x".repeat(257))).toContain("must have 1 to 256");
  expect(given("")).toContain("it is empty");
});

test.each([
  "ftp://sms.example.org/telegram",
  "sms.example.org/telegram",
  "https://me:secret@sms.example.org/telegram",
  "https://sms.example.org/telegram#x",
  "https://sms.example.org/a//b",
  "https://sms.example.org/telegram/",
  "https://sms.example.org/%74elegram",
  "http://192.0.2.1/telegram",
])("%s is no place for a webhook", (url) => {
  expect(refused(`, webhook: { url: "${url}", secret: x }`)).toMatch(/webhook\.url: (?:must|needs) /);
});

test("a token that travels in the clear is a warning", () => {
  const of = (apiRoot: string) =>
    warnings(`channels: { tg: { driver: telegram, token: "1:a", apiRoot: "${apiRoot}" } }\n`);
  const warning =
    "2:51: channels.tg.apiRoot: the bot's token crosses the network in the clear to bots.example: use https";
  expect(of("http://bots.example:8081")).toContain(warning);
  for (const fine of ["https://bots.example", "http://127.0.0.1:8081", "http://[::1]:8081"])
    expect(of(fine).filter((line) => line.includes("apiRoot"))).toEqual([]);
});

test("a user without an address may be in a route where she can join by a link", () => {
  const yaml = `gateways: { bench: { driver: loopback } }
channels: { telegram: { driver: telegram, token: "123:abc" } }
users: { ana: {}, bob: { telegram: [5] } }
routes: [{ to: [bob, ana] }]
`;
  expect(read(yaml).routes[0]?.to).toEqual(["bob", "ana"]);
  expect(warnings(yaml)).toEqual([
    '5:22: routes[0].to[1]: the user "ana" has no address here: she gets texts once she has joined by a link (simpost invite ana)',
  ]);
});

test("chats of routes and ids of users, as they are written", () => {
  const config = read(`
channels: { telegram: { driver: telegram, token: "123:abc" } }
users: { ana: { telegram: [1001, "1002", -1001234567890] } }
routes: [{ to: [ana, "telegram:-1009876543210", "telegram:1003"] }]
`);
  expect(config.users.get("ana")?.telegram).toEqual(["1001", "1002", "-1001234567890"]);
  expect(config.routes[0]?.to).toEqual([
    "ana",
    { via: "telegram", address: "-1009876543210" },
    { via: "telegram", address: "1003" },
  ]);
});

test("what the page about Telegram shows is sound", () => {
  writeFileSync(join(folder, "telegram-token"), "123:abc\n");
  const page = readFileSync(new URL("../../docs/telegram.md", import.meta.url), "utf8");
  const [first = "", second = ""] = Array.from(page.matchAll(/^ *```yaml\n(.+?)```/gms), ([, yaml = ""]) =>
    yaml.replaceAll(/^ {3}/gm, ""),
  );
  const config = read(first);
  expect(config.users.has("ana")).toBe(true);
  const grouped = read(first.replace(/^routes:.*\n/m, second));
  expect(grouped.routes[0]?.to).toEqual([{ via: "telegram", address: "-1001234567890" }]);
  const channel = config.channels.get("telegram");
  const shown = channel?.driver === "telegram" ? Object.values(channel.reactions) : [];
  expect(shown.filter((emoji) => page.includes(`| ${emoji} |`))).toEqual(["👀", "👌", "👍", "👎"]);
});
