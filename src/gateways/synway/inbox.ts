// Reads the inbox (vendor section 2.2.3) in overlapping windows, now and then as a whole. Never deletes.
import { createHash, randomUUID } from "node:crypto";
import type { Incoming, Received } from "../../bridge/ports/gateway.ts";
import { type Narrow, readBox, type Window } from "./boxes.ts";
import type { Device } from "./device.ts";
import { looksSent } from "./outbox.ts";
import { portCount } from "./ports.ts";
import type { SmsRecord } from "./records.ts";
import { dashed, type Stamp, shift, stampAt, stampOf, stampToUtc } from "./stamps.ts";

/** How far the inbox was read. */
interface Cursor {
  /** The newest device time seen; undefined: the inbox was empty. */
  readonly since?: Stamp;
  /** When the whole inbox was read last, UTC milliseconds. */
  readonly wide: number;
  /** Changes whenever texts come with it, so that seeing it again proves that they are stored. */
  readonly mark: string;
}

export function createReceive(
  device: Device,
): (cursor: string | undefined, signal: AbortSignal) => Promise<Received> {
  const { options, settings } = device;
  const { clock, timezone } = options;
  /** How many of each equal text are known to be stored: spares the store what every window shows again. */
  let stored = new Map<string, number>();
  let last: { cursor: string; counts: Map<string, number>; wide: boolean } | undefined;
  /** After a whole reading failed the next one waits its turn, so that the newest texts are not held up. */
  let triedWide = Number.NEGATIVE_INFINITY;

  const toIncoming = (record: SmsRecord, old: boolean): Incoming => {
    const stamp = stampOf(record.time);
    const now = clock.now();
    return {
      at: (stamp === undefined ? null : stampToUtc(stamp, timezone, now)) ?? now,
      stamp: record.time,
      port: record.port,
      ...(record.slot === undefined ? {} : { slot: record.slot }),
      ...(record.sim === undefined ? {} : { sim: record.sim }),
      number: record.number.trim(),
      text: record.rest,
      old,
    };
  };

  /** A time from the future must not hide what comes until then. */
  const beginOf = (since: Stamp, now: number): Stamp => {
    const local = stampAt(now, timezone);
    return shift(since < local ? since : local, -settings.overlap);
  };

  return async (text, signal) => {
    const now = clock.now();
    const cursor = readCursor(text);
    if (last && text === last.cursor) stored = last.wide ? last.counts : new Map([...stored, ...last.counts]);
    last = undefined;
    const wide = !cursor || (now - cursor.wide >= settings.wideScan && now - triedWide >= settings.wideScan);
    if (wide) triedWide = now;
    const window = wide || cursor?.since === undefined ? {} : { begin: beginOf(cursor.since, now) };
    const records = await readInbox(device, window, signal);

    const counts = count(records);
    const fresh = records.filter(
      (record) => (counts.get(print(record)) ?? 0) > (stored.get(print(record)) ?? 0),
    );
    const since = newest(records, cursor?.since);
    const next: Cursor = {
      ...(since === undefined ? {} : { since }),
      wide: wide ? now : (cursor?.wide ?? now),
      mark: fresh.length > 0 || !cursor ? randomUUID() : cursor.mark,
    };
    if (wide && cursor) triedWide = Number.NEGATIVE_INFINITY;
    const written = JSON.stringify(next);
    last = { cursor: written, counts, wide };
    return {
      texts: fresh.map((record) => toIncoming(record, !cursor)),
      cursor: written,
      scan: randomUUID(),
      more: false,
    };
  };
}

/** All records of a window, or of some ports and numbers (2.2.3 `port`, `num`). Throws Unreadable. */
export async function readInbox(
  device: Device,
  window: Window,
  signal: AbortSignal,
  { ports, numbers }: Narrow = {},
): Promise<readonly SmsRecord[]> {
  const { api, settings, options } = device;
  const perPort = settings.inboxEvent === "newqueryrxsms";
  const time = (stamp: Stamp | undefined) => (perPort && stamp !== undefined ? dashed(stamp) : stamp);
  const read = async (port: string | undefined) => {
    const records = await readBox(
      ({ begin, end, number }) =>
        api.ask(
          settings.inboxEvent,
          {
            begintime: time(begin),
            endtime: time(end),
            num: number ?? numbers?.join(","),
            port,
          },
          signal,
        ),
      window,
      device.inbox,
      () => options.log.warn("gateway unreadable", { gateway: options.name, what: "left out, kept before" }),
    );
    return settings.outboxEvent === "queryrxsms" ? records.filter((record) => !looksSent(record)) : records;
  };
  if (!perPort) return read(ports?.join(","));
  const found: SmsRecord[] = [];
  for (const port of ports ?? (await allPorts(device, signal))) found.push(...(await read(String(port))));
  return found;
}

async function allPorts(device: Device, signal: AbortSignal): Promise<readonly number[]> {
  const count = await portCount(device, signal);
  return Array.from({ length: count }, (_, index) => device.settings.portBase + index);
}

/** What makes two texts the same: what the bridge tells them apart by. */
const print = ({ port, slot, number, time, rest }: SmsRecord): string => {
  const all = JSON.stringify([port, slot, number.trim(), time, rest]);
  return all.length <= 64 ? all : createHash("sha256").update(all).digest("base64");
};

function count(records: readonly SmsRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(print(record), (counts.get(print(record)) ?? 0) + 1);
  return counts;
}

function newest(records: readonly SmsRecord[], before: Stamp | undefined): Stamp | undefined {
  let newest = before;
  for (const { time } of records) {
    const stamp = stampOf(time);
    if (stamp !== undefined && (newest === undefined || stamp > newest)) newest = stamp;
  }
  return newest;
}

/** Stands for a cursor that can't be read: everything is looked at again, and nothing is taken for old. */
const LOST: Cursor = { wide: 0, mark: "" };

function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return LOST;
    const wide = "wide" in value && typeof value.wide === "number" ? value.wide : 0;
    const mark = "mark" in value && typeof value.mark === "string" ? value.mark : "";
    const since = "since" in value && typeof value.since === "string" ? stampOf(value.since) : undefined;
    return { ...(since === undefined ? {} : { since }), wide, mark };
  } catch {
    return LOST;
  }
}
