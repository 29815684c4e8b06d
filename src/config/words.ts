// What is wrong with a value and what to do, in words for whoever wrote the config.
import type { z } from "zod";

/** zod's issue before it has its message. */
type Raw = z.core.$ZodRawIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a group of keys",
  record: "a group of names",
  array: "a list",
};

/** The message for an issue that its schema has no own words for. Never shows a value: it may be a secret. */
export function words(issue: Raw): string {
  switch (issue.code) {
    case "invalid_type":
      return absent(issue.input) ?? `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return choices(issue.values.map(String), issue.input);
    case "invalid_union":
      return choices(Array.isArray(issue.options) ? issue.options.map(String) : [], discriminator(issue));
    case "too_small":
      return issue.origin === "array" ? "must not be empty" : `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_format":
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "custom":
      return "is not what is expected here";
  }
}

/** What to say where there is no value at all. */
export function absent(input: unknown): string | undefined {
  if (input === undefined) return "is missing";
  return input === null ? "has no value: give it one, or take the key away" : undefined;
}

/** What was written where a group says which of its kinds it is (`driver`). */
function discriminator({ input, discriminator: key }: Raw & { readonly code: "invalid_union" }): unknown {
  return typeof input === "object" && input !== null && typeof key === "string"
    ? Object.entries(input).find(([name]) => name === key)?.[1]
    : input;
}

/** `must be a, b or c`, with a guess at what was meant. */
function choices(values: readonly string[], input: unknown): string {
  const written = typeof input === "string" ? input : undefined;
  const list =
    values.length > 1 ? `${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : (values[0] ?? "");
  const must = `${input === undefined ? "is missing: it must" : "must"} be ${list}`;
  return written === undefined ? must : must + meant(written, values);
}

/** ` (did you mean "x"?)` if one of the names is close to what was written, else nothing. */
export function meant(written: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, steps: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ name, steps }) => steps <= Math.max(1, Math.floor(Math.min(name.length, written.length) * 0.4)),
    )
    .sort((a, b) => a.steps - b.steps)[0];
  return near ? ` (did you mean "${near.name}"?)` : "";
}

/** Levenshtein's; of the first 40 characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: Math.min(b.length, 40) + 1 }, (_, at) => at);
  for (let i = 1; i <= Math.min(a.length, 40); i++) {
    const next = [i];
    for (let j = 1; j < row.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
