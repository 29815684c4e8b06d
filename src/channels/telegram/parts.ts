// The parts of the Telegram channel, as they know each other.
import type { RawApi } from "grammy";
import type { Update, UserFromGetMe } from "grammy/types";
import type { FaultPoint } from "../../bridge/house.ts";
import type { Lane } from "../../bridge/message.ts";
import type { Inbox } from "../../bridge/ports/channel.ts";
import type { Desk } from "../../bridge/ports/desk.ts";
import type { Ledger } from "../../bridge/ports/ledger.ts";
import type { Store } from "../../bridge/ports/store.ts";
import type { Clock, Log, Meter } from "../../bridge/ports/system.ts";
import type { Words } from "../../words/index.ts";

export interface TelegramOptions {
  /** The endpoint's name in the config. */
  readonly name: string;
  readonly token: string;
  /** The Bot API server, without a slash at the end. */
  readonly apiRoot: string;
  /** Telegram brings updates to `url`, which leads to `TelegramChannel.webhook`; null: they are fetched. `secret`: 1 .. 256 of A-Z a-z 0-9 _ -. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  /** Emoji for each state of a text, from those that Telegram has for reactions; "" shows nothing. */
  readonly reactions: Readonly<Record<"accepted" | "sent" | "delivered" | "failed", string>>;
  /** A text of more parts than this is asked about before it is sent, SMS parts. */
  readonly askOver: number;
  /** Where neither the user nor Telegram says another. */
  readonly language: string;
  /** Languages that users have in the config. */
  readonly languages: ReadonlyMap<string, string>;
  /** How national numbers are read (ISO 3166); undefined: none are. */
  readonly region: string | undefined;
  /** The names of all users: an invitation holds only a hash of one. */
  readonly users: readonly string[];
  /** What the config calls the SIMs. */
  readonly sims: readonly {
    readonly gateway: string;
    readonly port: number;
    readonly number?: string;
    readonly label?: string;
  }[];
  readonly ledger: Ledger & Pick<Store, "lease">;
  /** This process' name in leases. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** 0 .. 1, for jitter. */
  readonly random: () => number;
  readonly fault: (point: FaultPoint) => void;
}

type Params<M extends keyof RawApi> = Parameters<RawApi[M]>[0];
type Result<M extends keyof RawApi> = Awaited<ReturnType<RawApi[M]>>;

/** The Bot API: one method, one request, never repeated by itself. Throws Refused. */
export interface Bot {
  call<M extends keyof RawApi>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>>;
}

/**
 * What Telegram meant by an error:
 * - `down`: it can't be reached, or has trouble (5xx); certainly not done. `unsure`: the request left, no answer came.
 * - `login`: the token is not valid (401, 404). `conflict`: another one fetches updates with this token, or a webhook is set (409). `flood`: too many; see `retryAfter` (429).
 * - `blocked`: the user blocked the bot, or was deleted, or never wrote to it. `kicked`: the bot is not in that chat, or may not write there. `no-chat`: there is no such chat.
 * - `no-topic`: the topic was deleted. `closed`: it is closed, and the bot may not write there. `rights`: the bot lacks a right there. `moved`: the group became another chat; see `movedTo`.
 * - `gone`: the message that was meant is not there any more, or nothing would change. `bad`: anything else that Telegram refuses for good.
 */
export type RefusedKind =
  | "down"
  | "unsure"
  | "login"
  | "conflict"
  | "flood"
  | "blocked"
  | "kicked"
  | "no-chat"
  | "no-topic"
  | "closed"
  | "rights"
  | "moved"
  | "gone"
  | "bad";

/** A call failed. `message` is Telegram's own description or the network's words; the token never stands in it. Stays within this room. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly kind: RefusedKind;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
  /** The chat's new id. */
  readonly movedTo: string | undefined;

  constructor(
    kind: RefusedKind,
    message: string,
    options: { retryAfter?: number; movedTo?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfter = options.retryAfter;
    this.movedTo = options.movedTo;
  }
}

/** A topic of a chat: the conversation with one phone through one SIM. */
export interface Topic {
  /** The chat as the config names it. */
  readonly chat: string;
  /** Telegram's message_thread_id. */
  readonly id: number;
  readonly phone: string;
  /** Null: its SIM is not known yet. */
  readonly lane: Lane | null;
  /** As people called it; "" while it is named by us. */
  readonly name: string;
  /** People closed it: nothing is shown there until the phone writes. */
  readonly closed: boolean;
}

/** What is known of chats: topics, new ids. Remembered in the ledger, held in memory; one chat id everywhere: the config's. */
export interface Places {
  /** Reads all from the ledger; call it first. */
  load(): Promise<void>;
  topic(chat: string, id: number): Topic | null;
  /** The conversation with this phone through this SIM; one whose SIM is not known yet counts too. The newest, if there are several. */
  topicFor(chat: string, phone: string, lane: Lane | null): Topic | null;
  keep(topic: Topic): Promise<void>;
  forget(chat: string, id: number): Promise<void>;
  /** Telegram's id of a chat now, from the config's; and back. */
  now(chat: string): string;
  known(chat: string): string;
  /** A group became a supergroup. Ids as Telegram says them. */
  moved(from: string, to: string): Promise<void>;
  /** Whether a chat has topics (a forum, or a private chat of a bot with topics); asked once, then remembered for a while. */
  hasTopics(chat: string): Promise<boolean>;
  /** What Telegram told of a chat by the way. */
  learn(chat: string, hasTopics: boolean): void;
}

/** A message that a person wrote here and that became a text: its state is shown there as a reaction. */
export interface Mark {
  /** The chat as the config names it, and Telegram's message_id in it. */
  readonly chat: string;
  readonly post: number;
  /** The text's message id in the house. */
  readonly message: string;
  readonly phone: string;
  readonly user: string;
  readonly topic: number | null;
  /** UTC milliseconds. */
  readonly at: number;
  /** The bot's own line "still waiting" with its Cancel button, while it stands. */
  readonly waiting: number | null;
  /** What is shown: one of the states of `TelegramOptions.reactions`, or "" before. */
  readonly shown: string;
  /** Nothing more will be shown. */
  readonly final: boolean;
}

/** Shows how texts fare: reactions that follow the states, a line with a Cancel button when a text has to wait. Catches up after a restart. */
export interface Marks {
  load(): Promise<void>;
  /** Begins to show a text; on disk when it resolves. The same post again replaces the mark (it was edited). */
  keep(mark: Mark): Promise<void>;
  /** The mark of a post, also when it is final (for some days); null: it never became a text. */
  of(chat: string, post: number): Mark | null;
  /** By the text's message id. */
  for(message: string): Mark | null;
  /** A delivery moved; see `Channel.moved`. */
  moved(delivery: { readonly message: string }): void;
  /** Shows what is to be shown until `signal` aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** Handles one update. Rejects when it can't be handled now (Telegram or the store is down): it is given again then. What was done before is not done twice. */
export type Handle = (update: Update, signal: AbortSignal) => Promise<void>;

/** What the handling of updates works with: see handle/index.ts. `topics.ts` opens topics with it too. */
export interface Means {
  readonly options: TelegramOptions;
  readonly bot: Bot;
  readonly places: Places;
  readonly marks: Marks;
  readonly inbox: Inbox;
  readonly desk: Desk;
  /** Who the bot is; null: Telegram has not been reached yet (then no update has come either, but kept ones may be handled). */
  readonly me: () => UserFromGetMe | null;
  /** The catalogue in a language, by its tag. */
  readonly words: (language: string | undefined) => Words;
}
