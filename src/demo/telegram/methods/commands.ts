// Methods for the list of commands that people are shown, by scope and language.
import type { BotCommand } from "grammy/types";
import { badRequest } from "../errors.ts";
import { isObject, type Params } from "../params.ts";
import type { Methods } from "./method.ts";

/** setMyCommands: "At most 100 commands". */
const MOST_COMMANDS = 100;
/** BotCommand, description: "1-256 characters". */
const LONGEST_DESCRIPTION = 256;

const PLAIN_SCOPES = ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"];
const CHAT_SCOPES = ["chat", "chat_administrators", "chat_member"];

/** One list for each scope and language. Throws ApiFailure. */
export function commandsKey(params: Params): string {
  const { type = "default", chat_id, user_id } = params.object("scope") ?? {};
  const isChat = CHAT_SCOPES.includes(String(type));
  if (!isChat && !PLAIN_SCOPES.includes(String(type)))
    throw badRequest("can't parse BotCommandScope: unsupported type specified");
  if (isChat && chat_id === undefined)
    throw badRequest("can't parse BotCommandScope: chat_id is not specified");
  const language = params.text("language_code");
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  return JSON.stringify([type, chat_id ?? 0, user_id ?? 0, language]);
}

function commandOf(value: unknown): BotCommand {
  const { command, description } = isObject(value) ? value : {};
  if (typeof command !== "string" || typeof description !== "string")
    throw badRequest("can't parse BotCommand: expected an Object");
  const name = command.replace(/^\//, "");
  if (!/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest("BOT_COMMAND_INVALID");
  if (description.trim() === "" || description.length > LONGEST_DESCRIPTION)
    throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command: name, description };
}

export const COMMANDS: Methods = {
  setMyCommands: ({ account }, params) => {
    const commands = (params.list("commands") ?? []).map(commandOf);
    if (commands.length > MOST_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
    account.commands.set(commandsKey(params), commands);
    return true;
  },
  getMyCommands: ({ account }, params) => account.commands.get(commandsKey(params)) ?? [],
  deleteMyCommands: ({ account }, params) => {
    account.commands.delete(commandsKey(params));
    return true;
  },
};
