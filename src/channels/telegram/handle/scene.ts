// One thing that a person did in a chat: who, where, and what an answer needs to know.
import type { User } from "grammy/types";
import type { Words } from "../../../words/index.ts";
import type { Means, Topic } from "../parts.ts";
import type { Recently } from "./recently.ts";

/** Where lines are said. */
export interface Place {
  readonly room: Room;
  readonly signal: AbortSignal;
  /** The chat as the config names it. */
  readonly chat: string;
  readonly private: boolean;
  /** The message that is answered. */
  readonly post: number;
  /** Telegram's message_thread_id, if it stands in a topic. */
  readonly thread: number | null;
  readonly words: Words;
}

/** A user of the config did something. */
export interface Scene extends Place {
  readonly user: string;
  /** Telegram's id of the person. */
  readonly person: string;
  /** What the person is called there. */
  readonly name: string;
  /** The conversation that is meant by writing here. */
  readonly topic: Topic | null;
  /** Telegram's number of the update. */
  readonly update: number;
}

/** What the handling of updates has, with what it remembers for a while. */
export interface Room extends Means {
  /** What was said lately, and need not be said again. */
  readonly told: Recently;
}

/** The words for somebody: as the config says for the user, else as Telegram says for the person, else the house's. */
export function wordsFor({ words, options }: Means, user: string | null, from: User): Words {
  const own = user === null ? undefined : options.languages.get(user);
  return words(own ?? from.language_code ?? options.language);
}

/** What a person is called. */
export const nameOf = (from: User): string => [from.first_name, from.last_name ?? ""].join(" ").trim();

/** What people call a phone, or its number. */
export const called = ({ desk }: Pick<Means, "desk">, phone: string): string => desk.nameOf(phone) ?? phone;
