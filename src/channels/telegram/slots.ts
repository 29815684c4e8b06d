// So many pieces of work at a time; the rest wait in order.

export interface Slots {
  /** Runs `work` when there is room. Undefined: `signal` aborted before, nothing was run. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined>;
}

export function createSlots(count: number): Slots {
  let left = count;
  const queue: (() => void)[] = [];

  /** Resolves when there is room, or `signal` aborts. */
  const room = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = (): void => {
        queue.splice(queue.indexOf(go), 1);
        resolve();
      };
      queue.push(go);
      signal.addEventListener("abort", stop, { once: true });
    });

  return {
    async run(signal, work) {
      while (left === 0 && !signal.aborted) await room(signal);
      if (signal.aborted) {
        // Its turn may have come at that very moment: it is the next one's.
        if (left > 0) queue.shift()?.();
        return undefined;
      }
      left -= 1;
      try {
        return await work();
      } finally {
        left += 1;
        queue.shift()?.();
      }
    },
  };
}
