// How long to wait before trying or asking again: growing and jittered, so that a crowd of retries never marches in step.

/** A text that a gateway could not take, or a mail that a relay could not take: first pause, milliseconds. */
const FIRST_PAUSE = 2_000;
/** No pause is longer than this, milliseconds. */
const LONGEST_PAUSE = 10 * 60_000;
/** An upstream that is down is looked at again at least this often, milliseconds: a relay, which may count our calls. */
const LONGEST_DOWN = 30_000;
/** The same of a gateway: ours alone, and texts wait for it. */
export const LONGEST_DOWN_GATEWAY = 2_000;

/** Pause before attempt `attempts + 1`, milliseconds: doubles each time up to ten minutes, within ±20 %. `random` is in 0 .. 1. */
export function retryPause(attempts: number, random: number): number {
  return jitter(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, attempts - 1)), random);
}

/** Pause before an upstream that failed `failures` times in a row is tried again, milliseconds: one second at first, `longest` in the end. */
export function downPause(failures: number, random: number, longest = LONGEST_DOWN): number {
  return jitter(Math.min(longest, 1_000 * 2 ** Math.max(0, failures - 1)), random);
}

/**
 * Pause before a text is asked about again, milliseconds. The longer it has been out, the less often: soon after the send every answer
 * counts (a port is waiting for it), after hours a delivery report may come at any time or never.
 * `age`: since the request left. `poll`: the gateway's poll interval. `longest`: no pause is longer.
 */
export function askPause(age: number, poll: number, longest: number): number {
  return Math.round(Math.min(longest, Math.max(Math.min(poll, Math.max(SOONEST_ASK, age / 2)), age / 8)));
}

/** A device is not asked about the same text more often than this, milliseconds. */
const SOONEST_ASK = 100;

const jitter = (ms: number, random: number): number => Math.round(ms * (0.8 + 0.4 * random));
