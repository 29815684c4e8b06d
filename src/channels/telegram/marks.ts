// Shows how texts fare where they were written: a reaction that follows the states, a line with a Cancel button while a text has to wait.
import type { ReactionTypeEmoji } from "grammy/types";
import type { Delivery } from "../../bridge/message.ts";
import type { Desk } from "../../bridge/ports/desk.ts";
import { speak } from "../../words/index.ts";
import { fateOf } from "./fate.ts";
import { followed } from "./follow.ts";
import { pauseAfter } from "./health.ts";
import { escapeHtml } from "./html.ts";
import { languageOf } from "./language.ts";
import { isPassing } from "./meaning.ts";
import { type Bot, type Mark, type Marks, type Places, Refused, type TelegramOptions } from "./parts.ts";
import { createShelf, keyOf } from "./shelf.ts";

export interface MarksMeans {
  readonly options: TelegramOptions;
  readonly bot: Bot;
  readonly places: Pick<Places, "now" | "moved">;
  readonly desk: Pick<Desk, "message" | "userOf">;
}

/** A text that has not left by then gets a line that says so, milliseconds after it was written. */
const WAITING = 10_000;
/** Between two calls for one chat, milliseconds: reactions must not use up what texts need (about one message a second to a chat). */
const PACE = 1_000;
/** Old marks are looked for this often, milliseconds. */
const SWEEP = 60 * 60_000;

