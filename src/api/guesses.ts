// Slows down who guesses tokens: after some wrong ones from an address, the next has to wait, and each time twice as long.
import type { Clock } from "../bridge/ports/system.ts";
import { networkOf } from "../peer.ts";

/** Wrong ones before anybody has to wait. */
const FREE = 10;
const FIRST = 1_000;
const LONGEST = 15 * 60_000;
/** Forgotten after this long without another one, milliseconds. */
const FORGET = 60 * 60_000;
/** Addresses, and tokens that were right, that are remembered: of more, the oldest are forgotten. */
const MOST = 10_000;

interface Tally {
  readonly wrong: number;
  readonly last: number;
  readonly until: number;
}

export interface Guesses {
  /** How long this address has to wait with `token` (a hash of it), milliseconds; 0: not at all. A token that was right from there before never waits. */
  wait(address: string, token: string): number;
  wrong(address: string): void;
  right(address: string, token: string): void;
}

export function createGuesses(clock: Clock): Guesses {
  const tallies = new Map<string, Tally>();
  const good = new Set<string>();
  return {
    wait(address, token) {
      const from = networkOf(address);
      if (good.has(`${from} ${token}`)) return 0;
      return Math.max(0, (tallies.get(from)?.until ?? 0) - clock.now());
    },
    wrong(address) {
      const now = clock.now();
      const from = networkOf(address);
      const known = tallies.get(from);
      const wrong = known && now - known.last < FORGET ? known.wrong + 1 : 1;
      const pause = wrong < FREE ? 0 : Math.min(LONGEST, FIRST * 2 ** Math.min(wrong - FREE, 20));
      tallies.delete(from);
      tallies.set(from, { wrong, last: now, until: now + pause });
      shorten(tallies);
    },
    right(address, token) {
      const key = `${networkOf(address)} ${token}`;
      good.delete(key);
      good.add(key);
      shorten(good);
    },
  };
}

function shorten(remembered: {
  readonly size: number;
  keys(): Iterable<string>;
  delete(key: string): boolean;
}): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MOST) return;
    remembered.delete(oldest);
  }
}
