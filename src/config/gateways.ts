// The `gateways` part of the config: what all drivers share, and what each has of its own.
import { z } from "zod";
import { count, duration, endpointName, group, milliseconds, named, secret, text, url } from "./kinds.ts";
import type { Place } from "./secrets.ts";

/** Highest port numbers: Dinstar's document, 2.2 (0 to 31); ours for the rest. */
const LAST_PORT = { dinstar: 31, synway: 255, loopback: 255 } as const;

/** The SIMs of a gateway by port. */
const ports = (last: number) =>
  z
    .record(
      z.string().refine((written) => /^(?:0|[1-9]\d{0,2})$/.test(written) && Number(written) <= last, {
        error: `a port is a number from 0 to ${last}, written without leading zeros`,
      }),
      group({
        number: text()
          .transform((written) => written.replaceAll(/[\s()/.-]/g, ""))
          .refine((written) => /^\+[1-9]\d{6,14}$/.test(written), {
            error: "must be the SIM's number with its country code, like +4915112345678",
          })
          .optional()
          .describe(
            "The SIM's own number, with its country code. Shown in mails; devices often don't know it. Default: what the device says.",
          ),
        label: text()
          .optional()
          .describe("What people call this SIM; it shows in mails and on the command line. Default: none."),
      }),
    )
    .transform(
      (all): ReadonlyMap<number, { readonly number: string | null; readonly label: string | null }> =>
        new Map(
          Object.entries(all).map(([port, { number = null, label = null }]) => [
            Number(port),
            { number, label },
          ]),
        ),
    )
    .prefault({})
    .describe(
      "Numbers and names of SIMs, by port as the device's API counts them. Ports that are not listed are used too. Default: none.",
    );

const IMPORT = { none: 0, all: Number.POSITIVE_INFINITY } as const;

const shared = (poll: string, last: number) => ({
  enabled: z
    .boolean()
    .default(true)
    .describe("false: this gateway is left alone, as if it were not here. Default: true."),
  timezone: z
    .string()
    .refine(isZone, {
      error: (issue) => `"${String(issue.input)}" is no time zone: write it like Europe/Berlin or UTC`,
    })
    .default("UTC")
    .describe("The zone of the device's own clock; devices write local times without a zone. Default: UTC."),
  numbers: z
    .enum(["e164", "digits", "national"])
    .default("e164")
    .describe(
      "How the device wants numbers: e164 (+49151…), digits (49151…) or national (0151…, needs region). Default: e164.",
    ),
  poll: duration("50ms")
    .prefault(poll)
    .describe(
      `How often the inbox is looked at while something is going on; an idle gateway is asked less often. Default: ${poll}.`,
    ),
  onUnknown: z
    .enum(["fail", "resend"])
    .default("fail")
    .describe(
      "When it can't be found out by timing.unknown whether a text left: fail tells the sender so, resend sends it again (it may arrive twice). Default: fail.",
    ),
  import: z
    .union([z.enum(["none", "all"]), duration()], { error: "must be none, all or a duration like 2d" })
    .transform((age) => (typeof age === "number" ? age : IMPORT[age]))
    .prefault("none")
    .describe(
      "Which texts are forwarded that lie in the device at the very first look: none, all, or those younger than a duration. Default: none.",
    ),
  timeout: duration("100ms")
    .optional()
    .describe(
      "How long one request to this device may take. Default: timing.timeout; for synway 90s, which is a slow device.",
    ),
  ports: ports(last),
});

const reached = (place: Place) => ({
  url: url().describe("Where the device's API is: http or https. No default."),
  username: text().describe("The device's API user. No default."),
  password: secret(place).describe(
    "The API user's password: a value, { env: NAME } or { file: PATH }. No default.",
  ),
  tls: group({
    fingerprint: z
      .string()
      .regex(/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, {
        error: "must be a SHA-256 fingerprint: 64 hex digits, colons allowed",
      })
      .optional()
      .describe(
        "SHA-256 of the device's own certificate; then nothing else about the certificate is checked, for this gateway alone. Default: none.",
      ),
  })
    .optional()
    .describe(
      "For https devices with a self-signed certificate. Default: certificates are checked as usual.",
    ),
});

