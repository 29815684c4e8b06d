// An update as the ledger keeps it: read back, and whose turn it takes.
import type { Update } from "grammy/types";

/** The kinds that the bot asks for; core.telegram.org/bots/api#update. */
export const ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"] as const;

/** Null: it is none. */
export function readUpdate(body: string): Update | null {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return null;
  }
  return isUpdate(read) ? read : null;
}

export const isUpdate = (value: unknown): value is Update =>
  typeof value === "object" &&
  value !== null &&
  "update_id" in value &&
  typeof value.update_id === "number" &&
  Number.isSafeInteger(value.update_id);

/** Updates of one chat are handled one after the other. Those of no chat share a line. */
export function chatOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message;
  const chat = message?.chat ?? update.my_chat_member?.chat;
  return chat ? String(chat.id) : "";
}

/** What an update tells, for the log. */
export const kindOf = (update: Update): string =>
  Object.keys(update).find((key) => key !== "update_id") ?? "nothing";
