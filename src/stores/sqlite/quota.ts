// How many texts each user sent, by the hour, and when more are allowed. What a transaction counts is summed up in memory and written at its end.
import type { Prepare } from "./statement.ts";

const HOUR = 3_600_000;
/** Hours that may hold a text of the last 24 hours: the one under way and 24 before it. */
const WINDOW = 25;

/** Texts of the last 24 hours, and when the oldest hour of them falls out, UTC milliseconds (now if there are none). */
export interface Used {
  readonly texts: number;
  readonly freesAt: number;
}

interface Count {
  readonly user: string;
  readonly hour: number;
  texts: number;
}

export interface Quota {
  /** When `texts` more are allowed at `perDay`; null: now. */
  freesAt(user: string, now: number, texts: number, perDay: number): number | null;
  add(user: string, now: number, texts: number): void;
  /** Forgets what was added since the last `flush`. */
  reset(): void;
  /** Writes what was added. */
  flush(): void;
}

const hourOf = (at: number): number => Math.floor(at / HOUR);
const falls = (hour: number): number => (hour + WINDOW) * HOUR;
const sum = (counts: readonly Pick<Count, "texts">[]): number =>
  counts.reduce((total, { texts }) => total + texts, 0);

/** Looks the hours of a user up that count at `now`, oldest first. */
function loading(prepare: Prepare): (user: string, now: number) => readonly Count[] {
  const hours = prepare("SELECT hour, texts FROM quota WHERE user = ? AND hour > ? ORDER BY hour");
  return (user, now) =>
    hours
      .all(user, hourOf(now) - WINDOW)
      .map((row) => ({ user, hour: row[0] as number, texts: row[1] as number }));
}

export function readQuota(prepare: Prepare): (user: string, now: number) => Used {
  const load = loading(prepare);
  return (user, now) => {
    const counts = load(user, now);
    const oldest = counts.find(({ texts }) => texts > 0);
    return { texts: sum(counts), freesAt: oldest ? falls(oldest.hour) : now };
  };
}

export function quota(prepare: Prepare): Quota {
  const load = loading(prepare);
  const raise = prepare(
    "INSERT INTO quota (user, hour, texts) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET texts = texts + excluded.texts",
  );
  const added = new Map<string, Count>();

  return {
    freesAt(user, now, texts, perDay) {
      const own = [...added.values()].filter((count) => count.user === user);
      const counts = [...load(user, now), ...own].toSorted((a, b) => a.hour - b.hour);
      let over = sum(counts) + texts - perDay;
      if (over <= 0) return null;
      let at = now;
      for (const count of counts) {
        if (over <= 0) break;
        over -= count.texts;
        at = falls(count.hour);
      }
      return at;
    },
    add(user, now, texts) {
      if (texts <= 0) return;
      const hour = hourOf(now);
      const key = `${hour} ${user}`;
      const count = added.get(key) ?? { user, hour, texts: 0 };
      count.texts += texts;
      added.set(key, count);
    },
    reset: () => added.clear(),
    flush() {
      for (const { user, hour, texts } of added.values()) raise.run(user, hour, texts);
    },
  };
}
