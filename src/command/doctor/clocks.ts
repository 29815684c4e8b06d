// Clocks: ours against the outside, and a device's against ours.
import { Agent, request } from "undici";
import { type Check, doubtful, good, type Said, spell } from "./finding.ts";
import type { Patient } from "./patient.ts";

const LIMIT = 15_000;
const PATIENCE = 8_000;

/** A Date field has whole seconds, and an answer takes its time, milliseconds. */
const EXACT = 5_000;
/** From here on somebody notices, milliseconds. */
const NOTICEABLE = 60_000;
const QUARTER = 15 * 60_000;
/** Zones are at most this far from UTC. */
const FARTHEST = 14 * 3_600_000;

/** How far the clock of whoever answers at `url` is ahead of ours, by its Date field (RFC 9110 section 6.6.1), milliseconds; null: it sends none. Throws Error. */
export async function httpClock(url: string, now: () => number, signal: AbortSignal): Promise<number | null> {
  // Nothing secret is said: whose certificate it is does not matter.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, allowH2: false });
  try {
    const began = now();
    const { headers, body } = await request(url, {
      dispatcher,
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    const middle = (began + now()) / 2;
    await body.dump({ limit: 64 * 1024 });
    const date = Date.parse(String(headers.date));
    // It is cut to the second: half of one is added.
    return Number.isNaN(date) ? null : date + 500 - middle;
  } finally {
    await dispatcher.destroy(null);
  }
}

/** This machine's clock, against Telegram's: the one place outside whose clock is sure to be right. */
export const clockCheck = ({ bots }: Pick<Patient, "bots">, now: () => number): Check => ({
  name: "clock",
  limit: LIMIT,
  async run(signal) {
    const [root] = bots.map(({ apiRoot }) => apiRoot);
    const here = `this machine's clock says ${new Date(now()).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    if (root === undefined) return [good(`${here}; there is nothing outside to compare it with`)];
    const ahead = await httpClock(`${root}/`, now, signal).catch(() => null);
    if (ahead === null) return [good(`${here}; ${new URL(root).host} does not tell the time now`)];
    if (Math.abs(ahead) <= EXACT) return [good(`${here}, and so does ${new URL(root).host}`)];
    const what = `${here}, ${spell(ahead)} ${ahead > 0 ? "behind" : "ahead of"} ${new URL(root).host}`;
    return [
      doubtful(
        what,
        "Let it be set over the network (timedatectl set-ntp true): times in mails, deadlines and links go by it.",
      ),
    ];
  },
});

/** What is known of a device's clock. All in milliseconds. */
export interface Seen {
  /** Of texts that came in lately: how far the device's time, read with its zone, was ahead of ours when they came. */
  readonly heard: readonly number[];
  /** How far the newest text that lies in it is in the future; negative: in the past; null: none. */
  readonly newest: number | null;
  /** How far its Date field is ahead; null: it sends none. */
  readonly date: number | null;
}

/** Says how a device's clock stands. `timezone`: the one that the config gives it. */
export function judgeClock({ heard, newest, date }: Seen, timezone: string, now: number): Said {
  // What waited in the device makes a text older, never younger: the youngest tells.
  if (heard.length > 0) return judged(Math.max(...heard), "", timezone);
  if (newest !== null && newest > NOTICEABLE) return judged(newest, "at least ", timezone);
  if (date === null) return good("its clock can't be seen: no text has come in yet");
  // Crude servers write local time and call it GMT.
  if (isNear(date, 0) || isNear(date, offsetAt(timezone, now)))
    return good(
      `its web server's clock is right; whether its texts' times are those of ${timezone} shows when one comes in`,
    );
  const what = `its web server's clock is ${spell(date)} ${date > 0 ? "ahead" : "behind"}`;
  return doubtful(what, isQuarters(date) ? ZONE : NETWORK);
}

function judged(ms: number, least: string, timezone: string): Said {
  if (isNear(ms, 0)) return good(`its clock is right (${timezone})`);
  const what = `its clock is ${least}${spell(ms)} ${ms > 0 ? "ahead" : "behind"}, if it runs in ${timezone}`;
  return doubtful(what, least !== "" || isQuarters(ms) ? ZONE : NETWORK);
}

const ZONE =
  "Set timezone of this gateway to the zone that its own web page shows, or let it set its clock over the network (NTP).";
const NETWORK = "Let the device set its clock over the network (NTP).";

/** As far off as a zone is from another. */
const isQuarters = (ms: number): boolean =>
  Math.abs(ms) <= FARTHEST && isNear(ms, Math.round(ms / QUARTER) * QUARTER);
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= NOTICEABLE;

/** How far clocks in a zone (IANA name) are ahead of UTC at an instant, milliseconds. */
export function offsetAt(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    timeZoneName: "longOffset",
  }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** A device's local time, "2026-11-22 18:00:12" or "20261122180012", as if it were UTC, milliseconds; null: it is none. */
export function wallTime(written: unknown): number | null {
  const read = /^(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)$/.exec(String(written).trim());
  if (!read) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = read.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
