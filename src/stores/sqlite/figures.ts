// What went through each gateway by the hour: summed up in memory within a transaction, and written at its end.
import type { Delivery, Message, State } from "../../bridge/message.ts";
import type { Figure } from "../../bridge/ports/archive.ts";
import type { Prepare } from "./statement.ts";

const HOUR = 3_600_000;
/** States in which the network has taken a text. */
const TAKEN: readonly State[] = ["sent", "delivered"];

type Counts = Omit<Figure, "hour" | "gateway">;
type Sum = { -readonly [Key in keyof Figure]: Figure[Key] };

export interface Figures {
  /** A text to a phone moved, at `now`. `accepted`: gives when it was accepted. */
  moved(before: Delivery, after: Delivery, now: number, accepted: () => number): void;
  /** A phone's text came in. */
  received(message: Message): void;
  reset(): void;
  flush(): void;
}

export function figures(prepare: Prepare): Figures {
  const sums = new Map<string, Sum>();
  const add = prepare(
    `INSERT INTO figures (hour, gateway, sent, parts, delivered, failed, received, latency) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET sent = sent + excluded.sent, parts = parts + excluded.parts, delivered = delivered + excluded.delivered,
     failed = failed + excluded.failed, received = received + excluded.received, latency = latency + excluded.latency`,
  );

  const count = (at: number, gateway: string, counts: Partial<Counts>): void => {
    const hour = Math.floor(at / HOUR);
    const key = `${hour} ${gateway}`;
    let sum = sums.get(key);
    if (!sum) {
      sum = { hour, gateway, sent: 0, parts: 0, delivered: 0, failed: 0, received: 0, latency: 0 };
      sums.set(key, sum);
    }
    sum.sent += counts.sent ?? 0;
    sum.parts += counts.parts ?? 0;
    sum.delivered += counts.delivered ?? 0;
    sum.failed += counts.failed ?? 0;
    sum.received += counts.received ?? 0;
    sum.latency += counts.latency ?? 0;
  };

  return {
    moved(before, after, now, accepted) {
      if (after.state === before.state) return;
      const gateway = after.lane?.gateway ?? after.to.via;
      if (TAKEN.includes(after.state) && !TAKEN.includes(before.state))
        count(now, gateway, { sent: 1, parts: after.parts, latency: Math.max(0, now - accepted()) });
      if (after.state === "delivered") count(now, gateway, { delivered: 1 });
      if (after.state === "failed") count(now, gateway, { failed: 1 });
    },
    received(message) {
      if (message.from) count(message.at, message.from.via, { received: 1 });
    },
    reset: () => sums.clear(),
    flush() {
      for (const sum of sums.values())
        add.run(
          sum.hour,
          sum.gateway,
          sum.sent,
          sum.parts,
          sum.delivered,
          sum.failed,
          sum.received,
          sum.latency,
        );
    },
  };
}

/** Looks the figures of hours up that have a moment of `since` to `until` in them. */
export function readFigures(prepare: Prepare): (since: number, until: number) => readonly Figure[] {
  const load = prepare(
    `SELECT hour, gateway, sent, parts, delivered, failed, received, latency FROM figures
     WHERE hour >= ? AND hour <= ? ORDER BY hour, gateway`,
  );
  return (since, until) =>
    load.all(Math.floor(since / HOUR), Math.floor(until / HOUR)).map((row) => ({
      hour: (row[0] as number) * HOUR,
      gateway: row[1] as string,
      sent: row[2] as number,
      parts: row[3] as number,
      delivered: row[4] as number,
      failed: row[5] as number,
      received: row[6] as number,
      latency: row[7] as number,
    }));
}
