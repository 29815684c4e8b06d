// reply_markup of a request: inline keyboards checked as Telegram does, other keyboards taken as they are.
import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { badRequest } from "./errors.ts";
import { isObject, type JsonObject, type Params } from "./params.ts";

/** InlineKeyboardButton, callback_data: "1-64 bytes". */
const CALLBACK_DATA_BYTES = 64;
/** Telegram refuses more of them. */
const MOST_BUTTONS = 100;
const KINDS = [
  "callback_data",
  "url",
  "copy_text",
  "web_app",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
];
const OTHER_MARKUPS = ["keyboard", "remove_keyboard", "force_reply"];

/** The inline keyboard; undefined: there is none, or another kind of keyboard. Throws ApiFailure. */
export function keyboardOf(params: Params): InlineKeyboardMarkup | undefined {
  const markup = params.object("reply_markup");
  if (!markup || OTHER_MARKUPS.some((key) => key in markup)) return undefined;
  const rows = markup.inline_keyboard ?? [];
  if (!Array.isArray(rows))
    throw badRequest(
      'can\'t parse reply keyboard markup JSON object: field "inline_keyboard" must be of type Array',
    );
  const inline_keyboard = rows.map(rowOf).filter((row) => row.length > 0);
  if (inline_keyboard.flat().length > MOST_BUTTONS) throw badRequest("reply markup is too long");
  return inline_keyboard.length === 0 ? undefined : { inline_keyboard };
}

function rowOf(row: unknown): InlineKeyboardButton[] {
  if (!Array.isArray(row))
    throw badRequest("can't parse inline keyboard button: expected an Array of InlineKeyboardButton");
  return row.map(buttonOf);
}

function buttonOf(button: unknown): InlineKeyboardButton {
  if (!isObject(button) || typeof button.text !== "string")
    throw badRequest('can\'t parse inline keyboard button: field "text" must be of type String');
  if (button.text.trim() === "") throw badRequest("inline keyboard button text must be non-empty");
  const given = KINDS.filter((kind) => button[kind] !== undefined);
  if (given.length === 0) throw badRequest("text buttons are unallowed in the inline keyboard");
  if (given.length > 1) throw badRequest("inline keyboard button must have exactly one optional field");
  checkData(button);
  return button as JsonObject & InlineKeyboardButton;
}

function checkData({ callback_data: data, url }: JsonObject): void {
  if (
    data !== undefined &&
    (typeof data !== "string" || data === "" || Buffer.byteLength(data) > CALLBACK_DATA_BYTES)
  )
    throw badRequest("BUTTON_DATA_INVALID");
  if (url !== undefined && !(typeof url === "string" && URL.canParse(url)))
    throw badRequest(`inline keyboard button URL '${JSON.stringify(url)}' is invalid: wrong HTTP URL`);
}
