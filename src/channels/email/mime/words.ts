// Encoded words (RFC 2047) and parameters (RFC 2045 section 5.1, RFC 2231) of header fields.
import { decode } from "./charset.ts";

const WORD = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;

const bytesOf = (encoding: string, data: string): Buffer =>
  encoding.toLowerCase() === "b"
    ? Buffer.from(data, "base64")
    : Buffer.from(
        data
          .replaceAll("_", " ")
          .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
        "latin1",
      );

/** Decodes the encoded words of an unstructured field. Neighbours in one charset are joined before decoding: many senders cut characters in two. */
export function decodeWords(value: string): string {
  if (!value.includes("=?")) return value;
  let out = "";
  let last = 0;
  let pending: { charset: string; bytes: Buffer[] } | null = null;
  const flush = () => {
    if (pending)
      out +=
        decode(Buffer.concat(pending.bytes), pending.charset) ??
        decode(Buffer.concat(pending.bytes), undefined) ??
        "";
    pending = null;
  };
  for (const match of value.matchAll(WORD)) {
    const between = value.slice(last, match.index);
    const charset = (match[1] ?? "").toLowerCase();
    // blanks between two encoded words mean nothing (RFC 2047 section 6.2)
    if (pending === null || between.trim() !== "") {
      flush();
      out += between;
    } else if (pending.charset !== charset) flush();
    const bytes = bytesOf(match[2] ?? "b", match[3] ?? "");
    if (pending) pending.bytes.push(bytes);
    else pending = { charset, bytes: [bytes] };
    last = match.index + match[0].length;
  }
  flush();
  return out + value.slice(last);
}

/** A structured value: what stands before the first `;` (lower case), and its parameters (names in lower case, values decoded). */
export interface Structured {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();
const PARAM = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/gs;
const MAX_PARAMS = 50;

/** Reads a Content-Type or Content-Disposition. */
export function structured(field: string | undefined): Structured {
  if (field === undefined) return { value: "", params: NONE };
  const semicolon = field.indexOf(";");
  if (semicolon < 0) return { value: field.trim().toLowerCase(), params: NONE };
  const params = new Map<string, string>();
  const extended = new Map<string, string[]>();
  for (const match of field.matchAll(PARAM)) {
    const name = (match[1] ?? "").toLowerCase();
    const value = match[2]?.replace(/\\(.)/gs, "$1") ?? match[3] ?? "";
    const star = name.indexOf("*");
    if (star < 0) params.set(name, decodeWords(value));
    else {
      const base = name.slice(0, star);
      const pieces = extended.get(base) ?? [];
      const index = Number.parseInt(name.slice(star + 1), 10) || 0;
      if (index < MAX_PARAMS) pieces[index] = name.endsWith("*") ? value : encodeURIComponent(value);
      extended.set(base, pieces);
    }
    if (params.size + extended.size > MAX_PARAMS) break;
  }
  for (const [name, pieces] of extended) params.set(name, extendedValue(pieces.join("")));
  return { value: field.slice(0, semicolon).trim().toLowerCase(), params };
}

/** `charset'language'percent-encoded` (RFC 2231 section 4). */
function extendedValue(joined: string): string {
  const match = /^([^']*)'[^']*'(.*)$/s.exec(joined);
  const data = (match?.[2] ?? joined).replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const bytes = Buffer.from(data, "latin1");
  return decode(bytes, match?.[1]) ?? decode(bytes, undefined) ?? data;
}
