// A simulated Telegram for one bot: the Bot API over HTTP at one end, people and their chats at the other.
import type { BotCommand, User, UserFromGetMe } from "grammy/types";
import { type Account, createAccount } from "./account.ts";
import type { Chat } from "./chat.ts";
import { BotFaults } from "./faults.ts";
import { Flood, type FloodRule } from "./flood.ts";
import { CHATS } from "./methods/chats.ts";
import { COMMANDS, commandsKey } from "./methods/commands.ts";
import { MESSAGES } from "./methods/messages.ts";
import type { Methods } from "./methods/method.ts";
import { TOPICS } from "./methods/topics.ts";
import { UPDATES } from "./methods/updates.ts";
import { Params } from "./params.ts";
import { Person, type PersonSpec } from "./person.ts";
import { channel, channelPost, type GroupSpec, group, migrate, privateChat } from "./places.ts";
import type { Post } from "./post.ts";
import { ApiServer } from "./server.ts";
import type { Updates } from "./updates.ts";
import { Webhook } from "./webhook.ts";

export interface BotApiOptions {
  readonly token: string;
  /** Default: the system's. Long polls and retries always take real time. */
  readonly clock?: { now(): number };
  /** Default 0: any free port. */
  readonly port?: number;
  readonly username?: string;
  /** Topics in private chats; default false. */
  readonly has_topics_enabled?: boolean;
  /** Number of the first update; default 1000. */
  readonly firstUpdate?: number;
  /** Default: none. */
  readonly flood?: FloodRule;
  /** Milliseconds before a webhook is tried again; default 50. */
  readonly webhookRetry?: number;
  /** Calls remembered; default 100,000. */
  readonly keepCalls?: number;
}

const METHODS: Methods = { ...UPDATES, ...MESSAGES, ...TOPICS, ...CHATS, ...COMMANDS };
/** "All methods in the Bot API are case-insensitive." */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.keys(METHODS).map((name) => [name.toLowerCase(), name]),
);

export class BotApi {
  readonly faults = new BotFaults();
  readonly #account: Account;
  readonly #flood: Flood;
  readonly #webhook: Webhook;
  readonly #server: ApiServer;
  readonly #people = new Map<number, Person>();

  constructor(options: BotApiOptions) {
    const { token, clock = Date, username = "simpost_bot", has_topics_enabled = false } = options;
    const now = () => clock.now();
    const account = createAccount({
      token,
      username,
      has_topics_enabled,
      now,
      firstUpdate: options.firstUpdate ?? 1000,
    });
    this.#account = account;
    this.#flood = new Flood(now, options.flood);
    this.#webhook = new Webhook(account.updates, account.seconds, options.webhookRetry ?? 50);
    const context = { account, flood: this.#flood, webhook: this.#webhook };
    this.#server = new ApiServer({
      token,
      port: options.port ?? 0,
      faults: this.faults,
      now,
      keep: options.keepCalls ?? 100_000,
      nameOf: (method) => NAMES.get(method.toLowerCase()),
      handle: (method, params, gone) => METHODS[method]?.(context, params, gone),
    });
  }

  /** What a client takes as the API's root: without the token. */
  get url(): string {
    return this.#server.url;
  }

  /** As getMe gives it. */
  get bot(): UserFromGetMe {
    return this.#account.bot;
  }

  get updates(): Updates {
    return this.#account.updates;
  }

  get chats(): ReadonlyMap<number, Chat> {
    return this.#account.chats;
  }

  get people(): ReadonlyMap<number, Person> {
    return this.#people;
  }

  /** "": none is set. */
  get webhookUrl(): string {
    return this.#webhook.url;
  }

  /** Calls `listener` for each message that the bot sends, in any chat; returns how to stop that. */
  onBotMessage(listener: (post: Post) => void): () => void {
    this.#account.sent.add(listener);
    return () => this.#account.sent.delete(listener);
  }

  get calls(): ApiServer["calls"] {
    return this.#server.calls;
  }

  waitForCall(...wanted: Parameters<ApiServer["waitForCall"]>): ReturnType<ApiServer["waitForCall"]> {
    return this.#server.waitForCall(...wanted);
  }

  /** Changes the flood rule; undefined: none. */
  set flood(rule: FloodRule | undefined) {
    this.#flood.rule = rule;
  }

  /** Changes what getMe says. */
  set(changes: Partial<UserFromGetMe>): void {
    this.#account.bot = { ...this.#account.bot, ...changes };
  }

  /** The commands shown for one scope and language; empty when none were set. */
  commands(scope?: object, language_code = ""): readonly BotCommand[] {
    const params = new Params({ language_code, ...(scope ? { scope } : {}) });
    return this.#account.commands.get(commandsKey(params)) ?? [];
  }

  /** The person (or other bot) with this id; made at the first call. */
  person(spec: PersonSpec): Person {
    const known = this.#people.get(spec.id);
    if (known) return known;
    const user: User = { ...spec, is_bot: spec.is_bot ?? false };
    const person = new Person(this.#account, user, privateChat(this.#account, user));
    this.#people.set(spec.id, person);
    return person;
  }

  /** A group that the bot is in. */
  group(spec: GroupSpec): Chat {
    return group(this.#account, spec);
  }

  /** A channel that the bot is in. */
  channel(spec: { readonly id: number; readonly title: string }): Chat {
    return channel(this.#account, spec);
  }

  /** A post of a channel, forwarded into its discussion group when there is one. */
  channelPost(from: Chat, text: string, discussion?: Chat): Post {
    return channelPost(this.#account, from, text, discussion);
  }

  /** A basic group becomes a supergroup with another id; answers the new one. */
  migrate(old: Chat, by: Person, to: { readonly id: number; readonly forum?: boolean }): Chat {
    return migrate(this.#account, old, by.user, to);
  }

  /** Is reached again, on the same port. */
  async up(): Promise<void> {
    await this.#server.up();
    this.#webhook.resume();
  }

  /** Can't be reached: connections break, new ones are refused, no webhook is called. What people write meanwhile waits. */
  async down(): Promise<void> {
    this.#webhook.pause();
    await this.#server.down();
  }

  /** Down for ever. */
  close(): Promise<void> {
    return this.down();
  }
}

/** Starts it on 127.0.0.1. Rejects when the port is taken. */
export async function createBotApi(options: BotApiOptions): Promise<BotApi> {
  const api = new BotApi(options);
  await api.up();
  return api;
}
