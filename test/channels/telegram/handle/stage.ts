// A stage for tests of the handling: people at a simulated Telegram, real HTTP, a real store; only the house behind the doors is played.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Update } from "grammy/types";
import { onTestFinished } from "vitest";
import type { Delivery, Message, State } from "../../../../src/bridge/message.ts";
import type { Accepted, Submission } from "../../../../src/bridge/ports/channel.ts";
import type { Job, Store } from "../../../../src/bridge/ports/store.ts";
import { measure } from "../../../../src/bridge/text.ts";
import { createBot } from "../../../../src/channels/telegram/bot.ts";
import { createHandle } from "../../../../src/channels/telegram/handle/index.ts";
import { createMarks } from "../../../../src/channels/telegram/marks.ts";
import type { Bot, Handle, Marks, Places, TelegramOptions } from "../../../../src/channels/telegram/parts.ts";
import { createPlaces } from "../../../../src/channels/telegram/places.ts";
import { type BotApi, createBotApi } from "../../../../src/demo/telegram/botapi.ts";
import type { Chat } from "../../../../src/demo/telegram/chat.ts";
import type { Person } from "../../../../src/demo/telegram/person.ts";
import type { Post } from "../../../../src/demo/telegram/post.ts";
import { openSqlite } from "../../../../src/stores/sqlite/store.ts";
import { type MessageId, speak, type Words } from "../../../../src/words/index.ts";
import { FakeClock } from "../../../support/clock.ts";
import { FakeDesk } from "../../../support/desk.ts";
import { FakeInbox } from "../../../support/inbox.ts";
import { MemoryLog } from "../../../support/log.ts";
import { delivery, message } from "../../../support/posts.ts";

export const TOKEN = "4711:AAsecret_token-for-tests";
export const PHONE = "+491701234567";
export const GROUP = -1_001_234_567_890;

/** Keeps what it accepted: the same ref and text again is a repetition, and the desk shows it. */
export class KeepingInbox extends FakeInbox {
  readonly #known = new Map<string, Accepted>();
  readonly #desk: FakeDesk;
  readonly #crash: Crash;

  constructor(desk: FakeDesk, crash: Crash) {
    super();
    this.#desk = desk;
    this.#crash = crash;
  }

  override accept(submission: Submission): Promise<Accepted> {
    return this.#crash.around(() => this.#keep(submission));
  }

  async #keep(submission: Submission): Promise<Accepted> {
    const key = JSON.stringify([submission.ref, submission.from.address, submission.text]);
    const before = this.#known.get(key);
    if (before) return { ...before, repeated: true };
    const accepted = { ...(await super.accept(submission)), parts: measure(submission.text).parts };
    this.#known.set(key, accepted);
    const { user, from, text, ref, origin } = submission;
    const stored: Message = message({ id: accepted.id, user, from, text, ref, origin });
    this.#desk.messages.set(accepted.id, {
      message: stored,
      deliveries: submission.to.map((one) =>
        delivery({
          id: this.submissions.length,
          message: accepted.id,
          to: { via: one.pin?.gateway ?? "*", address: one.phone },
          text,
          lane: one.pin,
          state: "queued",
        }),
      ),
    });
    return accepted;
  }

  override withdraw(id: string, by: string): Promise<boolean> {
    return this.#crash.around(() => this.#take(id, by));
  }

  async #take(id: string, by: string): Promise<boolean> {
    if (this.#desk.messages.get(id)?.deliveries.some(({ state }) => state !== "queued")) return false;
    const done = await super.withdraw(id, by);
    if (done) this.becomes(id, "failed", { error: `taken back by ${by}` });
    return done;
  }

  override async replace(id: string, submission: Submission): Promise<Accepted | null> {
    if (this.#desk.messages.get(id)?.deliveries.some(({ state }) => state !== "queued")) return null;
    this.replaced.push({ message: id, submission });
    // One transaction: it dies before all of it, or after.
    const accepted = await this.#crash.around(() => this.#swap(id, submission));
    return accepted;
  }

  async #swap(id: string, submission: Submission): Promise<Accepted> {
    const accepted = await this.#keep(submission);
    this.becomes(id, "failed", { error: "replaced" });
    return accepted;
  }

  /** All texts of a message move on. */
  becomes(id: string, state: State, change: Partial<Delivery> = {}): void {
    const found = this.#desk.messages.get(id);
    if (!found) throw new Error(`no message ${id}`);
    const deliveries = found.deliveries.map((one) => ({ ...one, ...change, state }));
    this.#desk.messages.set(id, { ...found, deliveries });
  }
}

