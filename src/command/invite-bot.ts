// What a bot is called: the Bot API's getMe. The token stands in the request's address, so no error shows more than a code.
import { request } from "undici";
import { z } from "zod";

/** Where a bot is asked. */
export interface BotPlace {
  /** The config's key, for words about its token: `channels.telegram`. */
  readonly key: string;
  readonly token: string;
  /** The Bot API server, without a slash at the end. */
  readonly apiRoot: string;
}

/** Milliseconds. */
const PATIENCE = 10_000;
/** Far more than getMe ever says, bytes. */
const LONGEST = 64 * 1024;

/** core.telegram.org/bots/api, "Making requests". Usernames: 5 to 32 of a-z, 0-9 and underscores, some old ones shorter. */
const Answer = z.union([
  z.object({ ok: z.literal(true), result: z.object({ username: z.string().regex(/^\w{3,32}$/) }) }),
  z.object({ ok: z.literal(false), parameters: z.object({ retry_after: z.number().optional() }).optional() }),
]);

/** The bot's name without the @. Throws Error, in words for whoever runs it. `patience`: milliseconds. */
export async function botName({ key, token, apiRoot }: BotPlace, patience = PATIENCE): Promise<string> {
  const { status, text } = await ask(`${apiRoot}/bot${token}/getMe`, apiRoot, patience);
  const answer = Answer.safeParse(parsed(text));
  if (answer.success && answer.data.ok) return answer.data.result.username;
  const wait = answer.data?.ok === false ? answer.data.parameters?.retry_after : undefined;
  if (status === 429) throw new Error(`Telegram asks to be left alone for ${wait ?? "some"} seconds`);
  if (status >= 500) throw new Error(`the Bot API server at ${apiRoot} is in trouble (HTTP ${status})`);
  // 404: a token of another form than Telegram's.
  if (answer.success && (status === 401 || status === 404)) {
    throw new Error(`Telegram does not know this bot: ${key}.token is wrong, or was revoked`);
  }
  throw new Error(`what answers at ${apiRoot} is no Bot API server (HTTP ${status})`);
}

async function ask(
  url: string,
  apiRoot: string,
  patience: number,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const signal = AbortSignal.timeout(patience);
    const { statusCode, body } = await request(url, { method: "POST", signal, reset: true });
    let text = "";
    for await (const chunk of body.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length > LONGEST) break;
    }
    return { status: statusCode, text };
  } catch (error) {
    throw new Error(`Telegram can't be reached at ${apiRoot} (${codeOf(error, patience)})`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown, patience: number): string {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "TimeoutError") return `no answer within ${patience} ms`;
  // Of a host with several addresses: the first one's.
  const first: unknown = error instanceof AggregateError && !("code" in error) ? error.errors[0] : error;
  return first instanceof Error && "code" in first ? String(first.code) : error.name;
}
