// What Telegram tells of chats by itself: topics that people rename, close and open, groups that get another id, chats that are lost.
import type { ChatMemberUpdated, Message as Post } from "grammy/types";
import { escapeHtml } from "../html.ts";
import { mention } from "./say.ts";
import type { Room } from "./scene.ts";
import { isOpen, knownChat, sceneOf } from "./who.ts";

/** The account in whose name anonymous admins of groups act (core.telegram.org/bots/api#message, `sender_chat`). */
const ANONYMOUS = 1087968824;

/** Handles service messages. False: it is none of those that count. */
export async function onService(
  room: Room,
  update: number,
  message: Post,
  signal: AbortSignal,
): Promise<boolean> {
  const { chat } = message;
  if (message.migrate_to_chat_id !== undefined) {
    await room.places.moved(String(chat.id), String(message.migrate_to_chat_id));
    return true;
  }
  if (message.migrate_from_chat_id !== undefined) {
    await room.places.moved(String(message.migrate_from_chat_id), String(chat.id));
    return true;
  }
  if (message.forum_topic_edited) {
    await onRenamed(room, update, message, signal);
    return true;
  }
  if (message.forum_topic_closed || message.forum_topic_reopened) {
    await onClosed(room, message, message.forum_topic_closed !== undefined);
    return true;
  }
  return false;
}

/** A user renamed a topic: that is what the phone is called from now on. */
async function onRenamed(room: Room, update: number, message: Post, signal: AbortSignal): Promise<void> {
  const name = message.forum_topic_edited?.name?.trim() ?? "";
  const { from, chat, message_thread_id: thread = null, message_id: post } = message;
  if (name === "" || !from || from.is_bot || message.sender_chat) return;
  const scene = sceneOf({ room, signal, update, chat, from, post, thread });
  const topic = scene?.topic;
  if (!scene || !topic || (topic.name === name && room.desk.nameOf(topic.phone) === name)) return;
  await room.desk.call(topic.phone, name);
  await room.places.keep({ ...topic, name });
  await mention(scene, { html: escapeHtml(scene.words("tg-topic-named", { name })) });
}

/** Whoever may close a topic mutes it; the bot's own doings are known. */
async function onClosed(room: Room, message: Post, closed: boolean): Promise<void> {
  const { from, chat, message_thread_id: thread } = message;
  if (!from || (from.is_bot && from.id !== ANONYMOUS) || thread === undefined || !isOpen(room, chat)) return;
  const topic = room.places.topic(knownChat(room, chat), thread);
  if (topic && topic.closed !== closed) await room.places.keep({ ...topic, closed });
}

/** The bot was blocked, or put out of a group: texts for there go to others from now on. */
export function onMembership(room: Room, { chat, new_chat_member: now }: ChatMemberUpdated): void {
  if (now.status !== "kicked" && now.status !== "left") return;
  const why = chat.type === "private" ? "blocked by the user" : "put out of the group";
  room.options.log.warn("chat lost", { via: room.options.name, chat: knownChat(room, chat), why });
}
