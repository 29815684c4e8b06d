// The half of the Telegram channel that posts: texts of phones, what others answered, what became of a text.
import { SendError } from "../../bridge/errors.ts";
import type { Channel, Post } from "../../bridge/ports/channel.ts";
import type { Desk } from "../../bridge/ports/desk.ts";
import { speak, type Words } from "../../words/index.ts";
import { blame } from "./blame.ts";
import { pages, type Run } from "./html.ts";
import { languageOf } from "./language.ts";
import {
  type Bot,
  type Places,
  Refused,
  type RefusedKind,
  type TelegramOptions,
  type Topic,
} from "./parts.ts";
import { simLabel } from "./sim.ts";
import { openTopic, reopenTopic } from "./topics.ts";
import { type Button, conversation, kindOf, notice } from "./wording.ts";

export interface OutMeans {
  readonly options: TelegramOptions;
  readonly bot: Bot;
  readonly places: Places;
  readonly desk: Pick<Desk, "nameOf" | "userOf" | "ports">;
}

/** Posts at once: about 30 messages a second are allowed in all, one a second to a chat. */
export const CONCURRENCY = 8;
/** A topic that is gone or closed is replaced or opened; when even that does not help, the post goes beside the topics. */
const TOPIC_TRIES = 2;

/** Nobody is reached in such a chat until somebody does something about it. */
const LOST: ReadonlySet<RefusedKind> = new Set(["blocked", "kicked", "no-chat", "closed", "rights"]);

/** Where in a chat, and beside what. */
interface Spot {
  readonly chat: string;
  readonly topic: number | null;
  readonly replyTo: number | null;
  readonly silent: boolean;
}

export function createOut(means: OutMeans): Pick<Channel, "send" | "concurrency" | "stop"> {
  const underWay = new Set<Promise<unknown>>();
  /** By delivery: pages that Telegram has taken, while the rest is still to be sent. */
  const begun = new Map<number, readonly number[]>();
  /** By chat: when Telegram wants to hear of it again, UTC milliseconds. */
  const quiet = new Map<string, number>();
  let stopped = false;
  const { name: via, clock, log } = means.options;

  const note = ({ kind, message, retryAfter }: Refused, chat: string): void => {
    if (kind === "flood") quiet.set(chat, clock.now() + (retryAfter ?? 0));
    if (LOST.has(kind)) log.warn("chat lost", { via, chat, error: message });
  };

  return {
    concurrency: CONCURRENCY,

    async send(post, signal) {
      if (stopped) throw new SendError("temporary", "the bot is shutting down", { scope: "upstream" });
      const { chat } = spotOf(post);
      const left = (quiet.get(chat) ?? 0) - clock.now();
      // Asking all the same would make it longer.
      if (left > 0) throw blame(new Refused("flood", "too many messages to this chat", { retryAfter: left }));
      quiet.delete(chat);
      const work = deliver({ ...means, begun }, post, signal);
      underWay.add(work);
      try {
        const ref = await work;
        begun.delete(post.delivery.id);
        return { ref };
      } catch (error) {
        const known = blame(error);
        if (known.kind === "permanent") begun.delete(post.delivery.id);
        if (error instanceof Refused) note(error, chat);
        throw known;
      } finally {
        underWay.delete(work);
      }
    },

    async stop() {
      stopped = true;
      await Promise.allSettled(underWay);
    },
  };
}

type Work = OutMeans & { readonly begun: Map<number, readonly number[]> };

/** Resolves with the ref, `CHAT/MESSAGE`; null: there is nothing to be shown. Throws Refused, and what the ledger throws. */
async function deliver(work: Work, post: Post, signal: AbortSignal): Promise<string | null> {
  const { options, places, desk } = work;
  const { chat } = spotOf(post);
  const words = speak(languageOf(options, desk, chat));
  const go = (): Promise<string | null> => {
    const kind = kindOf(post);
    if (kind === "notice") return tell(work, post, words, signal);
    return kind === "ussd" ? answerCode(work, post, words, signal) : show(work, post, words, signal);
  };
  try {
    return await go();
  } catch (error) {
    if (!(error instanceof Refused) || error.kind !== "moved" || error.movedTo === undefined) throw error;
    options.log.warn("chat moved", { via: options.name, chat, to: error.movedTo });
    await places.moved(places.now(chat), error.movedTo);
    return go();
  }
}

/** A text of a phone, or what somebody else answered: into the phone's topic, where there are topics. */
async function show(work: Work, post: Post, words: Words, signal: AbortSignal): Promise<string | null> {
  const { places } = work;
  const { chat, topic: fixed } = spotOf(post);
  const answer = kindOf(post) === "answer";
  if (fixed !== null) {
    // It was written in this very chat.
    if (answer && post.message.origin.chat === chat) return null;
    const { runs } = conversation(post, words, { sim: simOf(work, post), inTopic: false });
    return orBesideTopics({ chat, topic: fixed, replyTo: null, silent: answer }, (place) =>
      put(work, post, place, runs, [], signal),
    );
  }
  for (let tries = 0; ; tries += 1) {
    const topic = tries < TOPIC_TRIES ? await topicOf(work, post, signal) : null;
    // Muted until the phone itself writes again.
    if (topic?.closed && answer) return null;
    const open = topic?.closed && !(await reopenTopic(work, topic, signal)) ? null : topic;
    const { runs } = conversation(post, words, { sim: simOf(work, post), inTopic: open !== null });
    try {
      return await put(
        work,
        post,
        { chat, topic: open?.id ?? null, replyTo: null, silent: answer },
        runs,
        [],
        signal,
      );
    } catch (error) {
      if (!(error instanceof Refused) || open === null) throw error;
      if (error.kind === "no-topic") await places.forget(chat, open.id);
      else if (error.kind === "closed") await places.keep({ ...open, closed: true });
      else throw error;
    }
  }
}

