// A simulated person (or another bot): what they do in a chat becomes messages and updates.
import type { Message, MessageEntity, User } from "grammy/types";
import { type Account, type CallbackAnswer, changeBot, publish, publishEdit, rightsFor } from "./account.ts";
import { ATTACHMENTS, type Attachment } from "./attachments.ts";
import type { Chat, Topic } from "./chat.ts";
import { NO_RIGHTS, type Rights } from "./member.ts";
import type { Content, Post } from "./post.ts";
import { isReaction } from "./reactions.ts";
import { LONGEST_TEXT, tidy, withFound } from "./text.ts";
import { beginTopic, closeTopic, placed, renameTopic, reopenTopic } from "./threads.ts";

export interface PersonSpec {
  readonly id: number;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
  /** Another bot. */
  readonly is_bot?: boolean;
}

export interface Where {
  readonly topic?: number | Topic;
  readonly replyTo?: Post | number;
  /** As an administrator who hides behind the group. */
  readonly anonymous?: boolean;
}

export interface Press {
  /** callback_query_id. */
  readonly id: string;
  /** What the bot answers; without an answer it never resolves. */
  readonly answer: Promise<CallbackAnswer>;
}

/** The fake sender of messages by anonymous administrators (Message.from, Message.sender_chat). */
const ANONYMOUS: User = { id: 1087968824, is_bot: true, first_name: "Group", username: "GroupAnonymousBot" };

export class Person {
  readonly user: User;
  /** The private chat with the bot; "left" until they start it. */
  readonly chat: Chat;
  readonly #account: Account;
  #presses = 0;

  constructor(account: Account, user: User, chat: Chat) {
    this.#account = account;
    this.user = user;
    this.chat = chat;
  }

  get id(): number {
    return this.user.id;
  }

  /** Opens t.me/BOT?start=PAYLOAD or presses Start; unblocks the bot. */
  startsBot(payload = ""): Post {
    if (this.chat.bot === "kicked") changeBot(this.#account, this.chat, this.user, "member", NO_RIGHTS);
    return this.says(this.chat, payload === "" ? "/start" : `/start ${payload}`);
  }

  blocksBot(): void {
    changeBot(this.#account, this.chat, this.user, "kicked", NO_RIGHTS);
  }

  /** Commands, links and the like are found in the text. Throws for a text that a client would not send as one message. */
  says(chat: Chat, text: string, where: Where & { readonly entities?: readonly MessageEntity[] } = {}): Post {
    return this.#publish(chat, this.#written(text, where.entities), where);
  }

  edits(post: Post, text: string): void {
    if (post.message.from?.id !== this.id) throw new Error("only the author edits a message");
    const { text: _text, caption, entities: _e, caption_entities: _c, ...rest } = post.message;
    const { text: words = "", entities } = this.#written(text, undefined);
    const changed: Message =
      caption === undefined
        ? { ...rest, text: words, ...(entities ? { entities } : {}) }
        : { ...rest, caption: words, ...(entities ? { caption_entities: entities } : {}) };
    publishEdit(this.#account, this.#chatOf(post), post, changed);
  }

  /** No update tells the bot. */
  deletes(post: Post): void {
    this.#chatOf(post).deletePost(post);
  }

  /** Presses the button with this label or callback_data. Throws when there is none. */
  presses(post: Post, which: string): Press {
    const button = post.buttons.find(
      (one) => one.text === which || ("callback_data" in one && one.callback_data === which),
    );
    if (!button || !("callback_data" in button) || post.deleted) throw new Error(`no button ${which}`);
    this.#presses += 1;
    const id = `${this.id}${String(this.#presses).padStart(6, "0")}`;
    const answer = new Promise<CallbackAnswer>((resolve) => this.#account.queries.set(id, resolve));
    this.#account.updates.emit("callback_query", {
      id,
      from: this.user,
      message: post.message,
      chat_instance: String(post.chatId),
      data: button.callback_data,
    });
    return { id, answer };
  }

  sharesContact(
    chat: Chat,
    contact: { readonly phone_number: string; readonly first_name: string; readonly user_id?: number },
    where: Where = {},
  ): Post {
    return this.#publish(chat, { contact }, where);
  }

  /** A photo, voice message, sticker, document, video or location; the caption only where the kind has one. */
  sends(chat: Chat, kind: Attachment, where: Where & { readonly caption?: string } = {}): Post {
    const { text: caption, entities: caption_entities } = this.#written(where.caption ?? "", undefined);
    const words = { ...(caption ? { caption } : {}), ...(caption_entities ? { caption_entities } : {}) };
    return this.#publish(chat, { ...ATTACHMENTS[kind], ...words }, where);
  }

  sendsPhoto(chat: Chat, where: Where & { readonly caption?: string } = {}): Post {
    return this.sends(chat, "photo", where);
  }

  /** Puts a reaction on a message in place of the one before; undefined takes it away. Throws for an emoji that is none. */
  reacts(post: Post, emoji: string | undefined): void {
    if (emoji !== undefined && !isReaction(emoji)) throw new Error(`no reaction: ${emoji}`);
    const chat = this.#chatOf(post);
    const old_reaction = [...post.reactionsOf(this.id)];
    const new_reaction = emoji === undefined ? [] : [{ type: "emoji" as const, emoji }];
    post.react(this.id, new_reaction);
    chat.changed();
    if (!chat.isPrivate && chat.bot !== "administrator") return;
    this.#account.updates.emit("message_reaction", {
      chat: chat.api,
      message_id: post.id,
      user: this.user,
      date: this.#account.seconds(),
      old_reaction,
      new_reaction,
    });
  }

