// The contract of what endpoints keep for themselves: updates that their upstream told and that are not handled yet, and notes by name.

/** Something that an upstream told a channel, kept as it came. */
export interface Update {
  /** The upstream's own number for it: unique for some days at least, and rising but for gaps; after long silence it may begin anywhere. */
  readonly n: number;
  readonly body: string;
  /** When it came, UTC milliseconds. */
  readonly at: number;
}

/** What an endpoint remembers under a name of its own. */
export interface Note {
  readonly key: string;
  readonly value: string;
}

/** Part of the store. `via` names the endpoint whose it is; what one endpoint keeps no other sees. Everything resolves only when it survives power loss. */
export interface Ledger {
  /** Keeps updates until they are handled. One whose number was kept before is left out, also when it was handled since. */
  keepUpdates(via: string, updates: readonly Update[]): Promise<void>;
  /** Updates that were not handled yet, in the order in which they were kept. */
  updates(via: string, limit: number): Promise<readonly Update[]>;
  /** The update was handled: only its number is remembered from now on, until `prune`. */
  handled(via: string, n: number): Promise<void>;
  /** Writes notes, all or none; null deletes one. */
  note(via: string, notes: readonly { readonly key: string; readonly value: string | null }[]): Promise<void>;
  /** All notes whose key begins with `prefix` ("" is all), by key. */
  notes(via: string, prefix: string): Promise<readonly Note[]>;
}