const dinstar = (place: Place) =>
  group({
    driver: z.literal("dinstar").describe("Dinstar DWG2000, UC2000 and relatives with the HTTP API."),
    ...reached(place),
    ...shared("500ms", LAST_PORT.dinstar),
    push: group({
      secret: secret(place)
        .refine((written) => /^[\w-]{16,128}$/.test(written), {
          error: "must have 16 to 128 letters, digits, _ and - (A-Z, a-z, 0-9)",
        })
        .describe(
          "The last part of the path at http.listen that the device may push to, /push/GATEWAY/SECRET: 16 to 128 letters, digits, _ and -, as a secret. No default.",
        ),
    })
      .optional()
      .describe(
        "Newer firmware tells by itself that a text came: then it is read at once, and `poll` may be long. Default: none, the device is only asked.",
      ),
  });

const synway = (place: Place) =>
  group({
    driver: z.literal("synway").describe("Synway SMG with the HTTP API."),
    ...reached(place),
    ...shared("2s", LAST_PORT.synway),
    portBase: count(0, 1)
      .default(1)
      .describe("What the device calls its first port in SMS and USSD requests: 0 or 1. Default: 1."),
    wirelessBase: count(0, 1)
      .default(0)
      .describe("What getwirelessinfo calls the first port: 0 or 1. Default: 0."),
    spacing: duration("0s")
      .prefault("0s")
      .describe(
        "Least time between two sends; some of these devices lose texts that come faster than every 6s. Default: 0s.",
      ),
    paths: z
      .enum(["classic", "functions"])
      .default("classic")
      .describe(
        "classic: one URL for all requests; functions: newer firmware's URL for each function (/API/SendSMS …). Default: classic.",
      ),
    inboxEvent: z
      .enum(["queryrxsms", "newqueryrxsms"])
      .optional()
      .describe(
        "The event that reads the inbox. Default: queryrxsms with classic paths, newqueryrxsms with functions.",
      ),
    outboxEvent: z
      .enum(["querysxsms", "queryrxsms"])
      .default("querysxsms")
      .describe("The event that reads the outbox; the vendor's document names both. Default: querysxsms."),
    json: z
      .enum(["escaped", "literal"])
      .default("escaped")
      .describe(
        "literal: this firmware escapes nothing in its answers, so that a backslash in a text is a backslash. Default: escaped.",
      ),
    overlap: duration("100ms")
      .prefault("2h")
      .describe(
        "How far before the newest text the inbox is read again: the device has no message ids, and its clock may jump. Default: 2h.",
      ),
    wideScan: duration("100ms")
      .prefault("15m")
      .describe(
        "How often the whole inbox is read, to find texts that a clock set back put outside the overlap. Default: 15m.",
      ),
    settle: duration("0s")
      .optional()
      .describe(
        "How long the device may take to list a text that it took; before that none is called absent. Default: 5s, or half of timing.unknown if that is shorter.",
      ),
    receipts: z
      .boolean()
      .default(true)
      .describe("Whether the device is asked for delivery reports. Default: true."),
    rptnum: count(1, 1000)
      .optional()
      .describe(
        "How many reports are asked for at once (rptnum); some firmware wants it. Default: left out.",
      ),
  });

const loopback = () =>
  group({
    driver: z
      .literal("loopback")
      .describe("No device: texts go nowhere, and answers come by themselves. For trying things out."),
    ...shared("100ms", LAST_PORT.loopback),
  });

/** All gateways by name. */
export const gateways = (place: Place) =>
  named(endpointName(), z.discriminatedUnion("driver", [dinstar(place), synway(place), loopback()]))
    .prefault({})
    .describe("The devices with SIM cards, by a name of your choice. Default: none.");

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** One request to a Synway may take 30 to 60 s in the field. */
export const SLOW_TIMEOUT = milliseconds("90s") ?? 0;
/** One request to any other device. */
export const USUAL_TIMEOUT = milliseconds("30s") ?? 0;
/** A Synway may take this long to list a text that it took. */
export const SETTLE = milliseconds("5s") ?? 0;
