// A simulated chat: private, group, supergroup (forum or not) or channel, with its messages, topics and members.
import type { Chat as ApiChat, Message, User } from "grammy/types";
import type { Rights, Status } from "./member.ts";
import { type Content, Post } from "./post.ts";
import { Watch } from "./watch.ts";

export interface Topic {
  readonly id: number;
  name: string;
  closed: boolean;
  deleted: boolean;
  /** Who made it. */
  readonly creator: number;
  readonly icon_color: number;
}

export interface ChatOptions {
  /** How the Bot API shows it. */
  readonly api: ApiChat;
  /** Numbers messages: shared by the private chats and basic groups of one account, own for supergroups and channels. */
  readonly numbers: { last: number };
  readonly seconds: () => number;
  readonly bot: Status;
  readonly rights: Rights;
  readonly closedTopics: "nobody" | "managers";
  /** Whether a person's private chat, or a group, has topics now. */
  readonly hasTopics: () => boolean;
}

const PATIENCE_MS = 10_000;

export class Chat {
  readonly #options: ChatOptions;
  readonly #posts: Post[] = [];
  readonly #byNumber = new Map<number, Post>();
  readonly #topics: Topic[] = [];
  readonly #watch = new Watch();
  readonly members = new Map<number, { readonly user: User; status: Status }>();
  /** What the bot is here. In a private chat "left": never started, "kicked": blocked. */
  bot: Status;
  rights: Rights;
  /** Where the group lives since it became a supergroup. */
  movedTo: number | undefined;
  /** Who may write in a closed topic besides its reopener: nobody, or whoever may manage topics. */
  closedTopics: "nobody" | "managers";

  constructor(options: ChatOptions) {
    this.#options = options;
    this.bot = options.bot;
    this.rights = options.rights;
    this.closedTopics = options.closedTopics;
  }

  get api(): ApiChat {
    return this.#options.api;
  }

  get id(): number {
    return this.api.id;
  }

  get type(): ApiChat["type"] {
    return this.api.type;
  }

  get isPrivate(): boolean {
    return this.type === "private";
  }

  get hasTopics(): boolean {
    return this.#options.hasTopics();
  }

  /** The number of the newest message. */
  get lastNumber(): number {
    return this.#options.numbers.last;
  }

  /** All of them, oldest first: service messages and deleted ones, too. */
  get messages(): readonly Post[] {
    return this.#posts;
  }

  /** All of them, oldest first: deleted ones, too. */
  get topics(): readonly Topic[] {
    return this.#topics;
  }

  /** The message with this number, unless it was deleted. */
  post(id: number): Post | undefined {
    const post = this.#byNumber.get(id);
    return post?.deleted ? undefined : post;
  }

  /** The topic with this number, unless it was deleted. */
  topic(id: number): Topic | undefined {
    return this.#topics.find((topic) => topic.id === id && !topic.deleted);
  }

  /** Resolves with the first message, past or coming, that `wanted` takes; asked again whenever one changes. Rejects after `timeout` milliseconds. */
  waitFor(wanted: (post: Post) => boolean, timeout = PATIENCE_MS): Promise<Post> {
    return this.#watch.until(() => this.#posts.find(wanted), timeout, `chat ${this.id}: such a message`);
  }

  /** The same for messages that come after this call. */
  next(wanted: (post: Post) => boolean = () => true, timeout = PATIENCE_MS): Promise<Post> {
    const from = this.#posts.length;
    const look = () => this.#posts.slice(from).find(wanted);
    return this.#watch.until(look, timeout, `chat ${this.id}: such a new message`);
  }

  /** Resolves with the first topic, past or coming, that `wanted` takes; asked again whenever one changes. */
  waitForTopic(wanted: (topic: Topic) => boolean, timeout = PATIENCE_MS): Promise<Topic> {
    return this.#watch.until(() => this.#topics.find(wanted), timeout, `chat ${this.id}: such a topic`);
  }

  /** Calls `listener` at each change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    return this.#watch.onChange(listener);
  }

  /** Something about it, a message or a topic has changed. */
  changed(): void {
    this.#watch.changed();
  }

  add(content: Content, silent = false): Post {
    const { numbers, seconds } = this.#options;
    numbers.last += 1;
    const message: Message = { message_id: numbers.last, date: seconds(), chat: this.api, ...content };
    const post = new Post(message, silent);
    this.#posts.push(post);
    this.#byNumber.set(post.id, post);
    this.changed();
    return post;
  }

  /** Puts a topic under the service message that began it. */
  addTopic(topic: Topic): Topic {
    this.#topics.push(topic);
    this.changed();
    return topic;
  }

  deletePost(post: Post): void {
    post.delete();
    this.changed();
  }

  /** A topic goes with all that stands in it; no update tells the bot. */
  deleteTopic(topic: Topic): void {
    topic.deleted = true;
    for (const post of this.#posts) if (post.topic === topic.id) post.delete();
    this.changed();
  }
}
