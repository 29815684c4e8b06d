// What a question about messages means in SQL: conditions on a delivery, and on the block that it lies in.
import type { MessageQuery } from "../../bridge/ports/store.ts";
import { MARK, SLOT } from "./blocks.ts";
import { PARTS } from "./part.ts";
import { STAGE, stagesOf } from "./rows.ts";
import type { Value } from "./statement.ts";

/** Characters of a text that is looked for. SQLite's patterns take 50,000 bytes (sqlite.org/limits.html); a letter of either case takes up to ten. */
const LONGEST = 1_000;

/** A condition, and what is bound in it. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Conditions that all hold. */
export const allOf = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => ` AND ${sql}`).join(""),
  values: conditions.flatMap(({ values }) => values),
});

export const PHONE = "(SELECT phone FROM thread WHERE thread.id = delivery.thread)";
const of = (column: string): string => `(SELECT ${column} FROM message WHERE message.id = delivery.message)`;
/** A phone wrote its message. */
const HEARD = `EXISTS (SELECT 1 FROM message WHERE message.id = delivery.message AND message.via IS NOT NULL AND message.user IS NULL
  AND message.address = ${PHONE})`;
const FIRST =
  "delivery.id = (SELECT min(other.id) FROM delivery AS other WHERE other.message = delivery.message)";
/** A text from or to a phone, each but once. */
export const TEXT = `(follows = 1 OR (${FIRST} AND ${HEARD}))`;
/** It waits, and may go through whatever its conversation goes through. */
const WAITS = `(delivery.gateway IS NULL AND stage <= ${STAGE.behind} AND follows = 1)`;

/** That one of `who` takes part in the conversation `thread` (SQL). */
export const takesPart = (who: readonly string[], thread: string): Condition => ({
  sql: `EXISTS (SELECT 1 FROM part WHERE block = ${thread} >> ${PARTS} AND what IN (${marksFor(who)}) AND part.thread = ${thread})`,
  values: who,
});

export const marksFor = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

/** All but the number: a search for one goes through its conversations. Null: nothing can be found. */
export function conditionsOf(query: MessageQuery): readonly Condition[] | null {
  const { state, text, who, gateway, since, until, way, phones } = query;
  const conditions: Condition[] = [];
  // "+": a search goes by ids.
  if (state !== undefined) conditions.push({ sql: "+stage BETWEEN ? AND ?", values: stagesOf(state) });
  if (way === "out") conditions.push({ sql: "follows = 1", values: [] });
  if (way === "in") conditions.push({ sql: `follows = 0 AND ${HEARD}`, values: [] });
  if (phones) conditions.push({ sql: TEXT, values: [] });
  if (gateway !== undefined)
    conditions.push({
      sql: `(delivery.gateway = ? OR (${WAITS} AND (SELECT gateway FROM thread WHERE thread.id = delivery.thread) = ?)
        OR (follows = 0 AND ${of("via")} = ? AND ${HEARD}))`,
      values: [gateway, gateway, gateway],
    });
  if (since !== undefined || until !== undefined)
    conditions.push({ sql: `${of("at")} BETWEEN ? AND ?`, values: [since ?? 0, until ?? EVER] });
  if (text !== undefined) {
    const pattern = patternOf(text);
    if (pattern === null) return null;
    conditions.push({ sql: `(text GLOB ? OR ${PHONE} GLOB ?)`, values: [pattern, pattern] });
  }
  if (who !== undefined) {
    if (who.length === 0) return null;
    conditions.push(takesPart(who, "delivery.thread"));
  }
  return conditions;
}

const EVER = Number.MAX_SAFE_INTEGER;

/** What must hold of a block, or nothing in it is found. */
export function blockConditionsOf({ state, gateway, since, until, way }: MessageQuery): readonly Condition[] {
  const conditions: Condition[] = [];
  const marked = "EXISTS (SELECT 1 FROM mark WHERE mark.block = block.id AND kind =";
  if (state !== undefined) conditions.push({ sql: `${state} > 0`, values: [] });
  if (way !== undefined) conditions.push({ sql: `${marked} ${MARK.way} AND what = ?)`, values: [way] });
  // What waits goes wherever its conversation goes: that is not marked.
  if (gateway !== undefined)
    conditions.push({ sql: `(queued > 0 OR ${marked} ${MARK.gateway} AND what = ?))`, values: [gateway] });
  if (since !== undefined || until !== undefined)
    conditions.push({
      sql: `${marked} ${MARK.slot} AND what BETWEEN ? AND ?)`,
      values: [Math.floor((since ?? 0) / SLOT), Math.floor((until ?? EVER) / SLOT)],
    });
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
