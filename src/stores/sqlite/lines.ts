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
  const line = "FROM delivery INDEXED BY delivery_line WHERE line = ?1 AND stage <= 5";
  const state = prepare(
    `SELECT (SELECT stage ${line} AND stage <= 4 ORDER BY stage DESC LIMIT 1), EXISTS (SELECT 1 ${line} AND stage = 5)`,
  );
  const head = prepare(`SELECT id, priority ${line} AND stage <= 1 LIMIT 1`);
  const next = prepare(
    `SELECT delivery.id, priority, thread, thread.port IS NOT NULL, due FROM delivery INDEXED BY delivery_line
     CROSS JOIN thread ON thread.id = delivery.thread WHERE line = ? AND stage <= 5 AND stage = 2 ORDER BY priority, delivery.id LIMIT 1`,
  );
  const taken = prepare(
    `SELECT EXISTS (SELECT 1 ${line} AND stage = 5 AND (priority, id) < (?2, ?3) AND (thread <> ?4 OR ?5))`,
  );
  const move = prepare("UPDATE delivery SET stage = ? WHERE id = ?");

  const blocked = (place: Place): boolean =>
    taken.one(place.line, place.priority, place.id, place.thread, place.sim ? 0 : 1)?.[0] === 1;
  const stageOf = (due: number | null): number =>
    due === null || due <= time.now ? STAGE.ready : STAGE.delayed;
  /** The highest stage in the line of those that are queued, being sent or unknown; and whether any is in a gateway's hands. */
  const look = (place: string): { readonly highest: number | null; readonly any: boolean } => {
    const row = state.one(place);
    return { highest: (row?.[0] as number | null | undefined) ?? null, any: row?.[1] === 1 };
  };

  return {
    blocked,
    stageOf,
    place(place) {
      const newest = { ...place, id: Number.MAX_SAFE_INTEGER };
      const { highest, any } = look(place.line);
      const held = (): number => (any && blocked(newest) ? STAGE.behind : STAGE.ready);
      if (highest === null) return held();
      if (highest > STAGE.behind) return STAGE.behind;
      const ahead = head.one(place.line);
      const first = ahead ?? next.one(place.line);
      if (first && (first[1] as number) <= place.priority) return STAGE.behind;
      if (ahead) move.run(STAGE.behind, ahead[0] as number);
      return held();
    },
    settle(line) {
      const { highest, any } = look(line);
      if (highest !== STAGE.behind) return;
      const row = next.one(line);
      if (!row) return;
      const [id, priority] = [row[0] as number, row[1] as number];
      const ahead = head.one(line);
      if (ahead) {
        const [aheadId, aheadPriority] = [ahead[0] as number, ahead[1] as number];
        if (aheadPriority < priority || (aheadPriority === priority && aheadId < id)) return;
        move.run(STAGE.behind, aheadId);
      }
      if (any && blocked({ line, thread: row[2] as number, sim: row[3] === 1, priority, id })) return;
      move.run(stageOf(row[4] as number | null), id);
    },
  };
}
