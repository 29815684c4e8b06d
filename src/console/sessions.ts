// Who is signed in: sessions in memory, known by the hash of an unguessable id that only the browser has.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../bridge/ports/system.ts";

const HOUR = 3_600_000;
/** A session that nobody used for this long is over. */
const IDLE = 12 * HOUR;
/** An id is replaced after this long, and its session ends after `LONGEST`, used or not. */
const ROTATE = 24 * HOUR;
const LONGEST = 30 * 24 * HOUR;
/** Requests that were under way when an id was replaced still count. */
const GRACE = 60_000;
/** Sessions of one user; the oldest one ends. */
const MOST = 20;
const BYTES = 32;

export interface Session {
  readonly user: string;
  /** The hash of the password that it was begun with: with another password it is over. */
  readonly password: string;
  /** What its forms carry. */
  readonly token: string;
  /** Aborts when the session is over. */
  readonly over: AbortSignal;
}

interface Kept extends Session {
  readonly end: AbortController;
  readonly began: number;
  /** Hash of the id, and since when it is that. */
  id: string;
  since: number;
  seen: number;
}

export interface Sessions {
  /** Begins one; returns its id. */
  begin(user: string, password: string): string;
  /** The session of an id, if it is not over. Counts as use of it. */
  find(id: string): Session | null;
  /** Another id for a session whose id is old; null: it may stay. */
  renew(id: string): string | null;
  end(id: string): void;
}

const hashed = (id: string): string => createHash("sha256").update(id).digest("base64");
export const unguessable = (): string => randomBytes(BYTES).toString("base64url");

export function createSessions(clock: Clock): Sessions {
  const kept = new Map<string, Kept>();
  /** Ids that were replaced, until when they count. */
  const replaced = new Map<string, { readonly session: Kept; readonly until: number }>();

  const close = (session: Kept): void => {
    kept.delete(session.id);
    session.end.abort();
  };
  const isOver = (session: Kept, now: number): boolean =>
    now - session.seen >= IDLE || now - session.began >= LONGEST;
  const clean = (now: number): void => {
    for (const session of kept.values()) if (isOver(session, now)) close(session);
    for (const [id, { until }] of replaced) if (now >= until) replaced.delete(id);
  };
  const lookUp = (id: string): Kept | null => {
    const now = clock.now();
    const key = hashed(id);
    const before = replaced.get(key);
    const session = kept.get(key) ?? (before && now < before.until ? before.session : undefined);
    if (!session || session.end.signal.aborted) return null;
    if (!isOver(session, now)) return session;
    close(session);
    return null;
  };

  return {
    begin(user, password) {
      const now = clock.now();
      clean(now);
      const own = [...kept.values()].filter((session) => session.user === user);
      for (const oldest of own
        .toSorted((a, b) => a.seen - b.seen)
        .slice(0, Math.max(0, own.length - MOST + 1)))
        close(oldest);
      const id = unguessable();
      const end = new AbortController();
      const session: Kept = {
        user,
        password,
        token: unguessable(),
        over: end.signal,
        end,
        began: now,
        id: hashed(id),
        since: now,
        seen: now,
      };
      kept.set(session.id, session);
      return id;
    },
    find(id) {
      const session = lookUp(id);
      if (session) session.seen = clock.now();
      return session;
    },
    renew(id) {
      const now = clock.now();
      const session = kept.get(hashed(id));
      if (!session || now - session.since < ROTATE) return null;
      clean(now);
      const next = unguessable();
      kept.delete(session.id);
      replaced.set(session.id, { session, until: now + GRACE });
      session.id = hashed(next);
      session.since = now;
      kept.set(session.id, session);
      return next;
    },
    end(id) {
      const session = lookUp(id);
      if (session) close(session);
    },
  };
}
