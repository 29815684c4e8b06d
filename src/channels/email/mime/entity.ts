// A mail taken apart into its parts (RFC 2046). Bodies stay as they came: `untransfer` and `decode` are for those who need one.
import { Headers, splitHead } from "./headers.ts";
import { type Structured, structured } from "./words.ts";

/** Deeper or more parts than these are not looked into: no person's mail has them. */
export const MAX_DEPTH = 8;
export const MAX_PARTS = 100;

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

/** Takes a mail apart. Never throws: what is broken is a part without a body, or text. Linear in the size of `raw`, times MAX_DEPTH at most. */
export function readEntity(raw: Buffer): Entity {
  return read(raw, 0, { parts: 0 }, "text/plain");
}

function read(raw: Buffer, depth: number, seen: { parts: number }, otherwise: string): Entity {
  const { head, body } = splitHead(raw);
  const headers = new Headers(head);
  const declared = structured(headers.get("content-type"));
  const type = declared.value.includes("/") ? declared : { value: otherwise, params: declared.params };
  const boundary = type.params.get("boundary");
  const container =
    type.value.startsWith("multipart/") && boundary !== undefined && boundary !== "" && depth < MAX_DEPTH;
  const parts: Entity[] = [];
  if (container) {
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
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  let start = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== LF) continue;
    let end = at + delimiter.length;
    const last = body[end] === DASH && body[end + 1] === DASH;
    if (last) end += 2;
    while (body[end] === 0x20 || body[end] === 0x09) end++;
    if (end < body.length && body[end] !== LF && body[end] !== CR) continue;
    if (start >= 0) yield body.subarray(start, Math.max(start, body[at - 2] === CR ? at - 2 : at - 1));
    if (last) return;
    const newline = body.indexOf(LF, end);
    if (newline < 0) return;
    start = newline + 1;
  }
  if (start >= 0) yield body.subarray(start);
}
