// Applies news to deliveries, with all that follows from it, within a transaction that is already open.
import { advance, type Change, type Delivery, type Thread } from "../../bridge/message.ts";
import type { Moved, News } from "../../bridge/ports/store.ts";
import type { Accept } from "./accept.ts";
import type { Find } from "./finding.ts";
import { beganAt, stepBetween } from "./history.ts";
import type { Lines } from "./lines.ts";
import {
  fromMoved,
  HELD_COLUMNS,
  HELD_WIDTH,
  type Held,
  STAGE,
  stageOf,
  toHeld,
  UPDATE_DELIVERY,
} from "./rows.ts";
import type { Prepare } from "./statement.ts";
import type { Tallies } from "./tallies.ts";
import type { Threads } from "./threads.ts";
import { poolFor, type Tie } from "./tie.ts";

/** Characters of a history that hold when it began. */
const HEAD = 12;

/** `figures` false: what fails was taken back, and is no failure to be counted. */
export type Report = (news: readonly News[], figures?: boolean) => readonly Moved[];

interface Parts {
  readonly find: Find;
  readonly threads: Threads;
  readonly lines: Lines;
  readonly tie: Tie;
  readonly tallies: Tallies;
  readonly accept: Accept;
  /** UTC milliseconds. */
  readonly clock: () => number;
}

export function reporting(
  prepare: Prepare,
  { find, threads, lines, tie, tallies, accept, clock }: Parts,
): Report {
  const load = prepare(`SELECT ${HELD_COLUMNS}, substr(history, 1, ${HEAD}) FROM delivery WHERE id = ?`);
  const acceptedAt = prepare("SELECT at FROM message WHERE id = ?");
  const save = prepare(UPDATE_DELIVERY);

  /** Back in the queue: what was tried is not where it must leave from, unless it was asked for. */
  const requeued = (held: Held, after: Delivery, change: Change): Held => {
    const pin = change.lane ?? held.pin;
    const lane = held.follows ? (find({ way: "id", id: after.thread })?.lane ?? null) : null;
    const pool = held.follows ? poolFor(held.pool, pin, lane) : held.pool;
    const stage = held.line === null ? lines.stageOf(after.due) : STAGE.behind;
    return { ...held, delivery: { ...after, lane: pin }, pool, stage };
  };

  const next = (held: Held, after: Delivery, change: Change): Held => {
    if (after.state !== "queued") return { ...held, delivery: after, stage: stageOf(after) };
    if (held.delivery.state !== "queued") return requeued(held, after, change);
    const waits = held.stage === STAGE.behind;
    return { ...held, delivery: after, stage: waits ? held.stage : lines.stageOf(after.due) };
  };

  const apply = (news: News, figures: boolean): readonly Moved[] => {
    const row = load.one(news.id);
    if (!row) return [];
    const held = toHeld(row);
    const before = held.delivery;
    const advanced = advance(before, news.change);
    if (advanced === before) return [];
    const now = next(held, advanced, news.change);
    const after = now.delivery;
    const at = clock();
    save.run(...fromMoved(now, stepBetween(at, before, after)));
    tallies.moved(before, after);
    if (figures && held.follows) {
      const began = (): number =>
        beganAt(row[HELD_WIDTH] as string) ??
        (acceptedAt.one(after.message)?.[0] as number | undefined) ??
        at;
      tallies.figures.moved(before, after, at, began);
    }
    const thread = (): Thread | null => find({ way: "id", id: after.thread });
    if (after.ref !== null && after.ref !== before.ref) {
      const own = thread();
      if (own) threads.addRef(own, after.to.via, after.id, after.ref);
    }
    const moved = after.state !== before.state || after.warned !== before.warned;
    if (moved && news.bind) {
      const own = thread();
      if (own) tie(own, news.bind);
    }
    if (held.line !== null && now.stage !== held.stage) lines.settle(held.line);
    if (!moved) return [];
    for (const entry of news.follow ?? []) accept(entry);
    return [{ was: before.state, after }];
  };

  return (news, figures = true) => news.flatMap((one) => apply(one, figures));
}
