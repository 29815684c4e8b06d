// A device's wall clock: its times without a zone to UTC milliseconds, and back.

const QUARTER = 15 * 60_000; // every zone's offset changes on a quarter hour of UTC
const DAY = 24 * 3_600_000;
const KEPT = 4096;

const zones = new Map<
  string,
  { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> }
>();

/**
 * Reads "YYYY-MM-DD HH:MM:SS" (any one character between the fields) of a clock in `zone` (IANA name) as UTC milliseconds; null if it is none.
 * A time that the clock showed twice (the end of summer time) is the one nearer to `near`, else the first. A time that it never showed
 * (the beginning of summer time) is read with the offset before the change. Throws a plain Error for an unknown zone.
 */
export function toUtc(stamp: string, zone: string, near?: number): number | null {
  const wall = readStamp(stamp);
  if (wall === null) return null;
  const before = wall - offsetAt(wall - DAY, zone);
  const after = wall - offsetAt(wall + DAY, zone);
  if (before === after) return before;
  const first = offsetAt(before, zone) === wall - before;
  const second = offsetAt(after, zone) === wall - after;
  if (first && second) {
    return near !== undefined && Math.abs(after - near) < Math.abs(before - near) ? after : before;
  }
  return second ? after : before;
}

/** Writes an instant as "YYYY-MM-DD HH:MM:SS" of a clock in `zone`. */
export function toLocal(ms: number, zone: string): string {
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 19).replace("T", " ");
}

/** The fields as if they were UTC; null for anything but 19 characters with numbers in range. */
function readStamp(stamp: string): number | null {
  const text = stamp.trim();
  if (text.length !== 19) return null;
  const fields = FIELDS.map(([from, to]) => digits(text, from, to));
  const [year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1] = fields;
  if (fields.includes(-1) || hour > 23 || minute > 59 || second > 60) return null;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  return year >= 1970 && back.getUTCMonth() === month - 1 && back.getUTCDate() >= day ? wall : null;
}

const FIELDS: readonly (readonly [number, number])[] = [
  [0, 4],
  [5, 7],
  [8, 10],
  [11, 13],
  [14, 16],
  [17, 19],
];

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** How far a clock in `zone` is ahead of UTC at this instant, milliseconds. */
function offsetAt(ms: number, zone: string): number {
  if (zone === "UTC") return 0;
  let known = zones.get(zone);
  if (!known) {
    known = { format: formatter(zone), offsets: new Map() };
    zones.set(zone, known);
  }
  const quarter = Math.floor(ms / QUARTER);
  let offset = known.offsets.get(quarter);
  if (offset === undefined) {
    if (known.offsets.size >= KEPT) known.offsets.clear();
    offset = measure(quarter * QUARTER, known.format);
    known.offsets.set(quarter, offset);
  }
  return offset;
}

function measure(ms: number, format: Intl.DateTimeFormat): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
}

function formatter(zone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  return new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  });
}
