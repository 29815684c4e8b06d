// How many texts each user sent, by the hour, and when more are allowed.
import type { Prepare } from "./statement.ts";

const HOUR = 3_600_000;
/** Hours that may hold a text of the last 24 hours: the one under way and 24 before it. */
const WINDOW = 25;

export interface Quota {
  /** Texts of `user` in the last 24 hours, and when the oldest hour of them falls out (`now` if there are none). */
  used(user: string, now: number): { readonly texts: number; readonly freesAt: number };
  /** When `texts` more are allowed at `perDay`; null: now. */
  freesAt(user: string, now: number, texts: number, perDay: number): number | null;
  add(user: string, now: number, texts: number): void;
}

export function quota(prepare: Prepare): Quota {
  const hours = prepare("SELECT hour, texts FROM quota WHERE user = ? AND hour > ? ORDER BY hour");
  const raise = prepare(
    "INSERT INTO quota (user, hour, texts) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET texts = texts + excluded.texts",
  );
  const hourOf = (at: number): number => Math.floor(at / HOUR);
  const falls = (hour: number): number => (hour + WINDOW) * HOUR;
  const load = (user: string, now: number): readonly { readonly hour: number; readonly texts: number }[] =>
    hours.all(user, hourOf(now) - WINDOW).map((row) => ({ hour: row[0] as number, texts: row[1] as number }));
  const sum = (rows: readonly { readonly texts: number }[]): number =>
    rows.reduce((total, { texts }) => total + texts, 0);

  return {
    used(user, now) {
      const rows = load(user, now);
      const oldest = rows.find(({ texts }) => texts > 0);
      return { texts: sum(rows), freesAt: oldest ? falls(oldest.hour) : now };
    },
    freesAt(user, now, texts, perDay) {
      const rows = load(user, now);
      let over = sum(rows) + texts - perDay;
      if (over <= 0) return null;
      let at = now;
      for (const row of rows) {
        if (over <= 0) break;
        over -= row.texts;
        at = falls(row.hour);
      }
      return at;
    },
    add(user, now, texts) {
      if (texts > 0) raise.run(user, hourOf(now), texts);
    },
  };
}
