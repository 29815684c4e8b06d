// Everything the simulated Telegram knows of one bot: itself, its chats, people, commands, queries, and its updates.
import type { BotCommand, ChatMemberUpdated, Message, User, UserFromGetMe } from "grammy/types";
import type { Chat } from "./chat.ts";
import { ALL_RIGHTS, chatMember, NO_RIGHTS, type Rights, type Status } from "./member.ts";
import type { Content, Post } from "./post.ts";
import { Updates } from "./updates.ts";

/** What a person sees after pressing a button. */
export interface CallbackAnswer {
  readonly text: string;
  readonly show_alert: boolean;
}

export interface Account {
  /** As getMe gives it; a test may change it (has_topics_enabled, can_read_all_group_messages). */
  bot: UserFromGetMe;
  readonly updates: Updates;
  readonly chats: Map<number, Chat>;
  readonly commands: Map<string, readonly BotCommand[]>;
  /** Callback queries that wait for their answer. */
  readonly queries: Map<string, (answer: CallbackAnswer) => void>;
  /** Hear of each message that the bot sends. */
  readonly sent: Set<(post: Post) => void>;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly seconds: () => number;
  /** Numbers the messages of private chats and basic groups. */
  readonly numbers: { last: number };
}

export interface AccountOptions {
  readonly token: string;
  readonly username: string;
  readonly has_topics_enabled: boolean;
  readonly now: () => number;
  readonly firstUpdate: number;
}

export function createAccount({
  token,
  username,
  has_topics_enabled,
  now,
  firstUpdate,
}: AccountOptions): Account {
  const bot: UserFromGetMe = {
    // The number before the colon is the bot's own.
    id: Number.parseInt(token, 10) || 1,
    is_bot: true,
    first_name: "simpost",
    username,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled,
    allows_users_to_create_topics: true,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
  return {
    bot,
    updates: new Updates(now, firstUpdate),
    chats: new Map(),
    commands: new Map(),
    queries: new Map(),
    sent: new Set(),
    now,
    seconds: () => Math.floor(now() / 1000),
    numbers: { last: 0 },
  };
}

/** The bot as other people see it. */
export const botUser = ({ bot: { id, first_name, username } }: Account): User => ({
  id,
  is_bot: true,
  first_name,
  username,
});

/** Whether the bot is told of a message in this chat ("Privacy mode"). */
function isForBot({ bot }: Account, chat: Chat, post: Post): boolean {
  if (chat.bot === "left" || chat.bot === "kicked") return false;
  if (chat.isPrivate || chat.type === "channel" || chat.bot === "administrator" || post.service) return true;
  if (bot.can_read_all_group_messages || post.message.reply_to_message?.from?.id === bot.id) return true;
  const [first] = post.entities;
  if (first?.type !== "bot_command" || first.offset !== 0) return false;
  const [, addressee] = post.text.slice(0, first.length).split("@");
  return addressee === undefined || addressee.toLowerCase() === bot.username.toLowerCase();
}

/** A message that somebody else wrote, or that tells of a change: the bot gets an update, even of a change it made itself. */
export function publish(account: Account, chat: Chat, content: Content): Post {
  const post = chat.add(content);
  if (isForBot(account, chat, post))
    account.updates.emit(chat.type === "channel" ? "channel_post" : "message", post.message);
  return post;
}

/** Gives a message a new form, and the bot an update. */
export function publishEdit(account: Account, chat: Chat, post: Post, message: Message): void {
  post.replace({ ...message, edit_date: account.seconds() });
  chat.changed();
  if (isForBot(account, chat, post))
    account.updates.emit(chat.type === "channel" ? "edited_channel_post" : "edited_message", post.message);
}

/** Makes the bot something else in a chat, and tells it (my_chat_member). */
export function changeBot(account: Account, chat: Chat, by: User, status: Status, rights: Rights): void {
  const user = botUser(account);
  const update: ChatMemberUpdated = {
    chat: chat.api,
    from: by,
    date: account.seconds(),
    old_chat_member: chatMember(user, chat.bot, chat.rights),
    new_chat_member: chatMember(user, status, rights),
  };
  chat.bot = status;
  chat.rights = rights;
  chat.changed();
  account.updates.emit("my_chat_member", update);
}

export const rightsFor = (status: Status, rights: Partial<Rights> = {}): Rights =>
  status === "administrator" ? { ...ALL_RIGHTS, ...rights } : NO_RIGHTS;
