// What presses on buttons have in common.
import type { Party } from "../../../bridge/message.ts";
import type { Scene } from "./scene.ts";

/** The bot's answer to a press: a short note over the chat (`alert`: one to be closed), or nothing. */
export type Note = { readonly text: string; readonly alert?: true } | null;

/** Written in this very chat: nobody steers what was written elsewhere. */
export const isOurs = ({ room, chat }: Scene, from: Party | null): boolean =>
  from !== null && from.via === room.options.name && room.places.known(from.address) === chat;
