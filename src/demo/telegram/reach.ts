// What a request names: its chat, topic and message, as far as the bot may reach them; else Telegram's words why not.
import type { Account } from "./account.ts";
import type { Chat, Topic } from "./chat.ts";
import { badRequest, forbidden } from "./errors.ts";
import type { Params } from "./params.ts";
import type { Post } from "./post.ts";

/** "General" has no number in messages, and none that could be sent to. */
const GENERAL = 1;

/** The chat of `chat_id`, by number or @username. Throws ApiFailure "chat not found". */
export function chatOf({ chats }: Account, params: Params): Chat {
  const wanted = params.text("chat_id");
  if (wanted === "") throw badRequest("chat_id is empty");
  const chat = wanted.startsWith("@")
    ? [...chats.values()].find(({ api }) => !isPrivate(api.type) && api.username === wanted.slice(1))
    : chats.get(params.integer("chat_id", 0));
  if (!chat) throw badRequest("chat not found");
  return chat;
}

const isPrivate = (type: string): boolean => type === "private";

const knowsFromGroups = ({ chats }: Account, user: number): boolean =>
  [...chats.values()].some(({ members }) => members.has(user));

/** A chat in which the bot may act. Throws ApiFailure as Telegram does when it was blocked, kicked, never there, or the group has moved. */
export function reachable(account: Account, params: Params): Chat {
  const chat = chatOf(account, params);
  const { type, movedTo } = chat;
  if (movedTo !== undefined)
    throw badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: movedTo });
  if (chat.bot === "kicked")
    throw forbidden(isPrivate(type) ? "bot was blocked by the user" : `bot was kicked from the ${type} chat`);
  if (chat.bot !== "left") return chat;
  if (!isPrivate(type)) throw forbidden(`bot is not a member of the ${type} chat`);
  if (knowsFromGroups(account, chat.id)) throw forbidden("bot can't initiate conversation with a user");
  throw badRequest("chat not found");
}

/** The topic that a message is sent to; undefined: to none. Throws ApiFailure "message thread not found" or "TOPIC_CLOSED". */
export function threadOf(
  account: Account,
  chat: Chat,
  params: Params,
  reply: Post | undefined,
): Topic | undefined {
  // Without a number a message goes where the one stands that it answers.
  const id = params.integer("message_thread_id", 0) || (reply?.topic ?? 0);
  if (id === 0) return undefined;
  const topic = id === GENERAL ? undefined : chat.topic(id);
  if (!topic || !chat.hasTopics) throw badRequest("message thread not found");
  if (topic.closed && !mayWriteWhenClosed(account, chat, topic)) throw badRequest("TOPIC_CLOSED");
  return topic;
}

const mayWriteWhenClosed = ({ bot }: Account, chat: Chat, topic: Topic): boolean =>
  chat.closedTopics === "managers" && (chat.rights.can_manage_topics || topic.creator === bot.id);

/** The message of `message_id`. Throws ApiFailure "`what` not found". */
export function postOf(chat: Chat, params: Params, what: string): Post {
  if (!params.has("message_id")) throw badRequest("message identifier is not specified");
  const post = chat.post(params.integer("message_id", 0));
  if (!post) throw badRequest(`${what} not found`);
  return post;
}

/** The message that `reply_parameters` names; undefined when none is to be answered, or may be missing. */
export function replyOf(chat: Chat, params: Params): Post | undefined {
  const reply = params.object("reply_parameters");
  if (!reply) return undefined;
  const id = Number(reply.message_id);
  if (!Number.isInteger(id))
    throw badRequest('can\'t parse reply parameters: field "message_id" must be a number');
  const post = chat.post(id);
  const thread = params.integer("message_thread_id", 0);
  // "Always False for replies in another chat or forum topic" (ReplyParameters, allow_sending_without_reply).
  const elsewhere = post !== undefined && thread !== 0 && (post.topic ?? 0) !== thread;
  if (post && !elsewhere) return post;
  if (reply.allow_sending_without_reply === true && !elsewhere) return undefined;
  throw badRequest("message to be replied not found");
}
