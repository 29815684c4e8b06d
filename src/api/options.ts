// What the API is made with.
import type { Party } from "../bridge/message.ts";
import type { Control, Role } from "../bridge/ports/control.ts";
import type { Ledger } from "../bridge/ports/ledger.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";

/** A user, as the API needs to know her. */
export interface ApiUser {
  readonly name: string;
  readonly role: Role;
  /** All addresses of hers, ties too. */
  readonly addresses: readonly Party[];
  /** Texts in 24 hours; null: no limit. */
  readonly perDay: number | null;
}

export interface ApiOptions {
  /** The control room that is in force now: a reload brings another one. */
  readonly control: () => Control;
  /** The users in force now, by name. */
  readonly users: () => ReadonlyMap<string, ApiUser>;
  /** Texts that a user sent in the last 24 hours (the store's `sentBy`). */
  readonly sentBy: (
    user: string,
    now: number,
  ) => Promise<{ readonly texts: number; readonly freesAt: number }>;
  /** The country whose national numbers people write, now. */
  readonly region: () => string | undefined;
  /** Where tokens and idempotency keys are kept. */
  readonly ledger: Pick<Ledger, "note" | "notes">;
  readonly clock: Clock;
  readonly log: Log;
  /** What the command line on this machine shows (see `makeLocalKey`): all rights, over loopback only. Null: there is none. */
  readonly localKey: string | null;
  /** Our own version, for the description. */
  readonly version: string;
  /** Aborted when the daemon stops: event streams end. */
  readonly stopping: AbortSignal;
}
