// A bot by hand: Bot API requests without any library, and a simulated Telegram to send them to.
import { type BotApi, type BotApiOptions, createBotApi } from "../../src/demo/telegram/botapi.ts";
import { type Raw, raw } from "./raw.ts";

export const TOKEN = "4242:secret-Token_1";

/** One request with a JSON body, on a connection of its own; rejects when the connection breaks. */
export const request = (
  api: BotApi,
  method: string,
  params: object = {},
  signal?: AbortSignal,
): Promise<Raw> =>
  raw(`${api.url}/bot${TOKEN}/${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(params),
    ...(signal ? { signal } : {}),
  });

/** The whole answer. */
export const call = async (api: BotApi, method: string, params: object = {}, signal?: AbortSignal) =>
  JSON.parse((await request(api, method, params, signal)).text);

/** The result; throws the description when there is none. */
export async function result(api: BotApi, method: string, params: object = {}) {
  const answer = await call(api, method, params);
  if (answer.ok !== true) throw new Error(answer.description);
  return answer.result;
}

/** What an answer says no with: "400 Bad Request: …". */
export async function refusal(api: BotApi, method: string, params: object = {}): Promise<string> {
  const { ok, error_code, description } = await call(api, method, params);
  return ok === true ? "ok" : `${error_code} ${description}`;
}

/** Runs `act` with a Telegram that Ana (1001) has begun to talk with; nothing waits in its queue. */
export async function withTelegram<T>(
  act: (api: BotApi, ana: ReturnType<BotApi["person"]>) => Promise<T>,
  options: Partial<BotApiOptions> = {},
): Promise<T> {
  const api = await createBotApi({ token: TOKEN, ...options });
  const ana = api.person({ id: 1001, first_name: "Ana", username: "ana", language_code: "de" });
  ana.startsBot();
  api.updates.drop();
  try {
    return await act(api, ana);
  } finally {
    await api.close();
  }
}
