// Methods for forum topics, in supergroups and in private chats that have them.
import { type Account, botUser } from "../account.ts";
import type { Chat, Topic } from "../chat.ts";
import { badRequest } from "../errors.ts";
import type { Params } from "../params.ts";
import { reachable } from "../reach.ts";
import { beginTopic, closeTopic, renameTopic, reopenTopic } from "../threads.ts";
import type { Context, Methods } from "./method.ts";

/** createForumTopic, name: "1-128 characters". */
const LONGEST_NAME = 128;
/** createForumTopic, icon_color. */
const COLOURS = new Set([0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f]);

/** The name, trimmed. Telegram cuts longer ones off without a word; here a bot that relies on that is told. */
function nameOf(params: Params): string {
  const name = params.text("name").trim();
  if (name.length > LONGEST_NAME) throw badRequest("TOPIC_TITLE_TOO_LONG");
  return name;
}

function forumOf(account: Account, params: Params): Chat {
  const chat = reachable(account, params);
  if (!chat.hasTopics) throw badRequest("the chat is not a forum");
  return chat;
}

function topicOf(chat: Chat, params: Params): Topic {
  const topic = chat.topic(params.integer("message_thread_id", 0));
  if (!topic) throw badRequest("TOPIC_ID_INVALID");
  return topic;
}

/** "must have the can_manage_topics administrator rights, unless it is the creator of the topic" */
function manageable({ account }: Context, params: Params): readonly [Chat, Topic] {
  const chat = forumOf(account, params);
  const topic = topicOf(chat, params);
  const may = chat.isPrivate || chat.rights.can_manage_topics || topic.creator === account.bot.id;
  if (!may) throw badRequest("not enough rights to edit the topic");
  return [chat, topic];
}

/** Closing is for supergroups only. */
function closable(context: Context, params: Params, closed: boolean): readonly [Chat, Topic] {
  const [chat, topic] = manageable(context, params);
  if (chat.isPrivate) throw badRequest("the chat is not a supergroup forum");
  if (topic.closed === closed) throw badRequest("TOPIC_NOT_MODIFIED");
  return [chat, topic];
}

export const TOPICS: Methods = {
  createForumTopic: ({ account, flood }, params) => {
    const chat = forumOf(account, params);
    if (!chat.isPrivate && !chat.rights.can_manage_topics)
      throw badRequest("not enough rights to create a topic");
    const wanted = nameOf(params);
    if (wanted === "") throw badRequest("TOPIC_TITLE_EMPTY");
    const colour = params.integer("icon_color", 0x6fb9f0);
    if (!COLOURS.has(colour)) throw badRequest("TOPIC_ICON_COLOR_INVALID");
    flood.count(chat.id);
    const { id, name, icon_color } = beginTopic(account, chat, botUser(account), wanted, colour);
    return { message_thread_id: id, name, icon_color };
  },

  editForumTopic: (context, params) => {
    const [chat, topic] = manageable(context, params);
    const name = nameOf(params);
    if (name === "") return true;
    if (name === topic.name) throw badRequest("TOPIC_NOT_MODIFIED");
    renameTopic(context.account, chat, botUser(context.account), topic, name);
    return true;
  },

  closeForumTopic: (context, params) => {
    const [chat, topic] = closable(context, params, true);
    closeTopic(context.account, chat, botUser(context.account), topic);
    return true;
  },

  reopenForumTopic: (context, params) => {
    const [chat, topic] = closable(context, params, false);
    reopenTopic(context.account, chat, botUser(context.account), topic);
    return true;
  },

  deleteForumTopic: ({ account }, params) => {
    const chat = forumOf(account, params);
    const topic = topicOf(chat, params);
    if (!chat.isPrivate && !chat.rights.can_delete_messages)
      throw badRequest("not enough rights to delete the topic");
    chat.deleteTopic(topic);
    return true;
  },
};
