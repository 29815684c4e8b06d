// The device's times: "YYYYMMDDhhmmss" (or dashed) on its own wall clock, without a zone.
import { toLocal, toUtc } from "../localtime.ts";

/** A device time as 14 digits: sorts as text. */
export type Stamp = string;

/** 14 digits of either written form; undefined when it is no time. */
export function stampOf(written: string): Stamp | undefined {
  const digits = written.replace(/\D/g, "");
  return digits.length === 14 && wall(digits) !== undefined ? digits : undefined;
}

/** UTC milliseconds; null when it is no time. `near` settles the hour that a clock shows twice. */
export const stampToUtc = (stamp: Stamp, zone: string, near?: number): number | null =>
  toUtc(dashed(stamp), zone, near);

export const stampAt = (utc: number, zone: string): Stamp => toLocal(utc, zone).replace(/\D/g, "");

/** "YYYY-MM-DD HH:mm:ss", as newer firmware wants it. */
export const dashed = (stamp: Stamp): string =>
  stamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3 $4:$5:$6");

/** The same wall clock `ms` milliseconds later (or earlier); zones play no part. */
export function shift(stamp: Stamp, ms: number): Stamp {
  const at = Math.max(0, (wall(stamp) ?? 0) + ms);
  return new Date(at).toISOString().slice(0, 19).replace(/\D/g, "");
}

function wall(stamp: Stamp): number | undefined {
  const at = toUtc(dashed(stamp), "UTC");
  return at === null || at === undefined ? undefined : at;
}
