// What people do in Telegram, sorted: each update to what handles it.
import type { Message as Post, Update } from "grammy/types";
import type { Handle, Means } from "../parts.ts";
import { onPress } from "./buttons.ts";
import { readCommand } from "./command.ts";
import { contentOf, isPersons } from "./content.ts";
import { onEdited } from "./edit.ts";
import { join } from "./join.ts";
import { Recently } from "./recently.ts";
import type { Room } from "./scene.ts";
import { onMembership, onService } from "./service.ts";
import { answered } from "./target.ts";
import { type Deed, isOpen, knownChat, sceneOf, threadOf, turnAway } from "./who.ts";
import { onWriting } from "./writing.ts";

/** How much of what was said lately is remembered. */
const REMEMBERED = 10_000;

/** The handling of updates. Kinds that are not known are left alone. */
export function createHandle(means: Means): Handle {
  const room: Room = { ...means, told: new Recently(REMEMBERED) };
  return (update, signal) => handle(room, update, signal);
}

async function handle(room: Room, update: Update, signal: AbortSignal): Promise<void> {
  const { update_id: id, message, edited_message: edited, callback_query: query } = update;
  if (message) return onMessage(room, id, message, false, signal);
  if (edited) return onMessage(room, id, edited, true, signal);
  if (query) return onPress(room, id, query, signal);
  if (update.my_chat_member) return onMembership(room, update.my_chat_member);
}

async function onMessage(
  room: Room,
  update: number,
  message: Post,
  edited: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!edited && (await onService(room, update, message, signal))) return;
  const { chat, from } = message;
  const content = contentOf(message);
  if (!from || !isPersons(message) || content === null || chat.type === "channel") return;
  if (chat.type !== "private" && isOpen(room, chat))
    room.places.learn(knownChat(room, chat), chat.is_forum === true);
  const thread = threadOf(message);
  const deed: Deed = { room, signal, update, chat, from, post: message.message_id, thread };
  const text = content.kind === "text" ? content.text : "";
  const command = readCommand(text);
  if (!edited && chat.type === "private" && command?.name === "start" && command.rest !== "")
    return join(deed, command.rest.trim());
  const scene = sceneOf(deed);
  if (!scene) return edited ? undefined : turnAway(deed, text, isMeant(deed, message));
  return edited ? onEdited(scene, content) : onWriting(scene, message, content);
}

/** In a group: it stands in a phone's topic, or answers the bot. */
function isMeant({ room, chat, thread }: Deed, message: Post): boolean {
  const topic = thread === null ? null : room.places.topic(knownChat(room, chat), thread);
  const author = answered(message)?.from?.id;
  return topic !== null || (author !== undefined && author === room.me()?.id);
}
