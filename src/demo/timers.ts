// Timers of the simulated world: 0 ms happens at once, and all of them can be forgotten together.

export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  /** Runs `action` after `ms` milliseconds: at once when 0 or less, never when Infinity. */
  after(ms: number, action: () => void): void {
    if (ms <= 0) {
      action();
      return;
    }
    if (ms === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      action();
    }, ms);
    timer.unref();
    this.#pending.add(timer);
  }

  /** Forgets everything that has not happened yet. */
  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
