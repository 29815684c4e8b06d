// From figures by the hour to lines for charts and rows for a table.
import type { Figure } from "../../bridge/ports/archive.ts";

const HOUR = 3_600_000;

/** What the charts are drawn of. */
export interface Series {
  /** When each hour began, UTC seconds, without gaps, oldest first. */
  readonly hours: readonly number[];
  readonly gateways: readonly Line[];
}

/** One gateway: a figure for each of the hours. */
export interface Line {
  readonly name: string;
  readonly sent: readonly number[];
  readonly received: readonly number[];
  readonly failed: readonly number[];
  readonly parts: readonly number[];
  /** Seconds, mean; null: nothing was sent then. */
  readonly latency: readonly (number | null)[];
}

/** Lines over all hours from `since` to `until` (UTC milliseconds); what is outside of them is left out. `names`: gateways that show even if nothing happened there. */
export function seriesOf(
  figures: readonly Figure[],
  since: number,
  until: number,
  names: readonly string[],
): Series {
  const first = hourOf(since);
  const count = Math.max(0, Math.floor((hourOf(until) - first) / HOUR) + 1);
  const hours = Array.from({ length: count }, (_, index) => (first + index * HOUR) / 1_000);
  const all = [...new Set([...names, ...figures.map(({ gateway }) => gateway)])];
  const gateways = all.map((name): Line => {
    const at = new Map(
      figures
        .filter(({ gateway }) => gateway === name)
        .map((figure) => [hourOf(figure.hour) / 1_000, figure]),
    );
    const line = (value: (figure: Figure) => number): number[] =>
      hours.map((hour) => {
        const figure = at.get(hour);
        return figure ? value(figure) : 0;
      });
    return {
      name,
      sent: line(({ sent }) => sent),
      received: line(({ received }) => received),
      failed: line(({ failed }) => failed),
      parts: line(({ parts }) => parts),
      latency: hours.map((hour) => {
        const figure = at.get(hour);
        return figure && figure.sent > 0 ? seconds(figure.latency, figure.sent) : null;
      }),
    };
  });
  return { hours, gateways };
}

/** A row of the table: one gateway in one span of time. `latency`: seconds, mean; null: nothing was sent. */
export interface Row extends Omit<Figure, "hour" | "latency"> {
  readonly since: number;
  readonly latency: number | null;
}

/** Sums by gateway and by the span that `beginOf` says an hour is in, newest first. */
export function rowsOf(figures: readonly Figure[], beginOf: (hour: number) => number): readonly Row[] {
  const spans = Map.groupBy(figures, ({ hour, gateway }) => `${beginOf(hour)} ${gateway}`);
  return [...spans.values()]
    .flatMap((all) => {
      const [first] = all;
      if (!first) return [];
      const sum = (what: "sent" | "parts" | "delivered" | "failed" | "received" | "latency"): number =>
        all.reduce((total, figure) => total + figure[what], 0);
      const sent = sum("sent");
      return {
        since: beginOf(first.hour),
        gateway: first.gateway,
        sent,
        parts: sum("parts"),
        delivered: sum("delivered"),
        failed: sum("failed"),
        received: sum("received"),
        latency: sent > 0 ? seconds(sum("latency"), sent) : null,
      };
    })
    .toSorted((a, b) => b.since - a.since || (a.gateway < b.gateway ? -1 : 1));
}

/** The hour that a moment is in. */
export const hourOf = (at: number): number => Math.floor(at / HOUR) * HOUR;

/** The day that a moment is in, by this machine's time zone. */
export const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

const seconds = (sum: number, count: number): number => Math.round(sum / count / 100) / 10;