/** Where it goes: a chat, or one topic of it (`CHAT:TOPIC`) into which everything goes. */
function spotOf({ delivery }: Post): { readonly chat: string; readonly topic: number | null } {
  const [chat = "", topic] = delivery.to.address.split(":");
  return { chat, topic: topic === undefined ? null : Number(topic) };
}

async function topicOf(work: Work, post: Post, signal: AbortSignal): Promise<Topic | null> {
  const { chat } = spotOf(post);
  const { thread } = post;
  if (!(await work.places.hasTopics(chat))) return null;
  return openTopic(work, chat, thread.phone, thread.lane, signal);
}

/** The network's answer to a code: beside the last thing said about it. */
async function answerCode(work: Work, post: Post, words: Words, signal: AbortSignal): Promise<string> {
  const { chat, topic: fixed } = spotOf(post);
  const last = post.refs.findLast((ref) => ref.startsWith(`${chat}/`));
  const replyTo = Number(last?.slice(chat.length + 1));
  const topic = work.places.topicFor(chat, post.thread.phone, post.thread.lane);
  const { runs } = conversation(post, words, { sim: null, inTopic: false });
  const spot = { chat, replyTo: Number.isSafeInteger(replyTo) ? replyTo : null, silent: false };
  return orBesideTopics({ ...spot, topic: fixed ?? (topic?.closed ? null : (topic?.id ?? null)) }, (place) =>
    put(work, post, place, runs, [], signal),
  );
}

/** What became of a text: as an answer to it. */
async function tell(work: Work, post: Post, words: Words, signal: AbortSignal): Promise<string | null> {
  const said = notice(post, words, (phone) => work.desk.nameOf(phone) ?? phone);
  if (!said) return null;
  const { chat } = spotOf(post);
  const origin = post.about?.message.origin ?? {};
  const here = origin.chat === chat;
  const replyTo = here ? number(origin.post) : null;
  const spot = { chat, topic: here ? number(origin.topic) : null, replyTo, silent: false };
  return orBesideTopics(spot, (place) => put(work, post, place, said.runs, said.buttons, signal));
}

/** There; if its topic, or the one of the message that it answers, is gone or closed, beside all topics. */
async function orBesideTopics(spot: Spot, send: (spot: Spot) => Promise<string>): Promise<string> {
  try {
    return await send(spot);
  } catch (error) {
    if (!(error instanceof Refused) || (spot.topic === null && spot.replyTo === null)) throw error;
    if (error.kind !== "no-topic" && error.kind !== "closed" && error.kind !== "gone") throw error;
    return send({ ...spot, topic: null, replyTo: null });
  }
}

/** Posts all pages; a retry goes on behind those that were taken. Resolves with the ref of the last one, to which the others lead. */
async function put(
  work: Work,
  post: Post,
  spot: Spot,
  runs: readonly Run[],
  buttons: readonly Button[],
  signal: AbortSignal,
): Promise<string> {
  const { options, bot, places, begun } = work;
  const { chat, topic, replyTo, silent } = spot;
  const whole = pages(runs);
  const { id } = post.delivery;
  for (let taken = begun.get(id) ?? []; taken.length < whole.length; ) {
    const last = taken.length === whole.length - 1;
    const message = await bot.call(
      "sendMessage",
      {
        chat_id: places.now(chat),
        text: whole[taken.length] ?? "",
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
        ...(topic === null ? {} : { message_thread_id: topic }),
        ...(replyTo === null
          ? {}
          : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
        ...(silent ? { disable_notification: true } : {}),
        ...(last && buttons.length > 0
          ? {
              reply_markup: {
                inline_keyboard: [buttons.map(({ text, data }) => ({ text, callback_data: data }))],
              },
            }
          : {}),
      },
      signal,
    );
    taken = [...taken, message.message_id];
    begun.set(id, taken);
  }
  const all = begun.get(id) ?? [];
  const ref = `${chat}/${all.at(-1)}`;
  if (all.length > 1)
    await options.ledger.note(
      options.name,
      all.slice(0, -1).map((page) => ({ key: `also:${chat}/${page}`, value: ref })),
    );
  return ref;
}

/** The SIM's label, where there are several SIMs. */
function simOf({ options, desk }: Work, { thread: { lane } }: Post): string | null {
  const several = options.sims.length > 1 || desk.ports().length > 1;
  return lane && several ? simLabel(options, lane) : null;
}

function number(text: string | undefined): number | null {
  const read = Number(text);
  return text !== undefined && Number.isSafeInteger(read) && read > 0 ? read : null;
}
