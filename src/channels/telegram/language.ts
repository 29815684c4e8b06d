// In whose language something is said in a chat.
import type { Desk } from "../../bridge/ports/desk.ts";
import type { TelegramOptions } from "./parts.ts";

/** The language of a chat: in a private one its user's, in a group the house's. `chat`: as the config names it. */
export function languageOf(
  { name, languages, language }: Pick<TelegramOptions, "name" | "languages" | "language">,
  desk: Pick<Desk, "userOf">,
  chat: string,
): string {
  const user = isGroup(chat) ? null : desk.userOf({ via: name, address: chat });
  return (user === null ? undefined : languages.get(user)) ?? language;
}

/** Groups and channels have negative ids (core.telegram.org/bots/api#chat: a private chat's id is its person's). */
export const isGroup = (chat: string): boolean => chat.startsWith("-");
