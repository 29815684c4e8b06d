// How long work waits for the event loop, as figures.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";

/** Milliseconds. The default of Node, 10, would wake an idle process a hundred times a second. */
const RESOLUTION = 100;
const QUANTILES = [0.5, 0.99, 1] as const;
const NANOSECONDS = 1e9;

/** Measures from now on, for as long as the process lives. */
export function measureLoop(registry: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  new Gauge({
    name: "simpost_loop_lag_seconds",
    help: "How much later than asked for timers ran, since the last scrape; quantile 1: the worst",
    labelNames: ["quantile"] as const,
    registers: [registry],
    collect() {
      for (const quantile of QUANTILES) {
        // What is measured is the time from one look to the next.
        const between = delays.count === 0 ? 0 : delays.percentile(quantile * 100) / NANOSECONDS;
        this.set({ quantile }, Math.max(0, between - RESOLUTION / 1000));
      }
      delays.reset();
    },
  });
}
