// Claims work: per pool, by priority, then age, with the followers of a line where they may leave together.
import { advance, type Lane } from "../../bridge/message.ts";
import type { ClaimQuery, Job } from "../../bridge/ports/store.ts";
import { APPEND, stepOf } from "./history.ts";
import { hasSim, type Lines } from "./lines.ts";
import { jobs, LINE_AT, toJob } from "./rows.ts";
import { LIMIT, type Prepare, type Row } from "./statement.ts";
import type { Tallies } from "./tallies.ts";

/** Delayed deliveries of one pool that a claim wakes at most. */
const WAKE = 1_000;

export interface Claims {
  /** Whether `claim` would find anything: to be asked before a transaction is begun for it. */
  any(query: ClaimQuery): boolean;
  claim(query: ClaimQuery): readonly Job[];
}

interface Head {
  readonly priority: number;
  readonly id: number;
}

const earlier = (a: Head, b: Head): number => a.priority - b.priority || a.id - b.id;

export function claims(prepare: Prepare, lines: Lines, tallies: Tallies): Claims {
  // One statement for all pools: a gateway has one for each of its SIMs, and hardly any holds something.
  const stocked = prepare(
    `SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_ready WHERE stage = 0 AND pool = value)
     OR EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_delayed WHERE stage = 1 AND pool = value AND due <= ?2)`,
  );
  const delayed = "FROM delivery INDEXED BY delivery_delayed WHERE stage = 1 AND pool = ? AND due <= ?";
  const due = prepare(`SELECT 1 ${delayed} LIMIT 1`);
  const wake = prepare(
    `UPDATE delivery SET stage = 0 WHERE id IN (SELECT id ${delayed} ORDER BY due LIMIT ${WAKE})`,
  );
  const ready = prepare(
    `SELECT priority, id FROM delivery INDEXED BY delivery_ready WHERE stage = 0 AND pool = ? ORDER BY priority, id ${LIMIT}`,
  );
  const load = prepare(jobs("delivery.id = ?"));
  const follower = prepare(
    `${jobs(
      "line = ? AND stage <= 5 AND stage = 2 AND (priority, delivery.id) > (?, ?)",
      "delivery_line",
    )} ORDER BY priority, delivery.id LIMIT 1`,
  );
  const take = prepare(
    `UPDATE delivery SET stage = 3, attempts = ?, due = NULL, deadline = ?, sent_at = ?, gateway = ?, port = ?, node = ?, ${APPEND} WHERE id = ?`,
  );

  const poolsWithWork = ({ pools, now }: ClaimQuery): ReadonlySet<unknown> =>
    new Set(stocked.all(JSON.stringify(pools.map(({ pool }) => pool)), now).map(([pool]) => pool));

  /** The SIM that the sending gateway is about to use, as far as it is known. */
  const laneFor = (job: Job, gateway: string | null): Lane | null => {
    const own = job.delivery.lane;
    if (gateway === null || (own?.gateway === gateway && own.port !== null)) return own;
    return job.thread.lane?.gateway === gateway ? job.thread.lane : { gateway, port: null };
  };

  const start = (job: Job, query: ClaimQuery): Job => {
    const lane = laneFor(job, query.gateway);
    const delivery = advance(job.delivery, {
      state: "sending",
      attempts: job.delivery.attempts + 1,
      due: null,
      deadline: query.lease,
      sentAt: query.now,
      ...(lane ? { lane } : {}),
    });
    take.run(
      delivery.attempts,
      delivery.deadline,
      delivery.sentAt,
      lane?.gateway ?? null,
      lane?.port ?? null,
      query.node,
      stepOf(query.now, delivery),
      delivery.id,
    );
    tallies.moved(job.delivery, delivery);
    return { ...job, delivery };
  };

  /** The one behind `row` in its line, if it may leave together with it. */
  const next = (row: Row, now: number): Row | undefined => {
    const line = row[LINE_AT] as string | null;
    if (line === null) return undefined;
    const head = toJob(row);
    const found = follower.one(line, head.delivery.priority, head.delivery.id);
    if (!found || found[LINE_AT - 1] !== row[LINE_AT - 1]) return undefined;
    const { delivery, thread } = toJob(found);
    if (delivery.thread !== head.delivery.thread || (delivery.due !== null && delivery.due > now))
      return undefined;
    const place = {
      line,
      thread: thread.id,
      sim: hasSim(thread),
      priority: delivery.priority,
      id: delivery.id,
    };
    return lines.blocked(place) ? undefined : found;
  };

  return {
    any: (query) => poolsWithWork(query).size > 0,
    claim(query) {
      const heads: Head[] = [];
      const room = new Map<string, number>();
      const some = poolsWithWork(query);
      for (const { pool, max } of query.pools) {
        if (room.has(pool) || !some.has(pool)) continue;
        room.set(pool, max);
        if (due.one(pool, query.now)) wake.run(pool, query.now);
        for (const row of ready.all(pool, Math.min(max, query.limit)))
          heads.push({ priority: row[0] as number, id: row[1] as number });
      }
      heads.sort(earlier);
      const followers: { readonly head: Head; readonly row: Row; readonly run: number }[] = [];
      const claimed: Job[] = [];
      for (let at = 0; claimed.length < query.limit; ) {
        const head = heads[at];
        followers.sort((a, b) => earlier(a.head, b.head));
        const after = followers[0];
        if (!head && !after) break;
        const behind = after && (!head || earlier(after.head, head) < 0) ? followers.shift() : undefined;
        if (!behind) at++;
        const row = behind?.row ?? load.one(head?.id ?? 0);
        if (!row) continue;
        const pool = row[LINE_AT - 1] as string;
        const left = room.get(pool) ?? 0;
        if (left === 0) continue;
        room.set(pool, left - 1);
        const run = behind ? behind.run + 1 : 1;
        const together = run < query.run ? next(row, query.now) : undefined;
        const job = start(toJob(row), query);
        claimed.push(job);
        if (together) {
          const { delivery } = toJob(together);
          followers.push({ head: { priority: delivery.priority, id: delivery.id }, row: together, run });
        }
      }
      return claimed;
    },
  };
}
