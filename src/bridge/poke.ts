// Pure: looks at a device that were asked for from outside, in between the poll's own. However many ask, there are not more looks than the spacing allows.
import type { Hint } from "./ports/gateway.ts";

/** Least time between two such looks, milliseconds. Results and ports cost more requests. */
const SPACING: Readonly<Record<Hint, number>> = { inbox: 500, results: 1_000, ports: 2_000 };

export class Pokes {
  /** When a look is due, and when the last one was; UTC milliseconds. */
  readonly #due = new Map<Hint, number>();
  readonly #looked = new Map<Hint, number>();

  /** Somebody says that there is something to see. True: that is news, and the loop wants to be woken. */
  add(hints: readonly Hint[], now: number): boolean {
    const fresh = hints.filter((hint) => !this.#due.has(hint));
    for (const hint of fresh)
      this.#due.set(
        hint,
        Math.max(now, (this.#looked.get(hint) ?? Number.NEGATIVE_INFINITY) + SPACING[hint]),
      );
    return fresh.length > 0;
  }

  /** Whether a look is due. Taken before the look: what is said while it is under way leads to another one. */
  take(hint: Hint, now: number): boolean {
    const due = this.#due.get(hint);
    if (due === undefined || due > now) return false;
    this.#due.delete(hint);
    this.#looked.set(hint, now);
    return true;
  }

  /** When the next look is due, UTC milliseconds; Infinity: none was asked for. */
  get next(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#due.values());
  }
}
