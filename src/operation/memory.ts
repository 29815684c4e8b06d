// Gives memory back that is needed no more: V8 by itself keeps what it once had, after the start and after every rush.
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "../bridge/ports/system.ts";

/** After the start, milliseconds: who waits to be served comes first. */
const FIRST = 1_000;
/** Milliseconds between two looks. */
const EVERY = 60_000;
/** Only while the process was busy for less than this part of the time since the last look: a sweep holds everything up for some 50 ms … */
const QUIET = 0.05;
/** … and only for as much as this, bytes. */
const WORTH = 32 * 1024 * 1024;

export interface MemoryMeans {
  readonly clock: Clock;
  /** Resident memory, bytes. */
  readonly resident?: () => number;
  /** How busy the process was since it was last asked, 0 .. 1. */
  readonly busy?: () => number;
  /** Collects all garbage, and gives the room back. */
  readonly sweep?: () => void;
}

/** Sweeps soon, and whenever it is quiet again after the process has grown. Resolves when `signal` aborts. */
export async function keepSmall(
  { clock, resident = () => process.memoryUsage.rss(), busy = busyness(), sweep = sweeper() }: MemoryMeans,
  signal: AbortSignal,
): Promise<void> {
  await clock.wait(FIRST, signal);
  if (signal.aborted) return;
  sweep();
  let least = resident();
  busy();
  while (!signal.aborted) {
    await clock.wait(EVERY, signal);
    const quiet = busy() < QUIET;
    const now = resident();
    if (!quiet || signal.aborted || now < least + WORTH) {
      least = Math.min(least, now);
      continue;
    }
    sweep();
    least = resident();
  }
}

function busyness(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/** V8 has no other door to this than the one it opens for tests. */
function sweeper(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "major"; flavor: "last-resort" }) => void;
  setFlagsFromString("--no-expose-gc");
  return () => collect({ type: "major", flavor: "last-resort" });
}
