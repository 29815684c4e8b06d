// One topic per phone and SIM: found, made at first need, opened again.
import type { Lane } from "../../bridge/message.ts";
import type { Desk } from "../../bridge/ports/desk.ts";
import { type Bot, type Places, Refused, type TelegramOptions, type Topic } from "./parts.ts";
import { simLabel } from "./sim.ts";

export interface TopicMeans {
  readonly options: Pick<TelegramOptions, "name" | "sims" | "clock" | "log">;
  readonly bot: Bot;
  readonly places: Places;
  readonly desk: Pick<Desk, "nameOf">;
}

/** The longest name of a topic, characters (createForumTopic, `name`). */
const NAME_MAX = 128;

/** Where the bot may not make topics it tries again after this long, milliseconds: somebody may have given it the right. */
const BARRED = 10 * 60_000;

interface Doing {
  /** Topics that are being looked for or made, so that two at once do not make two. */
  readonly making: Map<string, Promise<Topic | null>>;
  /** Chats in which the bot may not make topics: when to try again, UTC milliseconds. */
  readonly barred: Map<string, number>;
}
const doings = new WeakMap<Places, Doing>();

function doingIn(places: Places): Doing {
  const doing = doings.get(places) ?? { making: new Map(), barred: new Map() };
  doings.set(places, doing);
  return doing;
}

/**
 * The topic of a phone in a chat that has topics: the one that is known, else a new one. A SIM that was not known yet is noted.
 * Null: the bot may not make any, or the chat has none. Throws Refused for everything else, and what the ledger throws.
 */
export async function openTopic(
  means: TopicMeans,
  chat: string,
  phone: string,
  lane: Lane | null,
  signal?: AbortSignal,
): Promise<Topic | null> {
  const { making } = doingIn(means.places);
  // One phone of a chat at a time: a topic whose SIM is not known yet may be any SIM's.
  const key = `${means.places.now(chat)} ${phone}`;
  const before = making.get(key);
  const turn = (before ?? Promise.resolve()).then(
    () => find(means, chat, phone, lane, signal),
    () => find(means, chat, phone, lane, signal),
  );
  making.set(key, turn);
  try {
    return await turn;
  } finally {
    if (making.get(key) === turn) making.delete(key);
  }
}

async function find(
  means: TopicMeans,
  chat: string,
  phone: string,
  lane: Lane | null,
  signal?: AbortSignal,
): Promise<Topic | null> {
  const { places } = means;
  const known = places.topicFor(chat, phone, lane);
  if (!known) return make(means, chat, phone, lane, signal);
  if (known.lane !== null || lane === null) return known;
  const bound = { ...known, lane };
  await places.keep(bound);
  return bound;
}

async function make(
  { options, bot, places, desk }: TopicMeans,
  chat: string,
  phone: string,
  lane: Lane | null,
  signal?: AbortSignal,
): Promise<Topic | null> {
  const { barred } = doingIn(places);
  if ((barred.get(chat) ?? 0) > options.clock.now()) return null;
  const title = desk.nameOf(phone) ?? phone;
  const name = places.topicFor(chat, phone, null) && lane ? `${title} · ${simLabel(options, lane)}` : title;
  try {
    const made = await bot.call(
      "createForumTopic",
      { chat_id: places.now(chat), name: fitting(name) },
      signal,
    );
    const topic: Topic = { chat, id: made.message_thread_id, phone, lane, name: "", closed: false };
    await places.keep(topic);
    barred.delete(chat);
    return topic;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.kind === "no-topic") {
      places.learn(chat, false);
      return null;
    }
    if (error.kind !== "rights" && error.kind !== "bad") throw error;
    if (!barred.has(chat))
      options.log.warn("channel failing", {
        via: options.name,
        chat,
        problem: "the bot may not make topics here: make it an admin who may manage topics",
        error: error.message,
      });
    barred.set(chat, options.clock.now() + BARRED);
    return null;
  }
}

/** Opens a topic that people closed. False: the bot may not. Throws Refused for everything else. */
export async function reopenTopic(
  { bot, places }: Pick<TopicMeans, "bot" | "places">,
  topic: Topic,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await bot.call(
      "reopenForumTopic",
      { chat_id: places.now(topic.chat), message_thread_id: topic.id },
      signal,
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.kind === "rights" || error.kind === "bad") return false;
    // It was open already.
    if (error.kind !== "gone") throw error;
  }
  await places.keep({ ...topic, closed: false });
  return true;
}

const fitting = (name: string): string => {
  const points = Array.from(name);
  return points.length <= NAME_MAX ? name : `${points.slice(0, NAME_MAX - 1).join("")}…`;
};
