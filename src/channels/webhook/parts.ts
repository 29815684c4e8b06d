// What the parts of the webhook channel share: its options, and what of an answer matters.
import type { Clock, Log } from "../../bridge/ports/system.ts";

/** What the config calls a SIM. */
export interface Sim {
  readonly gateway: string;
  readonly port: number;
  readonly number?: string;
  readonly label?: string;
}

export interface WebhookOptions {
  /** The channel's name: what stands before the URL in a route. */
  readonly name: string;
  /** The URLs that the config names. Nothing is posted anywhere else. */
  readonly urls: readonly string[];
  /** Every request is signed with each of them; as written: `whsec_` and base64. */
  readonly secrets: readonly string[];
  /** One request, milliseconds. */
  readonly timeout: number;
  readonly sims: readonly Sim[];
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** 0 .. 1, for jitter. */
  readonly random: () => number;
}

/** The head of an answer. */
export interface Answer {
  readonly status: number;
  /** `Retry-After` as it came. */
  readonly retryAfter: string | undefined;
}
