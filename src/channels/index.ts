// All channels, by the name that the config calls their drivers: one line each.
import { createEmail } from "./email/index.ts";
import { createTelegram } from "./telegram/index.ts";

export const channels = {
  email: createEmail,
  telegram: createTelegram,
} as const;
