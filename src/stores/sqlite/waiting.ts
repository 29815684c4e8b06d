// Since when the oldest delivery of each pool waits: for whoever watches the queue, so at a price that its length hardly changes.
import type { Waiting } from "../../bridge/ports/store.ts";
import type { Prepare, Row } from "./statement.ts";

export function waiting(prepare: Prepare): () => readonly Waiting[] {
  // From pool to pool and priority to priority, not from delivery to delivery.
  const from = "SELECT pool, priority, id FROM delivery INDEXED BY delivery_ready WHERE stage = 0";
  const order = "ORDER BY pool, priority, id LIMIT 1";
  const first = prepare(`${from} ${order}`);
  const next = prepare(`${from} AND (pool, priority) > (?, ?) ${order}`);
  // Those that are to be tried again, and those being sent, are few.
  const delayed = prepare(
    "SELECT pool, min(id) FROM delivery INDEXED BY delivery_delayed WHERE stage = 1 GROUP BY pool",
  );
  const sending = prepare(
    "SELECT pool, min(id) FROM delivery INDEXED BY delivery_claimed WHERE stage = 3 GROUP BY pool",
  );
  const accepted = prepare(
    "SELECT at FROM message WHERE id = (SELECT message FROM delivery WHERE delivery.id = ?)",
  );

  return () => {
    const oldest = new Map<string, number>();
    const seen = (pool: string, id: number): void => {
      oldest.set(pool, Math.min(id, oldest.get(pool) ?? id));
    };
    for (let row: Row | undefined = first.one(); row; row = next.one(row[0] as string, row[1] as number))
      seen(row[0] as string, row[2] as number);
    for (const [pool, id] of [...delayed.all(), ...sending.all()]) seen(pool as string, id as number);
    return [...oldest].flatMap(([pool, id]) => {
      const at = accepted.one(id)?.[0];
      return typeof at === "number" ? [{ pool, at }] : [];
    });
  };
}
