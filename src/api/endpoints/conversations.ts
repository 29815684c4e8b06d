// Conversations, and the texts that came in.
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { notFound } from "../problem.ts";
import { conversation, page, received, sim, text } from "../shapes.ts";
import { threadId } from "../sight.ts";
import { cursor, cursorOf, limit, moment } from "../values.ts";
import { conversationOf, receivedOf, simOf, textOf } from "../view.ts";

const list = endpoint({
  method: "get",
  path: "/conversations",
  name: "listConversations",
  summary: "Conversations, the last active first",
  more: "One that becomes active while you page goes to the front.",
  scope: "read",
  query: { limit, cursor: cursor("c", 2).optional() },
  answer: { status: 200, what: "a page of conversations", schema: page(conversation) },
  async run({ desk, caller, query }) {
    const { control } = desk;
    const before = query.cursor ? { active: query.cursor[0], thread: query.cursor[1] } : null;
    const found = await control.conversations(caller.viewer, before, query.limit + 1);
    const shown = found.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      body: {
        items: shown.map((one) => conversationOf(control, caller.viewer, one)),
        next: found.length > query.limit && last ? cursorOf("c", last.active, last.thread.id) : null,
      },
    };
  },
});

const one = endpoint({
  method: "get",
  path: "/conversations/{thread}",
  name: "getConversation",
  summary: "What was said in a conversation, newest first",
  more: "Copies for others and simpost's notices too: see `kind`. A text that came in is there once for each who was given it.",
  scope: "read",
  params: { thread: threadId },
  query: { limit, cursor: cursor("t", 1).optional() },
  answer: {
    status: 200,
    what: "a page of the conversation",
    schema: page(text)
      .extend({
        thread: z.int(),
        phone: z.string(),
        name: z.string().nullable(),
        sim: sim.nullable(),
      })
      .meta({ id: "ConversationPage" }),
  },
  problems: ["not-found"],
  async run({ desk, caller: { viewer }, path, query }) {
    const { control } = desk;
    const jobs = await control.conversation(viewer, path.thread, query.cursor?.[0] ?? null, query.limit + 1);
    const [any] = jobs?.length ? jobs : ((await control.conversation(viewer, path.thread, null, 1)) ?? []);
    if (!jobs || !any) throw notFound("conversation");
    const shown = jobs.slice(0, query.limit);
    const last = shown.at(-1);
    const { thread } = any;
    return {
      body: {
        thread: thread.id,
        phone: thread.phone,
        name: control.nameOf(thread.phone),
        sim: simOf(thread.lane),
        items: shown.map((job) => textOf(control, viewer, job)),
        next: jobs.length > query.limit && last ? cursorOf("t", last.delivery.id) : null,
      },
    };
  },
});

const inbox = endpoint({
  method: "get",
  path: "/inbox",
  name: "readInbox",
  summary: "Texts that came in, oldest first",
  more: "Give back `next` as `cursor` to get what came since: none is missed, none comes twice. Without a cursor it begins with the oldest that is kept.",
  scope: "read",
  query: {
    since: moment.optional().describe("leaves out what came before then"),
    limit,
    cursor: cursor("i", 1).optional(),
  },
  answer: {
    status: 200,
    what: "what came in",
    schema: z
      .object({
        items: z.array(received),
        next: z.string().describe("where to go on, now or later"),
        more: z.boolean().describe("there is more now"),
      })
      .meta({ id: "InboxPage" }),
  },
  async run({ desk, caller, query }) {
    const { control } = desk;
    const after = query.cursor?.[0] ?? 0;
    const jobs = await control.messages(caller.viewer, {
      way: "in",
      oldest: true,
      after,
      ...(query.since === undefined ? {} : { since: query.since }),
      limit: query.limit + 1,
    });
    const shown = jobs.slice(0, query.limit);
    return {
      body: {
        items: shown.map((job) => receivedOf(control, job)),
        next: cursorOf("i", shown.at(-1)?.delivery.id ?? after),
        more: jobs.length > query.limit,
      },
    };
  },
});

export const conversations = [list, one, inbox];
