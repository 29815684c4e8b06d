// When deliveries that are still under way were accepted, in bounded memory.

/** Some megabytes at most, however long the queue. */
const LIMIT = 50_000;
/** Older ones make room for new ones, milliseconds. */
const OLD = 24 * 3_600_000;

/**
 * Remembers starts by delivery id. When it is full, new ones are not measured (leaving out the oldest would hide the slowest),
 * unless the oldest is over a day old: then it was settled elsewhere or never will be.
 */
export class Stopwatch {
  readonly #starts = new Map<number, number>();
  readonly #limit: number;

  constructor(limit: number = LIMIT) {
    this.#limit = limit;
  }

  /** `at`: UTC milliseconds. */
  start(id: number, at: number): void {
    if (this.#starts.size >= this.#limit) {
      const [oldest] = this.#starts;
      if (!oldest || at - oldest[1] < OLD) return;
      this.#starts.delete(oldest[0]);
    }
    this.#starts.set(id, at);
  }

  /** Milliseconds since the start, 0 or more; null: not measured. */
  since(id: number, at: number): number | null {
    const start = this.#starts.get(id);
    return start === undefined ? null : Math.max(0, at - start);
  }

  stop(id: number): void {
    this.#starts.delete(id);
  }
}
