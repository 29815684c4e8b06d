// Reads a Dinstar's answers: JSON as it should be, and as the devices really write it.
import { Unreadable } from "../../bridge/errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Parsed {
  readonly fields: Fields;
  /** It was no valid JSON. */
  readonly repaired: boolean;
  /** It ended in the middle of a list: what was whole is there, the rest is missing. */
  readonly cut: boolean;
}

/**
 * Strict first, then with the devices' faults mended: commas too many or missing, raw control characters in strings, an answer cut in the
 * middle of a list. Throws Unreadable for anything else, never guesses. Linear.
 */
export function parseAnswer(body: string): Parsed {
  const text = body.charCodeAt(0) === 0xfeff ? body.slice(1) : body;
  try {
    return { fields: object(JSON.parse(text)), repaired: false, cut: false };
  } catch {
    const mended = mend(text);
    try {
      return { fields: object(JSON.parse(mended.text)), repaired: true, cut: mended.cut };
    } catch (cause) {
      throw new Unreadable("the gateway's answer is no JSON object", body, { cause });
    }
  }
}

function object(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new TypeError("no object");
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An integer, also if it came as a string; undefined for anything else. */
export function int(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return Number.isInteger(number) ? Number(number) : undefined;
}

/** A string, also if it came as a number; undefined for anything else. */
export function str(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** The objects of a list under any of these keys; [] if there is none. */
export function rows(fields: Fields, ...keys: readonly string[]): readonly Fields[] {
  for (const key of keys) {
    const list = fields[key];
    if (Array.isArray(list)) return list.filter(isFields);
  }
  return [];
}

/** An HTML page in place of JSON: the session is over, or this is no API. */
export const isHtml = (body: string): boolean =>
  /^\uFEFF?\s*<(?:!doctype|html|head|body|script|meta)/i.test(body);

function mend(text: string): { text: string; cut: boolean } {
  const out: string[] = [];
  const open: string[] = [];
  let whole = -1; // how much of `out` holds only whole elements of the first list
  let last = ""; // the last significant character outside of strings; `"` for a string
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char <= " ") {
      at++;
      continue;
    }
    if (char === "}" || char === "]") {
      if (last === ",") out.pop();
      if (open.pop() !== (char === "}" ? "{" : "[")) break;
      out.push(char);
      if (open.length === 2 && open[1] === "[") whole = out.length;
      last = char;
      at++;
      if (open.length === 0) break; // what follows is not the answer's
      continue;
    }
    if (char === ",") {
      if (last !== "," && last !== "{" && last !== "[") out.push(char);
      if (last !== "{" && last !== "[") last = char;
      at++;
      continue;
    }
    if (char === ":") {
      out.push(char);
      last = char;
      at++;
      continue;
    }
    if (last !== "" && !",:{[".includes(last)) out.push(","); // a value after a value
    if (char === "{" || char === "[") {
      open.push(char);
      out.push(char);
      last = char;
      at++;
      continue;
    }
    const end = char === '"' ? endOfString(text, at) : endOfWord(text, at);
    if (end < 0) break; // cut in the middle of a string
    out.push(char === '"' ? mendString(text.slice(at, end)) : text.slice(at, end));
    last = '"';
    at = end;
  }
  if (open.length === 0 || whole < 0) return { text: out.join(""), cut: false };
  return { text: `${out.slice(0, whole).join("")}]}`, cut: true };
}

/** The position after the closing quote of the string that begins at `from`; -1: it never ends. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === '"') return at + 1;
  }
  return -1;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !',:{}[]"'.includes(text.charAt(at)) && text.charAt(at) > " ") at++;
  return at;
}

/** Escapes raw control characters, and backslashes that begin no escape. */
function mendString(text: string): string {
  return text.replace(/\p{Cc}|\\(?:["\\/bfnrt]|u[0-9a-f]{4})|\\/giu, (hit) => {
    if (hit === "\\") return "\\\\";
    return hit.length > 1 ? hit : `\\u${hit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
