// What is known of a phone: who talks with it, on which SIMs, by which upstream ids, and which deliveries it already had.
// It all lies side by side in the file: whatever is looked up or noted for one text is on one page, however many phones there are.
import { many, type Prepare } from "./statement.ts";

/** See migrations/0001.sql. */
export const KIND = { person: 0, sim: 1, ref: 2, once: 3 } as const;

export interface Fact {
  readonly kind: (typeof KIND)[keyof typeof KIND];
  readonly what: string;
  /** The thread; of `once`: the delivery. */
  readonly number: number;
  /** UTC milliseconds. The latest counts. */
  readonly at: number;
}

export type Note = (phone: string, facts: readonly Fact[]) => void;

export function noting(prepare: Prepare): Note {
  const insert = many(
    prepare,
    (count) =>
      `INSERT INTO known (phone, kind, what, number, at) VALUES ${Array(count).fill("(?, ?, ?, ?, ?)").join(", ")}
       ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at`,
  );
  return (phone, facts) => {
    if (facts.length === 0) return;
    insert(facts.length).run(
      ...facts.flatMap(({ kind, what, number, at }) => [phone, kind, what, number, at]),
    );
  };
}
