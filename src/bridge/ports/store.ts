// The contract of a store: the verbs of the domain, written for several nodes on one shared database too.
import type { Change, Delivery, Lane, Message, Notify, Party, Priority, State, Thread } from "../message.ts";
import type { Archive, Job } from "./archive.ts";
import type { Ledger } from "./ledger.ts";

export type { Job } from "./archive.ts";

/** How a thread is found, or made. */
export type ThreadQuery =
  /** A person writes to a phone: by `refs` (newest last), else the newest thread with this phone that one of `who` took part in since `since`. `pin` must not contradict. */
  | {
      readonly way: "out";
      readonly phone: string;
      readonly refs: readonly string[];
      /** Null: anybody (only to look whether there is any open thread, with `thread()`). */
      readonly who: readonly string[] | null;
      readonly since: number;
      /** A new thread begins on this SIM. */
      readonly pin: Lane | null;
      /** Gateways that there are: a thread on another one is over. Left out: all. */
      readonly gateways?: readonly string[];
      /** Make no new thread: it must exist and have been active since `since`. */
      readonly only: boolean;
    }
  /** A phone writes: the thread on this SIM that somebody wrote in last; else one with this phone that has no SIM yet; else a new one on this SIM. */
  | { readonly way: "in"; readonly phone: string; readonly lane: Lane; readonly since: number }
  | { readonly way: "id"; readonly id: number };

/** A delivery to be made. */
export interface NewDelivery {
  readonly thread: ThreadQuery;
  readonly to: Party;
  readonly text: string;
  readonly parts: number;
  readonly priority: Priority;
  readonly expires: number;
  readonly deadline: number | null;
  /** Who may claim it while its thread has no SIM: see `ClaimQuery.pools`. A thread's SIM overrides it (pool "gateway:port"). */
  readonly pool: string;
  /** Deliveries of one line leave one after the other; "" waits for nobody. */
  readonly line: string;
  /** A pinned SIM. */
  readonly lane: Lane | null;
  /** A repetition of an earlier delivery in a conversation with the same phone, with the same key, accepted since `onceSince`, is not stored again. */
  readonly once: string | null;
  readonly notify: readonly Notify[];
  /** Default queued. Only `failed` besides: kept to be seen (no route). */
  readonly state?: "queued" | "failed";
  readonly error?: string;
}

/** A message with its deliveries, stored together or not at all. */
export interface Entry {
  /** A new message, or the id of one that exists (its text goes to more people). */
  readonly message: Message | string;
  readonly deliveries: readonly NewDelivery[];
  /** Names of the writer for `ThreadQuery.who`; the threads remember them, and who wrote last. Only of messages from people. */
  readonly writer?: { readonly party: Party; readonly user: string | null };
  readonly onceSince?: number;
  /** At most `perDay` texts of `user` in any 24 hours (counted by the hour). */
  readonly quota?: { readonly user: string; readonly perDay: number };
  /** Texts to count for `quota`, whether or not it has a limit. */
  readonly counts?: { readonly user: string; readonly texts: number };
}

export type AcceptOutcome =
  | { readonly outcome: "accepted"; readonly id: string; readonly deliveries: readonly Delivery[] }
  /** All of it had been accepted before: `id` is the earlier message's. */
  | { readonly outcome: "repeated"; readonly id: string }
  /** A `ThreadQuery` with `only` found nothing: nothing was stored. */
  | { readonly outcome: "no-thread"; readonly phone: string }
  | { readonly outcome: "over-quota"; readonly freesAt: number };

/** News for one delivery, applied through `advance()`. */
export interface News {
  readonly id: number;
  readonly change: Change;
  /** Stored in the same transaction, if and only if the change moved the delivery (its state, or `warned`). A notice for the same message and kind that has not left yet is extended instead. */
  readonly follow?: readonly Entry[];
  /** The SIM that the delivery's thread lives on from now on, if the change moved the delivery. */
  readonly bind?: Lane;
}

