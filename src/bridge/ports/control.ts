// The contract of the control room: what console, API and command line see and do.
import type { Lane, Party, State } from "../message.ts";
import type { Conversation, Figure, Step } from "./archive.ts";
import type { Accepted } from "./channel.ts";
import type { Desk } from "./desk.ts";
import type { Job } from "./store.ts";

/** Who looks, or acts. */
export interface Viewer {
  /** The user; null: somebody of the house (the command line, a token without a user). */
  readonly user: string | null;
  /** `user`: own conversations only; `operator`: all conversations, and steering; `admin`: settings too. */
  readonly role: Role;
}

export type Role = "admin" | "operator" | "user";

/** All conditions hold together. */
export interface Search {
  readonly number?: string;
  /** Stands somewhere in text or phone. */
  readonly text?: string;
  readonly state?: State;
  readonly gateway?: string;
  /** When it was accepted, UTC milliseconds, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Only deliveries older than this one: the cursor of the next page. */
  readonly before?: number;
  /** Only deliveries newer than this one. */
  readonly after?: number;
  /** `in`: texts that phones wrote; `out`: texts to phones. */
  readonly way?: "in" | "out";
  /** Oldest first. */
  readonly oldest?: boolean;
  readonly limit: number;
}

/** A text to be sent. */
export interface Order {
  /** The user whose text it is: her rights and her quota count. */
  readonly user: string;
  /** As people write numbers. */
  readonly to: readonly string[];
  readonly text: string;
  readonly lane?: Lane;
  /** The conversation that it answers. */
  readonly thread?: number;
  readonly urgent?: boolean;
  /** The same key again (of this user, within `timing.validity`) is the same text: it is not sent twice. */
  readonly key?: string;
}

/** What waits, and why. */
export interface Waiting {
  readonly job: Job;
  /** `paused`: its SIM or gateway; `behind`: an earlier text to the same phone; `down`: no gateway that may send it is up, or the channel that is to bring it to people has trouble; `retry`: after an error; `turn`: others are before it; `asked`: nobody knows yet whether it left. */
  readonly why: "paused" | "behind" | "down" | "retry" | "turn" | "asked";
}

/** What became of a message. */
export interface Story {
  readonly jobs: readonly Job[];
  /** By delivery. */
  readonly steps: ReadonlyMap<number, readonly Step[]>;
  /** Some of it is in conversations that the viewer takes no part in, and is left out: she can't steer it. */
  readonly partly: boolean;
}

/** Something that happened, for pages that are live. */
export type Happening =
  | {
      readonly kind: "delivery";
      readonly delivery: number;
      readonly message: string;
      readonly thread: number;
      readonly state: State;
    }
  | { readonly kind: "message"; readonly message: string; readonly thread: number }
  | { readonly kind: "gateway"; readonly gateway: string };

/** Everything that concerns a conversation is refused (as if it were not there) to a `user` who takes no part in it. */
export interface Control extends Desk {
  /** Deliveries from and to phones, newest first. */
  messages(viewer: Viewer, search: Search): Promise<readonly Job[]>;
  /** One message with its deliveries and their steps, as far as they are in conversations that the viewer sees; null: there is none for this viewer. */
  story(viewer: Viewer, message: string): Promise<Story | null>;
  conversations(
    viewer: Viewer,
    before: { readonly active: number; readonly thread: number } | null,
    limit: number,
  ): Promise<readonly Conversation[]>;
  /** Newest first. Null: there is none for this viewer. */
  conversation(
    viewer: Viewer,
    thread: number,
    before: number | null,
    limit: number,
  ): Promise<readonly Job[] | null>;
  /** Texts that have not left, or of which it is not known, oldest first. */
  queue(viewer: Viewer, limit: number): Promise<readonly Waiting[]>;
  figures(since: number, until: number): Promise<readonly Figure[]>;
  /** Throws Rejected. */
  send(order: Order): Promise<Accepted>;
  /** A failed message once more, to the phones that did not get it; `lane`: from this SIM. Rights and quota are those of its writer. Throws Rejected. `key`: the same key again is the same text. Null: nothing of it failed, or it is not there. */
  again(viewer: Viewer, message: string, lane: Lane | null, key: string): Promise<Accepted | null>;
  /** A queued message from another SIM. Null: too late, or not there. Throws Rejected. */
  reroute(viewer: Viewer, message: string, lane: Lane): Promise<Accepted | null>;
  /** Takes back what has not left. False: too late, or not there. */
  cancel(viewer: Viewer, message: string): Promise<boolean>;
  /** Ends the USSD session in which a code waits for its answer; the code has failed then. False: there is none (any more). */
  hangUp(viewer: Viewer, message: string): Promise<boolean>;
  /** Nothing more is sent through this gateway or port (`port` null: all of it) until it is resumed; that outlasts restarts. Texts still come in. False: there is none. */
  pause(lane: Lane, paused: boolean, by: string): Promise<boolean>;
  /** What is paused. */
  paused(): readonly Lane[];
  /** Calls `listener` whenever something happened, at once and never for long; returns how to end that. */
  watch(listener: (happening: Happening) => void): () => void;
  /** Where texts that a user writes here come from: her first address, so that answers reach her. */
  partyOf(user: string): Party;
}
