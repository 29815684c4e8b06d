// Forgets what is finished and old, in small steps, within a transaction that is already open.
import type { Delivery } from "../../bridge/message.ts";
import { KIND } from "./known.ts";
import { PARTS } from "./part.ts";
import { DELIVERY_COLUMNS, DELIVERY_WIDTH, toDelivery } from "./rows.ts";
import { LIMIT, type Prepare } from "./statement.ts";
import { DAY, type Tallies } from "./tallies.ts";

const HOUR = 3_600_000;
/** Messages looked at in one step, for each that may be deleted. */
const LOOK = 4;
/** A gateway that begins its ids anew may show texts again that are this old: until then they are known as taken. Longer than any retention. */
const SEEN = 400 * DAY;
/** Figures by the day are kept as long, beyond what is asked for. */
const USAGE = 400 * DAY;
/** And those by the hour. */
const FIGURES = 400 * DAY;
/** Hours of the quota that count: more than a day. */
const QUOTA = 48 * HOUR;

/** Deletes finished messages older than `before`, at most `limit`; returns how many. */
export type Prune = (before: number, limit: number) => number;

export function pruning(prepare: Prepare, tallies: Tallies): Prune {
  const unfinished = "stage < 5 OR (stage < 8 AND (due IS NOT NULL OR deadline IS NOT NULL))";
  // Ids sort by time. The next step goes on where this one ended, so that old messages that are not finished are not looked at every time.
  const oldest = prepare(`SELECT id, at, via FROM message WHERE id > ? ORDER BY id ${LIMIT}`);
  let from = "";
  const finished = prepare(
    `SELECT NOT EXISTS (SELECT 1 FROM delivery WHERE message = ? AND (${unfinished}))`,
  );
  const deliveries = prepare(
    `SELECT ${DELIVERY_COLUMNS}, once, phone FROM delivery CROSS JOIN thread ON thread.id = delivery.thread WHERE message = ?`,
  );
  const dropRef = prepare("DELETE FROM ref WHERE thread = ? AND via = ? AND delivery = ? RETURNING ref");
  const stillSaid = prepare("SELECT 1 FROM ref WHERE thread = ? AND ref = ? LIMIT 1");
  const dropFact = prepare("DELETE FROM known WHERE phone = ? AND kind = ? AND what = ? AND number = ?");
  const dropDelivery = prepare("DELETE FROM delivery WHERE id = ?");
  const dropMessage = prepare("DELETE FROM message WHERE id = ?");
  const alive = prepare("SELECT 1 FROM delivery INDEXED BY delivery_thread WHERE thread = ? LIMIT 1");
  const dropFacts = prepare(
    `DELETE FROM known WHERE phone = (SELECT phone FROM thread WHERE id = ?1) AND kind <> ${KIND.once} AND number = ?1`,
  );
  const dropPart = prepare(`DELETE FROM part WHERE block = ?1 >> ${PARTS} AND thread = ?1`);
  const dropRefs = prepare("DELETE FROM ref WHERE thread = ?");
  const dropThread = prepare("DELETE FROM thread WHERE id = ?");
  const dropSeen = prepare(
    `DELETE FROM seen WHERE (gateway, print) IN (SELECT gateway, print FROM seen WHERE at < ? ${LIMIT})`,
  );
  const dropUsage = prepare("DELETE FROM usage WHERE day < ?");
  const dropFigures = prepare("DELETE FROM figures WHERE hour < ?");
  const dropQuota = prepare("DELETE FROM quota WHERE hour < ?");

  /** Forgets the upstream id that came with a delivery, unless another one came with the same. */
  const forgetRef = (delivery: Delivery, via: string, phone: string): void => {
    const ref = dropRef.one(delivery.thread, via, delivery.id)?.[0];
    if (typeof ref !== "string" || stillSaid.one(delivery.thread, ref)) return;
    dropFact.run(phone, KIND.ref, ref, delivery.thread);
  };

  /** Deletes a message's deliveries; returns their threads. */
  const dropDeliveries = (id: string, via: string | null): readonly number[] =>
    deliveries.all(id).map((row) => {
      const delivery = toDelivery(row);
      const [once, phone] = row.slice(DELIVERY_WIDTH) as [string | null, string];
      forgetRef(delivery, delivery.to.via, phone);
      if (via !== null) forgetRef(delivery, via, phone);
      if (once !== null) dropFact.run(phone, KIND.once, once, delivery.id);
      dropDelivery.run(delivery.id);
      tallies.gone(delivery);
      return delivery.thread;
    });

  return (before, limit) => {
    const threads = new Set<number>();
    const rows = oldest.all(from, limit * LOOK);
    let dropped = 0;
    let last = "";
    for (const row of rows) {
      if (dropped === limit || (row[1] as number) >= before) break;
      last = row[0] as string;
      if (finished.one(last)?.[0] !== 1) continue;
      for (const thread of dropDeliveries(last, row[2] as string | null)) threads.add(thread);
      dropMessage.run(last);
      dropped++;
    }
    // To the end: from the beginning again next time.
    from = rows.at(-1)?.[0] === last || dropped === limit ? last : "";
    for (const thread of threads) {
      if (alive.one(thread)) continue;
      dropFacts.run(thread);
      dropPart.run(thread);
      dropRefs.run(thread);
      dropThread.run(thread);
    }
    dropSeen.run(before - SEEN, limit);
    dropUsage.run(Math.floor((before - USAGE) / DAY));
    dropFigures.run(Math.floor((before - FIGURES) / HOUR));
    dropQuota.run(Math.floor((before - QUOTA) / HOUR));
    return dropped;
  };
}
