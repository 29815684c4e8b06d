// One message of a simulated chat, as the Bot API gives it and as people see it.
import type { InlineKeyboardButton, Message, MessageEntity, ReactionType, User } from "grammy/types";

export type Content = Omit<Message, "message_id" | "chat" | "date">;

const emojiOf = (reaction: ReactionType): string =>
  reaction.type === "emoji" ? reaction.emoji : reaction.type;

export class Post {
  #message: Message;
  readonly #reactions = new Map<number, readonly ReactionType[]>();
  #deleted = false;
  /** Sent without a sound. */
  readonly silent: boolean;

  constructor(message: Message, silent: boolean) {
    this.#message = message;
    this.silent = silent;
  }

  /** As the Bot API gives it. */
  get message(): Message {
    return this.#message;
  }

  get id(): number {
    return this.#message.message_id;
  }

  get chatId(): number {
    return this.#message.chat.id;
  }

  get from(): User | undefined {
    return this.#message.from;
  }

  /** The text or the caption; "": it has none. */
  get text(): string {
    return this.#message.text ?? this.#message.caption ?? "";
  }

  get entities(): readonly MessageEntity[] {
    return this.#message.entities ?? this.#message.caption_entities ?? [];
  }

  /** The topic that it stands in; undefined: in none, or in "General". */
  get topic(): number | undefined {
    return this.#message.is_topic_message ? this.#message.message_thread_id : undefined;
  }

  /** What it answers; the link of each message in a topic to the topic's first one does not count. */
  get replyTo(): number | undefined {
    const answered = this.#message.reply_to_message;
    return answered && !answered.forum_topic_created ? answered.message_id : undefined;
  }

  get rows(): readonly (readonly InlineKeyboardButton[])[] {
    return this.#message.reply_markup?.inline_keyboard ?? [];
  }

  get buttons(): readonly InlineKeyboardButton[] {
    return this.rows.flat();
  }

  /** Emoji on it, whoever put them there. */
  get reactions(): readonly string[] {
    return [...this.#reactions.values()].flat().map(emojiOf);
  }

  get edited(): boolean {
    return this.#message.edit_date !== undefined;
  }

  get deleted(): boolean {
    return this.#deleted;
  }

  /** It tells that something happened to the chat or a topic. */
  get service(): boolean {
    const { forum_topic_created, forum_topic_edited, forum_topic_closed, forum_topic_reopened } =
      this.#message;
    const { migrate_to_chat_id, migrate_from_chat_id, new_chat_members, left_chat_member } = this.#message;
    return [
      forum_topic_created,
      forum_topic_edited,
      forum_topic_closed,
      forum_topic_reopened,
      migrate_to_chat_id,
      migrate_from_chat_id,
      new_chat_members,
      left_chat_member,
    ].some((one) => one !== undefined);
  }

  replace(message: Message): void {
    this.#message = message;
  }

  delete(): void {
    this.#deleted = true;
  }

  reactionsOf(user: number): readonly ReactionType[] {
    return this.#reactions.get(user) ?? [];
  }

  react(user: number, reactions: readonly ReactionType[]): void {
    this.#reactions.set(user, reactions);
  }

  /** What people see, as JSON. */
  toJSON(): object {
    const {
      id,
      chatId,
      text,
      entities,
      topic,
      replyTo,
      buttons,
      reactions,
      edited,
      deleted,
      service,
      silent,
    } = this;
    const seen = { id, chatId, from: this.from?.id, text, entities, topic, replyTo, buttons, reactions };
    return { ...seen, edited, deleted, service, silent };
  }
}