export interface Moved {
  /** What it was before. */
  readonly was: State;
  readonly after: Delivery;
}

/** What `withdraw` did: all of it, or nothing. */
export interface Withdrawal {
  /** Empty: nothing was changed. */
  readonly moved: readonly Moved[];
  /** What became of what follows. With nothing moved: the one that was refused; or, all "repeated": this very work was done before. */
  readonly follow: readonly AcceptOutcome[];
}

export interface ClaimQuery {
  /**
   * Whose work: "*" (any gateway), "a,b" (one of these gateways, sorted), "a" (this gateway or channel), "a:3" (this SIM).
   * Higher priority first, then oldest first, over all of them, but no more than `max` out of each pool.
   */
  readonly pools: readonly { readonly pool: string; readonly max: number }[];
  readonly limit: number;
  /** How many that follow each other in one line and thread may be claimed together, 1 or more. */
  readonly run: number;
  readonly now: number;
  /** The gateway that is about to send: noted as the delivery's lane (an own port of it stays), so that after a crash it is known whom to ask. Null for channels. */
  readonly gateway: string | null;
  /** Who claims, and until when: after that another may. */
  readonly node: string;
  readonly lease: number;
}

/** The oldest delivery of a pool that waits to leave. */
export interface Waiting {
  readonly pool: string;
  /** When its message was accepted, UTC milliseconds. */
  readonly at: number;
}

/** One answer of a gateway's inbox, to be stored with its cursor. */
export interface Haul {
  readonly gateway: string;
  readonly cursor: string;
  readonly scan: string | null;
  readonly texts: readonly {
    /** Hash of all that identifies the text on this gateway (port, number, device time, text). */
    readonly print: string;
    /** null: taken note of, not forwarded. */
    readonly entry: Entry | null;
  }[];
  readonly now: number;
}

/** All conditions hold together. Newest deliveries first. */
export interface MessageQuery {
  readonly number?: string;
  readonly state?: State;
  /** Stands somewhere in the delivery's text or phone; letters of either case. Only the newest `SEARCH_DEPTH` deliveries are looked through. */
  readonly text?: string;
  readonly gateway?: string;
  /** When its message was accepted, UTC milliseconds, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Only deliveries with a lower id. */
  readonly before?: number;
  /** Oldest first. */
  readonly oldest?: boolean;
  /** Only deliveries with a higher id. */
  readonly after?: number;
  /** `in`: texts that phones wrote; `out`: texts to phones. */
  readonly way?: "in" | "out";
  /** Only texts from and to phones: no notices, no copies, and of a text that came in only the first delivery. */
  readonly phones?: boolean;
  /** Conversations that one of these takes part in (see `ThreadQuery.who`). */
  readonly who?: readonly string[];
  readonly limit: number;
}

/** How far back a search for text goes, deliveries: what comes back at once, whatever the store holds. */
export const SEARCH_DEPTH = 100_000;

/**
 * Where everything is kept. Every promise of the house rests on this: a method resolves only when what it did survives power loss.
 * What arrives while a commit is under way goes into the next one together. Several nodes may share one store.
 * Any rejection means: not stored.
 */
