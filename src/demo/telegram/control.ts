// Orders for a simulated Telegram that runs in another process: a name and a JSON object in, a JSON value out.
import type { Attachment } from "./attachments.ts";
import type { BotApi } from "./botapi.ts";
import type { Chat } from "./chat.ts";
import type { BotFault } from "./faults.ts";
import type { FloodRule } from "./flood.ts";
import type { Rights } from "./member.ts";
import type { Person, PersonSpec, Where } from "./person.ts";
import type { GroupSpec } from "./places.ts";
import type { Post } from "./post.ts";

/** Fields of an order; which ones count depends on its name. `person` is made by the order "person" before. */
export interface Order {
  readonly person: number;
  /** Default: the person's private chat. */
  readonly chat?: number;
  readonly topic?: number;
  readonly replyTo?: number;
  readonly anonymous?: boolean;
  readonly message: number;
  readonly text: string;
  /** Of "say": so many times, "#" in the text becomes 1, 2, …; default 1. */
  readonly count?: number;
  readonly button: string;
  readonly emoji?: string;
  readonly name: string;
  readonly payload?: string;
  readonly kind: Attachment;
  readonly caption?: string;
  readonly phone_number: string;
  readonly first_name: string;
  readonly id: number;
  readonly forum?: boolean;
  readonly rights?: Partial<Rights>;
}

interface Scene {
  readonly by: Person;
  readonly chat: Chat;
  readonly where: Where;
}

type Act = (scene: Scene, order: Order, api: BotApi) => unknown;

const postIn = (chat: Chat, { message }: Order): Post => {
  const post = chat.post(message);
  if (!post) throw new Error(`no message ${message}`);
  return post;
};

/** What people do. Each answers the message that it made, if it made one. */
const ACTS: Readonly<Record<string, Act>> = {
  start: ({ by }, { payload }) => by.startsBot(payload),
  block: ({ by }) => by.blocksBot(),
  say: ({ by, chat, where }, { text, count = 1 }) => {
    const one = (n: number): Post =>
      by.says(chat, count === 1 ? text : text.replaceAll("#", String(n)), where);
    const posts = Array.from({ length: count }, (_, index) => one(index + 1));
    return posts.at(-1);
  },
  edit: ({ by, chat }, order) => by.edits(postIn(chat, order), order.text),
  delete: ({ by, chat }, order) => by.deletes(postIn(chat, order)),
  press: ({ by, chat }, order) => by.presses(postIn(chat, order), order.button).id,
  react: ({ by, chat }, order) => by.reacts(postIn(chat, order), order.emoji),
  contact: ({ by, chat, where }, { phone_number, first_name }) =>
    by.sharesContact(chat, { phone_number, first_name }, where),
  send: ({ by, chat, where }, { kind, caption }) =>
    by.sends(chat, kind, { ...where, ...(caption === undefined ? {} : { caption }) }),
  "create-topic": ({ by, chat }, { name }) => by.createsTopic(chat, name),
  "rename-topic": ({ by, chat }, { topic = 0, name }) => by.renamesTopic(chat, topic, name),
  "close-topic": ({ by, chat }, { topic = 0 }) => by.closesTopic(chat, topic),
  "reopen-topic": ({ by, chat }, { topic = 0 }) => by.reopensTopic(chat, topic),
  "delete-topic": ({ by, chat }, { topic = 0 }) => by.deletesTopic(chat, topic),
  kick: ({ by, chat }) => by.kicksBot(chat),
  add: ({ by, chat }) => by.addsBot(chat),
  promote: ({ by, chat }, { rights }) => by.promotesBot(chat, rights),
  migrate: ({ by, chat }, { id, forum = false }, api) => api.migrate(chat, by, { id, forum }).api,
};

type Fault = Omit<BotFault, "times"> & { readonly times?: number | "always" };

/** What happens to Telegram itself. "always" stands for Infinity. */
const MATTERS: Readonly<Record<string, (api: BotApi, body: object) => unknown>> = {
  person: (api, body) => api.person(body as PersonSpec).user,
  group: (api, body) => api.group(body as GroupSpec).api,
  fault: (api, body) => {
    const { times = 1, ...fault } = body as Fault;
    api.faults.add({ ...fault, times: times === "always" ? Number.POSITIVE_INFINITY : times });
  },
  "clear-faults": (api) => api.faults.clear(),
  flood: (api, body) => {
    api.flood = "burst" in body ? (body as FloodRule) : undefined;
  },
  down: (api) => api.down(),
  up: (api) => api.up(),
};

/** Carries an order out. Rejects for one that it does not know, or that names what is not there. */
export async function obey(api: BotApi, name: string, body: object): Promise<unknown> {
  const matter = MATTERS[name];
  if (matter) return (await matter(api, body)) ?? {};
  const act = ACTS[name];
  if (!act) throw new Error(`unknown order ${name}`);
  const order = body as Order;
  const by = api.people.get(order.person);
  if (!by) throw new Error(`no person ${order.person}`);
  return act(sceneOf(api, by, order), order, api) ?? {};
}

function sceneOf(api: BotApi, by: Person, order: Order): Scene {
  const chat = order.chat === undefined ? by.chat : api.chats.get(order.chat);
  if (!chat) throw new Error(`no chat ${order.chat}`);
  const { topic, replyTo, anonymous } = order;
  const where: Where = {
    ...(topic === undefined ? {} : { topic }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(anonymous === undefined ? {} : { anonymous }),
  };
  return { by, chat, where };
}

/** What is to be seen: `what` is "seen" (messages and topics of all chats or of `chat`), "calls" or "stats". */
export function show(api: BotApi, what: string, query: URLSearchParams): unknown {
  const since = Number(query.get("since") ?? 0);
  const chat = query.get("chat");
  const chats = [...api.chats.values()].filter(({ id }) => chat === null || id === Number(chat));
  const method = query.get("method");
  switch (what) {
    case "seen":
      return chats.map(({ id, messages, topics }) => ({ id, messages: messages.slice(since), topics }));
    case "calls":
      return api.calls.slice(since).filter((call) => method === null || call.method === method);
    case "stats":
      return {
        calls: api.calls.length,
        pending: api.updates.pending.length,
        polling: api.updates.polling,
        webhook: api.webhookUrl,
      };
    default:
      throw new Error(`nothing to see: ${what}`);
  }
}
