// A mail taken apart into its parts (RFC 2046). Bodies stay as they came: `untransfer` and `decode` are for those who need one.
import { Headers, splitHead } from "./headers.ts";
import { type Structured, structured } from "./words.ts";

/** Deeper or more parts than these are not looked into: no person's mail has them. */
export const MAX_DEPTH = 8;
export const MAX_PARTS = 100;
/** Lines that look like delimiters, in one part. */
const MAX_TRIES = 10_000;
/** All levels together are searched for delimiters no more than this many times the mail's size. */
const MAX_SEARCHED = 4;
const SEARCH_SLACK = 256 * 1024;

export interface Entity {
  readonly headers: Headers;
  readonly type: Structured;
  readonly disposition: Structured;
  /** Content-Transfer-Encoding, lower case; "" if there is none. */
  readonly encoding: string;
  readonly body: Buffer;
  /** Of a multipart only. */
  readonly parts: readonly Entity[];
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** Takes a mail apart. Never throws: what is broken is a part without a body, or text. Linear in the size of `raw`. */
export function readEntity(raw: Buffer): Entity {
  return read(raw, 0, { parts: 0, left: raw.length * MAX_SEARCHED + SEARCH_SLACK }, "text/plain");
}

function read(raw: Buffer, depth: number, seen: { parts: number; left: number }, otherwise: string): Entity {
  const { head, body } = splitHead(raw);
  const headers = new Headers(head);
  const declared = structured(headers.get("content-type"));
  const type = declared.value.includes("/") ? declared : { value: otherwise, params: declared.params };
  const boundary = type.params.get("boundary");
  const container =
    type.value.startsWith("multipart/") &&
    boundary !== undefined &&
    boundary !== "" &&
    depth < MAX_DEPTH &&
    body.length <= seen.left;
  const parts: Entity[] = [];
  if (container) {
    seen.left -= body.length;
    const inner = type.value === "multipart/digest" ? "message/rfc822" : "text/plain";
    for (const piece of pieces(body, boundary)) {
      if (++seen.parts > MAX_PARTS) break;
      parts.push(read(piece, depth + 1, seen, inner));
    }
  }
  return {
    headers,
    type,
    disposition: structured(headers.get("content-disposition")),
    encoding: (headers.get("content-transfer-encoding") ?? "").trim().toLowerCase(),
    body,
    parts,
  };
}

/** What stands between the delimiter lines (RFC 2046 section 5.1.1); a missing last one is forgiven. */
function* pieces(body: Buffer, boundary: string): Generator<Buffer> {
  const line = Buffer.from(`\n--${boundary}`, "latin1");
  const length = line.length - 1;
  const find = (from: number): number => {
    const found = body.indexOf(line, from);
    return found < 0 ? -1 : found + 1;
  };
  let start = -1;
  let at = body.subarray(0, length).equals(line.subarray(1)) ? 0 : find(0);
  for (let tries = 0; at >= 0 && tries < MAX_TRIES; tries++) {
    let end = at + length;
    const last = body[end] === DASH && body[end + 1] === DASH;
    if (last) end += 2;
    while (body[end] === 0x20 || body[end] === 0x09) end++;
    if (end < body.length && body[end] !== LF && body[end] !== CR) {
      at = find(end);
      continue;
    }
    if (start >= 0) yield body.subarray(start, Math.max(start, body[at - 2] === CR ? at - 2 : at - 1));
    const newline = last ? -1 : body.indexOf(LF, end);
    if (newline < 0) return;
    start = newline + 1;
    // the end of this line may begin the next delimiter
    at = find(newline);
  }
  if (start >= 0) yield body.subarray(start);
}
