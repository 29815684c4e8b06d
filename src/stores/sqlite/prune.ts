// Forgets what is finished and old, in small steps, within a transaction that is already open.
import { DELIVERY_COLUMNS, toDelivery } from "./rows.ts";
import type { Prepare } from "./statement.ts";
import { DAY, type Tallies } from "./tallies.ts";

const HOUR = 3_600_000;
/** A gateway that begins its ids anew may show texts again that are this old: until then they are known as taken. Longer than any retention. */
const SEEN = 400 * DAY;
/** Figures by the day are kept as long, beyond what is asked for. */
const USAGE = 400 * DAY;
/** Hours of the quota that count: more than a day. */
const QUOTA = 48 * HOUR;

/** Deletes finished messages older than `before`, at most `limit`; returns how many. */
export type Prune = (before: number, limit: number) => number;

export function pruning(prepare: Prepare, tallies: Tallies): Prune {
  const unfinished = "stage < 5 OR (stage < 8 AND (due IS NOT NULL OR deadline IS NOT NULL))";
  const old = prepare(
    `SELECT id, via FROM message INDEXED BY message_at WHERE at < ?
     AND NOT EXISTS (SELECT 1 FROM delivery WHERE message = message.id AND (${unfinished})) ORDER BY at LIMIT ?`,
  );
  const deliveries = prepare(`SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE message = ?`);
  const dropRef = prepare("DELETE FROM ref WHERE thread = ? AND via = ? AND delivery = ?");
  const dropDelivery = prepare("DELETE FROM delivery WHERE id = ?");
  const dropMessage = prepare("DELETE FROM message WHERE id = ?");
  const alive = prepare("SELECT 1 FROM delivery INDEXED BY delivery_thread WHERE thread = ? LIMIT 1");
  const dropMembers = prepare(
    "DELETE FROM member WHERE phone = (SELECT phone FROM thread WHERE id = ?1) AND thread = ?1",
  );
  const dropRefs = prepare("DELETE FROM ref WHERE thread = ?");
  const dropThread = prepare("DELETE FROM thread WHERE id = ?");
  const dropSeen = prepare(
    "DELETE FROM seen WHERE (gateway, print) IN (SELECT gateway, print FROM seen WHERE at < ? LIMIT ?)",
  );
  const dropUsage = prepare("DELETE FROM usage WHERE day < ?");
  const dropQuota = prepare("DELETE FROM quota WHERE hour < ?");

  return (before, limit) => {
    const messages = old.all(before, limit);
    const threads = new Set<number>();
    for (const [id, via] of messages) {
      for (const row of deliveries.all(id as string)) {
        const delivery = toDelivery(row);
        threads.add(delivery.thread);
        dropRef.run(delivery.thread, delivery.to.via, delivery.id);
        if (typeof via === "string") dropRef.run(delivery.thread, via, delivery.id);
        dropDelivery.run(delivery.id);
        tallies.gone(delivery.state);
      }
      dropMessage.run(id as string);
    }
    for (const thread of threads) {
      if (alive.one(thread)) continue;
      dropMembers.run(thread);
      dropRefs.run(thread);
      dropThread.run(thread);
    }
    dropSeen.run(before - SEEN, limit);
    dropUsage.run(Math.floor((before - USAGE) / DAY));
    dropQuota.run(Math.floor((before - QUOTA) / HOUR));
    return messages.length;
  };
}
