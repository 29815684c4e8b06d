// query_sms_deliver_status (section 4): the handsets' reports, one per part, matched to texts by port, number, reference and time.
import type { Report, Submitted } from "../../bridge/ports/gateway.ts";
import { toLocal, toUtc } from "../localtime.ts";
import type { Api } from "./api.ts";
import { ask, type Conditions } from "./conditions.ts";
import { createQuery } from "./filters.ts";
import { type Fields, int, rows, str } from "./parse.ts";
import { samePhone } from "./phones.ts";
import { readTrack } from "./track.ts";

const PATH = "/api/query_sms_deliver_status";

/**
 * A report belongs to a text if its time is this near to the time of sending, milliseconds. After 256 parts a port uses its references again, and a
 * part takes 5 to 8 s (section 11): that is 21 minutes at least.
 */
const EARLIEST = -2 * 60_000;
const LATEST = 20 * 60_000;

/** Two device times are compared as they stand; only their distance counts. */
const DEVICE = "UTC";

type Meaning = "delivered" | "trying" | "failed";
type Parts = Map<number, Meaning>;

/** 3GPP TS 23.040 section 9.2.3.15; above 127 is not assigned, and permanent by the vendor's word. */
export function meaning(status: number): Meaning {
  if (status < 32) return "delivered";
  return status < 64 ? "trying" : "failed";
}

/** A text that waits for its reports, with all that they can be told apart by. */
interface Awaited {
  readonly text: Submitted;
  readonly number: string;
  readonly port: number;
  readonly ref: number;
  readonly count: number;
  /** Device time of sending. */
  readonly time: number;
}

/** Reports on those of these texts (at most MAX_QUERIED) that are settled: delivered or failed for good. Throws as `Api.read`. */
export type ReceiptQuery = (texts: readonly Submitted[], signal: AbortSignal) => Promise<readonly Report[]>;

export function createReceiptQuery(api: Api, dial: (phone: string) => string): ReceiptQuery {
  const query = createQuery<{ numbers: readonly string[]; after: string }>(api, PATH, [
    ({ numbers, after }) => ({ number: numbers, time_after: after }),
    ({ numbers }) => ({ number: numbers }),
    () => ({}),
  ]);
  return async (texts, signal) => {
    const waiting = texts.flatMap((text) => awaited(text, dial));
    if (waiting.length === 0) return [];
    const earliest = Math.min(...waiting.map(({ time }) => time));
    const numbers = [...new Set(waiting.map(({ number }) => number))];
    const reply = await query({ numbers, after: toLocal(earliest + EARLIEST, DEVICE) }, signal);
    return match(waiting, rows(reply.fields, "result"));
  };
}

/** The reports that meet these conditions. Rows as they are. */
export async function listReceipts(
  api: Api,
  conditions: Conditions,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  const { number } = conditions.body;
  const reply = await ask(api, PATH, [conditions.body, number ? { number } : {}, {}], signal);
  return rows(reply.fields, "result").filter((row) => conditions.keeps(row));
}

/** Nothing for a text of which the device has not said where its reports will be. */
function awaited(text: Submitted, dial: (phone: string) => string): readonly Awaited[] {
  const { port, ref, count, time } = readTrack(text.track);
  const at = toUtc(time ?? "", DEVICE);
  if (port === undefined || ref === undefined || at === null) return [];
  return [{ text, number: dial(text.number), port, ref, count: Math.max(1, count ?? text.parts), time: at }];
}

function match(waiting: readonly Awaited[], found: readonly Fields[]): readonly Report[] {
  const byPort = Map.groupBy(waiting, ({ port }) => port);
  const parts = new Map<Awaited, Parts>();
  const codes = new Map<Awaited, number>();
  for (const row of found) {
    const status = int(row.status_code);
    const ref = int(row.ref_id);
    const time = toUtc(str(row.time) ?? "", DEVICE);
    const candidates = byPort.get(int(row.port) ?? -1);
    if (status === undefined || ref === undefined || time === null || !candidates) continue;
    const number = str(row.number) ?? "";
    const owner = nearest(candidates, number, ref, time);
    if (!owner) continue;
    const seen: Parts = parts.get(owner) ?? new Map();
    parts.set(owner, seen);
    const part = offset(owner, ref);
    const news = meaning(status);
    if (seen.get(part) === "delivered") continue; // what arrived has arrived
    seen.set(part, news);
    if (news === "failed") codes.set(owner, status);
  }
  return [...parts].flatMap(([owner, seen]) => verdict(owner, [...seen.values()], codes.get(owner)));
}

/** The text with this port, number and reference whose time of sending is the nearest one. */
function nearest(
  candidates: readonly Awaited[],
  number: string,
  ref: number,
  time: number,
): Awaited | undefined {
  let best: Awaited | undefined;
  for (const one of candidates) {
    const late = time - one.time;
    if (late < EARLIEST || late > LATEST || offset(one, ref) >= one.count) continue;
    if (best && Math.abs(time - best.time) <= Math.abs(late)) continue;
    if (samePhone(number, one.number)) best = one;
  }
  return best;
}

/** Which part of the text this reference is: they follow each other, modulo 256. */
const offset = (text: Awaited, ref: number): number => (((ref - text.ref) % 256) + 256) % 256;

function verdict(owner: Awaited, seen: readonly Meaning[], code: number | undefined): readonly Report[] {
  const { id } = owner.text;
  if (seen.includes("failed")) {
    const of = owner.count > 1 ? ` for one of ${owner.count} parts` : "";
    return [{ id, outcome: "failed", port: owner.port, detail: `delivery report ${code}${of}` }];
  }
  const arrived = seen.filter((one) => one === "delivered").length;
  return arrived >= owner.count ? [{ id, outcome: "delivered", port: owner.port }] : [];
}
