// The chat beside the mailbox: ana and the bot in a simulated Telegram; or a real bot, if there is a token for one.
import { startOn } from "./ports.ts";
import { ANA_ID, BOT_TOKEN } from "./scenery.ts";
import type { Screen } from "./screen.ts";
import { type BotApi, createBotApi } from "./telegram/botapi.ts";
import type { Person } from "./telegram/person.ts";
import type { Post } from "./telegram/post.ts";

/** The variable that holds a real bot's token. */
export const TOKEN_VARIABLE = "TELEGRAM_TOKEN";

export interface Chat {
  /** Where the simulated Telegram is; null: the real one. */
  readonly url: string | null;
  /** Ana there; null: she is a real person with a real phone in her hand. */
  readonly ana: Person | null;
  /** Tells what the bot writes, from now on. */
  tell(screen: Screen): void;
  stop(): Promise<void>;
}

/** `port`: the one to take if it is free. */
export async function openChat(port: number, env: NodeJS.ProcessEnv): Promise<Chat> {
  if (env[TOKEN_VARIABLE]) return { url: null, ana: null, tell: () => {}, stop: async () => {} };
  const api = await startOn(port, (free) => createBotApi({ token: BOT_TOKEN, port: free }));
  const ana = api.person({ id: ANA_ID, first_name: "Ana", username: "ana" });
  ana.startsBot();
  // What she has said before anybody listened is no news.
  api.updates.drop();
  return { url: api.url, ana, tell: (screen) => tell(api, screen), stop: () => api.close() };
}

function tell(api: BotApi, screen: Screen): void {
  api.onBotMessage((post) => {
    const buttons = post.buttons.map(({ text }) => `[${text}]`).join(" ");
    screen.step("chat", `the bot: "${post.text}"`, buttons === "" ? [] : [buttons]);
  });
}

/** Ana writes to the bot, as the screen shows it. Throws when it is a real one. */
export function say({ ana }: Chat, text: string, screen: Screen, replyTo?: Post): Post {
  if (!ana) throw new Error("the chat is a real one");
  screen.step("ana", `writes in the chat: "${text}"${replyTo ? ` (in reply to "${replyTo.text}")` : ""}`);
  return ana.says(ana.chat, text, replyTo ? { replyTo } : {});
}
