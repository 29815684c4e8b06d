// Which records `simpost gateway NAME …` is asked for: ports, numbers and times, as they are written on the command line, and back in words.
import type { Filter, InboxFilter, PortDetail, PortFilter, ReceiptFilter } from "../bridge/ports/gateway.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { type Line, misused } from "./parse.ts";
import type { CommandName } from "./words.ts";

/** What a filter is read with. */
export interface FilterMeans {
  readonly clock: Clock;
  /** Turns a phone as written into the form that drivers take. */
  readonly canonical: (number: string) => string;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `PortDetail`, in the order of the help. */
const DETAILS: readonly PortDetail[] = ["number", "imsi", "iccid", "imei", "type", "smsc"];

/** --port, --number, --since, --until. Throws Usage. */
export function readFilter(line: Line, { clock, canonical }: FilterMeans): Filter {
  const ports = listed(line, "port");
  const numbers = listed(line, "number").map(canonical);
  const [since, until] = [line.text("since"), line.text("until")];
  return {
    ...(ports.length > 0 ? { ports } : {}),
    ...(numbers.length > 0 ? { numbers } : {}),
    ...(since === undefined ? {} : { since: momentOf(since, clock.now()) }),
    ...(until === undefined ? {} : { until: momentOf(until, clock.now()) }),
  };
}

/** Also --after, --unread, --read. Throws Usage. */
export function readInboxFilter(line: Line, means: FilterMeans): InboxFilter {
  const after = line.text("after");
  const [unread, read] = [line.has("unread"), line.has("read")];
  if (unread && read) throw misused("gateway", "--unread and --read leave nothing");
  return {
    ...readFilter(line, means),
    ...(after === undefined ? {} : { after }),
    ...(unread || read ? { read } : {}),
  };
}

/** `receipt PORT[,PORT…] NUMBER`, and --count, --since, --until. Throws Usage. */
export function readReceiptFilter(
  [ports, number]: readonly [string, string],
  line: Line,
  means: FilterMeans,
): ReceiptFilter {
  const count = line.text("count");
  if (count !== undefined && !/^[1-9]\d{0,5}$/.test(count))
    throw misused("gateway", "--count wants a number from 1");
  return {
    ...readFilter(line, means),
    ports: portsOf(ports).map(String),
    numbers: [means.canonical(number)],
    ...(count === undefined ? {} : { count: Number(count) }),
  };
}

/** --port, --only. Throws Usage. */
export function readPortFilter(line: Line): PortFilter {
  const ports = listed(line, "port");
  const details = listed(line, "only").map((name) => {
    const detail = DETAILS.find((one) => one === name);
    if (detail === undefined) throw misused("gateway", `--only wants some of ${DETAILS.join(", ")}`);
    return detail;
  });
  return {
    ...(ports.length > 0 ? { ports: portsOf(ports.join(",")) } : {}),
    ...(details.length > 0 ? { details } : {}),
  };
}

/** Details of a port that were not asked for. */
export const unasked = (details: readonly PortDetail[]): readonly PortDetail[] =>
  DETAILS.filter((detail) => !details.includes(detail));

/** `1,2`: each port once. Throws Usage. */
export function portsOf(written: string): readonly number[] {
  const ports = written.split(",").map((word) => {
    if (!/^\d{1,3}$/.test(word.trim())) throw misused("gateway", `"${word}" is no port: ports are numbers`);
    return Number(word);
  });
  return [...new Set(ports)];
}

/** In words, for a question. Empty: no conditions. */
export function tellFilter({ ports, numbers, since, until }: Filter): string {
  const parts = [
    ports && `port ${ports.join(", ")}`,
    numbers && `with ${numbers.join(", ")}`,
    since !== undefined && `since ${new Date(since).toISOString()}`,
    until !== undefined && `until ${new Date(until).toISOString()}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** UTC milliseconds of a date, a date with time, or a time ago (90s, 15m, 2h, 1d). Without a zone it is UTC. Throws Usage. */
export function momentOf(written: string, now: number, command: CommandName = "gateway"): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(written) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const [, date, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const moment = date === undefined ? Number.NaN : Date.parse(`${date}T${time ?? "00:00"}${zone ?? "Z"}`);
  if (Number.isNaN(moment)) {
    throw misused(
      command,
      `"${written}" is no time: write 2026-11-22, 2026-11-22T18:00 or 2h (two hours ago)`,
    );
  }
  return moment;
}

/** The values of an option that may be given several times, or once with commas. */
export const listed = (line: Line, option: string): readonly string[] =>
  line
    .all(option)
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
