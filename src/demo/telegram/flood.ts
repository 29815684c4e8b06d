// The flood rule of the simulated Bot API: so many messages at once to a chat, then one in a while.
import { tooManyRequests } from "./errors.ts";

export interface FloodRule {
  /** Messages to one chat that may come at once; 1 or more. */
  readonly burst: number;
  /** Milliseconds until one more may come. Telegram: about 1000, in groups 3000 (20 a minute). */
  readonly interval: number;
}

interface Bucket {
  left: number;
  at: number;
}

export class Flood {
  readonly #now: () => number;
  readonly #buckets = new Map<number, Bucket>();
  /** undefined: none. */
  rule: FloodRule | undefined;

  constructor(now: () => number, rule: FloodRule | undefined) {
    this.#now = now;
    this.rule = rule;
  }

  /** Counts a message to a chat. Throws ApiFailure 429 when it is one too many; that one does not count. */
  count(chat: number): void {
    const { rule } = this;
    if (!rule) return;
    const now = this.#now();
    const bucket = this.#buckets.get(chat) ?? { left: rule.burst, at: now };
    const gained = Math.floor((now - bucket.at) / rule.interval);
    const left = Math.min(rule.burst, bucket.left + gained);
    const at = left === rule.burst ? now : bucket.at + gained * rule.interval;
    this.#buckets.set(chat, { left: Math.max(0, left - 1), at });
    if (left < 1) throw tooManyRequests(Math.max(1, Math.ceil((at + rule.interval - now) / 1000)));
  }
}
