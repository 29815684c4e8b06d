// The `channels` part of the config: mail here, Telegram in telegram.ts.
import { z } from "zod";
import { count, domain, duration, endpointName, group, named, readable, secret, size } from "./kinds.ts";
import type { Place } from "./secrets.ts";
import { telegram } from "./telegram.ts";

const listener = (place: Place) =>
  group({
    address: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .describe("The address to listen on; 0.0.0.0 or :: is all. Default: 127.0.0.1."),
    port: count(0, 65_535).describe(
      "The port: 25 for other mail servers, 587 (starttls) or 465 (implicit) for people. No default.",
    ),
    tls: z
      .enum(["none", "starttls", "implicit"])
      .default("none")
      .describe(
        "none: in the clear, for this machine only; starttls: begins in the clear; implicit: encrypted from the first byte. Default: none.",
      ),
    cert: readable(place)
      .optional()
      .describe("PEM file with the certificate and its chain; needed unless tls is none. No default."),
    key: readable(place)
      .optional()
      .describe("PEM file with the certificate's key; needed unless tls is none. No default."),
  });

/** `smtp://`, `smtps://`, `lmtp://` as they are; `maildir:PATH` with an absolute path. Messages never show it: it may hold a password. */
const relay = (place: Place) =>
  secret(place).transform((written, context) => {
    const folder = /^maildir:(.+)$/.exec(written)?.[1];
    if (folder !== undefined) return `maildir:${place.path(folder)}`;
    const read = URL.parse(written);
    if (read && /^(?:smtps?|lmtp):$/.test(read.protocol) && read.hostname !== "") return written;
    context.addIssue({
      code: "custom",
      message: "must begin with smtp://HOST, smtps://HOST, lmtp://HOST or maildir:FOLDER",
    });
    return z.NEVER;
  });

const email = (place: Place) =>
  group({
    driver: z.literal("email").describe("Mail in by SMTP, mail out by a relay or into a Maildir."),
    listen: z
      .array(listener(place))
      .default([])
      .describe("Where mail is taken in (SMTP). Default: nowhere, mail only goes out."),
    relay: relay(place).describe(
      "Where mail goes out: smtp://, smtps:// or lmtp:// with user:password@ if needed, or maildir:FOLDER. As a secret it may also be { env } or { file }. No default.",
    ),
    maxSize: size(1024, 64 * 1024 * 1024)
      .prefault("5MB")
      .describe(
        "The largest mail that is taken in; a text needs little, and attachments are left out. Default: 5MB.",
      ),
    maxRecipients: count(1, 1000).default(100).describe("Recipients of one mail. Default: 100."),
    connections: group({
      max: count(1, 100_000)
        .default(500)
        .describe("Connections at once from clients that are not in trust.networks. Default: 500."),
      perAddress: count(1, 100_000).default(20).describe("Of these, from one address. Default: 20."),
      relay: count(1, 100).default(5).describe("Connections to the relay at once. Default: 5."),
    })
      .prefault({})
      .describe("How many connections at once."),
    idleTimeout: duration("100ms")
      .prefault("5m")
      .describe(
        "A client that says nothing for this long is let go (RFC 5321, 4.5.3.2.7 asks for 5m). Default: 5m.",
      ),
    hostname: domain()
      .optional()
      .describe("What this server calls itself in SMTP, both ways. Default: domain."),
  });

/** All channels by name. */
export const channels = (place: Place) =>
  named(endpointName(), z.discriminatedUnion("driver", [email(place), telegram(place)]))
    .prefault({})
    .describe("Where people are, by a name of your choice. Default: none.");
