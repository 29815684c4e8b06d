// Reads the records of the inbox and the outbox (vendor sections 2.2.3, 2.2.4): exactly, or not at all.
import { Unreadable } from "../../bridge/errors.ts";

/** `TIME:PORT(SLOT)(SIM):NUMBER:REST|E`. */
export interface SmsRecord {
  /** As the device wrote it. */
  readonly time: string;
  readonly port: number;
  /** A to D; undefined: the port has one SIM. */
  readonly slot: string | undefined;
  readonly sim: string | undefined;
  readonly number: string;
  /** The body; in the outbox with a source digit before and perhaps a colon after it. */
  readonly rest: string;
  /** The whole record, `|E` included. */
  readonly raw: string;
}

export type Reading =
  | { readonly sure: true; readonly total: number; readonly records: readonly SmsRecord[] }
  /** More beginnings of records than records, because a text holds what looks like one, or fewer, because the answer was cut. */
  | {
      readonly sure: false;
      readonly total: number;
      readonly seen: readonly { readonly time: string; readonly number: string }[];
    };

interface Start extends Omit<SmsRecord, "rest" | "raw"> {
  /** Where the `|E` before it stands. */
  readonly before: number;
  readonly from: number;
  /** Where its rest begins. */
  readonly body: number;
}

const TOTAL = /^\s*total\s*:\s*(\d+)\s*;?\s*/i;
const GAP = /\|E;[ \t\r\n]*/y;
const START =
  /(\d{14}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d):(\d{1,3})\(([^():]{0,8})\)\(([^():]{0,40})\):([^:]{0,64}):/y;

/**
 * Reads `total:N;` and N records. A text may hold anything, also what looks like a record: every place where one could begin is a candidate,
 * so real beginnings are always among them. As many candidates as records: they are the records. Otherwise the reading is not sure.
 * `known`: raw records, proven to be whole, that hold such look-alikes. Throws Unreadable for what has another form.
 */
export function readRecords(content: string, known: ReadonlySet<string> = new Set()): Reading {
  const head = TOTAL.exec(content);
  if (!head) throw new Unreadable("the answer does not say how many texts it holds", content);
  const total = Number(head[1]);
  const end = tail(content, head[0].length);
  if (total === 0) {
    if (content.slice(head[0].length).trim() !== "")
      throw new Unreadable("total 0, but something follows", content);
    return { sure: true, total, records: [] };
  }
  const starts = end === undefined ? [] : candidates(content, head[0].length, end, known);
  if (end === undefined || starts.length === 0)
    throw new Unreadable(`no record where ${total} are announced`, content);
  const chosen = total === 1 ? starts.slice(0, 1) : starts;
  const overlap = chosen.some((start, i) => (chosen[i + 1]?.before ?? Infinity) < start.body);
  if (chosen.length !== total || overlap) return { sure: false, total, seen: starts };
  return {
    sure: true,
    total,
    records: chosen.map((start, i) => {
      const stop = chosen[i + 1]?.before ?? end;
      const { time, port, slot, sim, number } = start;
      const raw = content.slice(start.from, stop + 2);
      return { time, port, slot, sim, number, rest: content.slice(start.body, stop), raw };
    }),
  };
}

/** Whether a text holds what looks like the beginning of another record. */
export const isTwoFaced = ({ raw }: SmsRecord): boolean =>
  candidates(`${raw};`, 0, raw.length - 2, new Set()).length > 1;

function candidates(
  content: string,
  from: number,
  end: number,
  known: ReadonlySet<string>,
): readonly Start[] {
  const found: Start[] = [];
  let start = startAt(content, from, from);
  if (!start) return found;
  for (let at = from; ; ) {
    if (start) {
      found.push(start);
      at = resume(content, start, known);
    }
    const bar = content.indexOf("|E;", at);
    if (bar < 0 || bar >= end) return found;
    GAP.lastIndex = bar;
    const gap = GAP.exec(content)?.[0].length ?? 3;
    start = startAt(content, bar, bar + gap);
    at = bar + 3;
  }
}

/** Where to look for the next beginning. Not behind the header: that of a look-alike may reach over a real beginning. */
function resume(content: string, start: Start, known: ReadonlySet<string>): number {
  for (const raw of known) if (content.startsWith(raw, start.from)) return start.from + raw.length - 2;
  return start.from;
}

function startAt(content: string, before: number, from: number): Start | undefined {
  START.lastIndex = from;
  const hit = START.exec(content);
  if (!hit) return undefined;
  const [whole, time = "", port = "", slot = "", sim = "", number = ""] = hit;
  return {
    before,
    from,
    body: from + whole.length,
    time,
    port: Number(port),
    slot: /^[A-D]$/i.test(slot) ? slot.toUpperCase() : undefined,
    sim: sim === "-1" || sim === "" ? undefined : sim,
    number,
  };
}

/** Where the last record's `|E` stands; undefined: the answer does not end with one. */
function tail(content: string, from: number): number | undefined {
  let end = content.length;
  while (end > from && " \t\r\n".includes(content.charAt(end - 1))) end--;
  if (content.charAt(end - 1) === ";") end--;
  return end - 2 >= from && content.startsWith("|E", end - 2) ? end - 2 : undefined;
}
