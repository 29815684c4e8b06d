// What is looked up without being changed.
import type { Delivery, Lane, Message, State, Thread } from "../../bridge/message.ts";
import type { Job, ThreadQuery } from "../../bridge/ports/store.ts";
import { finding } from "./finding.ts";
import { readQuota } from "./quota.ts";
import { DELIVERY_COLUMNS, jobs, MESSAGE_COLUMNS, toDelivery, toJob, toMessage } from "./rows.ts";
import { LIMIT, type Prepare, type Row } from "./statement.ts";
import { DAY, NO_PORT } from "./tallies.ts";

/** Messages of a thread among which the last one written by a person is looked for. */
const LATELY = 50;

export interface Reads {
  cursor(gateway: string): string | undefined;
  thread(query: ThreadQuery): Thread | null;
  open(gateway: string, now: number, limit: number): readonly Job[];
  next(now: number): number | null;
  nextAsk(gateway: string): number | null;
  lastWritten(thread: number, via: string): Message | null;
  overdue(now: number, limit: number): readonly Job[];
  witness(gateway: string, before: number): Delivery | null;
  delivery(id: number): Job | null;
  deliveries(message: string): readonly Delivery[];
  message(id: string): Message | null;
  refs(thread: number, via: string, limit: number): readonly string[];
  sentBy(user: string, now: number): { readonly texts: number; readonly freesAt: number };
  usage(since: number): readonly { readonly lane: Lane; readonly texts: number }[];
  depth(): Readonly<Record<State, number>>;
}

export function reads(prepare: Prepare): Reads {
  const find = finding(prepare);
  const refs = prepare(`SELECT ref FROM ref WHERE thread = ? AND via = ? ORDER BY delivery DESC ${LIMIT}`);
  const sentBy = readQuota(prepare);
  const cursor = prepare("SELECT cursor FROM cursor WHERE gateway = ?");
  const openWhere = "delivery.stage >= 4 AND delivery.stage <= 7 AND due IS NOT NULL";
  const open = prepare(
    `${jobs(`delivery.gateway = ? AND ${openWhere} AND due <= ?`, "delivery_open")} ORDER BY due, delivery.id ${LIMIT}`,
  );
  const overdue = prepare(
    `${jobs("deadline IS NOT NULL AND deadline <= ?", "delivery_deadline")} ORDER BY deadline, delivery.id ${LIMIT}`,
  );
  const nextDeadline = prepare(
    "SELECT min(deadline) FROM delivery INDEXED BY delivery_deadline WHERE deadline IS NOT NULL AND deadline > ?",
  );
  const nextDelayed = prepare(
    "SELECT min(due) FROM delivery INDEXED BY delivery_wake WHERE stage = 1 AND due > ?",
  );
  const openFrom = `FROM delivery INDEXED BY delivery_open WHERE ${openWhere}`;
  const nextGateway = prepare(`SELECT gateway ${openFrom} AND gateway > ? ORDER BY gateway LIMIT 1`);
  const nextAsk = prepare(`SELECT min(due) ${openFrom} AND gateway = ?`);
  const lastWritten = prepare(
    `SELECT ${MESSAGE_COLUMNS} FROM message WHERE id IN (SELECT message FROM delivery WHERE thread = ? ORDER BY id DESC LIMIT ${LATELY})
     AND via = ? AND user IS NOT NULL ORDER BY id DESC LIMIT 1`,
  );
  const nextOpen = prepare(`SELECT min(due) ${openFrom} AND gateway = ? AND due > ?`);
  const witness = prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery INDEXED BY delivery_listed WHERE stage >= 7 AND stage <= 8 AND gateway = ? AND sent_at < ?
     ORDER BY sent_at DESC, id DESC LIMIT 1`,
  );
  const byId = prepare(jobs("delivery.id = ?"));
  const byMessage = prepare(`SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE message = ? ORDER BY id`);
  const message = prepare(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE id = ?`);
  const usage = prepare(
    "SELECT gateway, port, sum(texts) FROM usage WHERE day >= ? GROUP BY gateway, port ORDER BY gateway, port",
  );
  const depth = prepare("SELECT state, n FROM depth");

  const first = (row: Row | undefined): number[] => {
    const value = row?.[0];
    return typeof value === "number" ? [value] : [];
  };
  /** Earliest of the gateways' next questions; they are few. */
  const opens = (now: number): number[] => {
    const found: number[] = [];
    for (let at = nextGateway.one(""); at; at = nextGateway.one(at[0] as string))
      found.push(...first(nextOpen.one(at[0] as string, now)));
    return found;
  };

  return {
    cursor: (gateway) => cursor.one(gateway)?.[0] as string | undefined,
    thread: find,
    open: (gateway, now, limit) => open.all(gateway, now, limit).map((row) => toJob(row)),
    next(now) {
      const moments = [...first(nextDeadline.one(now)), ...first(nextDelayed.one(now)), ...opens(now)];
      return moments.length === 0 ? null : Math.min(...moments);
    },
    nextAsk: (gateway) => first(nextAsk.one(gateway))[0] ?? null,
    lastWritten(thread, via) {
      const row = lastWritten.one(thread, via);
      return row ? toMessage(row) : null;
    },
    overdue: (now, limit) => overdue.all(now, limit).map((row) => toJob(row)),
    witness(gateway, before) {
      const row = witness.one(gateway, before);
      return row ? toDelivery(row) : null;
    },
    delivery(id) {
      const row = byId.one(id);
      return row ? toJob(row) : null;
    },
    deliveries: (id) => byMessage.all(id).map((row) => toDelivery(row)),
    message(id) {
      const row = message.one(id);
      return row ? toMessage(row) : null;
    },
    refs(thread, via, limit) {
      const found = refs.all(thread, via, limit).map((row) => row[0] as string);
      return [...new Set(found)].toReversed();
    },
    sentBy,
    usage: (since) =>
      usage.all(Math.floor(since / DAY)).map((row) => ({
        lane: { gateway: row[0] as string, port: row[1] === NO_PORT ? null : (row[1] as number) },
        texts: row[2] as number,
      })),
    depth() {
      const found = new Map(depth.all().map((row) => [row[0], row[1] as number]));
      const of = (state: State): number => found.get(state) ?? 0;
      return {
        queued: of("queued"),
        sending: of("sending"),
        accepted: of("accepted"),
        sent: of("sent"),
        delivered: of("delivered"),
        unsure: of("unsure"),
        failed: of("failed"),
      };
    },
  };
}
