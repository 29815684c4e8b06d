// The bot's queue of updates: numbering, long polling, confirming, and which kinds the bot wants.
import type { CallbackQuery, ChatMemberUpdated, Message, MessageReactionUpdated, Update } from "grammy/types";
import { conflict } from "./errors.ts";
import { Watch } from "./watch.ts";

export type UpdateKind = Exclude<keyof Update, "update_id">;
export type UpdateBody = Message | CallbackQuery | ChatMemberUpdated | MessageReactionUpdated;

/** An update as the bot gets it. */
export interface GivenUpdate {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

/** Bot API, "Getting updates": not kept longer than 24 hours. */
const KEPT_MS = 24 * 3600 * 1000;
/** Kinds that come only when they are named (getUpdates, allowed_updates). */
const ONLY_WHEN_NAMED: ReadonlySet<string> = new Set([
  "chat_member",
  "message_reaction",
  "message_reaction_count",
]);
/** An offset so far above the newest number is taken for none: the numbering may have begun anew since. */
const FUTURE = 10;
const TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running";

export interface PollArguments {
  /** 0: from the oldest; negative: from so many before the end. */
  readonly offset: number;
  /** 1 to 100. */
  readonly limit: number;
  /** Seconds; 0: answers at once. */
  readonly timeout: number;
  /** Aborted when the client has gone. */
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly limit: number;
  answer(updates: readonly GivenUpdate[]): void;
  fail(error: Error): void;
}

export class Updates {
  readonly #now: () => number;
  readonly #watch = new Watch();
  #queue: { readonly update: GivenUpdate; readonly at: number }[] = [];
  #nextId: number;
  #waiting: Waiting | undefined;
  #allowed: ReadonlySet<string> | undefined;

  /** `now`: UTC milliseconds. `firstId`: 1 or more. */
  constructor(now: () => number, firstId: number) {
    this.#now = now;
    this.#nextId = firstId;
  }

  /** Updates that are not confirmed, oldest first. */
  get pending(): readonly GivenUpdate[] {
    return this.first(Number.POSITIVE_INFINITY);
  }

  /** The oldest ones that are not confirmed. */
  first(count: number): readonly GivenUpdate[] {
    const oldest = this.#now() - KEPT_MS;
    if (this.#queue[0] && this.#queue[0].at < oldest)
      this.#queue = this.#queue.filter(({ at }) => at >= oldest);
    return this.#queue.slice(0, count).map(({ update }) => update);
  }

  get polling(): boolean {
    return this.#waiting !== undefined;
  }

  /** The kinds that were asked for; undefined: the default. */
  get allowed(): readonly string[] | undefined {
    return this.#allowed && [...this.#allowed];
  }

  /** An empty list means the default. Holds for updates that come from now on. */
  allow(kinds: readonly string[]): void {
    this.#allowed = kinds.length === 0 ? undefined : new Set(kinds);
  }

  /** As after a week without updates: nothing waits, and the next number is chosen anew, maybe a lower one. */
  restartAt(id: number): void {
    this.drop();
    this.#nextId = id;
  }

  /** Leaves so many numbers out. */
  skipIds(count: number): void {
    this.#nextId += count;
  }

  /** Queues an update unless the bot does not want its kind; undefined then. */
  emit(kind: UpdateKind, body: UpdateBody): GivenUpdate | undefined {
    const wanted = this.#allowed ? this.#allowed.has(kind) : !ONLY_WHEN_NAMED.has(kind);
    if (!wanted) return undefined;
    const update = { update_id: this.#nextId, [kind]: body };
    this.#nextId += 1;
    this.#queue.push({ update, at: this.#now() });
    const waiting = this.#waiting;
    if (waiting) waiting.answer(this.first(waiting.limit));
    this.#watch.changed();
    return update;
  }

  /** Calls `listener` when an update comes or is confirmed, a poll begins or ends; returns how to stop that. */
  onChange(listener: () => void): () => void {
    return this.#watch.onChange(listener);
  }

  /** Resolves once it is so: `({ polling }) => polling`, `({ pending }) => pending.length === 0`. Rejects after `timeout` milliseconds. */
  async waitFor(wanted: (updates: Updates) => boolean, timeout = 10_000): Promise<void> {
    await this.#watch.until(() => wanted(this) || undefined, timeout, "updates: such a state");
  }

  /** getUpdates. Rejects with ApiFailure 409 when another call takes its place. */
  poll({ offset, limit, timeout, signal }: PollArguments): Promise<readonly GivenUpdate[]> {
    this.interrupt(TERMINATED);
    this.#confirmUpTo(offset);
    const ready = this.first(limit);
    if (ready.length > 0 || timeout <= 0 || signal?.aborted) return Promise.resolve(ready);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", gone);
        if (this.#waiting === waiting) this.#waiting = undefined;
        this.#watch.changed();
      };
      const waiting: Waiting = {
        limit,
        answer: (updates) => {
          end();
          resolve(updates);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const gone = (): void => waiting.answer([]);
      const timer = setTimeout(gone, timeout * 1000);
      signal?.addEventListener("abort", gone, { once: true });
      this.#waiting = waiting;
      this.#watch.changed();
    });
  }

  /** Ends a long poll that is under way with 409. */
  interrupt(why: string): void {
    this.#waiting?.fail(conflict(why));
  }

  /** Forgets one update for ever. */
  confirm(id: number): void {
    this.#queue = this.#queue.filter(({ update }) => update.update_id !== id);
    this.#watch.changed();
  }

  drop(): void {
    this.#queue = [];
    this.#watch.changed();
  }

  #confirmUpTo(offset: number): void {
    if (offset === 0 || offset > this.#nextId + FUTURE) return;
    const before = this.#queue.length;
    if (offset < 0) this.#queue = this.#queue.slice(offset);
    else this.#queue = this.#queue.filter(({ update }) => update.update_id >= offset);
    if (this.#queue.length < before) this.#watch.changed();
  }
}
