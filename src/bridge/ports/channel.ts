// The contracts between the heart and a channel: what a channel does, and the door through which it hands messages in.
import type { Delivery, Lane, Message, Notify, Party, Priority, Thread } from "../message.ts";
import type { Desk } from "./desk.ts";

/** A delivery to a person, with all that a channel needs to word it. */
export interface Post {
  readonly delivery: Delivery;
  readonly message: Message;
  readonly thread: Thread;
  /** The upstream ids of this conversation on this channel, oldest first, at most 20. */
  readonly refs: readonly string[];
  /** What people call this conversation: `origin.subject` of the message from a person that began it on this channel, "" if that has none; null or left out: no person began it. */
  readonly topic?: string | null;
  /** What people call this phone; null: it has no name. */
  readonly name: string | null;
  /** Of a notice (`message.notice` says of which kind; its text is "", the channel words it): the message it is about, and those of its deliveries that it tells of. */
  readonly about: { readonly message: Message; readonly deliveries: readonly Delivery[] } | null;
}

/** Where people are. */
export interface Channel {
  readonly name: string;
  /** Begins to take messages in. Throws when it can't (address in use); an upstream that is down or refuses us is no reason. */
  start(inbox: Inbox, desk: Desk): Promise<void>;
  /** Stops taking; finishes what is in flight. */
  stop(): Promise<void>;
  /** Hands one delivery to a person; resolves with the upstream's id once the upstream took it. Throws SendError. Must be repeatable: the same delivery gives the same ids. */
  send(post: Post, signal: AbortSignal): Promise<{ readonly ref: string | null }>;
  /** How many sends may be under way at once. */
  readonly concurrency: number;
  /** Only of channels that show how a text fares: a delivery to a phone moved, and that is on disk. Returns at once, never throws. */
  moved?(delivery: Delivery): void;
}

/** A recipient that was checked: hand it to `accept` as it is. */
export interface Recipient {
  /** Canonical: E.164, short code, or USSD code as dialled. */
  readonly phone: string;
  readonly kind: "number" | "short" | "ussd";
  /** The SIM that the sender asked for. */
  readonly pin: Lane | null;
  /** What the sender wrote. */
  readonly raw: string;
  readonly notify: readonly Notify[];
}

export interface Check {
  /** The user, once the channel has proven who writes; null: a stranger. */
  readonly user: string | null;
  readonly from: Party;
  /** The recipient as written: a number in any form, a short code, a USSD code. */
  readonly to: string;
  /** `gateway` and `port` as asked for in the address. */
  readonly gateway?: string;
  readonly port?: number;
  readonly notify?: readonly Notify[];
  /** Recipients of the same message that were already checked. */
  readonly before: readonly Recipient[];
}

/** A message from a person to phones. */
export interface Submission {
  readonly user: string;
  readonly from: Party;
  readonly to: readonly Recipient[];
  readonly text: string;
  /** The upstream's own id (Message-ID without brackets); null: it has none, and nothing is taken for a repetition. */
  readonly ref: string | null;
  /** Ids that it answers to, newest last. */
  readonly refs: readonly string[];
  /** The conversation that it belongs to, if the writer names one and its phone is the recipient's; goes before `refs`. */
  readonly thread?: number;
  readonly priority: Priority;
  readonly origin: Readonly<Record<string, string>>;
}

export interface Accepted {
  /** The message's id; the first one's, if all of it had been accepted before. */
  readonly id: string;
  readonly repeated: boolean;
  readonly recipients: number;
  readonly parts: number;
  /** The text was too long and was shortened. */
  readonly cut: boolean;
}

/** Everything that enters, for channels. */
export interface Inbox {
  /**
   * Puts another text in the place of a message that has not left: as `accept`, to the same phones, with the earlier message taken back in the same transaction.
   * Null: some of it left already, and nothing was changed. Throws Rejected; then nothing was changed either.
   */
  replace(message: string, submission: Submission): Promise<Accepted | null>;
  /** Takes back all of a message, if nothing of it left yet. `by`: who wants it, for the record. False: too late, or there is no such message. */
  withdraw(message: string, by: string): Promise<boolean>;
  /** May this be sent? Throws Rejected. A yes may still become a no in `accept` (only an answer was allowed, and it answers nothing). */
  check(ask: Check): Promise<Recipient>;
  /** Resolves once the store has it. Throws Rejected. All recipients or none. */
  accept(submission: Submission): Promise<Accepted>;
  /** A delivery that the upstream had taken came back. `token` is what `bounceToken` made. False: no such delivery. */
  bounced(token: string, detail: string): Promise<boolean>;
}