export function createMarks({ options, bot, places, desk }: MarksMeans): Marks {
  const { name: via, clock, log, random, reactions } = options;
  const shelf = createShelf(options);
  /** By chat: posts whose mark is to be looked at. */
  const dirty = new Map<string, Set<number>>();
  const working = new Map<string, Promise<void>>();
  /** Posts for which the time of the waiting line is waited for. */
  const planned = new Set<string>();
  let oddReaction = false;
  /** While running. */
  let signal: AbortSignal | null = null;

  function touch({ chat, post }: Pick<Mark, "chat" | "post">): void {
    const posts = dirty.get(chat) ?? new Set();
    dirty.set(chat, posts.add(post));
    if (!signal || signal.aborted || working.has(chat)) return;
    const work = tend(chat, signal).finally(() => working.delete(chat));
    working.set(chat, work);
  }

  /** Looks at a chat's marks, one after the other, until none is left. Never rejects. */
  async function tend(chat: string, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const posts = dirty.get(chat);
      const [post] = posts ?? [];
      if (!posts || post === undefined) {
        dirty.delete(chat);
        return;
      }
      posts.delete(post);
      try {
        const calls = await show(chat, post, signal);
        failures = 0;
        await clock.wait(calls * PACE, signal);
      } catch (error) {
        posts.add(post);
        failures += 1;
        if (!(error instanceof Refused) && failures === 1) log.error("store failing", { via, error });
        const asked = error instanceof Refused ? error.retryAfter : undefined;
        await clock.wait(asked ?? pauseAfter(failures, random()), signal);
      }
    }
  }

  /** Brings what is shown to how the text fares; resolves with how many calls that took. Throws Refused for what may be different soon, and what the store throws. */
  async function show(chat: string, post: number, signal: AbortSignal): Promise<number> {
    const mark = shelf.of(chat, post);
    if (!mark || mark.final) return 0;
    const found = await desk.message(mark.message);
    const fate = fateOf(found?.deliveries.filter(({ to }) => to.address === mark.phone) ?? []);
    let calls = 0;
    const shown = fate.shown ?? mark.shown;
    if (fate.shown !== null && fate.shown !== mark.shown) calls += await react(mark, fate.shown, signal);
    let { waiting } = mark;
    if (!fate.queued && waiting !== null) {
      calls += await remove(mark, waiting, signal);
      waiting = null;
    } else if (fate.queued && waiting === null) {
      const left = mark.at + WAITING - clock.now();
      if (left > 0) plan(mark, left, signal);
      else {
        waiting = await say(mark, signal);
        calls += 1;
      }
    }
    await change(mark, { shown, waiting, final: fate.final || found === null });
    // Said while the text was replaced or taken back: nobody else knows of it.
    const stray = waiting !== mark.waiting && shelf.of(chat, post)?.waiting !== waiting;
    if (stray && waiting !== null) calls += await remove(mark, waiting, signal);
    return calls;
  }

  /** Unless the mark was replaced, or ended, meanwhile. */
  async function change(mark: Mark, now: Pick<Mark, "shown" | "waiting" | "final">): Promise<void> {
    const current = shelf.of(mark.chat, mark.post);
    const same = mark.shown === now.shown && mark.waiting === now.waiting && mark.final === now.final;
    if (same || current?.message !== mark.message || current.final) return;
    await shelf.put({ ...current, ...now });
  }

  function plan(mark: Mark, ms: number, signal: AbortSignal): void {
    const key = keyOf(mark);
    if (planned.has(key)) return;
    planned.add(key);
    void clock.wait(ms, signal).then(() => {
      planned.delete(key);
      touch(mark);
    });
  }

  async function react(mark: Mark, state: keyof typeof reactions, signal: AbortSignal): Promise<number> {
    const emoji = reactions[state];
    const before = mark.shown === "" ? "" : reactions[mark.shown as keyof typeof reactions];
    if (emoji === "" || emoji === before) return 0;
    await settled(mark, (chat_id) =>
      bot.call(
        "setMessageReaction",
        {
          chat_id,
          message_id: mark.post,
          reaction: [{ type: "emoji", emoji: emoji as ReactionTypeEmoji["emoji"] }],
        },
        signal,
      ),
    );
    return 1;
  }

  async function say(mark: Mark, signal: AbortSignal): Promise<number | null> {
    const words = speak(languageOf(options, desk, mark.chat));
    const line = await settled(mark, (chat_id) =>
      bot.call(
        "sendMessage",
        {
          chat_id,
          ...(mark.topic === null ? {} : { message_thread_id: mark.topic }),
          text: escapeHtml(words("tg-waiting")),
          parse_mode: "HTML",
          disable_notification: true,
          reply_parameters: { message_id: mark.post, allow_sending_without_reply: true },
          reply_markup: {
            inline_keyboard: [[{ text: words("tg-button-cancel"), callback_data: `cancel:${mark.message}` }]],
          },
        },
        signal,
      ),
    );
    return line?.message_id ?? null;
  }

  async function remove(mark: Mark, line: number, signal: AbortSignal): Promise<number> {
    await settled(mark, (chat_id) => bot.call("deleteMessage", { chat_id, message_id: line }, signal));
    return 1;
  }

  /** Null: it can't be done, now or later, and that does no harm. */
  async function settled<T>(mark: Mark, call: (chat: string) => Promise<T>): Promise<T | null> {
    try {
      return await followed(places, mark.chat, call);
    } catch (error) {
      if (!(error instanceof Refused) || isPassing(error)) throw error;
      if (/REACTION/.test(error.message) && !oddReaction) {
        oddReaction = true;
        log.warn("channel failing", {
          via,
          chat: mark.chat,
          problem: "one of the reactions in the config can't be shown here",
          error: error.message,
        });
      }
      return null;
    }
  }

  return {
    load: () => shelf.load(),

    async keep(mark) {
      const before = shelf.of(mark.chat, mark.post);
      // Kept again for the same text, by an update that is handled again: what stands there stands.
      const again = before?.message === mark.message && !mark.final;
      await shelf.put(again ? { ...mark, shown: before.shown, waiting: before.waiting } : mark);
      touch(mark);
    },

    of: (chat, post) => shelf.of(chat, post),
    for: (message) => shelf.for(message),

    moved({ message }: Pick<Delivery, "message">) {
      const mark = shelf.for(message);
      if (mark && !mark.final) touch(mark);
    },

    async run(own) {
      signal = own;
      // What moved while nobody looked.
      for (const mark of shelf.all()) if (!mark.final) touch(mark);
      while (!own.aborted) {
        await shelf.sweep().catch((error: unknown) => log.error("store failing", { via, error }));
        await clock.wait(SWEEP, own);
      }
      await Promise.all(working.values());
      signal = null;
    },
  };
}
