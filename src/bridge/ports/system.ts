// The contracts of time, log and figures.
import type { LogEvent } from "../log.ts";
import type { Delivery, Lane, State } from "../message.ts";

/** Time, passed in so that tests never sleep. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Fixed vocabulary; fields never hold message text or secrets, and numbers are masked by the implementation. */
export interface Log {
  info(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
  error(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
}

/** Figures for the operator. */
export interface Meter {
  /** A delivery was accepted (`from` null) or changed its state. */
  moved(delivery: Delivery, from: State | null, at: number): void;
  /** A text was read off a gateway's inbox. */
  heard(lane: Lane): void;
  /** A request to an upstream ended. `what` is one of the driver's or channel's own few words ("send", "receive", …). */
  request(via: string, what: string, ok: boolean, ms: number): void;
}
