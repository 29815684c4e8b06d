// What of a log line's fields may be written: no secrets, no message text, no whole phone numbers.
import { isIP } from "node:net";

export interface CleanOptions {
  readonly numbers: "masked" | "full";
  readonly mask: (number: string) => string;
}

/** Never written, under whatever it is nested. Compared in lower case. */
const DROPPED = new Set([
  "password",
  "pass",
  "passphrase",
  "token",
  "secret",
  "secrets",
  "authorization",
  "cookie",
  "credentials",
  // Message text, and answers that may hold some.
  "text",
  "body",
  "raw",
  "html",
  "subject",
]);

/** Hold numbers, or parties, or mailboxes named after numbers. */
const NUMBERS = new Set([
  "phone",
  "phones",
  "to",
  "from",
  "number",
  "numbers",
  "address",
  "sender",
  "recipient",
  "recipients",
  "own",
  "peer",
]);

/** Pino's own keys: a field of that name would make the line ambiguous. */
const RESERVED = new Set(["level", "time", "event"]);

const DEPTH = 5;
const ITEMS = 50;
const LENGTH = 2_000;
const CAUSES = 5;

/** Our own handles: digits in them are no phone. */
const HANDLES = new Set(["id", "ids", "message", "delivery", "thread", "track", "version", "node"]);

/** A phone as it appears inside other words: seven digits or more, perhaps with a plus. Shorter runs are sizes, ports and counts. */
const PHONE_INSIDE = /(?<![\w+])\+?\d{7,20}(?!\w)/g;
/** Credentials in a URL, and a bot's token in its path. */
const URL_LOGIN = /(\/\/)[^/\s@]+@/g;
const BOT_TOKEN = /\bbot\d+:[\w-]+/g;
/** A program that is written to: its path or query may be what it is protected by. */
const URL_WHOLE = /^https?:\/\//i;
/** What each of these has: most words have neither. */
const SUSPICIOUS = /[/\d]/;

type Fields = Readonly<Record<string, unknown>>;

/** Returns the function that turns fields into what may be written: a new object, safe for JSON. */
export function createCleaner({ numbers, mask }: CleanOptions): (fields: Fields) => Record<string, unknown> {
  const hide = numbers === "masked";
  const words = (text: string): string => {
    if (!SUSPICIOUS.test(text)) return text;
    const safe = text.replace(URL_LOGIN, "$1").replace(BOT_TOKEN, "bot***");
    return hide ? safe.replace(PHONE_INSIDE, (phone) => mask(phone)) : safe;
  };
  const string = (key: string, text: string): string => {
    if (NUMBERS.has(key) && URL_WHOLE.test(text)) return `${URL.parse(text)?.origin ?? ""}/…`;
    if (hide && NUMBERS.has(key) && isIP(text) === 0) return mask(text);
    return HANDLES.has(key) ? text : words(text);
  };

  const value = (key: string, given: unknown, depth: number): unknown => {
    if (typeof given === "string") return cut(string(key, given));
    if (typeof given === "number") return Number.isFinite(given) ? given : String(given);
    if (typeof given === "boolean" || given === null || given === undefined) return given;
    if (typeof given === "bigint") return String(given);
    if (typeof given !== "object") return undefined;
    if (given instanceof Error) return error(given, CAUSES);
    if (given instanceof Date) return Number.isNaN(given.getTime()) ? null : given.toISOString();
    if (ArrayBuffer.isView(given)) return `${given.byteLength} bytes`;
    if (depth <= 0) return "…";
    if (Array.isArray(given)) return given.slice(0, ITEMS).map((item) => value(key, item, depth - 1));
    if (given instanceof Map) return record(Object.fromEntries(given), depth - 1);
    if (given instanceof Set) return value(key, [...given], depth);
    return record(given as Fields, depth - 1);
  };

  const record = (fields: Fields, depth: number): Record<string, unknown> => {
    const clean: Record<string, unknown> = {};
    for (const [key, given] of Object.entries(fields)) {
      const lower = key.toLowerCase();
      if (DROPPED.has(lower)) continue;
      clean[key] = value(lower, given, depth);
    }
    return clean;
  };

  /** What went wrong and why, without a stack for errors that are part of the day's work. */
  const error = (given: Error, left: number): Record<string, unknown> => {
    const { name, message, stack, cause } = given;
    const code = "code" in given && typeof given.code === "string" ? { code: given.code } : {};
    const kind = "kind" in given && typeof given.kind === "string" ? { kind: given.kind } : {};
    const expected = name === "Rejected" || name === "SendError" || name === "Unreadable";
    return {
      name,
      message: cut(words(message)),
      ...code,
      ...kind,
      ...(expected || stack === undefined ? {} : { stack: cut(words(frames(stack))) }),
      ...(cause instanceof Error && left > 0 ? { cause: error(cause, left - 1) } : {}),
      ...(typeof cause === "string" ? { cause: cut(words(cause)) } : {}),
    };
  };

  return (fields) => {
    const clean = record(fields, DEPTH);
    for (const key of RESERVED) {
      if (!(key in clean)) continue;
      clean[`${key}_`] = clean[key];
      delete clean[key];
    }
    return clean;
  };
}

const cut = (text: string): string => (text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text);
const frames = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join("\n");
