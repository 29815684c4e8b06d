// What is said and asked when Telegram is first reached: who the bot is, and which commands people see.
import type { UserFromGetMe } from "grammy/types";
import { type MessageId, speak } from "../../words/index.ts";
import { LANGUAGES } from "../../words/languages.ts";
import { type Bot, Refused, type TelegramOptions } from "./parts.ts";

export interface Greeting {
  /** Null: Telegram has not been reached yet. */
  readonly me: () => UserFromGetMe | null;
  /** Asks Telegram if need be. Throws Refused. */
  readonly know: () => Promise<UserFromGetMe>;
  /** Throws Refused; then it is to be done again. */
  readonly greet: (signal: AbortSignal) => Promise<void>;
}

/** Commands, with the catalogue's description of each. */
const COMMANDS: Readonly<Record<string, MessageId>> = {
  send: "tg-command-send",
  ussd: "tg-command-ussd",
  find: "tg-command-find",
  ports: "tg-command-ports",
  status: "tg-command-status",
  help: "tg-command-help",
};
const SCOPES = [{ type: "all_private_chats" }, { type: "all_group_chats" }] as const;

export function createGreeting(
  { name, language: house, log }: Pick<TelegramOptions, "name" | "language" | "log">,
  bot: Bot,
): Greeting {
  let me: UserFromGetMe | null = null;

  const ask = async (signal?: AbortSignal): Promise<UserFromGetMe> => {
    me = await bot.call("getMe", undefined, signal);
    return me;
  };

  return {
    me: () => me,
    know: async () => me ?? (await ask()),

    async greet(signal) {
      await ask(signal);
      for (const language of [undefined, ...LANGUAGES]) {
        const words = speak(language ?? house);
        const commands = Object.entries(COMMANDS).map(([command, id]) => ({
          command,
          description: words(id),
        }));
        for (const scope of SCOPES) {
          try {
            await bot.call(
              "setMyCommands",
              { commands, scope, ...(language === undefined ? {} : { language_code: language }) },
              signal,
            );
          } catch (error) {
            if (!(error instanceof Refused) || (error.kind !== "bad" && error.kind !== "flood")) throw error;
            // Only the menu is missing: no reason to take nothing in.
            log.warn("channel failing", {
              via: name,
              problem: "the menu of commands was refused",
              error: error.message,
            });
            return;
          }
        }
      }
    },
  };
}
