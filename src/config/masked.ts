// The config for people to look at: whole, as it is in force, without its secrets.
import { stringify } from "yaml";
import type { Config } from "./load.ts";

/** In the place of every secret. */
export const MASK = "(secret)";

/** Plain data: what JSON and YAML know. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Keys whose values are secrets, wherever they stand. `key` (of a certificate) is a file's name. */
const SECRETS = /pass(?:word|phrase)?$|secret|token|credential/i;
/** Keys whose numbers are milliseconds. */
const DURATIONS = new Set([
  "keep",
  "validity",
  "unknown",
  "report",
  "ussd",
  "timeout",
  "warn",
  "thread",
  "poll",
  "spacing",
  "overlap",
  "wideScan",
  "settle",
  "idleTimeout",
  "import",
]);
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** What is not in the file, or stands elsewhere on the page. */
const OWN = new Set(["file", "warnings"]);

/** The config as plain data, in the form in which people write it; durations with units. No secret of it is in there. */
export function masked(config: Config): Readonly<Record<string, Plain>> {
  const entries = Object.entries(config).filter(([key]) => !OWN.has(key));
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, plain(key, value)]])),
  );
}

/** The same as YAML, by the file's top-level keys. */
export const maskedText = (config: Config): readonly { readonly name: string; readonly yaml: string }[] =>
  Object.entries(masked(config)).map(([name, value]) => ({ name, yaml: stringify(value, { lineWidth: 0 }) }));

function plain(key: string, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (SECRETS.test(key)) return MASK;
  if (typeof value === "string") return withoutLogin(value);
  if (typeof value === "number") return DURATIONS.has(key) ? spanOf(key, value) : value;
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((one: unknown) => plain(key, one));
  // What a map is sorted by are names that people gave: a user may be called "token".
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, one]) => [String(name), plain("", one)]));
  return typeof value === "object" ? group(value) : MASK;
}

const group = (value: object): Plain =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, plain(key, one)]])),
  );

/** A login in an address, and whatever a query brings, is nobody's business. */
function withoutLogin(text: string): string {
  const shown = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${MASK}@`);
  return /^(?:webhook:)?https?:\/\//i.test(shown) ? shown.replace(/\?.*$/s, `?${MASK}`) : shown;
}

/** `90d`, `500ms`. */
function spanOf(key: string, value: number): string {
  if (key === "import" && value === 0) return "none";
  if (value === Number.POSITIVE_INFINITY) return "all";
  const [unit, length] = UNITS.find(([, length]) => value !== 0 && value % length === 0) ?? ["ms", 1];
  return `${value / length}${unit}`;
}
