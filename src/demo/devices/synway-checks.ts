// What a simulated Synway checks in a request: everything is a string, and parameter names have no case.

/** "up to 50 numbers allowed" (section 2.2.1). */
export const MAX_NUMBERS = 50;
/** "The length of bit7 cannot exceed 600, and that of USC-2 cannot exceed 300" (section 2.2.1). */
export const MAX_CHARACTERS = { "0": 600, "8": 300 } as const;
/** "no longer than 255" (section 2.3.1). */
export const MAX_USSD = 255;

/** A request that is refused: `content` of the answer. */
export class Refusal extends Error {}

export function refuseUnless(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Refusal(reason);
}

export type Parameters = ReadonlyMap<string, string>;

/** Names in lower case. Throws Refusal for a value that is no string. */
export function parameters(body: unknown): Parameters {
  refuseUnless(typeof body === "object" && body !== null && !Array.isArray(body), "request is not json");
  return new Map(
    Object.entries(body).map(([key, value]: [string, unknown]) => {
      refuseUnless(typeof value === "string", `${key} is not a string`);
      return [key.toLowerCase(), value];
    }),
  );
}

/** "a,b,c" as a list; undefined: not given, or empty. */
export function list(given: Parameters, key: string): readonly string[] | undefined {
  const value = given.get(key);
  if (value === undefined || value === "") return undefined;
  return value.split(",").map((item) => item.trim());
}

/** A list of whole numbers; -1 is one. */
export function integers(given: Parameters, key: string): readonly number[] | undefined {
  const items = list(given, key);
  refuseUnless(items?.every((item) => /^(-1|\d+)$/.test(item)) ?? true, `${key} error`);
  return items?.map(Number);
}

export function required(given: Parameters, key: string): string {
  const value = given.get(key);
  refuseUnless(value !== undefined && value !== "", `${key} is missing`);
  return value;
}

/** YYYYMMDDHHMMSS; undefined: not given. */
export function time(given: Parameters, key: string, form = /^\d{14}$/): string | undefined {
  const value = given.get(key);
  if (value === undefined || value === "") return undefined;
  refuseUnless(form.test(value), `${key} error`);
  return value.replaceAll(/\D/g, "");
}
