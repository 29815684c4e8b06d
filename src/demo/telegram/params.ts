// Parameters of a Bot API request: from the query, a form or a JSON object, read the way Telegram reads them.
import { badRequest } from "./errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Booleans as the Bot API takes them. */
const TRUE = new Set(["true", "yes", "1"]);

export class Params {
  /** As they came, for the log. */
  readonly raw: JsonObject;

  constructor(raw: JsonObject) {
    this.raw = raw;
  }

  /** Numbers and JSON values come as their text; "": not given. */
  text(name: string): string {
    const value = this.raw[name];
    if (value === undefined || value === null) return "";
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  has(name: string): boolean {
    return this.text(name) !== "";
  }

  flag(name: string): boolean {
    return TRUE.has(this.text(name).toLowerCase());
  }

  /** A whole number, brought into the range; the default when it is none. */
  integer(
    name: string,
    otherwise: number,
    low = Number.MIN_SAFE_INTEGER,
    high = Number.MAX_SAFE_INTEGER,
  ): number {
    const text = this.text(name);
    const value = /^-?\d+$/.test(text) ? Number(text) : otherwise;
    return Math.min(high, Math.max(low, value));
  }

  /** An object, given as such or as JSON text. Throws ApiFailure when it is something else. */
  object(name: string): JsonObject | undefined {
    const value = this.#json(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw badRequest(`object expected as ${name}`);
    return value;
  }

  /** A list, given as such or as JSON text. Throws ApiFailure when it is something else. */
  list(name: string): readonly unknown[] | undefined {
    const value = this.#json(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw badRequest(`expected an Array for ${name}`);
    return value;
  }

  #json(name: string): unknown {
    const value = this.raw[name];
    if (typeof value !== "string") return value ?? undefined;
    if (value === "") return undefined;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw badRequest(`can't parse ${name} JSON object`);
    }
  }
}

/** From the query and the body of one request. Throws ApiFailure for a body that can't be read. */
export function readParams(query: URLSearchParams, type: string, body: string): Params {
  const fromQuery = Object.fromEntries(query);
  if (body === "") return new Params(fromQuery);
  if (type.includes("application/json")) return new Params({ ...fromQuery, ...jsonObject(body) });
  if (type.includes("application/x-www-form-urlencoded"))
    return new Params({ ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) });
  throw badRequest("unsupported content type");
}

function jsonObject(body: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw badRequest("can't parse request JSON object");
  }
  if (!isObject(value)) throw badRequest("object expected as the request");
  return value;
}
