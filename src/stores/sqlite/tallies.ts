// Running counts (deliveries by state, texts by SIM and day, by user), summed up in memory within a transaction and written at its end.
import type { Delivery, Lane, State } from "../../bridge/message.ts";
import { type Blocks, blocks } from "./blocks.ts";
import { type Figures, figures } from "./figures.ts";
import { type Quota, quota } from "./quota.ts";
import { sameLane } from "./rows.ts";
import type { Prepare } from "./statement.ts";

export const DAY = 24 * 3_600_000;

/** Stands for "the gateway has not said which port" in the table's key. */
export const NO_PORT = -1;

/** States in which a text has left through its SIM. */
const LEFT: readonly State[] = ["accepted", "sent", "delivered"];

export interface Tallies {
  /** A delivery came to be (`before` null) or moved. */
  moved(before: Delivery | null, after: Delivery): void;
  /** A delivery was deleted. */
  gone(delivery: Delivery): void;
  readonly figures: Pick<Figures, "moved" | "received">;
  readonly blocks: Pick<Blocks, "made">;
  readonly quota: Pick<Quota, "freesAt" | "add">;
  /** Forgets what was counted since the last `flush`. */
  reset(): void;
  /** Writes what was counted. */
  flush(): void;
}

export function tallies(prepare: Prepare): Tallies {
  const hourly = figures(prepare);
  const places = blocks(prepare);
  const users = quota(prepare);
  const depth = new Map<State, number>();
  const usage = new Map<string, { readonly day: number; readonly lane: Lane; texts: number }>();
  const addDepth = prepare(
    "INSERT INTO depth (state, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
  );
  const addUsage = prepare(
    "INSERT INTO usage (day, gateway, port, texts) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET texts = texts + excluded.texts",
  );

  const count = (state: State, n: number): void => {
    depth.set(state, (depth.get(state) ?? 0) + n);
  };
  const use = (delivery: Delivery, lane: Lane, n: number): void => {
    const day = Math.floor((delivery.sentAt ?? 0) / DAY);
    const key = `${day} ${lane.port} ${lane.gateway}`;
    const entry = usage.get(key) ?? { day, lane, texts: 0 };
    entry.texts += n;
    usage.set(key, entry);
  };

  return {
    figures: hourly,
    blocks: places,
    quota: users,
    moved(before, after) {
      places.moved(before, after);
      if (before?.state !== after?.state) {
        if (before) count(before.state, -1);
        if (after) count(after.state, 1);
      }
      if (!after || !LEFT.includes(after.state)) return;
      const was = before && LEFT.includes(before.state) ? before.lane : null;
      if (sameLane(was, after.lane)) return;
      if (was) use(after, was, -1);
      if (after.lane) use(after, after.lane, 1);
    },
    gone(delivery) {
      count(delivery.state, -1);
      places.gone(delivery);
    },
    reset() {
      depth.clear();
      usage.clear();
      hourly.reset();
      places.reset();
      users.reset();
    },
    flush() {
      for (const [state, n] of depth) if (n !== 0) addDepth.run(state, n);
      for (const { day, lane, texts } of usage.values())
        if (texts !== 0) addUsage.run(day, lane.gateway, lane.port ?? NO_PORT, texts);
      hourly.flush();
      places.flush();
      users.flush();
    },
  };
}
