// query_incoming_sms (section 6): reads the device's inbox page by page without touching it, and notices when its ids began anew.
import { createHash, randomUUID } from "node:crypto";
import { Unreadable } from "../../bridge/errors.ts";
import type { GatewayOptions, Incoming, Received } from "../../bridge/ports/gateway.ts";
import { toUtc } from "../localtime.ts";
import type { Api, Reply } from "./api.ts";
import { FULL_PAGE } from "./limits.ts";
import { int, str } from "./parse.ts";

/** How far the inbox was read. */
interface Cursor {
  /** The highest id that was read; NONE: nothing yet. */
  readonly id: number;
  /** What the text with this id looked like: if it looks different, the ids began anew. */
  readonly print: string;
  /** How many of the texts that follow lay there at the very first look; ALL: whatever comes until nothing more does. */
  readonly old?: number;
  /** The scan that this is a part of: the ids began anew, and these texts may have been seen. */
  readonly scan?: string;
}

/** 0 is an id. */
const NONE = -1;
const ALL = -1;
const START: Cursor = { id: NONE, print: "" };

interface Text {
  readonly id: number;
  readonly text: Incoming;
}

interface Page {
  /** By id. */
  readonly texts: readonly Text[];
  /** Texts in the device, if it can be trusted on that. */
  readonly total: number;
}

/** Reads one page from `cursor` on. Texts are found by a high-water id; flag=all does not mark them as read. Throws as `Api.read`, and Unreadable. */
export async function receive(
  api: Api,
  options: Pick<GatewayOptions, "name" | "timezone" | "clock" | "log">,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Received> {
  const before = cursor === undefined ? START : readCursor(cursor);
  if (before) {
    const page = await readPage(api, options, before.id, signal);
    const mark = page.texts.find(({ id }) => id === before.id);
    if (before.id === NONE || (mark && printOf(mark.text) === before.print)) {
      const start = cursor === undefined ? { ...before, old: page.total } : before;
      return take(start, page);
    }
  }
  // The text up to which was read is gone or another one: the device was wiped, counts anew, or somebody deleted it.
  options.log.warn("gateway epoch", { gateway: options.name, after: before?.id ?? null });
  const page = await readPage(api, options, NONE, signal);
  const first = before?.old === undefined ? {} : { old: page.total };
  return take({ ...START, ...first, scan: randomUUID() }, page);
}

/** Section 6.2. `unread`: the texts that come back are marked as read in the device. */
export type Flag = "all" | "read" | "unread";

/** The texts with a greater id than `after` (undefined: all), oldest id first. */
export async function readAll(
  api: Api,
  options: Pick<GatewayOptions, "timezone" | "clock">,
  { after = NONE, flag }: { readonly after?: number | undefined; readonly flag: Flag },
  signal: AbortSignal,
): Promise<readonly Incoming[]> {
  const found: Incoming[] = [];
  for (let last = after; ; ) {
    const { texts } = await readPage(api, options, last, signal, flag);
    const fresh = texts.filter(({ id }) => id > last);
    found.push(...fresh.map(({ text }) => text));
    const end = fresh.at(-1);
    if (!end) return found;
    last = end.id;
  }
}

function take(from: Cursor, page: Page): Received {
  const fresh = page.texts.filter(({ id }) => id > from.id);
  const last = fresh.at(-1);
  const scan = from.scan ?? null;
  if (!last)
    return { texts: [], cursor: JSON.stringify({ id: from.id, print: from.print }), scan, more: false };
  const { old } = from;
  const texts = fresh.map(({ text }, index) => ({
    ...text,
    old: old !== undefined && (old === ALL || index < old),
  }));
  const next: Cursor = {
    id: last.id,
    print: printOf(last.text),
    ...(old === undefined ? {} : { old: old === ALL ? ALL : Math.max(0, old - fresh.length) }),
    ...(scan === null ? {} : { scan }),
  };
  return { texts, cursor: JSON.stringify(next), scan, more: true };
}

/** The text with id `last` and what came after it, as much as the device puts into one answer. */
async function readPage(
  api: Api,
  options: Pick<GatewayOptions, "timezone" | "clock">,
  last: number,
  signal: AbortSignal,
  flag: Flag = "all",
): Promise<Page> {
  // Ids greater than the given one come back. Left out, all do, 0 too.
  const after = last > 0 ? `&incoming_sms_id=${last - 1}` : "";
  const reply = await api.read(`/api/query_incoming_sms?flag=${flag}${after}`, signal);
  const now = options.clock.now();
  const texts = listOf(reply).map((row) => readText(row, options.timezone, now, reply.body));
  texts.sort((a, b) => a.id - b.id);
  return { texts, total: totalOf(reply, texts.length) };
}

function listOf({ fields, body }: Reply): readonly unknown[] {
  if (Array.isArray(fields.sms)) return fields.sms;
  const counted = (int(fields.read) ?? 0) + (int(fields.unread) ?? 0);
  if (fields.sms !== undefined || counted > 0) throw new Unreadable("the inbox is no list", body);
  return [];
}

function readText(row: unknown, zone: string, now: number, body: string): Text {
  const fields: Readonly<Record<string, unknown>> = typeof row === "object" ? { ...row } : {};
  const id = int(fields.incoming_sms_id);
  const port = int(fields.port);
  const text = fields.text === null ? "" : str(fields.text);
  if (id === undefined || id < 0 || port === undefined || text === undefined) {
    throw new Unreadable("a text in the inbox lacks its id, port or text", body);
  }
  const stamp = str(fields.timestamp) ?? "";
  const smsc = str(fields.smsc);
  return {
    id,
    text: {
      at: toUtc(stamp, zone, now) ?? now,
      stamp,
      port,
      number: str(fields.number) ?? "",
      text,
      ref: String(id),
      ...(smsc ? { smsc } : {}),
      old: false,
    },
  };
}

/**
 * How many texts the device holds, from its counts of read and unread ones. Should a firmware count only this answer's texts, that shows where
 * the answer is a full page: then nobody knows, and everything until the end of the first look is taken for old.
 */
function totalOf({ fields, body }: Reply, here: number): number {
  const read = int(fields.read);
  const unread = int(fields.unread);
  if (read === undefined || unread === undefined) return ALL;
  const total = read + unread;
  return total > here || (total === here && body.length < FULL_PAGE) ? total : ALL;
}

const printOf = ({ port, number, stamp, text }: Incoming): string =>
  createHash("sha256")
    .update(JSON.stringify([port, number, stamp, text]))
    .digest("base64url")
    .slice(0, 22);

/** null: this is no cursor of ours. */
function readCursor(text: string): Cursor | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { id, print, old, scan } = fields;
  if (typeof id !== "number" || typeof print !== "string") return null;
  return {
    id,
    print,
    ...(typeof old === "number" ? { old } : {}),
    ...(typeof scan === "string" ? { scan } : {}),
  };
}
