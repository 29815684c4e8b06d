// The config: one schema that is types, validation and JSON Schema. Its parts are in gateways.ts, channels.ts and people.ts.
import { isSupportedCountry } from "libphonenumber-js/max";
import { z } from "zod";
import { LANGUAGES } from "../words/languages.ts";
import { channels } from "./channels.ts";
import { gateways } from "./gateways.ts";
import { count, domain, duration, group, listen, path } from "./kinds.ts";
import { routes, trust, users } from "./people.ts";
import type { Place } from "./secrets.ts";
import { webhooks } from "./webhooks.ts";

const store = (place: Place) =>
  group({
    driver: z.literal("sqlite").default("sqlite").describe("What keeps the messages. Default: sqlite."),
    path: path(place)
      .prefault("./var/simpost.db")
      .describe("The database file, relative to this file's folder. Default: ./var/simpost.db."),
    keep: duration("100ms").prefault("90d").describe("How long finished messages are kept. Default: 90d."),
  })
    .prefault({})
    .describe("Where messages are kept.");

const timing = () =>
  group({
    validity: duration("100ms")
      .prefault("24h")
      .describe("A text that has not left by then fails. Default: 24h."),
    unknown: duration("100ms")
      .prefault("10m")
      .describe(
        "How long a gateway is asked about a text whose outcome is unknown before onUnknown decides. Default: 10m.",
      ),
    report: duration("100ms")
      .prefault("3d")
      .describe("How long a delivery report is waited for. Default: 3d."),
    ussd: duration("100ms")
      .prefault("60s")
      .describe("How long the answer to a USSD code is waited for. Default: 60s."),
    timeout: duration("100ms")
      .optional()
      .describe("How long one request to a gateway may take. Default: 30s; for synway 90s."),
    warn: duration("100ms")
      .prefault("30m")
      .describe("A sender is told once that a text still waits. Default: 30m."),
    thread: duration("100ms")
      .prefault("7d")
      .describe("How long an answer goes to whoever wrote last to that phone. Default: 7d."),
  })
    .prefault({})
    .describe("How long things may take.");

const text = () =>
  group({
    maxParts: count(1, 255)
      .default(6)
      .describe("SMS parts that one text may take; each part costs. Default: 6."),
    tooLong: z
      .enum(["truncate", "split", "reject"])
      .default("truncate")
      .describe(
        "What happens to longer ones: truncate (ends with …), split into several texts, or reject the mail. Default: truncate.",
      ),
    subject: z
      .enum(["prefix", "never", "only-if-empty-body"])
      .default("prefix")
      .describe(
        "What becomes of a mail's subject: prefix (first line of the text, not in replies), never, or only-if-empty-body. Default: prefix.",
      ),
    transliterate: z
      .boolean()
      .default(true)
      .describe(
        "Plain quotes, dashes and blanks for typographic ones where one of them would double the price. Default: true.",
      ),
  })
    .prefault({})
    .describe("How mails and chat lines become texts.");

const answers = () =>
  group({
    share: z
      .boolean()
      .default(true)
      .describe(
        "Where several people were given a text, the others see who answered it, and what, in mail and chat. Default: true.",
      ),
  })
    .prefault({})
    .describe("How people's answers show among each other.");

const log = () =>
  group({
    level: z
      .enum(["info", "warn", "error", "silent"])
      .default("info")
      .describe("The least that is logged. Default: info."),
    numbers: z
      .enum(["masked", "full"])
      .default("masked")
      .describe(
        "masked: +4917…67 in logs; full: whole numbers. Texts and secrets are never logged. Default: masked.",
      ),
  })
    .prefault({})
    .describe("What is logged, as JSON lines on standard output.");

/** The whole config. `place` is how it reaches secrets and files. */
export const configSchema = (place: Place) =>
  group({
    domain: domain().describe("NUMBER@domain is a phone. No default."),
    region: z
      .string()
      .toUpperCase()
      .refine(isSupportedCountry, { error: "must be a country's two letters, like DE" })
      .optional()
      .describe(
        "The country (two letters) whose national numbers people write. Default: none, numbers need their country code.",
      ),
    language: z
      .enum(LANGUAGES)
      .default(LANGUAGES[0])
      .describe(
        "The language of all that people read, en or de, unless a user has another one. Default: en.",
      ),
    store: store(place),
    http: group({
      listen: listen()
        .default("127.0.0.1:8080")
        .describe("Address and port of health, readiness and metrics. Default: 127.0.0.1:8080."),
    })
      .prefault({})
      .describe("The one HTTP listener."),
    gateways: gateways(place),
    channels: channels(place),
    timing: timing(),
    text: text(),
    answers: answers(),
    users: users(place),
    trust: trust().describe("Whom mail is taken from without a password."),
    routes: routes(),
    webhooks: webhooks(place),
    log: log(),
  });

/** The config as the schema gives it: defaults filled in, durations in milliseconds, secrets and paths resolved. */
export type Parsed = z.output<ReturnType<typeof configSchema>>;
/** A gateway of the config, by `driver`. */
export type GatewayConfig = Parsed["gateways"] extends ReadonlyMap<string, infer Gateway> ? Gateway : never;
/** A channel of the config, by `driver`. */
export type ChannelConfig = Parsed["channels"] extends ReadonlyMap<string, infer Channel> ? Channel : never;

const NOWHERE: Place = {
  path: (written) => written,
  readable: () => undefined,
  secret: (ref) => JSON.stringify(ref),
};

/** The JSON Schema of the file as people write it, for editors. */
export const jsonSchema = (): object => ({
  $id: "simpost.schema.json",
  title: "simpost configuration",
  ...z.toJSONSchema(configSchema(NOWHERE), { io: "input", target: "draft-7" }),
});
