// Order: deliveries of one line leave one after the other. Decides which of them is ready, and releases the next when one is through.
//
// A queued delivery of a line waits while another one of it is being sent or has an unknown outcome, while an earlier one (by priority,
// then id) is queued, and while an earlier one is accepted but not sent, unless both are of one thread that has its SIM (a device sends
// what it holds for one SIM in order).
import type { Thread } from "../../bridge/message.ts";
import { STAGE } from "./rows.ts";
import type { Prepare } from "./statement.ts";

/** What the clock said last: decides whether a released delivery is due. One that is not is woken by a later claim. */
export interface Time {
  now: number;
}

/** A place in a line. */
export interface Place {
  readonly line: string;
  readonly thread: number;
  /** The thread has its SIM. */
  readonly sim: boolean;
  readonly priority: number;
  readonly id: number;
}

export interface Lines {
  /** The stage of a new delivery, which has a higher id than all others. */
  place(place: Omit<Place, "id">): number;
  /** Releases the next of a line, if one may leave now. */
  settle(line: string): void;
  /** Whether an earlier one holds this one up in a gateway. */
  blocked(place: Place): boolean;
  /** The stage of a queued delivery that nobody holds up. */
  stageOf(due: number | null): number;
}

export const hasSim = (thread: Thread): boolean => thread.lane?.port != null;

export function lines(prepare: Prepare, time: Time): Lines {
  const last = prepare(
    "SELECT stage FROM delivery INDEXED BY delivery_line WHERE line = ? AND stage <= 4 ORDER BY stage DESC LIMIT 1",
  );
  const head = prepare(
    "SELECT id, priority FROM delivery INDEXED BY delivery_line WHERE line = ? AND stage <= 4 AND stage <= 1 LIMIT 1",
  );
  const next = prepare(
    `SELECT delivery.id, priority, thread, thread.port IS NOT NULL, due FROM delivery INDEXED BY delivery_line
     CROSS JOIN thread ON thread.id = delivery.thread WHERE line = ? AND stage <= 4 AND stage = 2 ORDER BY priority, delivery.id LIMIT 1`,
  );
  const earlier = (thread: string): string =>
    `EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_taken WHERE line = ?1 AND stage = 5 AND ${thread} AND (priority, id) < (?3, ?4))`;
  const taken = prepare(
    `SELECT ${earlier("thread < ?2")} OR ${earlier("thread > ?2")} OR (?5 AND ${earlier("thread = ?2")})`,
  );
  const move = prepare("UPDATE delivery SET stage = ? WHERE id = ?");

  const blocked = (place: Place): boolean =>
    taken.one(place.line, place.thread, place.priority, place.id, place.sim ? 0 : 1)?.[0] === 1;
  const stageOf = (due: number | null): number =>
    due === null || due <= time.now ? STAGE.ready : STAGE.delayed;
  /** The highest stage in the line of those that are queued, being sent or unknown. */
  const highest = (line: string): number | undefined => last.one(line)?.[0] as number | undefined;

  return {
    blocked,
    stageOf,
    place(place) {
      const newest = { ...place, id: Number.MAX_SAFE_INTEGER };
      const stage = highest(place.line);
      if (stage === undefined) return blocked(newest) ? STAGE.behind : STAGE.ready;
      if (stage > STAGE.behind) return STAGE.behind;
      const ahead = head.one(place.line);
      const first = ahead ?? next.one(place.line);
      if (first && (first[1] as number) <= place.priority) return STAGE.behind;
      if (ahead) move.run(STAGE.behind, ahead[0] as number);
      return blocked(newest) ? STAGE.behind : STAGE.ready;
    },
    settle(line) {
      const stage = highest(line);
      if (stage === undefined || stage > STAGE.behind) return;
      const row = next.one(line);
      if (!row) return;
      const [id, priority] = [row[0] as number, row[1] as number];
      const ahead = head.one(line);
      if (ahead) {
        const [aheadId, aheadPriority] = [ahead[0] as number, ahead[1] as number];
        if (aheadPriority < priority || (aheadPriority === priority && aheadId < id)) return;
        move.run(STAGE.behind, aheadId);
      }
      if (blocked({ line, thread: row[2] as number, sim: row[3] === 1, priority, id })) return;
      move.run(stageOf(row[4] as number | null), id);
    },
  };
}
