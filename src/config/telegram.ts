// The config of a Telegram channel: the bot, how its updates come, what it shows.
import { z } from "zod";
import { count, group, isLoopback, secret, url } from "./kinds.ts";
import { REACTIONS } from "./reactions.ts";
import type { Place } from "./secrets.ts";

/** Telegram's own Bot API server. */
export const PUBLIC_ROOT = "https://api.telegram.org";

/** What the daemon's HTTP listener has paths for already. */
const TAKEN = ["/healthz", "/readyz", "/metrics"];

/** One of `REACTIONS`, or nothing. Keyboards put a variation selector (U+FE0F) after some. */
const reaction = () =>
  z
    .string()
    .transform((written) => written.replaceAll("\ufe0f", ""))
    .refine((emoji) => emoji === "" || REACTIONS.some((one) => one === emoji), {
      error: (issue) =>
        `"${String(issue.input)}" is no reaction that Telegram lets bots give: "" (none) or one of ${REACTIONS.join(" ")}`,
    });

/** The name or address of a URL, an IPv6 one without brackets. */
export const hostOf = (read: URL | null): string => (read?.hostname ?? "").replace(/^\[|\]$/g, "");

/** Where Telegram brings updates: https, or http on this machine, with a path of its own. */
const webhookUrl = () =>
  z.string().superRefine((written, context) => {
    const read = URL.parse(written);
    const wrong =
      !read || !/^https?:$/.test(read.protocol) || read.username || read.password || /[?#]/.test(written)
        ? "must be an address like https://sms.example.org/telegram, without a password, ? or # in it"
        : read.protocol === "http:" && !isLoopback(hostOf(read))
          ? "must begin with https:// (http:// is for this machine alone)"
          : !/^(?:\/[\w.~-]+)+$/.test(read.pathname)
            ? "needs a path of its own, of letters, digits and hyphens, like https://sms.example.org/telegram"
            : TAKEN.includes(read.pathname)
              ? `has a path that is taken: ${TAKEN.join(", ")} are the daemon's own`
              : undefined;
    if (wrong) context.addIssue({ code: "custom", message: wrong });
  });

const reactions = () =>
  group({
    accepted: reaction().prefault("👀").describe("The gateway has it. Default: 👀."),
    sent: reaction().prefault("👌").describe("The network took it. Default: 👌."),
    delivered: reaction().prefault("👍").describe("The phone confirmed it. Default: 👍."),
    failed: reaction().prefault("👎").describe("It was not sent, or not delivered. Default: 👎."),
  });

/** A channel with `driver: telegram`. */
export const telegram = (place: Place) =>
  group({
    driver: z.literal("telegram").describe("A Telegram bot."),
    token: secret(place)
      .refine((token) => /^\d+:[\w-]+$/.test(token), {
        error: "is no bot token: BotFather gives one like 123456:ABC-DEF…",
      })
      .describe("The bot's token, from BotFather: a value, { env: NAME } or { file: PATH }. No default."),
    apiRoot: url()
      .transform((written) => written.replace(/\/+$/, ""))
      .prefault(PUBLIC_ROOT)
      .describe(`The Bot API server; your own one if you run it. Default: ${PUBLIC_ROOT}.`),
    webhook: group({
      url: webhookUrl().describe(
        "The https address that leads to http.listen; its path is what the daemon serves. No default.",
      ),
      secret: secret(place)
        // Bot API, setWebhook: secret_token.
        .refine((written) => /^[\w-]{1,256}$/.test(written), {
          error: "must have 1 to 256 letters, digits, _ and - (A-Z, a-z, 0-9)",
        })
        .describe(
          "What Telegram proves itself with: 1 to 256 letters, digits, _ and -, as a secret. No default.",
        ),
    })
      .optional()
      .describe("Telegram brings updates, instead of their being fetched. Default: they are fetched."),
    reactions: reactions()
      .prefault({})
      .describe('What a text in the chat shows of its state: an emoji that bots may react with, or "".'),
    askOver: count(0, 255)
      .default(3)
      .describe("Texts of more SMS parts than this are asked about before they are sent. Default: 3."),
  });
