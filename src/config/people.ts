// The `users`, `trust` and `routes` parts of the config: who may send, who is believed, who gets what comes in.
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { compileText } from "../bridge/route.ts";
import { LANGUAGES } from "../words/languages.ts";
import { checkHash } from "./hash.ts";
import { count, duration, endpointName, group, mailbox, named, secret, text, userName } from "./kinds.ts";
import type { Place } from "./secrets.ts";

/** A pattern of phones, in E.164 form or a short or USSD code as dialled. Refuses what can match none of them. */
const phonePattern = () =>
  text().superRefine((written, context) => {
    const digits = /^\d+/.exec(written)?.[0] ?? "";
    const wrong = !/^(?:[0-9+#]|\*|\\\*)+$/.test(written)
      ? String.raw`is no pattern of phones: digits, +, #, * (any run of characters) and \* (a star)`
      : digits.length > 6 || /^0\d/.test(digits)
        ? "matches no phone: numbers are written with + and country code, like +49170*"
        : undefined;
    if (wrong) context.addIssue({ code: "custom", message: `"${written}" ${wrong}` });
  });

const user = (place: Place) =>
  group({
    email: z
      .array(mailbox())
      .default([])
      .describe("Her mail addresses. The first one is where texts for her go. Default: none."),
    telegram: z
      .array(
        text().refine((id) => /^-?\d{1,20}$/.test(id), {
          error: "must be a Telegram id: a number, negative for groups",
        }),
      )
      .default([])
      .describe("Her Telegram ids, and groups of hers. Default: none."),
    password: secret(place)
      .superRefine((phc, context) => {
        try {
          checkHash(phc);
        } catch (error) {
          context.addIssue({
            code: "custom",
            message: error instanceof Error ? error.message : "is no hash",
          });
        }
      })
      .optional()
      .describe(
        "For SMTP AUTH and the console: what `simpost hash` prints, in quotes. Default: none, she can't log in.",
      ),
    send: group({
      allow: z
        .array(phonePattern())
        .default([])
        .describe(
          String.raw`Phones that she may write to first. * is any run of characters, \* a star, "*" everything. Default: none.`,
        ),
      deny: z
        .array(phonePattern())
        .default([])
        .describe("Phones that she may never write to, not even to answer. Default: none."),
      perDay: count(1, 1_000_000)
        .optional()
        .describe("Texts in 24 hours, answers included. Default: no limit."),
      gateways: z
        .array(endpointName())
        .optional()
        .describe("Gateways that her texts may leave through. Default: all."),
    })
      .optional()
      .describe("What she may send. Without it she may answer open conversations and begin none."),
    role: z
      .enum(["admin", "operator", "user"])
      .default("user")
      .describe(
        "What she may see and do on the console and with the API: user (her own conversations), operator (all conversations, and steering), or admin (settings and tokens too). Default: user.",
      ),
    validity: duration("100ms")
      .optional()
      .describe("How long a text of hers may wait before it fails. Default: timing.validity."),
    language: z
      .enum(LANGUAGES)
      .optional()
      .describe("The language that simpost speaks to her: en or de. Default: `language` of all."),
  });

/** All users by name. */
export const users = (place: Place) =>
  named(userName(), user(place))
    .prefault({})
    .describe("The people who may send, by name. Nobody else may. Default: none.");

export const trust = () =>
  group({
    networks: z
      .array(
        z.string().refine(isNetwork, {
          error: (issue) => `"${String(issue.input)}" is no network: write it like 192.0.2.0/24`,
        }),
      )
      .default([])
      .describe("Clients that may use a user's mail address without a password, as CIDR. Default: none."),
  }).prefault({});

function isNetwork(cidr: string): boolean {
  const [address = "", prefix = ""] = cidr.split("/");
  const family = isIP(address);
  if (family === 0 || !/^(?:[^/]+\/\d{1,3}|[^/]+)$/.test(cidr)) return false;
  try {
    new BlockList().addSubnet(
      address,
      Number(prefix || (family === 4 ? 32 : 128)),
      family === 4 ? "ipv4" : "ipv6",
    );
    return true;
  } catch {
    return false;
  }
}

const route = () =>
  group({
    when: group({
      gateway: endpointName().optional().describe("Came in through this gateway. Default: any."),
      port: count(0, 255).optional().describe("Came in through this port. Default: any."),
      from: text()
        .optional()
        .describe(
          "The sender matches this pattern: +49*, 22333, Vodafone. * is any run of characters. Default: any.",
        ),
      text: text()
        .superRefine((pattern, context) => {
          try {
            compileText(pattern);
          } catch (error) {
            const why = error instanceof Error ? error.message : "unknown error";
            context.addIssue({ code: "custom", message: `is no pattern (RE2 syntax): ${why}` });
          }
        })
        .optional()
        .describe(
          "This pattern is found in the text: RE2 syntax, (?i) at the front ignores case. Default: any.",
        ),
    })
      .prefault({})
      .describe("What must be so; all of it. Default: any text."),
    to: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        "Who gets it: users by name (all their channels), CHANNEL:ADDRESS (one mailbox, one chat), or webhook:URL (a program). No default.",
      ),
  });

export const routes = () =>
  z
    .array(route())
    .default([])
    .describe(
      "Who gets texts that answer nobody; the first match wins, the next ones step in when nobody of it is left. Default: none, such texts are kept and complained about.",
    );
