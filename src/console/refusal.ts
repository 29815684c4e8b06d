// "No" on a page: what a person reads when a text was not taken.
import type { Rejected } from "../bridge/errors.ts";
import { refusalText as inWords } from "../words/refusal.ts";
import type { Visit } from "./visit.ts";

/** What was asked for, as far as it is known. */
export interface Asked {
  readonly to?: string;
  readonly text?: string;
  /** As people see it. */
  readonly sim?: string;
}

/** Plain text: why not. */
export function refusalText(
  { words, control, now }: Visit,
  error: Rejected,
  { text = "", ...asked }: Asked = {},
): string {
  if (error.code === "not-allowed" && !asked.to) return words("console-refused-not-allowed");
  return inWords(words, error, { ...asked, price: control.price(text) }, now);
}
