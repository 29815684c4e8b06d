// The real time.
import type { Clock } from "../bridge/ports/system.ts";

/** Node fires longer timers at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * The system's clock. A wait keeps the process alive: everything that waits has a signal that ends it, and a command that waits for
 * an answer must not end silently.
 */
export const systemClock: Clock = {
  now: () => Date.now(),

  wait(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const done = (): void => {
        clearTimeout(timer);
        // A signal may live as long as the daemon: leave nothing behind on it.
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const sleep = (left: number): void => {
        timer = left > LONGEST ? setTimeout(() => sleep(left - LONGEST), LONGEST) : setTimeout(done, left);
      };
      sleep(Math.max(0, ms));
      signal?.addEventListener("abort", done, { once: true });
    });
  },
};