export interface Stage {
  readonly api: BotApi;
  readonly inbox: KeepingInbox;
  readonly desk: FakeDesk;
  readonly places: Places;
  readonly marks: Marks;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly log: MemoryLog;
  readonly options: TelegramOptions;
  readonly words: Words;
  /** The user ana; she has written to the bot. */
  readonly ana: Person;
  /** Nobody's. */
  readonly eve: Person;
  /** A forum that the config names. */
  readonly forum: Chat;
  readonly handle: Handle;
  readonly crash: Crash;
  /** Handles all updates that are there; each `times` times. Resolves with them. */
  readonly settle: (times?: number) => Promise<readonly Update[]>;
  /** As after a restart: nothing is held in memory. */
  readonly restart: () => Promise<void>;
  /** What the bot said in a chat, as read, without what it took away. */
  readonly said: (chat: Chat) => readonly string[];
  /** The bot's newest line in a chat. */
  readonly last: (chat: Chat) => Post;
  /** A text of PHONE that the bot posted in a chat; `thread`: where it belongs. */
  readonly brings: (
    chat: Chat,
    text: string,
    thread?: Partial<Job["thread"]>,
    topic?: number,
  ) => Promise<Post>;
  /** The bot's line that a text of ana's private chat failed, or still waits. */
  readonly fails: (message: string) => Promise<Post>;
  readonly waits: (message: string) => Promise<Post>;
  /** The topic of PHONE in the forum. */
  readonly topic: () => Promise<number>;
}

/** A process that dies: at its `at`-th step (a call, a write, a handing in; before it and after it), 0 is the first. */
export class Crash {
  at = Number.POSITIVE_INFINITY;
  steps = 0;

  step(): void {
    this.steps += 1;
    if (this.steps > this.at) throw new Error("crash");
  }

  async around<T>(work: () => Promise<T>): Promise<T> {
    this.step();
    const result = await work();
    this.step();
    return result;
  }

  /** Lives again, and dies at its `at`-th step, or not. */
  reset(at = Number.POSITIVE_INFINITY): void {
    this.at = at;
    this.steps = 0;
  }
}

export interface StageOptions {
  readonly askOver?: number;
  readonly topicsInPrivate?: boolean;
  readonly language?: string;
}

