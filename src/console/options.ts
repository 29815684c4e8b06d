// What the console is told at its start.
import type { Control, Role } from "../bridge/ports/control.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import type { Room } from "./visit.ts";

/** A user of the config, as far as signing in goes. */
export interface ConsoleUser {
  readonly name: string;
  /** Other names to sign in with: her mail addresses, as the config has them. */
  readonly addresses: readonly string[];
  /** The hash of her password; null: she can't sign in. */
  readonly password: string | null;
  readonly role: Role;
  /** A language tag; null: as her browser says. */
  readonly language: string | null;
}

export interface ConsoleOptions {
  /** Functions: a new config changes what they return. */
  readonly control: () => Control;
  readonly users: () => ReadonlyMap<string, ConsoleUser>;
  /** Is this the password of that hash? */
  readonly verify: (hash: string, password: string) => Promise<boolean>;
  /** How numbers without a country code are read (ISO 3166). */
  readonly region: () => string | undefined;
  /** The language of those who ask for none that we speak. */
  readonly language: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** Pages besides the ones that are always there: the daemon's settings, the demo's. */
  readonly rooms?: readonly Room[];
  /** Aborted when the daemon stops: event streams end. */
  readonly stopping: AbortSignal;
}

/** Answers one request. `peer`: the client's address as the socket knows it; "" is nobody's. Never rejects. */
export type Console = (request: Request, peer: string) => Promise<Response>;
