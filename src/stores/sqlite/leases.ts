// Who does what, and until when; and what a node that died had in its hands.
import type { Prepare } from "./statement.ts";

export interface Leases {
  take(name: string, node: string, until: number, now: number): boolean;
  recover(node: string, now: number): number;
}

export function leases(prepare: Prepare): Leases {
  const take = prepare(
    `INSERT INTO lease (name, node, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET node = excluded.node, until = excluded.until
     WHERE node = excluded.node OR until <= ?4`,
  );
  const recover = prepare(
    "UPDATE delivery INDEXED BY delivery_claimed SET deadline = min(coalesce(deadline, ?1), ?1) WHERE node = ?2 AND stage = 3",
  );
  return {
    take: (name, node, until, now) => take.run(name, node, until, now).changes === 1,
    recover: (node, now) => recover.run(now, node).changes,
  };
}
