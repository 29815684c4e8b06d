// What moves through the house: parties, messages, deliveries, threads, and the table that says which state may follow which.

/** Someone or something that can be written to. `via` names an endpoint of the config (a gateway or a channel). */
export interface Party {
  /** The endpoint's name; `ANY_GATEWAY` for a phone whose gateway is yet to be chosen. */
  readonly via: string;
  /** E.164, short code, alphanumeric sender or USSD code behind a gateway; mailbox or chat behind a channel. */
  readonly address: string;
}

/** `Party.via` of a phone that any gateway may serve: lanes.ts chooses. Never a configured name. */
export const ANY_GATEWAY = "*";

/** `Party.via` of the delivery that stands for "no route took this text": it keeps the text visible. Never a configured name. */
export const NOBODY = "-";

/** A SIM: a port of a gateway. `port` is null while only the gateway is known or asked for. */
export interface Lane {
  readonly gateway: string;
  readonly port: number | null;
}

/** What the bridge itself has to say to a sender: see notice.ts. */
export type NoticeKind = "failed" | "delayed" | "delivered";

/** What was written, by whom, when. Immutable once accepted. */
export interface Message {
  /** Public id: lower-case letters and digits, sorts by time, can't be guessed. */
  readonly id: string;
  /** When it was accepted here, UTC milliseconds. */
  readonly at: number;
  /** Who wrote it; null: the bridge itself (a notice; a notice never causes a notice). */
  readonly from: Party | null;
  /** The user of the config who wrote it, if it was one. */
  readonly user: string | null;
  /** The whole text as written (a delivery carries what is really sent). */
  readonly text: string;
  /** The upstream's own id: a Message-ID without angle brackets, a gateway's id. */
  readonly ref: string | null;
  /** What the room that took it in keeps with it (mail headers for a DSN, ENVID, SMSC, SIM slot …): opaque to the bridge. */
  readonly origin: Readonly<Record<string, string>>;
  /** Only of notices: what it tells and about which message. Its deliveries are named in `about`. */
  readonly notice: {
    readonly kind: NoticeKind;
    readonly message: string;
    readonly about: readonly number[];
  } | null;
}

/** `accepted`: the upstream took it. `sent`: the network took it. `delivered`: the handset's report. `unsure`: the request left, no answer came. */
export type State = "queued" | "sending" | "accepted" | "sent" | "delivered" | "unsure" | "failed";

/** Lower leaves first. */
export const PRIORITY = { urgent: 0, normal: 1, low: 2 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** What the sender wants to hear (RFC 3461 NOTIFY). */
export type Notify = "success" | "failure" | "delay";

/** One message to one party: the only thing that moves. */
export interface Delivery {
  /** 1 .. 2^31-1 from a persisted sequence: also the correlation number that a gateway knows it by. Stays the same when it is sent again. */
  readonly id: number;
  readonly message: string;
  readonly thread: number;
  readonly to: Party;
  /** What this party is sent: fitted, transliterated, one piece of a split text. */
  readonly text: string;
  /** SMS parts that `text` takes; 0 for channels. */
  readonly parts: number;
  readonly priority: Priority;
  readonly state: State;
  /** How many times it was handed to an upstream. */
  readonly attempts: number;
  /** What is to be done next (send, ask) and when, UTC milliseconds; null: nothing. */
  readonly due: number | null;
  /** When time itself decides (warn, expire, give up asking), UTC milliseconds; null: never. */
  readonly deadline: number | null;
  /** When a text that has not left fails, UTC milliseconds. */
  readonly expires: number;
  /** The SIM it left from, or must leave from. */
  readonly lane: Lane | null;
  /** When the last request left for the upstream, UTC milliseconds. */
  readonly sentAt: number | null;
  /** The driver's own handle on it (task id, reference ids), as the driver wrote it. */
  readonly track: string | null;
  /** The upstream's own id for it (the Message-ID we gave a mail, a chat's message id). */
  readonly ref: string | null;
  /** The last error, in the operator's words. */
  readonly error: string | null;
  /** The sender was told that it still waits. */
  readonly warned: boolean;
  readonly notify: readonly Notify[];
}

/** A conversation: one phone, one SIM (once it is known), and the people who talk with it. */
export interface Thread {
  readonly id: number;
  /** The phone (or USSD code, or alphanumeric sender). */
  readonly phone: string;
  /** The SIM it lives on; null until the first text left or came. */
  readonly lane: Lane | null;
  /** Who wrote last to the phone. */
  readonly wrote: { readonly party: Party; readonly user: string | null; readonly at: number } | null;
}

/** Something that happened to a delivery. What is left out stays as it is. */
export interface Change {
  readonly state: State;
  readonly due?: number | null;
  readonly deadline?: number | null;
  readonly lane?: Lane;
  readonly sentAt?: number;
  readonly track?: string;
  readonly ref?: string;
  readonly error?: string | null;
  readonly attempts?: number;
  readonly warned?: boolean;
}

/**
 * Which state may follow which. A state that names itself takes news that change nothing but the plan (a later `due`).
 * Only `sending` and `unsure` go back to `queued`, and only when it is certain that the upstream did not take it.
 */
export const FOLLOWS: Readonly<Record<State, readonly State[]>> = {
  queued: ["queued", "sending", "failed"],
  sending: ["sending", "queued", "accepted", "sent", "delivered", "unsure", "failed"],
  unsure: ["unsure", "queued", "accepted", "sent", "delivered", "failed"],
  accepted: ["accepted", "sent", "delivered", "failed"],
  sent: ["sent", "delivered", "failed"],
  delivered: [],
  failed: [],
};

/** States that nothing follows. */
export const isFinal = (state: State): boolean => FOLLOWS[state].length === 0;

/** Returns the delivery after `change`, or the same object when the change is late, repeated or not allowed. */
export function advance(delivery: Delivery, change: Change): Delivery {
  if (!FOLLOWS[delivery.state].includes(change.state)) return delivery;
  const done = isFinal(change.state);
  return { ...delivery, ...change, ...(done ? { due: null, deadline: null } : {}) };
}

/** The unguessable name of a delivery in an envelope sender (`bounce+TOKEN@domain`): lower-case letters, digits and one hyphen. */
export const bounceToken = (delivery: Delivery): string => `${delivery.id.toString(36)}-${delivery.message}`;