  createsTopic(chat: Chat, name: string): Topic {
    if (!chat.hasTopics) throw new Error("no topics here");
    return beginTopic(this.#account, chat, this.user, name);
  }

  renamesTopic(chat: Chat, topic: number | Topic, name: string): void {
    renameTopic(this.#account, chat, this.user, found(chat, topic), name);
  }

  closesTopic(chat: Chat, topic: number | Topic): void {
    closeTopic(this.#account, chat, this.user, found(chat, topic));
  }

  reopensTopic(chat: Chat, topic: number | Topic): void {
    reopenTopic(this.#account, chat, this.user, found(chat, topic));
  }

  /** No update tells the bot. */
  deletesTopic(chat: Chat, topic: number | Topic): void {
    chat.deleteTopic(found(chat, topic));
  }

  addsBot(chat: Chat, status: "member" | "administrator" = "member"): void {
    changeBot(this.#account, chat, this.user, status, rightsFor(status));
  }

  /** Makes the bot an administrator with all rights, or all but the ones said otherwise. */
  promotesBot(chat: Chat, rights: Partial<Rights> = {}): void {
    changeBot(this.#account, chat, this.user, "administrator", rightsFor("administrator", rights));
  }

  kicksBot(chat: Chat): void {
    changeBot(this.#account, chat, this.user, "kicked", NO_RIGHTS);
  }

  #written(
    text: string,
    given: readonly MessageEntity[] | undefined,
  ): { text?: string; entities?: MessageEntity[] } {
    if (text.length > LONGEST_TEXT) throw new Error("a client splits a text that long");
    const formatted = tidy({ text, entities: given ?? [] });
    const { entities } = given ? formatted : withFound(formatted);
    if (formatted.text === "") return {};
    return entities.length === 0
      ? { text: formatted.text }
      : { text: formatted.text, entities: [...entities] };
  }

  #publish(chat: Chat, content: Partial<Content>, where: Where): Post {
    if (Object.keys(content).length === 0) throw new Error("an empty message");
    if (chat.movedTo !== undefined) throw new Error("the group has moved");
    if (chat === this.chat && chat.bot === "kicked") throw new Error("the bot is blocked");
    if (chat === this.chat) chat.bot = "member";
    if (!chat.isPrivate && !chat.members.has(this.id))
      chat.members.set(this.id, { user: this.user, status: "member" });
    const topic = where.topic === undefined ? undefined : found(chat, where.topic);
    const status = chat.members.get(this.id)?.status;
    if (topic?.closed && status !== "creator" && status !== "administrator")
      throw new Error("the topic is closed");
    const reply = typeof where.replyTo === "number" ? chat.post(where.replyTo) : where.replyTo;
    if (where.replyTo !== undefined && (!reply || reply.deleted)) throw new Error("nothing there to answer");
    return publish(this.#account, chat, {
      ...(where.anonymous ? { from: ANONYMOUS, sender_chat: chat.api } : { from: this.user }),
      ...placed(chat, topic?.id ?? reply?.topic, reply),
      ...content,
    });
  }

  #chatOf(post: Post): Chat {
    const chat = this.#account.chats.get(post.chatId);
    if (!chat || post.deleted) throw new Error("no such message");
    return chat;
  }
}

function found(chat: Chat, topic: number | Topic): Topic {
  const one = chat.topic(typeof topic === "number" ? topic : topic.id);
  if (!one) throw new Error("no such topic");
  return one;
}
