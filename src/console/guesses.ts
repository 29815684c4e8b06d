// Slows down who guesses passwords: after a few that were wrong, the next one has to wait, and each time twice as long.
import type { Clock } from "../bridge/ports/system.ts";
import { networkOf } from "../peer.ts";

interface Limit {
  /** Wrong ones before anybody has to wait. */
  readonly free: number;
  /** The longest wait, milliseconds. */
  readonly longest: number;
}

/** By user the wait stays short: else anybody could keep her out. */
const LIMITS = {
  address: { free: 10, longest: 15 * 60_000 },
  user: { free: 5, longest: 30_000 },
} as const satisfies Record<string, Limit>;
const FIRST = 1_000;
/** Forgotten after this long without another one, milliseconds. */
const FORGET = 60 * 60_000;
/** Addresses and names that are remembered; of more, the oldest are forgotten. */
const MOST = 20_000;

interface Tally {
  wrong: number;
  last: number;
  until: number;
}

export interface Guesses {
  /** Counts a try. Returns how long to wait before the next one, milliseconds; 0: go on and check the password. */
  begin(address: string, user: string): number;
  /** It was the right one. */
  right(address: string, user: string): void;
}

export function createGuesses(clock: Clock): Guesses {
  const tallies = new Map<string, Tally>();
  const ofAddress = (address: string) => `address ${networkOf(address)}`;
  const ofUser = (user: string) => `user ${user}`;
  const tallyOf = (key: string, now: number): Tally => {
    const known = tallies.get(key);
    return known && now - known.last < FORGET ? known : { wrong: 0, last: now, until: 0 };
  };
  return {
    begin(address, user) {
      const now = clock.now();
      const keys: readonly (readonly [string, Limit])[] = [
        [ofAddress(address), LIMITS.address],
        [ofUser(user), LIMITS.user],
      ];
      const wait = Math.max(...keys.map(([key]) => tallyOf(key, now).until - now));
      if (wait > 0) return wait;
      // Counted before it is known to be wrong: many at once are not free.
      for (const [key, { free, longest }] of keys) {
        const tally = tallyOf(key, now);
        tally.wrong += 1;
        tally.last = now;
        const over = tally.wrong - free;
        if (over >= 0) tally.until = now + Math.min(longest, FIRST * 2 ** Math.min(over, 20));
        tallies.delete(key);
        tallies.set(key, tally);
      }
      for (const oldest of tallies.keys()) {
        if (tallies.size <= MOST) break;
        tallies.delete(oldest);
      }
      return 0;
    },
    right(address, user) {
      tallies.delete(ofUser(user));
      const tally = tallies.get(ofAddress(address));
      if (!tally) return;
      // One's own account does not make up for guesses at others.
      tally.wrong -= 1;
      if (tally.wrong < LIMITS.address.free) tally.until = 0;
    },
  };
}
