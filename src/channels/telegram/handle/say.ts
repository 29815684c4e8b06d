// What the bot says in a chat by itself: lines, as replies, with buttons or a question; and what it changes on lines that stand.
import type { InlineKeyboardMarkup } from "grammy/types";
import { Refused, type RefusedKind } from "../parts.ts";
import type { Place } from "./scene.ts";

export interface Button {
  readonly text: string;
  /** 1 .. 64 bytes (InlineKeyboardButton, `callback_data`). */
  readonly data: string;
}

export interface Line {
  /** Telegram's HTML, at most 4096 characters as read. */
  readonly html: string;
  /** By rows. */
  readonly buttons?: readonly (readonly Button[])[];
  /** Asks the person to reply to it. */
  readonly question?: boolean;
  /** Said in another topic of the chat, to nobody. */
  readonly thread?: number;
}

/** It may work later. All else will not, whatever is done. */
const LATER: readonly RefusedKind[] = ["down", "unsure", "login", "conflict", "flood"];
const LOST: readonly RefusedKind[] = ["blocked", "kicked", "no-chat"];

export const keyboard = (rows: readonly (readonly Button[])[]): InlineKeyboardMarkup => ({
  inline_keyboard: rows.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
});

/** Says what the person must hear: rejects with Refused while it can't be said. Resolves with its message id; null: it can never be said there. */
export async function tell(place: Place, line: Line): Promise<number | null> {
  try {
    return await send(place, line);
  } catch (error) {
    if (error instanceof Refused && !LATER.includes(error.kind)) return lost(place, error);
    throw error;
  }
}

/** Says what is only good to know: if it can't be said now, it is not. Resolves with its message id, or null. */
export const mention = (place: Place, line: Line): Promise<number | null> =>
  ifThere(place, () => send(place, line));

/** Does something that is only good to have: null if Telegram refuses or is not there. */
export async function ifThere<T>(place: Place, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) return lost(place, error);
    throw error;
  }
}

function lost({ room, chat }: Place, error: Refused): null {
  const event = LOST.includes(error.kind) ? "chat lost" : "channel failing";
  room.options.log.warn(event, { via: room.options.name, chat, why: error.message });
  return null;
}

async function send(place: Place, line: Line): Promise<number> {
  const { room, signal, post } = place;
  const thread = line.thread ?? place.thread;
  const markup = line.buttons
    ? { reply_markup: keyboard(line.buttons) }
    : line.question
      ? { reply_markup: { force_reply: true, selective: true } as const }
      : {};
  const message = await there(place, (chat_id) =>
    room.bot.call(
      "sendMessage",
      {
        chat_id,
        text: line.html,
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
        ...(thread === null ? {} : { message_thread_id: thread }),
        ...(line.thread === undefined
          ? { reply_parameters: { message_id: post, allow_sending_without_reply: true } }
          : {}),
        ...markup,
      },
      signal,
    ),
  );
  return message.message_id;
}

/** Calls with the chat's id of now; if it moved meanwhile, that is noted, and it is called once more. */
async function there<T>({ room, chat }: Place, call: (chat: number) => Promise<T>): Promise<T> {
  const before = room.places.now(chat);
  try {
    return await call(Number(before));
  } catch (error) {
    if (!(error instanceof Refused) || error.kind !== "moved" || error.movedTo === undefined) throw error;
    await room.places.moved(before, error.movedTo);
    return await call(Number(error.movedTo));
  }
}

/** Puts `html` in the place of a line that stands, and other buttons, or none. False: it does not stand there any more, or Telegram is not there. */
export const reword = (
  place: Place,
  line: number,
  html: string,
  buttons: readonly (readonly Button[])[] = [],
): Promise<boolean> =>
  change(place, (chat_id) =>
    place.room.bot.call(
      "editMessageText",
      {
        chat_id,
        message_id: line,
        text: html,
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
        reply_markup: keyboard(buttons),
      },
      place.signal,
    ),
  );

/** Gives a line that stands other buttons, or none. */
export const rebutton = (
  place: Place,
  line: number,
  buttons: readonly (readonly Button[])[] = [],
): Promise<boolean> =>
  change(place, (chat_id) =>
    place.room.bot.call(
      "editMessageReplyMarkup",
      { chat_id, message_id: line, reply_markup: keyboard(buttons) },
      place.signal,
    ),
  );

/** Takes a line of the bot away. */
export const unsay = (place: Place, line: number): Promise<boolean> =>
  change(place, (chat_id) =>
    place.room.bot.call("deleteMessage", { chat_id, message_id: line }, place.signal),
  );

async function change(place: Place, call: (chat: number) => Promise<unknown>): Promise<boolean> {
  try {
    await there(place, call);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.kind !== "gone") lost(place, error);
    return false;
  }
}
