// A list that remembers the newest entries only, and how many there were in all.

export class Journal<T> {
  readonly #keep: number;
  #entries: T[] = [];
  #total = 0;

  /** Keeps at least the newest `keep` entries (0 or more, Infinity: all). */
  constructor(keep: number) {
    this.#keep = keep;
  }

  add(entry: T): void {
    this.#total += 1;
    if (this.#keep === 0) return;
    this.#entries.push(entry);
    if (this.#entries.length > this.#keep * 2) this.#entries = this.#entries.slice(-this.#keep);
  }

  /** Oldest first. */
  get entries(): readonly T[] {
    return this.#entries;
  }

  /** How many were ever added. */
  get total(): number {
    return this.#total;
  }

  clear(): void {
    this.#entries = [];
    this.#total = 0;
  }
}
