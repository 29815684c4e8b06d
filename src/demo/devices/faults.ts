// Misbehaviour on demand: what a simulated device does wrong, at which endpoint, how many times.

/**
 * - `drop-before-reading`: the connection breaks before the request is read.
 * - `drop-before-processing`: it is read, then the connection breaks.
 * - `drop-after-processing`: it is carried out, the answer never comes.
 * - `hang`: no answer, the connection stays open.
 * - `error`: an HTTP status (default 500) with an HTML page.
 * - `html`: the HTML login page with status 200.
 * - `garbage`: status 200 and bytes that are no JSON.
 * - `half`: the true answer breaks off in the middle.
 * - `unauthorized`: 401 with a challenge, whatever the credentials.
 * - `slow`: the answer comes `delay` milliseconds late.
 * - `reply`: `body` with status 200 instead of the true answer.
 */
export type FaultKind =
  | "drop-before-reading"
  | "drop-before-processing"
  | "drop-after-processing"
  | "hang"
  | "error"
  | "html"
  | "garbage"
  | "half"
  | "unauthorized"
  | "slow"
  | "reply";

export interface Fault {
  readonly kind: FaultKind;
  /** Endpoint or event, or several of them; default: every one. */
  readonly on?: string | readonly string[];
  /** For how many requests; default 1, Infinity: until cleared. */
  readonly times?: number;
  /** How many requests are well treated first; default 0. */
  readonly skip?: number;
  /** Whether the device carries the request out all the same. Default true for half, slow, garbage; else false. */
  readonly processed?: boolean;
  /** Of `error`. */
  readonly status?: number;
  /** Of `slow`, milliseconds. */
  readonly delay?: number;
  /** Of `reply` and `garbage`. */
  readonly body?: string;
}

interface Armed {
  readonly fault: Fault;
  skip: number;
  left: number;
}

const CARRIED_OUT: readonly FaultKind[] = ["half", "slow", "garbage", "drop-after-processing"];

export class Faults {
  #armed: Armed[] = [];

  /** The oldest fault that fits a request is the one that happens. Requests that fail the login count for nothing. */
  add(fault: Fault): void {
    this.#armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that have not been used up. */
  get armed(): readonly Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /**
   * Uses up one fault for a request to `endpoint`. A request whose endpoint shows in its head is asked about twice: at its `head`, where only
   * drop-before-reading can happen, and `after-head`; one whose event is in its body only once (`body`).
   */
  take(endpoint: string, when: "head" | "after-head" | "body"): Fault | undefined {
    const armed = this.#armed.find(({ fault: { on } }) => {
      if (on === undefined) return true;
      return typeof on === "string" ? on === endpoint : on.includes(endpoint);
    });
    if (!armed) return undefined;
    const unread = armed.fault.kind === "drop-before-reading";
    if ((when === "head" && !unread) || (when === "after-head" && unread)) return undefined;
    if (armed.skip > 0) {
      armed.skip -= 1;
      return undefined;
    }
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

/** Does the device carry the request out, whatever it answers? */
export const isCarriedOut = (fault: Fault): boolean => fault.processed ?? CARRIED_OUT.includes(fault.kind);
