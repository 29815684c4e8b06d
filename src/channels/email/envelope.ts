// What the envelope says besides who and whom: delivery status options (RFC 3461), and what is kept for a later notice.
import type { Notify } from "../../bridge/message.ts";
import type { Letter } from "./letter.ts";

/** Bytes of the header block that are kept for a notice. */
const MAX_HEADERS = 8 * 1024;
/** Characters of any other value that is kept. */
const MAX_VALUE = 1000;

export interface Envelope {
  /** The envelope sender; "" is the null sender. */
  readonly sender: string;
  /** RET: FULL or HDRS. */
  readonly ret: string | null;
  readonly envid: string | null;
}

const WISHES: Readonly<Record<string, Notify>> = { SUCCESS: "success", FAILURE: "failure", DELAY: "delay" };

/** NOTIFY (RFC 3461 section 4.1). undefined: not given; empty: NEVER. */
export const notifyOf = (words: readonly string[] | undefined): readonly Notify[] | undefined =>
  words?.flatMap((word) => WISHES[word.toUpperCase()] ?? []);

function headersOf(block: string): string {
  if (Buffer.byteLength(block) <= MAX_HEADERS) return block;
  const kept = Buffer.from(block).subarray(0, MAX_HEADERS).toString("utf8");
  return kept.slice(0, kept.lastIndexOf("\n") + 1);
}

/** What is kept with a message, opaque to the heart: see dsn.ts for who reads it. `orcpt` by phone. */
export function originOf(
  envelope: Envelope,
  orcpt: ReadonlyMap<string, string>,
  letter: Letter,
  left: { readonly leftOut: readonly string[]; readonly cut: readonly string[] },
): Record<string, string> {
  const origin: Record<string, string> = {
    "envelope-from": envelope.sender,
    headers: headersOf(letter.headers.block),
  };
  const keep = (key: string, value: string | null | undefined) => {
    if (value != null && value !== "") origin[key] = value.slice(0, MAX_VALUE);
  };
  keep("envid", envelope.envid);
  keep("ret", envelope.ret);
  keep("subject", letter.subject);
  keep("message-id", letter.id);
  keep("left-out", left.leftOut.join(", "));
  keep("cut", left.cut.join(", "));
  for (const [phone, value] of orcpt) keep(`orcpt:${phone}`, value);
  return origin;
}
