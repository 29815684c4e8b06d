// Waiting for something to be so: looked at again at each change, no clock but the one that gives up.

export class Watch {
  readonly #listeners = new Set<() => void>();

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` at each change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the first thing that `look` finds, now or at a change. Rejects after `timeout` milliseconds. */
  until<T>(look: () => T | undefined, timeout: number, what: string): Promise<T> {
    const now = look();
    if (now !== undefined) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${what}: not within ${timeout} ms`));
      }, timeout);
      const stop = this.onChange(() => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        stop();
        resolve(found);
      });
    });
  }
}
