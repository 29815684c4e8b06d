// Messages: find them, send one, see what became of it.
import { z } from "zod";
import type { Search } from "../../bridge/ports/control.ts";
import { endpoint } from "../endpoint.ts";
import { notFound } from "../problem.ts";
import { whose } from "../sender.ts";
import { accepted, page, stamp, state, story, text } from "../shapes.ts";
import { canonical, messageId, seenStory } from "../sight.ts";
import { body, cursor, cursorOf, limit, moment, simName } from "../values.ts";
import { stepOf, textOf } from "../view.ts";

/** The heart looks at each of them: a list of addresses is no text to a phone. */
const MOST_RECIPIENTS = 200;
const LONGEST_RECIPIENT = 250;
const LONGEST_NEEDLE = 200;

const list = endpoint({
  method: "get",
  path: "/messages",
  name: "listMessages",
  summary: "Texts from and to phones, newest first",
  more: "All conditions hold together. A search for `text` looks through the newest 100,000.",
  scope: "read",
  query: {
    number: z.string().min(1).max(LONGEST_RECIPIENT).optional().describe("the phone, in any form"),
    text: z.string().min(1).max(LONGEST_NEEDLE).optional().describe("stands somewhere in text or phone"),
    state: state.optional(),
    gateway: z.string().min(1).max(100).optional(),
    since: moment.optional().describe("accepted then or later"),
    until: moment.optional().describe("accepted then or earlier"),
    way: z.enum(["in", "out"]).optional().describe("in: phones wrote them; out: to phones"),
    limit,
    cursor: cursor("m", 1).optional(),
  },
  answer: { status: 200, what: "a page of texts", schema: page(text) },
  async run({ desk, caller, query }) {
    const { control } = desk;
    const { number, cursor: at, limit: most, ...conditions } = query;
    const search: Search = {
      ...given(conditions),
      ...(number === undefined ? {} : { number: canonical(desk, number) }),
      ...(at === undefined ? {} : { before: at[0] }),
      limit: most + 1,
    };
    const jobs = await control.messages(caller.viewer, search);
    const shown = jobs.slice(0, most);
    const last = shown.at(-1);
    return {
      body: {
        items: shown.map((job) => textOf(control, caller.viewer, job)),
        next: jobs.length > most && last ? cursorOf("m", last.delivery.id) : null,
      },
    };
  },
});

/** Without what was left out. */
function given<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}

const recipient = z.string().min(1).max(LONGEST_RECIPIENT);

const send = endpoint({
  method: "post",
  path: "/messages",
  name: "sendMessage",
  summary: "Send a text",
  more: "To one phone or several: all or none. It is answered once the text is on disk; what becomes of it shows at `url`.",
  scope: "send",
  keyed: true,
  body: z.strictObject({
    to: z
      .union([recipient, z.array(recipient).min(1).max(MOST_RECIPIENTS)])
      .describe("phones as people write them: +49 170 1234567, 0170 1234567, 22333"),
    text: body,
    user: z
      .string()
      .min(1)
      .optional()
      .describe("whose text it is; default: the token's user. Another one: for admins"),
    sim: simName.optional(),
    urgent: z.boolean().optional().describe("leaves before all that is not"),
    thread: z.int().positive().optional().describe("the conversation that it answers"),
  }),
  answer: { status: 202, what: "it is on disk, and will be sent", schema: accepted },
  problems: [
    "not-allowed",
    "not-found",
    "over-quota",
    "not-a-number",
    "no-such-sim",
    "no-such-user",
    "nothing-to-send",
    "too-long",
    "store",
    "busy",
  ],
  async run({ desk, caller, body: wanted, key }) {
    const { to, text: written, sim, urgent, thread } = wanted;
    const user = whose(desk, caller, wanted.user);
    if (thread !== undefined && (await desk.control.conversation(caller.viewer, thread, null, 1)) === null)
      throw notFound("conversation");
    const result = await desk.control.send({
      user,
      to: typeof to === "string" ? [to] : to,
      text: written,
      ...(sim === undefined ? {} : { lane: sim }),
      ...(thread === undefined ? {} : { thread }),
      ...(urgent === undefined ? {} : { urgent }),
      ...(key === null ? {} : { key }),
    });
    return taken(result);
  },
});

/** How the heart's yes is answered. */
export function taken(result: z.input<typeof accepted> | Omit<z.input<typeof accepted>, "url">) {
  const { id, repeated, recipients, parts, cut } = result;
  const url = `/api/v1/messages/${id}`;
  return { body: { id, url, repeated, recipients, parts, cut }, headers: { Location: url } };
}

const one = endpoint({
  method: "get",
  path: "/messages/{id}",
  name: "getMessage",
  summary: "A message, and all that became of it",
  scope: "read",
  params: { id: messageId },
  answer: { status: 200, what: "the message", schema: story },
  problems: ["not-found"],
  async run({ desk, caller, path }) {
    const { control } = desk;
    const { jobs, steps } = await seenStory(desk, caller.viewer, path.id);
    const [{ message }] = jobs;
    return {
      body: {
        id: message.id,
        at: stamp(message.at),
        user: message.user,
        text: message.text,
        deliveries: jobs.map((job) => ({
          ...textOf(control, caller.viewer, job),
          steps: (steps.get(job.delivery.id) ?? []).map(stepOf),
        })),
      },
    };
  },
});

export const messages = [list, send, one];
