// Conversations, the last active first: all of them, or those of some people.
import { setImmediate } from "node:timers/promises";
import type { Archive, Conversation, Job } from "../../bridge/ports/archive.ts";
import { TEXT, takesPart } from "./conditions.ts";
import { FEW, MANY, type People } from "./people.ts";
import { jobs, THREAD_COLUMNS, toJob, toThread } from "./rows.ts";
import type { Read } from "./search.ts";
import { LIMIT, many, type Prepare, type Row } from "./statement.ts";

/** Conversations looked at in one go: some milliseconds. */
const SLICE = 1_000;
/** Conversations looked through for those of people who take part in many; then theirs are gathered instead, unless they are too many. */
const PATIENCE = 4_000;

/** Where a conversation stands among them. */
type Place = NonNullable<Parameters<Archive["conversations"]>[1]>;
const TOP: Place = { active: Number.MAX_SAFE_INTEGER, thread: Number.MAX_SAFE_INTEGER };

const toPlace = (row: Row): Place => ({ thread: row[0] as number, active: row[1] as number });

export function conversing(prepare: Prepare, read: Read, people: People): Archive["conversations"] {
  const order = `AND (active, id) < (?, ?) ORDER BY active DESC, id DESC ${LIMIT}`;
  const from = "FROM thread INDEXED BY thread_active WHERE active <= ?";
  const all = prepare(`SELECT id, active ${from} ${order}`);
  const marked = many(prepare, (count) => {
    const { sql } = takesPart(Array(count).fill(""), "thread.id");
    return `SELECT id, active, ${sql} ${from} ${order}`;
  });
  const among = prepare(
    `SELECT id, active FROM thread WHERE id IN (SELECT value FROM json_each(?)) ${order}`,
  );
  const load = prepare(`SELECT ${THREAD_COLUMNS} FROM thread WHERE id = ?`);
  const said = prepare(
    `SELECT id FROM delivery INDEXED BY delivery_thread WHERE thread = ? AND ${TEXT} ORDER BY id DESC LIMIT 1`,
  );
  const job = prepare(jobs("delivery.id = ?"));

  const lastOf = (thread: number): Job | null => {
    const id = said.one(thread)?.[0];
    const row = typeof id === "number" ? job.one(id) : undefined;
    return row ? toJob(row) : null;
  };
  const toConversation = ({ thread, active }: Place): readonly Conversation[] => {
    const row = load.one(thread);
    return row ? [{ thread: toThread(row), active, last: lastOf(thread) }] : [];
  };
  const gather = (threads: readonly number[], { active, thread }: Place, limit: number): readonly Place[] =>
    among.all(JSON.stringify(threads), active, thread, limit).map(toPlace);

  /** Through all conversations, for theirs. */
  const walk = async (who: readonly string[], before: Place, limit: number): Promise<readonly Place[]> => {
    const found: Place[] = [];
    let at = before;
    for (let seen = SLICE; ; seen += SLICE) {
      const { active, thread } = at;
      const rows = await read(() => marked(who.length).all(...who, active, active, thread, SLICE));
      found.push(...rows.filter((row) => row[2] === 1).map(toPlace));
      const end = rows.at(-1);
      if (found.length >= limit || !end || rows.length < SLICE) return found.slice(0, limit);
      at = toPlace(end);
      const rest = at;
      const theirs = seen === PATIENCE ? await read(() => people.all(who, MANY)) : null;
      if (theirs) return [...found, ...(await read(() => gather(theirs, rest, limit - found.length)))];
      await setImmediate();
    }
  };

  const find = async (
    who: readonly string[] | null,
    before: Place,
    limit: number,
  ): Promise<readonly Place[]> => {
    const { active, thread } = before;
    if (who === null) return read(() => all.all(active, active, thread, limit).map(toPlace));
    const few = await read(() => people.all(who, FEW));
    return few ? read(() => gather(few, before, limit)) : walk(who, before, limit);
  };

  return async (who, before, limit) => {
    const places = await find(who, before ?? TOP, limit);
    return read(() => places.flatMap(toConversation));
  };
}
