// Makes the simulated chats: private ones, groups, channels; and what happens to them as a whole.
import type { Chat as ApiChat, User } from "grammy/types";
import { type Account, changeBot, publish, rightsFor } from "./account.ts";
import { Chat } from "./chat.ts";
import type { Rights, Status } from "./member.ts";
import type { Post } from "./post.ts";
import { tidy, withFound } from "./text.ts";

export interface GroupSpec {
  /** Negative: -100… for a supergroup, shorter for a basic group. */
  readonly id: number;
  readonly title: string;
  /** A supergroup with topics; default false. */
  readonly forum?: boolean;
  /** Default: "supergroup" for a forum or an id of -100…, else "group". */
  readonly type?: "group" | "supergroup";
  readonly username?: string;
  /** Default "administrator" with all rights. */
  readonly bot?: Status;
  readonly rights?: Partial<Rights>;
  readonly creator?: User;
  readonly members?: readonly User[];
  /** Whether whoever may manage topics writes in closed ones. Default "nobody" (the bot gets TOPIC_CLOSED). */
  readonly closedTopics?: "nobody" | "managers";
}

/** Ids of supergroups and channels begin with it. */
const SUPERGROUPS = -1_000_000_000_000;
/** The first message of a supergroup or channel tells that it was made; in a forum its number stands for "General". */
const CREATION = 1;
/** "Telegram", in whose name channel posts come into the discussion group. */
const SERVICE: User = { id: 777000, is_bot: false, first_name: "Telegram" };

/** The private chat with a person; not started yet. */
export function privateChat(account: Account, { id, first_name, last_name, username }: User): Chat {
  const names = { ...(last_name ? { last_name } : {}), ...(username ? { username } : {}) };
  const chat = new Chat({
    api: { id, type: "private", first_name, ...names },
    numbers: account.numbers,
    seconds: account.seconds,
    bot: "left",
    rights: rightsFor("member"),
    closedTopics: "managers",
    hasTopics: () => account.bot.has_topics_enabled,
  });
  account.chats.set(id, chat);
  return chat;
}

function apiGroup({ id, title, forum, type, username }: GroupSpec): ApiChat {
  if (!forum && type !== "supergroup" && (type === "group" || id > SUPERGROUPS))
    return { id, type: "group", title };
  const named = username === undefined ? {} : { username };
  return { id, type: "supergroup", title, ...named, ...(forum ? { is_forum: true } : {}) };
}

/** A group that the bot is in already; no update tells. */
export function group(account: Account, spec: GroupSpec): Chat {
  const { bot = "administrator", closedTopics = "nobody", creator, members = [] } = spec;
  const api = apiGroup(spec);
  const chat = new Chat({
    api,
    numbers: api.type === "group" ? account.numbers : { last: CREATION },
    seconds: account.seconds,
    bot,
    rights: rightsFor(bot, spec.rights),
    closedTopics,
    hasTopics: () => spec.forum ?? false,
  });
  if (creator) chat.members.set(creator.id, { user: creator, status: "creator" });
  for (const user of members) chat.members.set(user.id, { user, status: "member" });
  account.chats.set(spec.id, chat);
  return chat;
}

/** A channel in which the bot is an administrator. */
export function channel(account: Account, spec: { readonly id: number; readonly title: string }): Chat {
  const chat = new Chat({
    api: { ...spec, type: "channel" },
    numbers: { last: CREATION },
    seconds: account.seconds,
    bot: "administrator",
    rights: rightsFor("administrator"),
    closedTopics: "nobody",
    hasTopics: () => false,
  });
  account.chats.set(spec.id, chat);
  return chat;
}

/** A post of a channel, forwarded by Telegram into the discussion group when there is one. */
export function channelPost(account: Account, from: Chat, text: string, discussion?: Chat): Post {
  const { text: words, entities } = withFound(tidy({ text, entities: [] }));
  const content = { text: words, entities: [...entities] };
  const post = publish(account, from, { sender_chat: from.api, ...content });
  if (discussion)
    publish(account, discussion, {
      from: SERVICE,
      sender_chat: from.api,
      is_automatic_forward: true,
      ...content,
    });
  return post;
}

/** A basic group becomes a supergroup with another id, a forum if wanted. Rights and members stay. */
export function migrate(account: Account, old: Chat, by: User, spec: { id: number; forum?: boolean }): Chat {
  const chat = group(account, {
    ...spec,
    title: old.api.title ?? "",
    type: "supergroup",
    bot: old.bot,
    rights: old.rights,
    closedTopics: old.closedTopics,
  });
  for (const [id, member] of old.members) chat.members.set(id, member);
  publish(account, old, { from: by, migrate_to_chat_id: chat.id });
  old.movedTo = chat.id;
  publish(account, chat, { from: by, migrate_from_chat_id: old.id });
  return chat;
}

/** The bot leaves by itself (leaveChat). */
export function leave(account: Account, chat: Chat, by: User): void {
  changeBot(account, chat, by, "left", rightsFor("left"));
}
