// What a message holds: text, a contact, something that no SMS carries, or nothing that people wrote.
import type { Contact, Message as Post } from "grammy/types";

export type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "contact"; readonly contact: Contact }
  | {
      readonly kind: "media";
      readonly caption: string | null;
      /** Several pictures that were sent at once share it. */
      readonly album: string | null;
    };

/** Everything that people can send besides text (core.telegram.org/bots/api#message); all other kinds are service messages. */
const MEDIA = [
  "animation",
  "audio",
  "checklist",
  "dice",
  "document",
  "game",
  "invoice",
  "live_photo",
  "location",
  "paid_media",
  "photo",
  "poll",
  "rich_message",
  "sticker",
  "story",
  "venue",
  "video",
  "video_note",
  "voice",
] as const satisfies readonly (keyof Post)[];

/** Null: nothing that a person wrote (a service message, or a kind that did not exist when this was written). */
export function contentOf(message: Post): Content | null {
  if (message.text !== undefined) return { kind: "text", text: message.text };
  if (message.contact) return { kind: "contact", contact: message.contact };
  if (!MEDIA.some((kind) => message[kind] !== undefined)) return null;
  return { kind: "media", caption: message.caption ?? null, album: message.media_group_id ?? null };
}

/** Written by a person under their own name: by no bot, no channel, no group (anonymous admins). */
export const isPersons = (message: Post): boolean =>
  message.from !== undefined &&
  !message.from.is_bot &&
  message.sender_chat === undefined &&
  message.is_automatic_forward === undefined &&
  message.business_connection_id === undefined &&
  message.guest_query_id === undefined;
