// The Telegram channel: a chat with a phone, from a bot.
import type { Channel } from "../../bridge/ports/channel.ts";
import type { TelegramOptions } from "./parts.ts";

export interface TelegramChannel extends Channel {
  /** Takes an update that Telegram brings; null: updates are fetched. Resolves with the HTTP status to answer. */
  readonly webhook: { handle(secret: string | null, body: string): Promise<number> } | null;
}

export function createTelegram(options: TelegramOptions): TelegramChannel {
  throw new Error(`the Telegram channel ${options.name} is being built`);
}
