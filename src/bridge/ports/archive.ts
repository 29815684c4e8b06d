// The contract of looking back: what became of a delivery step by step, conversations, figures by the hour. Part of the store.
import type { Delivery, Lane, Message, State, Thread } from "../message.ts";

/** A delivery with all that belongs to it. */
export interface Job {
  readonly delivery: Delivery;
  readonly message: Message;
  readonly thread: Thread;
}

/** A step in the life of a delivery. */
export interface Step {
  /** UTC milliseconds. */
  readonly at: number;
  readonly state: State;
  readonly lane: Lane | null;
  /** In the operator's words, or the gateway's own; null: all was well. */
  readonly error: string | null;
}

/** A conversation with what was said in it last. */
export interface Conversation {
  readonly thread: Thread;
  /** When anything was last said in it, UTC milliseconds. */
  readonly active: number;
  /** The newest delivery in it that is a text from or to the phone. */
  readonly last: Job | null;
}

/** One hour of one gateway. */
export interface Figure {
  /** When the hour began, UTC milliseconds. */
  readonly hour: number;
  readonly gateway: string;
  /** Texts that the network took, and their SMS parts. */
  readonly sent: number;
  readonly parts: number;
  readonly delivered: number;
  readonly failed: number;
  /** Texts that came in. */
  readonly received: number;
  /** Sum over `sent`: from acceptance until the network took it, milliseconds. */
  readonly latency: number;
}

export interface Archive {
  /** All steps of a delivery, oldest first; empty: there is no such delivery. */
  history(delivery: number): Promise<readonly Step[]>;
  /** Conversations that one of `who` takes part in (null: all), the last active first, from `before` on back. */
  conversations(
    who: readonly string[] | null,
    before: { readonly active: number; readonly thread: number } | null,
    limit: number,
  ): Promise<readonly Conversation[]>;
  /** What was said in a conversation, copies and notices too, newest first; `before`: a delivery's id. */
  conversation(thread: number, before: number | null, limit: number): Promise<readonly Job[]>;
  /** Whether one of `who` takes part in it. */
  takesPart(thread: number, who: readonly string[]): Promise<boolean>;
  /** By hour and gateway, oldest first; hours with nothing in them are left out. */
  figures(since: number, until: number): Promise<readonly Figure[]>;
}
