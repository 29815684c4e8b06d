// The conversations of people: who takes part in which.
import { takesPart } from "./conditions.ts";
import { KIND } from "./known.ts";
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
  const threads = prepare(
    `SELECT number FROM known INDEXED BY known_person WHERE kind = ${KIND.person} AND what = ? ${LIMIT}`,
  );
  const part = many(
    prepare,
    (count) =>
      `SELECT 1 FROM thread WHERE id = ? AND ${takesPart(Array(count).fill(""), "thread.phone", "thread.id").sql}`,
  );
  const gather = (who: readonly string[], limit: number): readonly number[] => [
    ...new Set(who.flatMap((name) => threads.all(name, limit).map((row) => row[0] as number))),
  ];
  return {
    all(who, most) {
      const found = gather(who, most + 1);
      return found.length > most ? null : found;
    },
    takesPart: (thread, who) => who.length > 0 && part(who.length).one(thread, ...who) !== undefined,
  };
}
