// The conversations of people: who takes part in which.
import { marksFor, takesPart } from "./conditions.ts";
import { PARTS } from "./part.ts";
import { LIMIT, many, type Prepare } from "./statement.ts";

/** Conversations that are gathered in a few milliseconds, and in some tens of them. */
export const FEW = 4_000;
export const MANY = 30_000;

export interface People {
  /** All conversations that one of `who` takes part in, in no order; null: more than `most`. */
  all(who: readonly string[], most: number): readonly number[] | null;
  takesPart(thread: number, who: readonly string[]): boolean;
}

export function people(prepare: Prepare): People {
  // From block to block, the newest first: one look for each.
  const threads = many(
    prepare,
    (count) =>
      `WITH RECURSIVE place (n) AS (SELECT max(id) >> ${PARTS} FROM thread UNION ALL SELECT n - 1 FROM place WHERE n > 0)
       SELECT part.thread FROM place CROSS JOIN part ON block = n AND what IN (${marksFor(Array(count).fill(0))}) ${LIMIT}`,
  );
  const part = many(
    prepare,
    (count) => `SELECT 1 FROM thread WHERE id = ? AND ${takesPart(Array(count).fill(""), "thread.id").sql}`,
  );
  return {
    all(who, most) {
      if (who.length === 0) return [];
      const rows = threads(who.length).all(...who, (most + 1) * who.length);
      const found = [...new Set(rows.map((row) => row[0] as number))];
      return found.length > most ? null : found;
    },
    takesPart: (thread, who) => who.length > 0 && part(who.length).one(thread, ...who) !== undefined,
  };
}
