// Looking back: the steps of a delivery, and conversations, the last active first.
import { setImmediate } from "node:timers/promises";
import type { Thread } from "../../bridge/message.ts";
import type { Archive, Conversation, Job } from "../../bridge/ports/archive.ts";
import { TEXT } from "./conditions.ts";
import { stepsOf } from "./history.ts";
import { people } from "./people.ts";
import {
  DELIVERY_COLUMNS,
  DELIVERY_WIDTH,
  jobs,
  THREAD_COLUMNS,
  THREAD_WIDTH,
  toDelivery,
  toJob,
  toThread,
} from "./rows.ts";
import type { Read } from "./search.ts";
import { LIMIT, type Prepare, type Row } from "./statement.ts";

/** Conversations looked at in one go: some milliseconds. */
const SLICE = 1_000;
/** Conversations looked through for those of people who take part in many; then theirs are gathered instead. */
const PATIENCE = 10_000;

type Before = NonNullable<Parameters<Archive["conversations"]>[1]>;
const NOW: Before = { active: Number.MAX_SAFE_INTEGER, thread: Number.MAX_SAFE_INTEGER };

export function archives(prepare: Prepare, read: Read): Omit<Archive, "figures"> {
  const history = prepare(
    `SELECT ${DELIVERY_COLUMNS}, history, message.at FROM delivery CROSS JOIN message ON message.id = delivery.message WHERE delivery.id = ?`,
  );
  const said = prepare(
    `${jobs("delivery.thread = ? AND delivery.id < ?", "delivery_thread")} ORDER BY delivery.id DESC ${LIMIT}`,
  );
  const last = prepare(
    `SELECT id FROM delivery INDEXED BY delivery_thread WHERE thread = ? AND ${TEXT} ORDER BY id DESC LIMIT 1`,
  );
  const load = prepare(jobs("delivery.id = ?"));
  const columns = `SELECT ${THREAD_COLUMNS}, thread.active FROM thread`;
  const order = `AND (active, id) < (?, ?) ORDER BY active DESC, id DESC ${LIMIT}`;
  const active = prepare(`${columns} INDEXED BY thread_active WHERE active <= ? ${order}`);
  const gathered = prepare(`${columns} WHERE id IN (SELECT value FROM json_each(?)) ${order}`);
  const taking = people(prepare);

  const lastOf = (thread: Thread): Job | null => {
    const id = last.one(thread.id)?.[0];
    const row = typeof id === "number" ? load.one(id) : undefined;
    return row ? toJob(row) : null;
  };
  const activeOf = (row: Row): number => row[THREAD_WIDTH] as number;
  const conversationOf = (row: Row): Conversation => {
    const thread = toThread(row);
    return { thread, active: activeOf(row), last: lastOf(thread) };
  };
  const gather = (threads: readonly number[], before: Before, limit: number): readonly Row[] =>
    gathered.all(JSON.stringify(threads), before.active, before.thread, limit);

  /** Through all conversations, for those of some people. */
  const walk = async (who: readonly string[], before: Before, limit: number): Promise<readonly Row[]> => {
    const found: Row[] = [];
    let from: Before = before;
    for (let seen = 0; seen < PATIENCE; seen += SLICE) {
      const at = from;
      const rows = await read(() => active.all(at.active, at.active, at.thread, SLICE));
      const theirs = await read(() => rows.filter((row) => taking.takesPart(row[0] as number, who)));
      found.push(...theirs.slice(0, limit - found.length));
      const end = rows.at(-1);
      if (found.length >= limit || !end || rows.length < SLICE) return found;
      from = { active: activeOf(end), thread: end[0] as number };
      await setImmediate();
    }
    return read(() => gather(taking.all(who), before, limit));
  };

  const find = async (
    who: readonly string[] | null,
    before: Before,
    limit: number,
  ): Promise<readonly Row[]> => {
    if (who === null) return read(() => active.all(before.active, before.active, before.thread, limit));
    const few = await read(() => taking.few(who));
    return few ? read(() => gather(few, before, limit)) : walk(who, before, limit);
  };

  return {
    history: (delivery) =>
      read(() => {
        const row = history.one(delivery);
        if (!row) return [];
        const [steps, at] = row.slice(DELIVERY_WIDTH) as [string, number];
        return stepsOf(steps, toDelivery(row), at);
      }),
    async conversations(who, before, limit) {
      const rows = await find(who, before ?? NOW, limit);
      return read(() => rows.map(conversationOf));
    },
    conversation: (thread, before, limit) =>
      read(() => said.all(thread, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => toJob(row))),
    takesPart: (thread, who) => read(() => taking.takesPart(thread, who)),
  };
}
