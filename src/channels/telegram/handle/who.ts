// Who writes, and may they? Strangers hear one polite line, and nothing else happens.
import type { Chat, Message as Post, User } from "grammy/types";
import { escapeHtml } from "../html.ts";
import { readCommand } from "./command.ts";
import { mention } from "./say.ts";
import { nameOf, type Place, type Room, type Scene, wordsFor } from "./scene.ts";

/** A stranger is answered once in this time, milliseconds. */
const QUIET = 60 * 60_000;

/** Where and when something was done. */
export interface Deed {
  readonly room: Room;
  readonly signal: AbortSignal;
  readonly update: number;
  readonly chat: Chat;
  readonly from: User;
  readonly post: number;
  readonly thread: number | null;
}

/** The topic that a message stands in; other groups have threads of replies, which are none. */
export const threadOf = (message: Pick<Post, "is_topic_message" | "message_thread_id">): number | null =>
  message.is_topic_message ? (message.message_thread_id ?? null) : null;

/** A chat as the config names it. */
export const knownChat = (room: Room, chat: Pick<Chat, "id">): string => room.places.known(String(chat.id));

/** The user whose Telegram account this is; null: a stranger. */
export const userOf = ({ desk, options }: Room, from: User): string | null =>
  desk.userOf({ via: options.name, address: String(from.id) });

/** Where a deed was done, whoever did it. */
export function placeOf({ room, signal, chat, from, post, thread }: Deed, user: string | null): Place {
  const words = wordsFor(room, user, from);
  return { room, signal, chat: knownChat(room, chat), private: chat.type === "private", post, thread, words };
}

/** Whether this chat is one where users may write: their own with the bot, and groups that the config names. */
export const isOpen = (room: Room, chat: Chat): boolean =>
  chat.type === "private" || room.desk.isPlace({ via: room.options.name, address: knownChat(room, chat) });

/** What a user did where it counts; null: it was a stranger, or elsewhere. Nobody is told here. */
export function sceneOf(deed: Deed): Scene | null {
  const { room, from, chat, thread, update } = deed;
  const user = userOf(room, from);
  if (user === null || !isOpen(room, chat)) return null;
  const place = placeOf(deed, user);
  return {
    ...place,
    user,
    person: String(from.id),
    name: nameOf(from),
    topic: thread === null ? null : room.places.topic(place.chat, thread),
    update,
  };
}

/** Says to a stranger what there is to say: in private how to become known, in a group (if `meant` for the bot) that nothing was sent. At most once an hour. */
export async function turnAway(deed: Deed, text: string, meant: boolean): Promise<void> {
  const { room, from, chat } = deed;
  const { clock, log, name } = room.options;
  const user = userOf(room, from);
  const place = placeOf(deed, user);
  const isMeant = place.private || meant || readCommand(text) !== null;
  const key = `stranger ${place.chat} ${from.id}`;
  if (!isMeant || room.told.has(key, clock.now())) return;
  room.told.note(key, QUIET, clock.now());
  log.info("stranger", { via: name, chat: String(chat.id), id: String(from.id) });
  const line = place.private
    ? place.words("tg-stranger", { id: String(from.id) })
    : isOpen(room, chat)
      ? place.words("tg-group-only-users")
      : user === null
        ? null
        : place.words("tg-group-id", { id: String(chat.id) });
  if (line !== null) await mention(place, { html: escapeHtml(line) });
}
