// What is known of chats: topics, new ids, whether they have topics at all. Kept in the ledger, read at the start, held in memory.
import type { UserFromGetMe } from "grammy/types";
import type { Lane } from "../../bridge/message.ts";
import { isGroup } from "./language.ts";
import type { Bot, Places, TelegramOptions, Topic } from "./parts.ts";

export interface PlacesMeans {
  readonly options: Pick<TelegramOptions, "name" | "ledger" | "clock">;
  readonly bot: Bot;
  /** Who the bot is. Throws Refused. */
  readonly me: () => Promise<UserFromGetMe>;
  /** Whether the config itself names this chat. */
  readonly isPlace: (chat: string) => boolean;
}

/** How long it is remembered whether a chat has topics, milliseconds. */
const TOPICS_KNOWN = 60 * 60_000;

/** Names of notes. */
const TOPIC = "topic:";
const MOVED = "moved:";

export function createPlaces({ options, bot, me, isPlace }: PlacesMeans): Places {
  const { name: via, ledger, clock } = options;
  /** By the config's id: Telegram's id now; and back. */
  const nows = new Map<string, string>();
  const befores = new Map<string, string>();
  /** By Telegram's id of the chat now and the topic's own. `key`: of its note. */
  const topics = new Map<string, { readonly topic: Topic; readonly key: string }>();
  const forums = new Map<string, { readonly yes: boolean; readonly until: number }>();

  const now = (chat: string): string => nows.get(chat) ?? chat;
  const spot = (chat: string, id: number): string => `${now(chat)}/${id}`;
  const noteOf = (topic: Topic): string =>
    topics.get(spot(topic.chat, topic.id))?.key ?? `${TOPIC}${topic.chat}/${topic.id}`;
  const hold = (topic: Topic, key: string): void => {
    topics.set(spot(topic.chat, topic.id), { topic, key });
  };
  const learn = (chat: string, yes: boolean): void => {
    forums.set(now(chat), { yes, until: clock.now() + TOPICS_KNOWN });
  };

  return {
    async load() {
      for (const { key, value } of await ledger.notes(via, MOVED)) {
        nows.set(key.slice(MOVED.length), value);
        befores.set(value, key.slice(MOVED.length));
      }
      for (const { key, value } of await ledger.notes(via, TOPIC)) {
        const topic = readTopic(key.slice(TOPIC.length), value);
        if (topic) hold(topic, key);
      }
    },

    topic(chat, id) {
      const found = topics.get(spot(chat, id))?.topic;
      return found ? { ...found, chat } : null;
    },

    topicFor(chat, phone, lane) {
      const place = now(chat);
      const own = [...topics.values()]
        .map(({ topic }) => topic)
        .filter((topic) => now(topic.chat) === place && topic.phone === phone)
        // Telegram numbers topics upwards: the newest comes first, but one that is certainly of this SIM before one that may be.
        .sort((a, b) => b.id - a.id);
      const found =
        own.find((topic) => isSame(topic.lane, lane)) ?? own.find((topic) => fits(topic.lane, lane));
      return found ? { ...found, chat } : null;
    },

    async keep(topic) {
      const { phone, lane, name, closed } = topic;
      const key = noteOf(topic);
      await ledger.note(via, [{ key, value: JSON.stringify({ phone, lane, name, closed }) }]);
      hold(topic, key);
    },

    async forget(chat, id) {
      const found = topics.get(spot(chat, id));
      if (!found) return;
      await ledger.note(via, [{ key: found.key, value: null }]);
      topics.delete(spot(chat, id));
    },

    now,

    known: (chat) => (isPlace(chat) ? chat : (befores.get(chat) ?? chat)),

    async moved(from, to) {
      const chat = befores.get(from) ?? from;
      if (chat === to || nows.get(chat) === to) return;
      await ledger.note(via, [{ key: `${MOVED}${chat}`, value: to }]);
      const kept = [...topics.values()];
      nows.set(chat, to);
      befores.delete(from);
      befores.set(to, chat);
      topics.clear();
      for (const { topic, key } of kept) hold(topic, key);
    },

    async hasTopics(chat) {
      const known = forums.get(now(chat));
      if (known && known.until > clock.now()) return known.yes;
      const yes = isGroup(chat)
        ? (await bot.call("getChat", { chat_id: now(chat) })).is_forum === true
        : (await me()).has_topics_enabled === true;
      learn(chat, yes);
      return yes;
    },

    learn,
  };
}

/** `CHAT/ID` and the rest of a topic, as `keep` wrote them; null: not ours to read. */
function readTopic(place: string, value: string): Topic | null {
  const at = place.lastIndexOf("/");
  const id = Number(place.slice(at + 1));
  const kept = JSON.parse(value) as Pick<Topic, "phone" | "lane" | "name" | "closed">;
  return at > 0 && Number.isSafeInteger(id) ? { chat: place.slice(0, at), id, ...kept } : null;
}

const isSame = (a: Lane | null, b: Lane | null): boolean => a?.gateway === b?.gateway && a?.port === b?.port;

/** Both may be the same SIM, as far as they are known. */
const fits = (a: Lane | null, b: Lane | null): boolean =>
  a === null ||
  b === null ||
  (a.gateway === b.gateway && (a.port === null || b.port === null || a.port === b.port));
