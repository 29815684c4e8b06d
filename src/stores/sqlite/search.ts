// Looks the newest deliveries through for a text or for people's conversations: slice by slice, so that nothing else waits long for it.
import { setImmediate } from "node:timers/promises";
import { type Job, type MessageQuery, SEARCH_DEPTH } from "../../bridge/ports/store.ts";
import { KIND } from "./known.ts";
import { jobs, stagesOf, toJob } from "./rows.ts";
import { LIMIT, type Prepare, type Statement, type Value } from "./statement.ts";

/** Deliveries looked at in one go: some milliseconds. */
const SLICE = 2_000;
/** Characters of a text that is looked for. SQLite's patterns take 50,000 bytes (sqlite.org/limits.html); a letter of either case takes up to ten. */
const LONGEST = 1_000;

/** Runs one look-up; its failures become rejections in the operator's words. */
type Read = <T>(work: () => T) => Promise<T>;

/** A condition, and what is bound in it. */
interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

export function searching(prepare: Prepare, read: Read): (query: MessageQuery) => Promise<readonly Job[]> {
  const newest = prepare("SELECT max(id) FROM delivery");
  // Few: one for each kind of question.
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = prepared.get(sql) ?? prepare(sql);
    prepared.set(sql, known);
    return known;
  };

  return async (query) => {
    const conditions = conditionsOf(query);
    if (conditions === null) return [];
    const index = query.number === undefined ? "" : "INDEXED BY delivery_thread";
    const where = conditions.map(({ sql }) => ` AND ${sql}`).join("");
    const values = conditions.flatMap((condition) => condition.values);
    const look = await read(() =>
      statement(
        `${jobs(
          `delivery.id IN (SELECT id FROM delivery ${index} WHERE id > ? AND id <= ?${where} ORDER BY id DESC ${LIMIT})`,
        )} ORDER BY delivery.id DESC`,
      ),
    );
    const found: Job[] = [];
    const top = (await read(() => newest.one()?.[0] as number | null | undefined)) ?? 0;
    const bottom = Math.max(0, top - SEARCH_DEPTH);
    for (let to = top; to > bottom && found.length < query.limit; to -= SLICE) {
      const from = Math.max(bottom, to - SLICE);
      const rows = await read(() => look.all(from, to, ...values, query.limit - found.length));
      found.push(...rows.map((row) => toJob(row)));
      await setImmediate();
    }
    return found;
  };
}

/** Null: nothing can be found. */
function conditionsOf({ number, state, text, who }: MessageQuery): readonly Condition[] | null {
  const conditions: Condition[] = [];
  if (state !== undefined) conditions.push({ sql: "+stage BETWEEN ? AND ?", values: stagesOf(state) });
  const phone = "(SELECT phone FROM thread WHERE thread.id = delivery.thread)";
  if (number !== undefined)
    conditions.push({
      sql: `thread IN (SELECT number FROM known WHERE phone = ? AND kind = ${KIND.sim})`,
      values: [number],
    });
  if (text !== undefined) {
    const pattern = patternOf(text);
    if (pattern === null) return null;
    conditions.push({ sql: `(text GLOB ? OR ${phone} GLOB ?)`, values: [pattern, pattern] });
  }
  if (who !== undefined) {
    if (who.length === 0) return null;
    const names = Array(who.length).fill("?").join(", ");
    conditions.push({
      sql: `EXISTS (SELECT 1 FROM known WHERE phone = ${phone} AND kind = ${KIND.person} AND what IN (${names}) AND number = delivery.thread)`,
      values: who,
    });
  }
  return conditions;
}

/**
 * The GLOB pattern (sqlite.org/lang_expr.html#glob) of what holds `text` somewhere, with letters of either case: LIKE knows the cases of ASCII only.
 * Null: nothing can hold it.
 */
function patternOf(text: string): string | null {
  const chars = Array.from(text.toWellFormed());
  // SQLite takes U+0000 for the end of a pattern.
  if (chars.length > LONGEST || chars.includes("\0")) return null;
  return `*${chars.map(either).join("")}*`;
}

/** A character in a pattern, in both its cases. */
function either(char: string): string {
  if ("*?[".includes(char)) return `[${char}]`;
  const cases = [char, char.toLowerCase(), char.toUpperCase()].filter((one) => Array.from(one).length === 1);
  const different = [...new Set(cases)];
  return different.length === 1 ? char : `[${different.join("")}]`;
}
