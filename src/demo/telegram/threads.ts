// Topics and replies: which thread a message stands in, what it answers, and how topics begin and change.
import type { Message, User } from "grammy/types";
import { type Account, publish } from "./account.ts";
import type { Chat, Topic } from "./chat.ts";
import type { Content, Post } from "./post.ts";

/** What the Bot API shows of an answered message: without what that one answers. */
function answered({ message }: Post): NonNullable<Message["reply_to_message"]> {
  const { reply_to_message: _, ...rest } = message;
  return rest as NonNullable<Message["reply_to_message"]>;
}

/**
 * The fields of a message that stands in a topic, or answers another message. In a forum each message of a topic is linked to the topic's
 * first one; in a supergroup a reply outside of topics has the number of the thread's first message, without `is_topic_message`.
 */
export function placed(chat: Chat, topic: number | undefined, reply: Post | undefined): Partial<Content> {
  const head = topic === undefined || chat.isPrivate ? undefined : chat.post(topic);
  const linked = reply ?? head;
  const link = linked ? { reply_to_message: answered(linked) } : {};
  if (topic !== undefined) return { message_thread_id: topic, is_topic_message: true, ...link };
  if (!reply || chat.type !== "supergroup") return link;
  return { message_thread_id: reply.message.message_thread_id ?? reply.id, ...link };
}

/** Colour of a topic for which none was chosen (createForumTopic, icon_color). */
const BLUE = 0x6fb9f0;

export function beginTopic(account: Account, chat: Chat, by: User, name: string, icon_color = BLUE): Topic {
  const id = chat.lastNumber + 1;
  // Before its service message: whoever hears of that finds the topic.
  const topic = { id, name, closed: false, deleted: false, creator: by.id, icon_color };
  chat.addTopic(topic);
  publish(account, chat, {
    from: by,
    message_thread_id: id,
    is_topic_message: true,
    forum_topic_created: { name, icon_color },
  });
  return topic;
}

export function renameTopic(account: Account, chat: Chat, by: User, topic: Topic, name: string): void {
  topic.name = name;
  publish(account, chat, { from: by, ...placed(chat, topic.id, undefined), forum_topic_edited: { name } });
}

export function closeTopic(account: Account, chat: Chat, by: User, topic: Topic): void {
  topic.closed = true;
  publish(account, chat, { from: by, ...placed(chat, topic.id, undefined), forum_topic_closed: {} });
}

export function reopenTopic(account: Account, chat: Chat, by: User, topic: Topic): void {
  topic.closed = false;
  publish(account, chat, { from: by, ...placed(chat, topic.id, undefined), forum_topic_reopened: {} });
}