export interface Store extends Ledger, Archive {
  /** Stores a message with its deliveries and threads. */
  accept(entry: Entry): Promise<AcceptOutcome>;
  /** Claims due work, `queued` to `sending`, attempts + 1, sentAt = now, deadline = lease. Order within a line is kept: a delivery waits while an earlier one
   *  (by priority, then id) of its line is queued, sending or unsure, or accepted but not yet sent, unless both are of one thread that has its SIM. */
  claim(query: ClaimQuery): Promise<readonly Job[]>;
  /** Applies news in one transaction; returns what really moved (a new `due` alone is no move, but is stored). */
  report(news: readonly News[]): Promise<readonly Moved[]>;
  /**
   * Takes back deliveries that are all still `queued`, and stores `follow` in the same transaction: they fail with `error`. If even one of them is not
   * queued any more, or one of `follow` is refused, nothing is changed. What waited behind them in their line may go. `follow` is stored also where it
   * repeats an earlier delivery (`NewDelivery.once`): it may be what was written first, and then changed.
   */
  withdraw(deliveries: readonly number[], error: string, follow: readonly Entry[]): Promise<Withdrawal>;
  /** Stores what a gateway's inbox yielded together with the cursor; returns the entries that were new, as accepted. */
  receive(haul: Haul): Promise<readonly { readonly id: string; readonly deliveries: readonly Delivery[] }[]>;
  cursor(gateway: string): Promise<string | undefined>;
  /** The thread that `query` would find, without making one. */
  thread(query: ThreadQuery): Promise<Thread | null>;
  /** `accepted`, `sent` and `unsure` deliveries that left through `gateway` and whose `due` has come, earliest first. */
  open(gateway: string, now: number, limit: number): Promise<readonly Job[]>;
  /** The earliest `due` of those that left through `gateway`, past ones too; null: none is open. */
  nextAsk(gateway: string): Promise<number | null>;
  /** The earliest moment at which `claim` (for these pools), `open` (for these gateways) or `overdue` would have something that it has not now; null: none. */
  next(now: number): Promise<number | null>;
  /** Deliveries whose deadline has come, earliest first. */
  overdue(now: number, limit: number): Promise<readonly Job[]>;
  /** The last delivery on `gateway` that the device itself has listed (state sent or delivered by a report), sent before `before`. */
  witness(gateway: string, before: number): Promise<Delivery | null>;
  delivery(id: number): Promise<Job | null>;
  /** All deliveries of a message. */
  deliveries(message: string): Promise<readonly Delivery[]>;
  message(id: string): Promise<Message | null>;
  /** Upstream ids of a thread as seen by channel `via`, oldest first, at most `limit`. */
  refs(thread: number, via: string, limit: number): Promise<readonly string[]>;
  /** The newest of the last 50 messages of a thread that a person wrote on channel `via`; null: there is none. */
  lastWritten(thread: number, via: string): Promise<Message | null>;
  /** The newest delivery to a person on channel `via` that the upstream knows as `ref`; null: there is none. */
  byRef(via: string, ref: string): Promise<Job | null>;
  /** Everybody on channels who was given the newest text that the phone of this thread wrote, failed deliveries left out. Empty: it never wrote. */
  audience(thread: number): Promise<readonly Party[]>;
  /** Texts that `user` sent in the last 24 hours, and when the oldest hour of them falls out. */
  sentBy(user: string, now: number): Promise<{ readonly texts: number; readonly freesAt: number }>;
  /** Texts that left through each SIM since `since` (by the day). */
  usage(since: number): Promise<readonly { readonly lane: Lane; readonly texts: number }[]>;
  /** How many deliveries are in each state. Costs the same whatever the number. */
  depth(): Promise<Readonly<Record<State, number>>>;
  /**
   * The oldest of each pool (see `ClaimQuery.pools`) that is ready to leave, to be tried again, or being sent; pools where none is are left out.
   * One that waits behind an earlier one of its line counts with that. What it costs hardly grows with the queue.
   */
  waiting(): Promise<readonly Waiting[]>;
  list(query: MessageQuery): Promise<readonly Job[]>;
  /** Keeps an answer that could not be read, once. */
  keep(gateway: string, raw: string, at: number): Promise<void>;
  /** Takes or prolongs the named lease for `node` until `until`; false: another has it. */
  lease(name: string, node: string, until: number, now: number): Promise<boolean>;
  /** What this node had claimed when it died is overdue now. Called once at start. Returns how many. */
  recover(node: string, now: number): Promise<number>;
  /** Deletes finished messages older than `before`, at most `limit`, and the numbers of updates that were handled days ago; returns how many messages. */
  prune(before: number, limit: number): Promise<number>;
  /** Resolves if the store can be written now. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
