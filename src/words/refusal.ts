// "No" in words: why a text was not taken.
import type { Rejected } from "../bridge/errors.ts";
import type { Words } from "./index.ts";

/** What was written for a number may be anything. */
const SHOWN = 40;

/** What was asked for, as far as it is known. */
export interface Asked {
  readonly to?: string;
  /** The SIM, as people see it; "" and left out: none in particular. */
  readonly sim?: string;
  /** A code was to be dialled. */
  readonly dialled?: boolean;
  /** What the text would take, SMS parts, and how many there may be. */
  readonly price: { readonly parts: number; readonly maxParts: number };
}

/** Plain text. `now`: UTC milliseconds. */
export function refusalText(words: Words, error: Rejected, asked: Asked, now: number): string {
  const phone = (asked.to ?? "").slice(0, SHOWN);
  switch (error.code) {
    case "not-allowed":
      if (phone === "") return words("rejected-not-you");
      return words(error.answersOnly ? "rejected-no-begin" : "rejected-not-allowed", { phone });
    case "over-quota":
      return words("rejected-over-quota", { when: new Date(error.retryAt ?? now) });
    case "not-a-number":
      return words("rejected-not-a-number", { what: phone });
    case "no-such-sim":
      if (asked.sim) return words("rejected-no-such-sim", { sim: asked.sim });
      return words(asked.dialled ? "rejected-no-ussd" : "rejected-no-sim");
    case "too-long": {
      const { parts, maxParts } = asked.price;
      return parts > maxParts
        ? words("rejected-too-long", { parts, max: maxParts })
        : words("rejected-too-long-plain");
    }
    case "automatic":
      return words("rejected-automatic");
    case "nothing-to-send":
      return words("rejected-nothing-to-send");
    case "store":
      return words("rejected-store");
    case "busy":
      return words("rejected-busy");
  }
}
