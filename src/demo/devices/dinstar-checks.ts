// What a simulated Dinstar checks in a request, with the answers of the document.

/** "number over 128" is 413 (section 2.3). */
export const MAX_NUMBERS = 128;
/** "text over 1500 bytes" is 413 (section 2.3). */
export const MAX_TEXT_BYTES = 1500;
/** "no more than 24 bytes" (sections 2.2, 3.2, 4.2). */
const MAX_NUMBER_BYTES = 24;
/** "size of number array over 32" is 413 (sections 3.3, 4.3). */
const MAX_QUERY_NUMBERS = 32;
/** "an integer range from 0 to 31" (section 2.2 and others). */
const MAX_PORT = 31;
/** "should not be over 60 bytes" (section 7.2). */
export const MAX_USSD_BYTES = 60;
/** Largest integer that the device's C code holds. */
const MAX_INTEGER = 2 ** 31 - 1;

export type Fields = Readonly<Record<string, unknown>>;

/** A request that is refused: `error_code` of the answer. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`error_code ${code}`);
    this.code = code;
  }
}

export function refuseUnless(condition: boolean, code = 400): asserts condition {
  if (!condition) throw new Refusal(code);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const bytes = (text: string): number => Buffer.byteLength(text, "utf8");

const isInteger = (value: unknown, most: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;

export function integer(value: unknown): number {
  refuseUnless(isInteger(value, MAX_INTEGER));
  return value;
}

/** A port array of a JSON body; undefined: not given. */
export function ports(value: unknown): readonly number[] | undefined {
  if (value === undefined) return undefined;
  refuseUnless(Array.isArray(value) && value.length > 0);
  return value.map((port: unknown) => {
    refuseUnless(isInteger(port, MAX_PORT));
    return port;
  });
}

/** "1,2,3" of a query string; undefined: not given. */
export function portList(value: string | null): readonly number[] | undefined {
  if (value === null) return undefined;
  refuseUnless(/^\d+(,\d+)*$/.test(value));
  return ports(value.split(",").map(Number));
}

/** A destination: digits, "+" in front at most. */
export function number(value: unknown): string {
  refuseUnless(typeof value === "string" && /^\+?[0-9*#]+$/.test(value) && bytes(value) <= MAX_NUMBER_BYTES);
  return value;
}

/** A number array of a query; undefined: not given. */
export function numbers(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  refuseUnless(Array.isArray(value));
  refuseUnless(value.length <= MAX_QUERY_NUMBERS, 413);
  return value.map(number);
}

export function userIds(value: unknown): readonly number[] | undefined {
  if (value === undefined) return undefined;
  refuseUnless(Array.isArray(value));
  return value.map(integer);
}

/** "YYYY-MM-DD HH:MM:SS"; undefined: not given. */
export function time(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  refuseUnless(typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value));
  return value;
}
