// Methods about the bot itself, chats and their members, and answers to pressed buttons.
import { botUser } from "../account.ts";
import { badRequest } from "../errors.ts";
import { chatMember, NO_RIGHTS } from "../member.ts";
import { leave } from "../places.ts";
import { reachable, threadOf } from "../reach.ts";
import type { Methods } from "./method.ts";

/** sendChatAction, action. */
const ACTIONS = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);
/** answerCallbackQuery, text: "0-200 characters". */
const LONGEST_ANSWER = 200;

export const CHATS: Methods = {
  getMe: ({ account }) => account.bot,

  getChat: ({ account }, params) => {
    const { api } = reachable(account, params);
    return { ...api, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  },

  getChatMember: ({ account }, params) => {
    const chat = reachable(account, params);
    const id = params.integer("user_id", 0);
    if (id === account.bot.id) return chatMember(botUser(account), chat.bot, chat.rights);
    const member = chat.members.get(id);
    if (!member) throw badRequest("member not found");
    return chatMember(member.user, member.status, NO_RIGHTS);
  },

  leaveChat: ({ account }, params) => {
    const chat = reachable(account, params);
    if (chat.isPrivate) throw badRequest("chat member status can't be changed in private chats");
    leave(account, chat, botUser(account));
    return true;
  },

  sendChatAction: ({ account }, params) => {
    const chat = reachable(account, params);
    if (!ACTIONS.has(params.text("action"))) throw badRequest("wrong parameter action in request");
    threadOf(account, chat, params, undefined);
    return true;
  },

  answerCallbackQuery: ({ account }, params) => {
    const id = params.text("callback_query_id");
    const text = params.text("text");
    const answer = account.queries.get(id);
    if (text.length > LONGEST_ANSWER) throw badRequest("MESSAGE_TOO_LONG");
    if (!answer) throw badRequest("query is too old and response timeout expired or query ID is invalid");
    account.queries.delete(id);
    answer({ text, show_alert: params.flag("show_alert") });
    return true;
  },
};
