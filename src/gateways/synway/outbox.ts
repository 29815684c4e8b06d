// Reads the outbox (vendor section 2.2.4) and compares its texts with ours.
import type { Submitted } from "../../bridge/ports/gateway.ts";
import { type Narrow, readBox, type Window } from "./boxes.ts";
import type { Device } from "./device.ts";
import { sameNumber } from "./numbers.ts";
import type { SmsRecord } from "./records.ts";
import { stampOf, stampToUtc } from "./stamps.ts";

/** A text that the device has sent, or tried to. */
export interface SentRecord extends SmsRecord {
  /** UTC milliseconds by the device's clock; undefined: its time is none. */
  readonly at: number | undefined;
  /** 2.2.4 source; undefined: this firmware does not say. */
  readonly source: string | undefined;
  readonly text: string;
}

/** All records of a window, or of some ports and numbers (2.2.4 `port`, `num`). Throws Unreadable when they can't be told for certain. */
export async function readOutbox(
  device: Device,
  window: Window,
  signal: AbortSignal,
  { ports, numbers }: Narrow = {},
): Promise<readonly SentRecord[]> {
  const { api, options, settings } = device;
  const records = await readBox(
    ({ begin, end, number }) =>
      api.ask(
        settings.outboxEvent,
        { begintime: begin, endtime: end, num: number ?? numbers?.join(","), port: ports?.join(",") },
        signal,
      ),
    window,
    device.outbox,
  );
  const mixed = settings.outboxEvent === "queryrxsms";
  return shaped(mixed ? records.filter(looksSent) : records, options.timezone);
}

/** The form of an outbox record, where one event gives both boxes: `SOURCE:TEXT:`. */
export const looksSent = ({ rest }: SmsRecord): boolean => /^[0-3]:[\s\S]*:$/.test(rest);

/** The document shows `SOURCE:TEXT:`, and says `TEXT`: what all records of an answer have in common is the firmware's form. */
export function shaped(records: readonly SmsRecord[], zone: string): readonly SentRecord[] {
  const source = records.every(({ rest }) => /^[0-3]:/.test(rest));
  const colon = records.every(({ rest }) => rest.endsWith(":") && rest.length > (source ? 2 : 0));
  return records.map((record) => {
    const stamp = stampOf(record.time);
    return {
      ...record,
      at: (stamp === undefined ? null : stampToUtc(stamp, zone)) ?? undefined,
      source: source ? record.rest.charAt(0) : undefined,
      text: record.rest.slice(source ? 2 : 0, colon ? -1 : undefined),
    };
  });
}

/** Same number (as dialled) and same text, to the byte. */
export const isEqual = (record: SentRecord, number: string, text: string): boolean =>
  record.text === text && sameNumber(record.number, number);

/**
 * Same number and a text that may be ours after what a device does to texts: other line ends, blanks or control characters lost, characters it does
 * not know replaced, the end cut off, the record's form misjudged.
 */
export function isSimilar(record: SentRecord, number: string, { text }: Pick<Submitted, "text">): boolean {
  if (!sameNumber(record.number, number)) return false;
  const ours = plain(text);
  return [record.text, record.rest, record.rest.replace(/^[0-3]:/, "")].some((some) => {
    const theirs = plain(some);
    if (theirs === ours) return true;
    const short = Math.min(theirs.length, ours.length);
    if (short >= CUT && (theirs.startsWith(ours) || ours.startsWith(theirs))) return true;
    return replaced(text, some);
  });
}

/** A cut text is recognised by this much of it. */
const CUT = 10;

/** Letters and digits only; a text of none of them as it is. */
const plain = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase() || text.trim();

/** Equal but for characters that the device wrote as a question mark or a replacement character. */
function replaced(ours: string, theirs: string): boolean {
  if (!/[?\uFFFD]/.test(theirs)) return false;
  for (const [left, right] of [
    [Array.from(ours), Array.from(theirs)],
    [ours.split(""), theirs.split("")],
  ] as const) {
    if (
      left.length === right.length &&
      left.every((char, i) => char === right[i] || /[?\uFFFD]/.test(right[i] ?? ""))
    )
      return true;
  }
  return false;
}
