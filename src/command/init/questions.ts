// What init asks, in order, and how it tries each answer.

import { words } from "../doctor/finding.ts";
import type { Line } from "../parse.ts";
import { table } from "../table.ts";
import type { Asker } from "./asker.ts";
import type { Answers, GatewayAnswers, UserAnswers } from "./draft.ts";
import type { InitMeans } from "./means.ts";
import * as read from "./readers.ts";
import { type Found, suggestZone, survey, untrusted } from "./survey.ts";

const PUBLIC_ROOT = "https://api.telegram.org";
const LISTEN = "127.0.0.1:2525";
const RELAY = "smtp://127.0.0.1:25";
const PER_DAY = "200";
/** The API accounts that the vendors' documents name; the other one is typed. */
const USUAL_USER = "admin";

/** Throws Usage for options that make no sense, Error when something can't be found out and nobody is there to be asked. */
export async function askEverything(line: Line, asker: Asker, means: InitMeans): Promise<Answers> {
  const { here } = means;
  const domain = await asker.ask({
    option: "domain",
    question: "Domain: mail to NUMBER@domain becomes a text",
    fallback: here.host.includes(".") ? `sms.${here.host.replace(/^[^.]+\./, "")}` : "sms.internal",
    read: read.domain,
  });
  const region = await asker.ask({
    option: "region",
    question: "Country (two letters) whose national numbers people write, or none",
    fallback: here.region,
    read: read.region,
  });
  const gateway = await askGateway(line, asker, means);
  const listen = read.listen(line.text("listen") ?? LISTEN);
  const relay = await askRelay(asker, means, domain);
  const bot = await askBot(line, asker, means);
  const user = await askUser(asker, means, region, bot !== null);
  return { domain, region, gateway, listen, relay, bot, user };
}

async function askGateway(line: Line, asker: Asker, means: InitMeans): Promise<GatewayAnswers> {
  const { clock, here } = means;
  const wanted = line.text("driver");
  const driver =
    wanted === undefined
      ? undefined
      : await asker.ask({ option: "driver", question: "", fallback: null, read: read.driver });
  const name = await asker.ask({
    option: "gateway-name",
    question: "Name of the gateway",
    fallback: "office",
    read: read.endpointName,
  });
  for (;;) {
    const url =
      driver === "loopback"
        ? null
        : await asker.ask({
            option: "gateway-url",
            question: "Address of the gateway (http://192.0.2.10), or none to try without one",
            fallback: "none",
            read: read.gatewayUrl,
          });
    if (url === null) return NO_DEVICE(name, "UTC");
    const username = await asker.ask({
      option: "gateway-user",
      question: "User of its API (Dinstar: often admin; Synway: ApiUserAdmin)",
      fallback: USUAL_USER,
      read: (written) => written,
    });
    const password = await asker.secret("gateway-password-file", "Password of that user");
    const given = line.text("fingerprint");
    const pinned = given === undefined ? undefined : read.fingerprint(given);
    try {
      const signal = new AbortController().signal;
      const fingerprint = pinned ?? (await askCertificate(asker, url, signal));
      const found = await survey(
        { url, username, password, fingerprint, driver },
        means.gatewayAt,
        () => clock.now(),
        signal,
      );
      tellFound(asker, found);
      const { zone, why } = suggestZone(found.clock, here.zone, clock.now());
      asker.tell(`  Its clock: ${why ?? "its zone can't be seen from here; its own web page shows it"}`);
      const timezone = await asker.ask({
        option: "timezone",
        question: "Time zone of its clock",
        fallback: zone,
        read: read.zone,
      });
      const sims = found.ports.map(({ port, number, state }) => ({ port, number: number || null, state }));
      const { extra } = found;
      return {
        name,
        driver: found.driver,
        url,
        username,
        password,
        fingerprint: fingerprint ?? null,
        timezone,
        extra,
        sims,
      };
    } catch (error) {
      const why = words(error);
      asker.tell(`  ${why}`);
      if (asker.asks && line.text("gateway-url") === undefined) continue;
      if (driver === undefined)
        throw new Error(
          `the gateway could not be tried, so nothing was written; with --driver it is taken as it is (${why})`,
          { cause: error },
        );
      const timezone = read.zone(line.text("timezone") ?? here.zone);
      return {
        name,
        driver,
        url,
        username,
        password,
        fingerprint: pinned ?? null,
        timezone,
        extra: {},
        sims: [],
      };
    }
  }
}

const NO_DEVICE = (name: string, timezone: string): GatewayAnswers => ({
  name,
  driver: "loopback",
  url: "",
  username: "",
  password: "",
  fingerprint: null,
  timezone,
  extra: {},
  sims: [],
});

