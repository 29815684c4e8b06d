// What endpoints keep for themselves: updates until they are handled, their numbers for some days longer, and notes by name.
import type { Note, Update } from "../../bridge/ports/ledger.ts";
import { LIMIT, type Prepare } from "./statement.ts";
import { DAY } from "./tallies.ts";

/** Numbers of handled updates are known for this long. Telegram gives an update again for 24 hours, and may begin its numbers anew after a week. */
const KNOWN = 3 * DAY;
/** Numbers forgotten for each update that is kept: more than one, so that they never pile up. */
const FORGET = 2;

export interface Books {
  keepUpdates(via: string, updates: readonly Update[]): void;
  updates(via: string, limit: number): readonly Update[];
  handled(via: string, n: number): void;
  /** Forgets numbers of updates that were handled and came long before the newest one, at most `limit`. */
  forget(limit: number): void;
  note(via: string, notes: readonly { readonly key: string; readonly value: string | null }[]): void;
  notes(via: string, prefix: string): readonly Note[];
}

export function books(prepare: Prepare): Books {
  const outlived = prepare("DELETE FROM told WHERE via = ? AND n = ? AND body IS NULL AND at <= ?");
  const keep = prepare("INSERT INTO told (via, n, body, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const waiting = prepare(
    `SELECT n, body, at FROM told INDEXED BY told_waiting WHERE via = ? AND body IS NOT NULL ORDER BY place ${LIMIT}`,
  );
  const handle = prepare("UPDATE told SET body = NULL WHERE via = ? AND n = ? AND body IS NOT NULL");
  const forget = prepare(
    `DELETE FROM told WHERE place IN (SELECT place FROM told INDEXED BY told_handled
     WHERE body IS NULL AND at <= (SELECT at FROM told ORDER BY place DESC LIMIT 1) - ${KNOWN} ORDER BY at ${LIMIT})`,
  );
  const write = prepare(
    "INSERT INTO note (via, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const drop = prepare("DELETE FROM note WHERE via = ? AND key = ?");
  // Every text sorts before any blob.
  const find = prepare(
    "SELECT key, value FROM note WHERE via = ? AND key >= ? AND key < coalesce(?, x'') ORDER BY key",
  );

  return {
    keepUpdates(via, updates) {
      for (const { n, body, at } of updates) {
        outlived.run(via, n, at - KNOWN);
        keep.run(via, n, body, at);
      }
      forget.run(updates.length * FORGET);
    },
    updates: (via, limit) =>
      waiting.all(via, limit).map((row) => ({
        n: row[0] as number,
        body: row[1] as string,
        at: row[2] as number,
      })),
    handled: (via, n) => void handle.run(via, n),
    forget: (limit) => void forget.run(limit),
    note(via, notes) {
      for (const { key, value } of notes) {
        if (value === null) drop.run(via, key);
        else write.run(via, key, value);
      }
    },
    notes: (via, prefix) =>
      find
        .all(via, prefix, beyond(prefix))
        .map((row) => ({ key: row[0] as string, value: row[1] as string })),
  };
}

/** What sorts right behind all that begins with `prefix`; null: nothing does. Text sorts by its UTF-8 bytes, which is by code point. */
function beyond(prefix: string): string | null {
  const points = Array.from(prefix.toWellFormed(), (char) => char.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  // Surrogates are no characters of their own.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
