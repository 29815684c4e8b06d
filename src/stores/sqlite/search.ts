// Looks deliveries up by whatever is known of them: piece by piece, so that nothing else waits long for it.
import { setImmediate } from "node:timers/promises";
import { type Job, type MessageQuery, SEARCH_DEPTH } from "../../bridge/ports/store.ts";
import { allOf, conditionsOf } from "./conditions.ts";
import { KIND } from "./known.ts";
import { FEW, MANY, people } from "./people.ts";
import { type Bounds, byBlocks, byFailure, byThreads, type Look, SLICE } from "./pieces.ts";
import { jobs, toJob } from "./rows.ts";
import type { Prepare, Row, Statement } from "./statement.ts";

/** Deliveries looked through for those of people with many conversations; then these are gathered instead, unless they are too many. */
const PATIENCE = 10_000;

/** Runs one look-up; its failures become rejections in the operator's words. */
export type Read = <T>(work: () => T) => Promise<T>;

export function searching(prepare: Prepare, read: Read): (query: MessageQuery) => Promise<readonly Job[]> {
  const oldest = prepare("SELECT min(id) FROM delivery");
  const newest = prepare("SELECT max(id) FROM delivery");
  const load = prepare(jobs("delivery.id = ?"));
  const ofNumber = prepare(`SELECT number FROM known WHERE phone = ? AND kind = ${KIND.sim}`);
  const taking = people(prepare);
  // Few: one for each kind of question.
  const prepared = new Map<string, Statement>();
  const known = (sql: string): Statement => {
    const statement = prepared.get(sql) ?? prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };

  const boundsOf = ({ text, before, after }: MessageQuery): Bounds => {
    const first = (oldest.one()?.[0] as number | null | undefined) ?? 0;
    const last = (newest.one()?.[0] as number | null | undefined) ?? -1;
    const depth = text === undefined ? 0 : last - SEARCH_DEPTH + 1;
    return { from: Math.max(first, depth, (after ?? 0) + 1), to: Math.min(last, (before ?? last + 1) - 1) };
  };
  const threadsOf = ({ number, who }: MessageQuery): readonly number[] | null => {
    if (number !== undefined) return ofNumber.all(number).map((row) => row[0] as number);
    return who === undefined ? null : taking.all(who, FEW);
  };

  return async (query) => {
    const conditions = conditionsOf(query);
    if (conditions === null) return [];
    const where = allOf(conditions);
    let patience = Infinity;
    let look = await read((): Look => {
      const threads = threadsOf(query);
      if (threads) return byThreads(known, query, where, threads);
      const ever = query.since === undefined && query.until === undefined;
      if (query.state === "failed" && ever) return byFailure(known, query, where);
      if (query.who !== undefined) patience = PATIENCE;
      return byBlocks(known, query, where);
    });
    let bounds: Bounds | null = await read(() => boundsOf(query));
    const found: Job[] = [];
    while (bounds && bounds.from <= bounds.to) {
      const at: Bounds = bounds;
      const through: Look = look;
      const { rows, rest }: { rows: readonly Row[]; rest: Bounds | null } = await read(() => {
        const piece = through(at, query.limit - found.length);
        return { rows: piece.found.flatMap((id) => [load.one(id) ?? []]), rest: piece.rest };
      });
      found.push(...rows.map((row) => toJob(row)));
      if (found.length >= query.limit) break;
      bounds = rest;
      patience -= SLICE;
      if (patience <= 0) {
        patience = Infinity;
        const theirs = await read(() => taking.all(query.who ?? [], MANY));
        if (theirs) look = byThreads(known, query, where, theirs);
      }
      await setImmediate();
    }
    return found;
  };
}
