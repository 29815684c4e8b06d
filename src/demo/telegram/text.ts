// What Telegram makes of a text before it is a message: characters cleaned, ends trimmed, commands and links found.
import type { MessageEntity } from "grammy/types";
import type { Formatted } from "./html.ts";

/** sendMessage: "1-4096 characters after entities parsing"; counted here in UTF-16 code units, as entities are. */
export const LONGEST_TEXT = 4096;

/** Line and paragraph separators, bidirectional overrides, and three combining lines: Telegram takes them out. */
const TAKEN_OUT = /\r|[\u2028-\u202e]|\u0333|\u033f|\u030a/u;
const SPACE = " ";

/** The text as Telegram keeps it, entities moved along: control characters (a tab, too) become spaces, both ends are trimmed. */
export function tidy({ text, entities }: Formatted): Formatted {
  const places: number[] = [];
  let clean = "";
  for (const unit of text.split("")) {
    places.push(clean.length);
    if (!TAKEN_OUT.test(unit)) clean += unit < SPACE && unit !== "\n" ? SPACE : unit;
  }
  places.push(clean.length);
  const place = (at: number): number => places[at] ?? clean.length;
  const moved = entities.map((entity) => ({
    ...entity,
    offset: place(entity.offset),
    length: place(entity.offset + entity.length) - place(entity.offset),
  }));
  return trimmed(clean, moved);
}

/** White space at the ends goes; at the front only up to the first entity. */
function trimmed(text: string, entities: readonly MessageEntity[]): Formatted {
  const start = Math.min(text.length - text.trimStart().length, ...entities.map(({ offset }) => offset));
  const end = Math.max(text.trimEnd().length, start);
  return {
    text: text.slice(start, end),
    entities: entities
      .map((entity) => ({
        ...entity,
        offset: entity.offset - start,
        length: Math.min(entity.offset + entity.length, end) - entity.offset,
      }))
      .filter(({ length }) => length > 0),
  };
}

type Found = "bot_command" | "url" | "email" | "mention" | "hashtag" | "phone_number";

const PATTERNS: readonly (readonly [Found, RegExp])[] = [
  ["bot_command", /(?<![\w/@<>])\/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/@])/g],
  ["email", /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  [
    "url",
    /(?<![\w@./])(?:https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]|(?:[a-z0-9-]+\.)+(?:com|org|net|de|me|io)\b(?:\/[^\s<>"]*)?)/gi,
  ],
  ["mention", /(?<![\w@.])@[a-zA-Z]\w{3,31}\b/g],
  ["hashtag", /(?<![\w#&])#\w*[a-zA-Z]\w*/g],
  ["phone_number", /(?<![\w+])\+\d[\d ()-]{5,18}\d\b/g],
];
/** Nothing is looked for inside these. */
const CLOSED = new Set(["code", "pre", "text_link"]);

/** The entities together with the ones that Telegram finds by itself, in order. */
export function withFound({ text, entities }: Formatted): Formatted {
  const taken = entities
    .filter(({ type }) => CLOSED.has(type))
    .map(({ offset, length }) => [offset, offset + length] as const);
  const found: MessageEntity[] = [];
  for (const [type, pattern] of PATTERNS)
    for (const { index, 0: match } of text.matchAll(pattern)) {
      const end = index + match.length;
      if (taken.some(([from, to]) => index < to && from < end)) continue;
      taken.push([index, end]);
      found.push({ type, offset: index, length: match.length });
    }
  return {
    text,
    entities: [...entities, ...found].toSorted((a, b) => a.offset - b.offset || b.length - a.length),
  };
}
