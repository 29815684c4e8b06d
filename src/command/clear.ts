// What `simpost gateway NAME clear` is asked to delete, read and told.
import type { Clear } from "../bridge/ports/gateway.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { type Line, misused } from "./parse.ts";

const BOXES = ["inbox", "outbox", "ussd"] as const;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Throws Usage unless it says what to delete: a box, and either conditions or `--all`. */
export function readClear(
  words: readonly string[],
  line: Line,
  { clock, canonical }: { readonly clock: Clock; readonly canonical: (number: string) => string },
): Clear {
  const box = BOXES.find((name) => name === words[0]);
  if (!box || words.length > 1) throw misused("gateway", `clear wants one of ${BOXES.join(", ")}`);
  const ports = line.all("port");
  const number = line.text("number");
  const since = line.text("since");
  const until = line.text("until");
  const conditions = {
    ...(ports.length > 0 ? { ports } : {}),
    ...(number === undefined ? {} : { number: canonical(number) }),
    ...(since === undefined ? {} : { since: momentOf(since, clock.now()) }),
    ...(until === undefined ? {} : { until: momentOf(until, clock.now()) }),
  };
  const some = Object.keys(conditions).length > 0;
  if (line.has("all") === some) {
    throw misused(
      "gateway",
      some
        ? "--all leaves no room for conditions"
        : "say what to delete: --port, --number, --since, --until, or --all",
    );
  }
  return line.has("all") ? { box, all: true } : { box, ...conditions };
}

/** In words, for the question before. */
export function tellClear({ box, ports, number, since, until, all }: Clear): string {
  if (all) return `everything in ${box}`;
  const parts = [
    ports && `port ${ports.join(", ")}`,
    number && `with ${number}`,
    since !== undefined && `since ${new Date(since).toISOString()}`,
    until !== undefined && `until ${new Date(until).toISOString()}`,
  ];
  return `${box}, ${parts.filter(Boolean).join(", ")}`;
}

/** UTC milliseconds of a date, a date with time, or a time ago (90s, 15m, 2h, 1d). Without a zone it is UTC. Throws Usage. */
export function momentOf(written: string, now: number): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(written) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const [, date, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const moment = date === undefined ? Number.NaN : Date.parse(`${date}T${time ?? "00:00"}${zone ?? "Z"}`);
  if (Number.isNaN(moment)) {
    throw misused(
      "gateway",
      `"${written}" is no time: write 2026-11-22, 2026-11-22T18:00 or 2h (two hours ago)`,
    );
  }
  return moment;
}
