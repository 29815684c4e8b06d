// The ways through the deliveries for a search, each piece by piece: block by block, through some conversations, or through what failed.
import type { MessageQuery } from "../../bridge/ports/store.ts";
import { BLOCK } from "./blocks.ts";
import { allOf, blockConditionsOf, type Condition } from "./conditions.ts";
import { STAGE } from "./rows.ts";
import { LIMIT, type Statement } from "./statement.ts";

/** Blocks that are looked at in one go, and deliveries: some milliseconds. */
const BLOCKS = 8;
export const SLICE = BLOCKS << BLOCK;
const WIDTH = 1 << BLOCK;
/** Deliveries of several conversations that are sorted in one go. */
const GATHERED = 50_000;

/** The ids that are looked through, both included. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** Ids that were found, in order; and what is still to be looked through, null: nothing. */
export interface Piece {
  readonly found: readonly number[];
  readonly rest: Bounds | null;
}

/** Looks at one piece, for `left` deliveries at most. */
export type Look = (bounds: Bounds, left: number) => Piece;

/** Prepares a statement, or knows it. */
type Known = (sql: string) => Statement;

const numbers = (statement: Statement, ...values: (string | number | null)[]): readonly number[] =>
  statement.all(...values).map((row) => row[0] as number);

const orderOf = ({ oldest }: MessageQuery): string => (oldest ? "ASC" : "DESC");

/** What lies behind the delivery `last`. */
const behind = ({ from, to }: Bounds, last: number, { oldest }: MessageQuery): Bounds =>
  oldest ? { from: last + 1, to } : { from, to: last - 1 };

/** From block to block, over those that may hold something. */
export function byBlocks(known: Known, query: MessageQuery, where: Condition): Look {
  const order = orderOf(query);
  const some = allOf(blockConditionsOf(query));
  const blocks = known(
    `SELECT id FROM block WHERE id BETWEEN ? AND ?${some.sql} ORDER BY id ${order} LIMIT ${BLOCKS}`,
  );
  const ids = known(
    `SELECT id FROM delivery WHERE id BETWEEN ? AND ?${where.sql} ORDER BY id ${order} ${LIMIT}`,
  );
  return (bounds, left) => {
    const { from, to } = bounds;
    const here = numbers(blocks, from >> BLOCK, to >> BLOCK, ...some.values);
    const found: number[] = [];
    for (const { first, last } of runsOf(here)) {
      const [low, high] = [Math.max(from, first * WIDTH), Math.min(to, (last + 1) * WIDTH - 1)];
      found.push(...numbers(ids, low, high, ...where.values, left - found.length));
      if (found.length === left) break;
    }
    const end = here.at(-1);
    if (end === undefined || here.length < BLOCKS) return { found, rest: null };
    return { found, rest: behind(bounds, query.oldest ? (end + 1) * WIDTH - 1 : end * WIDTH, query) };
  };
}

/** Blocks side by side in one: `blocks` in either order. */
function runsOf(blocks: readonly number[]): readonly { readonly first: number; readonly last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const block of blocks) {
    const run = runs.at(-1);
    if (run?.first === block + 1) run.first = block;
    else if (run?.last === block - 1) run.last = block;
    else runs.push({ first: block, last: block });
  }
  return runs;
}

/** Candidates within `bounds`, some of the next ones in order. */
type Candidates = (bounds: Bounds) => readonly number[];

/** Through some candidates. */
function among(known: Known, query: MessageQuery, where: Condition, candidates: Candidates): Look {
  const ids = known(
    `SELECT id FROM delivery WHERE id IN (SELECT value FROM json_each(?))${where.sql} ORDER BY id ${orderOf(query)} ${LIMIT}`,
  );
  return (bounds, left) => {
    const all = candidates(bounds);
    const last = all.at(-1);
    if (last === undefined) return { found: [], rest: null };
    const found =
      where.sql === "" ? all.slice(0, left) : numbers(ids, JSON.stringify(all), ...where.values, left);
    return { found, rest: behind(bounds, last, query) };
  };
}

/** Through the deliveries of one conversation: they lie in order. */
function byThread(known: Known, query: MessageQuery, where: Condition, thread: number): Look {
  const next = known(
    `SELECT id FROM delivery INDEXED BY delivery_thread WHERE thread = ? AND id BETWEEN ? AND ? ORDER BY id ${orderOf(query)} LIMIT ${SLICE}`,
  );
  return among(known, query, where, ({ from, to }) => numbers(next, thread, from, to));
}

/** Through those of several, which must be sorted: many at once, as that costs the same as few. */
export function byThreads(
  known: Known,
  query: MessageQuery,
  where: Condition,
  threads: readonly number[],
): Look {
  const [only] = threads;
  if (threads.length === 1 && only !== undefined) return byThread(known, query, where, only);
  const gather = known(
    `SELECT id FROM delivery INDEXED BY delivery_thread WHERE thread IN (SELECT value FROM json_each(?)) AND id BETWEEN ? AND ?
     ORDER BY id ${orderOf(query)} LIMIT ${GATHERED}`,
  );
  const list = JSON.stringify(threads);
  let sorted: readonly number[] = [];
  let used = 0;
  return among(known, query, where, ({ from, to }) => {
    if (used === sorted.length) [sorted, used] = [numbers(gather, list, from, to), 0];
    const next = sorted.slice(used, used + SLICE);
    used += next.length;
    return next;
  });
}

/** Through those that failed. */
export function byFailure(known: Known, query: MessageQuery, where: Condition): Look {
  const next = known(
    `SELECT id FROM delivery INDEXED BY delivery_failed WHERE stage = ${STAGE.failed} AND id BETWEEN ? AND ? ORDER BY id ${orderOf(query)} LIMIT ${SLICE}`,
  );
  return among(known, query, where, ({ from, to }) => numbers(next, from, to));
}