export async function stage(over: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "simpost-handle-"));
  const store = openSqlite(join(folder, "simpost.db"));
  const api = await createBotApi({ token: TOKEN, has_topics_enabled: over.topicsInPrivate ?? false });
  const crash = new Crash();
  const [clock, log, desk] = [new FakeClock(), new MemoryLog(), new FakeDesk()];
  const meter = { moved() {}, heard() {}, request() {} };
  const options: TelegramOptions = {
    name: "telegram",
    token: TOKEN,
    apiRoot: api.url,
    webhook: null,
    reactions: { accepted: "👀", sent: "👌", delivered: "👍", failed: "👎" },
    askOver: over.askOver ?? 3,
    language: over.language ?? "en",
    languages: new Map(),
    region: "DE",
    users: ["ana", "bob"],
    sims: [],
    ledger: {
      keepUpdates: (via, updates) => store.keepUpdates(via, updates),
      updates: (via, limit) => store.updates(via, limit),
      handled: (via, n) => store.handled(via, n),
      notes: (via, prefix) => store.notes(via, prefix),
      lease: (name, node, until, now) => store.lease(name, node, until, now),
      note: (via, notes) => crash.around(() => store.note(via, notes)),
    },
    node: "test",
    clock,
    log,
    meter,
    random: () => 0.5,
    fault: () => {},
  };
  const real = createBot(options);
  const bot: Bot = {
    call: (method, params, signal) =>
      method === "getUpdates"
        ? real.call(method, params, signal)
        : crash.around(() => real.call(method, params, signal)),
  };
  onTestFinished(async () => {
    await real.close();
    await api.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  desk.users.set("telegram:1001", "ana");
  desk.places.add(`telegram:${GROUP}`);
  desk.stands = {
    ...desk.stands,
    gateways: [{ name: "office", up: true, error: null }],
    channels: [
      { name: "telegram", up: true },
      { name: "email", up: true },
    ],
  };
  const inbox = new KeepingInbox(desk, crash);
  const ana = api.person({ id: 1001, first_name: "Ana", last_name: "Ost", language_code: "en" });
  const eve = api.person({ id: 6666, first_name: "Eve" });
  const forum = api.group({ id: GROUP, title: "Desk", forum: true, creator: ana.user });

  const isPlace = (chat: string): boolean => desk.isPlace({ via: "telegram", address: chat });
  const build = async () => {
    const places = createPlaces({ options, bot, me: async () => api.bot, isPlace });
    const marks = createMarks({ options, bot, places, desk });
    await places.load();
    await marks.load();
    const me = () => api.bot;
    const means = { options, bot, places, marks, inbox, desk, me, words: speak };
    return { places, marks, handle: createHandle(means) };
  };
  let parts = await build();
  let offset = 0;
  const signal = new AbortController().signal;

  const line = async (id: string, buttons: readonly (readonly [MessageId, string])[]): Promise<Post> => {
    const words = speak("en");
    const { message_id } = await bot.call("sendMessage", {
      chat_id: 1001,
      text: `what became of ${id}`,
      reply_markup: {
        inline_keyboard: [
          buttons.map(([label, verb]) => ({ text: words(label), callback_data: `${verb}:${id}` })),
        ],
      },
    });
    const post = ana.chat.post(message_id);
    if (!post) throw new Error("nothing was posted");
    return post;
  };

  const set: Stage = {
    api,
    inbox,
    desk,
    get places() {
      return parts.places;
    },
    get marks() {
      return parts.marks;
    },
    get handle() {
      return parts.handle;
    },
    store,
    clock,
    log,
    crash,
    options,
    words: speak("en"),
    ana,
    eve,
    forum,
    settle: async (times = 1) => {
      const updates = await bot.call("getUpdates", { offset, timeout: 0 });
      for (const update of updates) {
        for (let time = 0; time < times; time++) await parts.handle(update, signal);
        offset = update.update_id + 1;
      }
      return updates;
    },
    restart: async () => {
      parts = await build();
    },
    said: (chat) =>
      chat.messages
        .filter((post) => post.from?.id === api.bot.id && !post.deleted && !post.service)
        .map(({ text }) => text),
    last: (chat) => {
      const post = chat.messages.findLast(
        (one) => one.from?.id === api.bot.id && !one.deleted && !one.service,
      );
      if (!post) throw new Error("the bot said nothing");
      return post;
    },
    brings: async (chat, text, thread = {}, topic) => {
      const { message_id } = await bot.call("sendMessage", {
        chat_id: chat.id,
        text,
        ...(topic === undefined ? {} : { message_thread_id: topic }),
      });
      const ref = `${chat.id}/${message_id}`;
      desk.refs.set(`telegram ${ref}`, {
        delivery: delivery({ to: { via: "telegram", address: String(chat.id) }, ref, state: "sent" }),
        message: message({ text }),
        thread: { id: 1, phone: PHONE, lane: { gateway: "office", port: 3 }, wrote: null, ...thread },
      });
      const post = chat.post(message_id);
      if (!post) throw new Error("nothing was posted");
      return post;
    },
    fails: (id) =>
      line(id, [
        ["tg-button-retry", "again"],
        ["tg-button-other-sim", "other"],
      ]),
    waits: (id) => line(id, [["tg-button-cancel", "cancel"]]),
    topic: async () => {
      const made = await bot.call("createForumTopic", { chat_id: GROUP, name: PHONE });
      const id = made.message_thread_id;
      const lane = { gateway: "office", port: 3 };
      await parts.places.keep({ chat: String(GROUP), id, phone: PHONE, lane, name: "", closed: false });
      return id;
    },
  };
  ana.startsBot();
  await set.settle();
  return set;
}
