// Wakes those who wait for work, so that nobody polls.

/** Wakes those who wait for work. A ring while nobody waits is remembered. */
export class Bell {
  #rung = false;
  #listeners = new Set<() => void>();

  ring(): void {
    this.#rung = true;
    for (const wake of this.#listeners) wake();
  }

  /** True once since the last call if it rang. */
  take(): boolean {
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  /** Calls `wake` at every ring until the returned function is called. */
  listen(wake: () => void): () => void {
    this.#listeners.add(wake);
    return () => this.#listeners.delete(wake);
  }
}
