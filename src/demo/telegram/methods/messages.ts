// Methods that make, change and take back messages, and react to them.
import type {
  InlineKeyboardMarkup,
  LinkPreviewOptions,
  Message,
  MessageEntity,
  ReactionType,
} from "grammy/types";
import { type Account, botUser } from "../account.ts";
import type { Chat } from "../chat.ts";
import { badRequest } from "../errors.ts";
import { type Formatted, parseHtml } from "../html.ts";
import { keyboardOf } from "../markup.ts";
import { isObject, type JsonObject, type Params } from "../params.ts";
import type { Content, Post } from "../post.ts";
import { postOf, reachable, replyOf, threadOf } from "../reach.ts";
import { isReaction } from "../reactions.ts";
import { LONGEST_TEXT, tidy, withFound } from "../text.ts";
import { placed } from "../threads.ts";
import type { Context, Methods } from "./method.ts";

/** deleteMessage: "A message can only be deleted if it was sent less than 48 hours ago". */
const DELETABLE_S = 48 * 3600;
const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
/** What of a message may be copied (copyMessage); texts only here. */
const NOT_COPIED = "message can't be copied";

/** `text` with `parse_mode` or `entities`. Throws ApiFailure, "message is too long" in the words given. */
function textOf(params: Params, tooLong: string): Formatted {
  const text = params.text("text");
  if (text === "") throw badRequest("message text is empty");
  const formatted = tidy(parsed(params, text));
  if (formatted.text === "") throw badRequest("text must be non-empty");
  if (formatted.text.length > LONGEST_TEXT) throw badRequest(tooLong);
  return withFound(formatted);
}

/** Markdown is not simulated. */
function parsed(params: Params, text: string): Formatted {
  const mode = params.text("parse_mode").toLowerCase();
  if (mode === "html") return parseHtml(text);
  if (mode !== "") throw badRequest("unsupported parse_mode");
  const entities = (params.list("entities") ?? [])
    .filter(isObject)
    .map((entity) => entity as JsonObject & MessageEntity);
  return { text, entities };
}

const shown = ({ text, entities }: Formatted) => ({
  text,
  ...(entities.length === 0 ? {} : { entities: [...entities] }),
});

function preview(params: Params): { link_preview_options?: LinkPreviewOptions } {
  const link_preview_options = params.object("link_preview_options");
  return link_preview_options ? { link_preview_options } : {};
}

const withKeyboard = (reply_markup: InlineKeyboardMarkup | undefined) =>
  reply_markup ? { reply_markup } : {};

function send({ account, flood }: Context, params: Params, content: Partial<Content>): Post {
  const reply_markup = keyboardOf(params);
  const chat = reachable(account, params);
  const reply = replyOf(chat, params);
  const topic = threadOf(account, chat, params, reply);
  flood.count(chat.id);
  const message = {
    from: botUser(account),
    ...placed(chat, topic?.id, reply),
    ...content,
    ...withKeyboard(reply_markup),
  };
  const post = chat.add(message, params.flag("disable_notification"));
  for (const listener of account.sent) listener(post);
  return post;
}

/** A message that the bot may edit. Throws ApiFailure. */
function own(account: Account, params: Params): readonly [Chat, Post] {
  const chat = reachable(account, params);
  const post = postOf(chat, params, "message to edit");
  if (post.from?.id !== account.bot.id || post.service) throw badRequest("message can't be edited");
  return [chat, post];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** New words (undefined: the old ones) and a new keyboard (undefined: none). Throws ApiFailure "message is not modified". */
function edit(
  account: Account,
  chat: Chat,
  post: Post,
  words: Formatted | undefined,
  markup: InlineKeyboardMarkup | undefined,
  more: Partial<Content> = {},
): Message {
  const { text = "", entities = [], reply_markup, edit_date: _, ...rest } = post.message;
  const old = { text, entities };
  const now = words ?? old;
  if (same([now.text, now.entities, markup], [text, entities, reply_markup])) throw badRequest(NOT_MODIFIED);
  const changed = { ...shown(now), ...withKeyboard(markup), ...more };
  post.replace({ ...rest, ...changed, edit_date: account.seconds() });
  chat.changed();
  return post.message;
}

function reactionOf(value: unknown): ReactionType {
  if (!isObject(value)) throw badRequest("can't parse reaction types JSON object");
  if (value.type === "emoji" && typeof value.emoji === "string" && isReaction(value.emoji))
    return { type: "emoji", emoji: value.emoji };
  throw badRequest("REACTION_INVALID");
}

export const MESSAGES: Methods = {
  sendMessage: (context, params) => {
    const content = shown(textOf(params, "message is too long"));
    return send(context, params, { ...content, ...preview(params) }).message;
  },

  copyMessage: (context, params) => {
    const from = context.account.chats.get(params.integer("from_chat_id", 0));
    const post = from && postOf(from, params, "message to copy");
    if (!post) throw badRequest("chat not found");
    if (post.message.text === undefined) throw badRequest(NOT_COPIED);
    const { id } = send(context, params, shown({ text: post.text, entities: post.entities }));
    return { message_id: id };
  },

  editMessageText: ({ account }, params) => {
    const words = textOf(params, "MESSAGE_TOO_LONG");
    const markup = keyboardOf(params);
    const [chat, post] = own(account, params);
    if (post.message.text === undefined) throw badRequest("there is no text in the message to edit");
    return edit(account, chat, post, words, markup, preview(params));
  },

  editMessageReplyMarkup: ({ account }, params) => {
    const markup = keyboardOf(params);
    const [chat, post] = own(account, params);
    return edit(account, chat, post, undefined, markup);
  },

  deleteMessage: ({ account }, params) => {
    const chat = reachable(account, params);
    const post = postOf(chat, params, "message to delete");
    const old = account.seconds() - post.message.date > DELETABLE_S;
    const mine = post.from?.id === account.bot.id || chat.isPrivate;
    const allowed = chat.rights.can_delete_messages || (mine && !old);
    if (!allowed || (post.message.forum_topic_created && !chat.isPrivate))
      throw badRequest("message can't be deleted");
    chat.deletePost(post);
    return true;
  },

  setMessageReaction: ({ account }, params) => {
    const reactions = (params.list("reaction") ?? []).map(reactionOf);
    const chat = reachable(account, params);
    const post = postOf(chat, params, "message to react");
    // "as non-premium users, bots can set up to one reaction per message"
    if (reactions.length > 1) throw badRequest("REACTIONS_TOO_MANY");
    if (post.service) throw badRequest("message can't be reacted");
    post.react(account.bot.id, reactions);
    chat.changed();
    return true;
  },
};
