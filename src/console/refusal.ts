// "No" on a page: what a person reads when a text was not taken.
import type { Rejected } from "../bridge/errors.ts";
import type { Visit } from "./visit.ts";

/** What was written for a number may be anything. */
const SHOWN = 40;

/** What was asked for, as far as it is known. */
export interface Asked {
  readonly to?: string;
  readonly text?: string;
  /** As people see it. */
  readonly sim?: string;
}

/** Plain text: why not. */
export function refusalText({ words, control, now }: Visit, error: Rejected, asked: Asked = {}): string {
  const phone = (asked.to ?? "").slice(0, SHOWN);
  switch (error.code) {
    case "not-allowed":
      if (phone === "") return words("console-refused-not-allowed");
      return words(error.answersOnly ? "rejected-no-begin" : "rejected-not-allowed", {
        phone,
      });
    case "over-quota":
      return words("rejected-over-quota", { when: new Date(error.retryAt ?? now) });
    case "not-a-number":
      return words("rejected-not-a-number", { what: phone });
    case "no-such-sim":
      return asked.sim ? words("rejected-no-such-sim", { sim: asked.sim }) : words("rejected-no-sim");
    case "too-long": {
      const { parts, maxParts } = control.price(asked.text ?? "");
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
