// What was done lately: in memory, bounded, forgotten at a restart. For lines that must not be said again and again.
export class Recently {
  readonly #most: number;
  readonly #until = new Map<string, number>();

  /** `most`: how many keys are remembered; of more, the oldest are forgotten. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether `key` was noted, and not more than its time ago. `now`: UTC milliseconds. */
  has(key: string, now: number): boolean {
    return (this.#until.get(key) ?? 0) > now;
  }

  /** Notes `key` for `ms` milliseconds. */
  note(key: string, ms: number, now: number): void {
    this.#until.delete(key);
    this.#until.set(key, now + ms);
    const [oldest] = this.#until.keys();
    if (this.#until.size > this.#most && oldest !== undefined) this.#until.delete(oldest);
  }
}