async function askCertificate(asker: Asker, url: string, signal: AbortSignal): Promise<string | undefined> {
  const seen = await untrusted(url, signal);
  if (!seen) return undefined;
  asker.tell(`  Its certificate is not signed by anybody known (${seen.why}). SHA-256: ${seen.fingerprint}`);
  if (await asker.confirm("Is this the device's own? Then this one certificate is taken, and no other."))
    return seen.fingerprint;
  throw new Error(`its certificate is not trusted; if it is the device's: --fingerprint ${seen.fingerprint}`);
}

function tellFound(asker: Asker, { notes, ports }: Found): void {
  for (const note of notes)
    asker.tell(`  It is ${note}`.replace("It is odd", "It gives odd").replace("It is newer", "It has newer"));
  const rows = ports.map(({ port, registered, number, state, type }) => ({
    port,
    registered,
    number: number ?? null,
    type: type ?? null,
    state,
  }));
  asker.tell(table(["port", "registered", "number", "type", "state"], rows));
}

async function askRelay(asker: Asker, means: InitMeans, domain: string): Promise<string> {
  const secret = await asker.secretFile("relay-file");
  for (;;) {
    const relay =
      secret === null
        ? await asker.ask({
            option: "relay",
            question: "Where mail goes out (smtp://HOST, smtps://USER:PASSWORD@HOST, maildir:FOLDER)",
            fallback: RELAY,
            read: read.relay,
          })
        : read.relay(secret);
    if (relay.startsWith("maildir:")) return relay;
    try {
      await means.tryRelay(relay, domain);
      asker.tell("  It takes our mail.");
      return relay;
    } catch (error) {
      asker.tell(`  It can't be used now: ${words(error)}`);
      if (!asker.asks || (await asker.confirm("Keep it all the same?"))) return relay;
      if (asker.given("relay") || secret !== null)
        throw new Error("the relay can't be used: nothing was written", { cause: error });
    }
  }
}

async function askBot(line: Line, asker: Asker, means: InitMeans): Promise<Answers["bot"]> {
  const apiRoot = (line.text("api-root") ?? PUBLIC_ROOT).replace(/\/+$/, "");
  for (;;) {
    const token = await asker.secret(
      "telegram-token-file",
      "Token of a Telegram bot, from @BotFather (Enter: none)",
    );
    if (token === "") return null;
    try {
      if (!/^\d+:[\w-]+$/.test(token))
        throw new Error("that is no bot token: BotFather gives one like 123456:ABC-DEF…");
      asker.tell(`  It is @${await means.botName(token, apiRoot)}.`);
      return { token, apiRoot: apiRoot === PUBLIC_ROOT ? null : apiRoot };
    } catch (error) {
      asker.tell(`  ${words(error)}`);
      if (!asker.asks || asker.given("telegram-token-file"))
        throw new Error(`the bot can't be used, so nothing was written: ${words(error)}`, { cause: error });
    }
  }
}

async function askUser(
  asker: Asker,
  means: InitMeans,
  region: string | null,
  bot: boolean,
): Promise<UserAnswers | null> {
  const name = await asker.ask({
    option: "user",
    question: "Name of the first user, or none",
    fallback: means.here.user,
    read: read.userName,
  });
  if (name === null) return null;
  const mail = await asker.ask({
    option: "mail",
    question: "Mail address of that user (Enter: none)",
    fallback: "",
    read: read.mailbox,
  });
  const telegram =
    bot || asker.given("telegram")
      ? await asker.ask({
          option: "telegram",
          question: "Telegram id of that user (Enter: none; simpost invite makes a link later)",
          fallback: "",
          read: read.telegramId,
        })
      : null;
  const password = await askPassword(asker);
  const allow = await asker.askAll({
    option: "allow",
    question: "Numbers that this user may write to first, like +49* (Enter: as shown)",
    fallback: read.ownCountry(region),
    read: read.patterns,
  });
  const perDay = await asker.ask({
    option: "per-day",
    question: "Texts in 24 hours, at most",
    fallback: PER_DAY,
    read: read.perDay,
  });
  return {
    name,
    mail,
    telegram,
    password: password === "" ? null : await means.hash(password),
    allow,
    perDay,
  };
}

async function askPassword(asker: Asker): Promise<string> {
  for (;;) {
    const password = await asker.secret(
      "password-file",
      "Password of that user for console and SMTP (Enter: none)",
    );
    if (password === "" || !asker.asks || asker.given("password-file")) return password;
    if ((await asker.secret("password-file", "The same again")) === password) return password;
    asker.tell("  These were two different passwords.");
  }
}
