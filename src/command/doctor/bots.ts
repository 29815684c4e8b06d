// A Telegram bot: its token, how it gets its updates, and what it may do in the chats that the config names.
import { request } from "undici";
import { z } from "zod";
import { bad, type Check, codeOf, doubtful, good, type Said } from "./finding.ts";
import type { BotPatient } from "./patient.ts";

const LIMIT = 45_000;
/** One request, milliseconds. */
const PATIENCE = 10_000;
/** Updates that wait at Telegram: more than this, and nobody fetches them. */
const MANY_UPDATES = 100;

/** core.telegram.org/bots/api, "Making requests". */
const Answer = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error_code: z.number(), description: z.string().default("") }),
]);

const Me = z.object({
  id: z.number(),
  username: z.string(),
  can_read_all_group_messages: z.boolean().default(false),
});
const Hook = z.object({
  url: z.string(),
  pending_update_count: z.number().default(0),
  last_error_message: z.string().optional(),
  last_error_date: z.number().optional(),
});
const Chat = z.object({
  type: z.string(),
  title: z.string().default(""),
  is_forum: z.boolean().default(false),
  username: z.string().optional(),
  first_name: z.string().default(""),
});
const Member = z.object({
  status: z.string(),
  can_manage_topics: z.boolean().default(false),
  is_member: z.boolean().optional(),
});

/** Telegram said no; `code` is HTTP's. */
class Refused extends Error {
  readonly code: number;
  constructor(code: number, description: string) {
    super(description);
    this.code = code;
  }
}

export const botCheck = (bot: BotPatient): Check => ({
  name: `bot ${bot.name}`,
  limit: LIMIT,
  async run(signal) {
    const ask = <T>(method: string, shape: z.ZodType<T>, fields: object = {}): Promise<T> =>
      call(bot, method, shape, fields, signal);
    let me: z.output<typeof Me>;
    try {
      me = await ask("getMe", Me);
    } catch (error) {
      return [unheard(bot, error)];
    }
    const said: Said[] = [good(`Telegram knows it as @${me.username}`)];
    said.push(...hookOf(bot, await ask("getWebhookInfo", Hook)));
    for (const written of bot.chats) said.push(...(await chatOf(written, me, ask)));
    return said;
  },
});

type Ask = <T>(method: string, shape: z.ZodType<T>, fields?: object) => Promise<T>;

function unheard({ name, apiRoot }: BotPatient, error: unknown): Said {
  if (error instanceof Refused && [401, 404].includes(error.code))
    return bad(
      "Telegram does not know this bot",
      `channels.${name}.token is wrong or was revoked: BotFather (/token) gives a new one.`,
    );
  if (error instanceof Refused && error.code === 429)
    return doubtful("Telegram asks to be left alone for a while", "Try again later.");
  const why = error instanceof Error ? error.message : String(error);
  return bad(`${apiRoot}: ${why}`, "simpost must reach it: is a firewall between, or is apiRoot wrong?");
}

function hookOf({ webhook }: BotPatient, hook: z.output<typeof Hook>): readonly Said[] {
  const said: Said[] = [];
  const waiting = hook.pending_update_count;
  if (webhook === null && hook.url !== "")
    said.push(
      doubtful(
        "another program has Telegram bring it this bot's updates",
        "simpost takes that back when it starts. If it is still used elsewhere: one bot, one program.",
      ),
    );
  else if (webhook !== null && hook.url !== webhook)
    said.push(
      doubtful(
        hook.url === ""
          ? "Telegram does not bring updates yet"
          : "Telegram brings updates to another address",
        "The daemon tells Telegram the address when it starts: is it running?",
      ),
    );
  if (webhook !== null && hook.last_error_message !== undefined)
    said.push(
      doubtful(
        `Telegram could not bring updates: ${hook.last_error_message}`,
        `It needs a way to ${webhook} (a valid certificate, port 443, 80, 88 or 8443) that leads to http.listen.`,
      ),
    );
  if (waiting > MANY_UPDATES)
    said.push(
      doubtful(
        `${waiting} updates wait at Telegram`,
        "Is the daemon running? Telegram keeps them for 24 hours.",
      ),
    );
  return said.length > 0
    ? said
    : [good(webhook === null ? "its updates are fetched" : "Telegram brings its updates")];
}

/** `written`: a chat's id, and perhaps a topic behind it. */
async function chatOf(written: string, me: z.output<typeof Me>, ask: Ask): Promise<readonly Said[]> {
  const [chat_id = ""] = /^-?\d+/.exec(written) ?? [];
  const isGroup = chat_id.startsWith("-");
  let chat: z.output<typeof Chat>;
  try {
    chat = await ask("getChat", Chat, { chat_id });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const todo = isGroup
      ? "Add the bot to the group, as an admin; or correct the id."
      : "The person opens the bot and presses Start (simpost invite makes a link).";
    return [doubtful(`chat ${written}: ${error.message}`, todo)];
  }
  if (!isGroup) return [good(`chat ${written} is a private chat`)];
  const name = `group ${written}${chat.title === "" ? "" : ` (${chat.title})`}`;
  const { status, can_manage_topics } = await ask("getChatMember", Member, { chat_id, user_id: me.id });
  if (status === "left" || status === "kicked")
    return [bad(`${name}: the bot is not in it`, "Add it to the group, as an admin.")];
  const admin = status === "administrator" || status === "creator";
  if (!admin && !me.can_read_all_group_messages)
    return [
      doubtful(
        `${name}: the bot is no admin, and does not see what people write there`,
        "Make it an admin, or switch its privacy mode off (BotFather, /setprivacy), then add it anew.",
      ),
    ];
  if (chat.is_forum && status !== "creator" && !can_manage_topics)
    return [
      doubtful(
        `${name}: the bot may not make topics`,
        "Give it the right Manage topics: one topic a phone is made then.",
      ),
    ];
  return [good(`${name}: the bot has the rights that it needs`)];
}

/** The token stands in the address: no error shows more than a code. */
async function call<T>(
  { token, apiRoot }: BotPatient,
  method: string,
  shape: z.ZodType<T>,
  fields: object,
  over: AbortSignal,
): Promise<T> {
  let text: string;
  try {
    const { body } = await request(`${apiRoot}/bot${token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
      signal: AbortSignal.any([over, AbortSignal.timeout(PATIENCE)]),
      reset: true,
    });
    text = await body.text();
  } catch (error) {
    const timeout = error instanceof Error && error.name === "TimeoutError";
    throw new Error(
      timeout ? `no answer within ${PATIENCE} ms` : `can't be reached (${codeOf(error) || "unknown error"})`,
    );
  }
  const answer = Answer.safeParse(parsed(text));
  if (!answer.success) throw new Error("what answers is no Bot API server");
  if (!answer.data.ok) throw new Refused(answer.data.error_code, answer.data.description);
  const result = shape.safeParse(answer.data.result);
  if (!result.success) throw new Error(`the answer to ${method} can't be understood`);
  return result.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
