// The contract of copies of a store: made beside the running daemon, put back while it is stopped.
import type { State } from "../message.ts";

/** What a store, or a copy of one, holds. */
export interface Holding {
  /** The number of its schema. */
  readonly schema: number;
  readonly bytes: number;
  readonly messages: number;
  readonly conversations: number;
  readonly deliveries: Readonly<Record<State, number>>;
  /** When the newest message was accepted, UTC milliseconds; null: there is none. */
  readonly newest: number | null;
}

/** Long work tells how far it is; `part`: 0 to 1, null: it can't say. */
export type Progress = (what: "copying" | "checking" | "holding", part: number | null) => void;

/** What long work is told. Aborting `signal` undoes it; it rejects with the signal's reason. */
export interface Work {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Deliveries that, in the copy, are not known to have left: sent again, they might arrive twice. */
export interface Undecided {
  /** To phones. */
  readonly texts: number;
  /** To people: mails, chat posts, notices. */
  readonly posts: number;
}

/** A copy that was checked, brought to this program's schema, and lies beside the store, ready to take its place. The store is held until one of the two is called. */
export interface Restoration {
  /** What the copy holds. */
  readonly holding: Holding;
  readonly undecided: Undecided;
  /** Puts the copy in the store's place. `hold`: undecided deliveries fail first, and so are never sent again. Resolves with where the old store is kept; null: there was none. */
  replace(hold: boolean): Promise<string | null>;
  /** Leaves everything as it was. */
  cancel(): Promise<void>;
}

export interface Copies {
  /**
   * Copies the store at `path`, as it is at one moment, into the new file `file`, which only its owner may read; checks the copy, and tells what is in it.
   * The daemon may run. Rejects, and leaves no file, when `file` exists (unless `force`), when the store can't be read, or the copy is not sound.
   */
  save(path: string, file: string, force: boolean, work: Work): Promise<Holding>;
  /** Makes the copy in `file` ready to take the place of the store at `path`. Rejects, and changes nothing, when it is not sound or a daemon uses the store. `now`: UTC milliseconds. */
  prepare(file: string, path: string, now: number, work: Work): Promise<Restoration>;
}
