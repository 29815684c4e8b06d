// All channels, by the name that the config calls their drivers: one line each.
import { createEmail } from "./email/index.ts";
import type { TelegramChannel, TelegramOptions } from "./telegram/index.ts";
import { createWebhook } from "./webhook/index.ts";

export const channels = {
  email: createEmail,
  /** Loaded when there is a bot: its library takes some 10 MB. */
  telegram: async (options: TelegramOptions): Promise<TelegramChannel> =>
    (await import("./telegram/index.ts")).createTelegram(options),
  webhook: createWebhook,
} as const;
