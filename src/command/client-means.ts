// What the commands beside the daemon work with, and how they tell times and SIMs.
import type { Role } from "../bridge/ports/control.ts";
import type { Store } from "../bridge/ports/store.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { Away, type Client } from "./client.ts";
import { type Io, say } from "./io.ts";

/** A user, as the config knows her. */
export interface ConfigUser {
  readonly name: string;
  readonly role: Role;
  readonly addresses: readonly { readonly via: string; readonly address: string }[];
  /** Texts in 24 hours; null: no limit. */
  readonly perDay: number | null;
  /** She may begin conversations. */
  readonly sends: boolean;
}

/** What they need of the config. */
export interface ClientConfig {
  readonly file: string;
  readonly users: readonly ConfigUser[];
  readonly gateways: readonly string[];
  /** `timing.ussd`: how long a USSD answer is waited for, milliseconds. */
  readonly patience: number;
}

export interface ClientMeans {
  readonly io: Io;
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** The way to the daemon. Throws Away, Error. */
  readonly connect: () => Client;
  /** The store, to be read when no daemon answers; whoever opens it closes it. Throws Error. */
  readonly openStore: () => Promise<ReadStore>;
  /** Calls `stop` at the next Ctrl-C, in the place of ending the process; returns how to end that. */
  readonly onInterrupt: (stop: () => void) => () => void;
}

export type ReadStore = Pick<Store, "list" | "depth" | "sentBy" | "close">;

/** Asks the daemon; when none answers, says so and reads the store. */
export async function daemonOr<T>(
  means: ClientMeans,
  ask: (client: Client) => Promise<T>,
  look: (store: ReadStore) => Promise<T>,
): Promise<{ readonly found: T; readonly away: boolean }> {
  try {
    return { found: await ask(means.connect()), away: false };
  } catch (error) {
    if (!(error instanceof Away)) throw error;
    const store = await means.openStore().catch((closed: unknown) => {
      // There was no daemon ever, or its store is of another version.
      const why = closed instanceof Error ? closed.message : String(closed);
      throw new Away(`${error.message}\n${why}`);
    });
    try {
      const found = await look(store);
      say(means.io.stderr, `simpost: ${error.message}\nThis is what stands in the store:`);
      return { found, away: true };
    } finally {
      await store.close();
    }
  }
}

/** "2026-11-22 18:00:12", in UTC, of an RFC 3339 time; null stays null. */
export const moment = (stamp: string | null): string | null =>
  stamp === null ? null : stamp.slice(0, 19).replace("T", " ");

/** "office:3", "office"; null: none is chosen yet. */
export const simText = (
  sim: { readonly gateway: string; readonly port: number | null } | null,
): string | null => (sim === null ? null : sim.port === null ? sim.gateway : `${sim.gateway}:${sim.port}`);
