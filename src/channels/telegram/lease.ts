// One process at a time serves a bot: a lease in the store, renewed while the work goes on, given back at the end.
import { pauseAfter } from "./health.ts";
import type { TelegramOptions } from "./parts.ts";

/** A process that fell silent loses the bot after this long, milliseconds. */
const LEASE = 30_000;
const RENEW = LEASE / 3;

type LeaseOptions = Pick<TelegramOptions, "name" | "token" | "ledger" | "node" | "clock" | "log" | "random">;

/** Runs `work` whenever the lease is ours, with a signal that aborts when it is lost or `signal` aborts; until `signal` aborts. Never rejects if `work` doesn't. */
export async function whileLeased(
  options: LeaseOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { ledger, node, clock, log, random, name: via } = options;
  // The number before the colon is the bot's public id.
  const lease = `telegram ${options.token.split(":")[0]}`;
  const take = (ms: number): Promise<boolean> => {
    const now = clock.now();
    return ledger.lease(lease, node, now + ms, now);
  };

  /** Renews until `ours` aborts; resolves early when the lease is lost. */
  const renew = async (ours: AbortSignal): Promise<void> => {
    let until = clock.now() + LEASE;
    while (!ours.aborted && clock.now() < until) {
      await clock.wait(RENEW, ours);
      if (ours.aborted) return;
      try {
        if (!(await take(LEASE))) return;
        until = clock.now() + LEASE;
      } catch {
        // The store fails: whoever works with it says so. The lease holds for a while yet.
      }
    }
  };

  for (let failures = 0; !signal.aborted; ) {
    try {
      if (!(await take(LEASE))) {
        await clock.wait(RENEW, signal);
        continue;
      }
      failures = 0;
    } catch (error) {
      if (failures === 0) log.error("store failing", { via, error });
      failures += 1;
      await clock.wait(pauseAfter(failures, random()), signal);
      continue;
    }
    const ours = new AbortController();
    const stop = (): void => ours.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    await Promise.all([renew(ours.signal).then(stop), work(ours.signal)]);
    signal.removeEventListener("abort", stop);
  }
  // At once free for another; if that fails, it is in half a minute.
  await take(0).catch(() => false);
}
