// Misbehaviour of the simulated Bot API on demand: what goes wrong, in which method, how many times.

/**
 * - `too-many`: 429 with `retryAfter`; nothing is carried out.
 * - `error`: `status` (default 500) with Telegram's JSON, or with an HTML page.
 * - `drop-before`: the connection is reset, nothing is carried out.
 * - `drop-after`: it is carried out, then the connection is reset: the effect is there, the answer is lost.
 * - `half`: it is carried out, the answer breaks off in the middle.
 * - `hang`: no answer, the connection stays open.
 * - `slow`: the answer comes `delay` milliseconds late.
 */
export type BotFaultKind = "too-many" | "error" | "drop-before" | "drop-after" | "half" | "hang" | "slow";

export interface BotFault {
  readonly kind: BotFaultKind;
  /** Method or methods, in any case; default: every one. */
  readonly on?: string | readonly string[];
  /** Only requests for this chat. */
  readonly chat?: number;
  /** For how many requests; default 1, Infinity: until cleared. */
  readonly times?: number;
  /** How many fitting requests are well treated first; default 0. */
  readonly skip?: number;
  /** Whether it is carried out all the same. Default true for drop-after, half and slow; never for drop-before. */
  readonly processed?: boolean;
  /** Of `too-many`, seconds; default 1. */
  readonly retryAfter?: number;
  /** Of `error`. */
  readonly status?: number;
  readonly description?: string;
  readonly html?: boolean;
  /** Of `slow`, milliseconds; default 1000. */
  readonly delay?: number;
}

interface Armed {
  readonly fault: BotFault;
  skip: number;
  left: number;
}

export class BotFaults {
  #armed: Armed[] = [];

  /** The oldest fault that fits a request is the one that happens. */
  add(fault: BotFault): void {
    this.#armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that have not been used up. */
  get armed(): readonly BotFault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /** Uses up one fault for a request. */
  take(method: string, chat: number | undefined): BotFault | undefined {
    const armed = this.#armed.find(({ fault }) => fits(fault, method, chat));
    if (!armed) return undefined;
    if (armed.skip > 0) {
      armed.skip -= 1;
      return undefined;
    }
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

function fits({ on, chat }: BotFault, method: string, asked: number | undefined): boolean {
  if (chat !== undefined && chat !== asked) return false;
  if (on === undefined) return true;
  const names = typeof on === "string" ? [on] : on;
  return names.some((name) => name.toLowerCase() === method.toLowerCase());
}

/** Is the request carried out, whatever is answered? */
export const isProcessed = ({ kind, processed }: BotFault): boolean =>
  kind !== "drop-before" && (processed ?? (kind === "drop-after" || kind === "half" || kind === "slow"));
