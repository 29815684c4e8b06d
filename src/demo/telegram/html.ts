// parse_mode HTML as the Bot API reads it ("HTML style"): text and entities, or the error in its words.
import type { MessageEntity } from "grammy/types";
import { badRequest } from "./errors.ts";

export interface Formatted {
  readonly text: string;
  /** Offsets and lengths in UTF-16 code units. */
  readonly entities: readonly MessageEntity[];
}

type Plain = "bold" | "italic" | "strikethrough" | "underline" | "spoiler";

const PLAIN: ReadonlyMap<string, Plain> = new Map([
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["s", "strikethrough"],
  ["strike", "strikethrough"],
  ["del", "strikethrough"],
  ["u", "underline"],
  ["ins", "underline"],
  ["tg-spoiler", "spoiler"],
  ["span", "spoiler"],
]);
const OTHER = new Set(["a", "pre", "code", "blockquote", "tg-emoji", "tg-time"]);
/** The only named ones ("HTML style"). */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);
const CHARACTER = /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));?/giy;
const ATTRIBUTE = /\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]*)(?=[\s>])))?/gy;

interface Open {
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly offset: number;
}

const unparsed = (what: string): Error => badRequest(`can't parse entities: ${what}`);

/** Throws ApiFailure ("can't parse entities: …") for a tag that is unknown, unclosed or crossed. */
export function parseHtml(html: string): Formatted {
  const entities: MessageEntity[] = [];
  const open: Open[] = [];
  let text = "";
  let at = 0;
  while (at < html.length) {
    const special = html.slice(at).search(/[<&]/);
    const next = special < 0 ? html.length : at + special;
    text += html.slice(at, next);
    at = next;
    if (html[at] === "&") {
      const [character, length] = reference(html, at);
      text += character;
      at += length;
    } else if (html[at] === "<") {
      const byte = Buffer.byteLength(html.slice(0, at));
      const end = html.indexOf(">", at);
      if (html[at + 1] === "/") {
        entities.push(...closed(html.slice(at + 2, end < 0 ? undefined : end), end < 0, byte, open, text));
        at = end + 1;
      } else {
        const [tag, length] = opened(html, at, byte);
        open.push({ ...tag, offset: text.length });
        at += length;
      }
    }
  }
  const left = open.at(-1);
  if (left) throw unparsed(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text, entities: inOrder(entities) };
}

/** Outer ones first. */
const inOrder = (entities: readonly MessageEntity[]): readonly MessageEntity[] =>
  entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);

/** What the character reference at `at` stands for, and its length; an unknown one stands for itself. */
function reference(html: string, at: number): readonly [string, number] {
  CHARACTER.lastIndex = at;
  const [whole = "&", hex, decimal, name] = CHARACTER.exec(html) ?? [];
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? 0);
  if (code > 0 && code <= 0x10ffff) return [String.fromCodePoint(code), whole.length];
  const named = name === undefined ? undefined : NAMED.get(name);
  return named === undefined ? ["&", 1] : [named, whole.length];
}

function opened(html: string, at: number, byte: number): readonly [Omit<Open, "offset">, number] {
  const [, name] = /^<([^\s>]*)[\s>]/.exec(html.slice(at)) ?? [];
  if (name === undefined) throw unparsed(`Unclosed start tag at byte offset ${byte}`);
  const tag = name.toLowerCase();
  if (!PLAIN.has(tag) && !OTHER.has(tag))
    throw unparsed(`Unsupported start tag "${tag}" at byte offset ${byte}`);
  const attributes = new Map<string, string>();
  let end = at + 1 + name.length;
  for (;;) {
    while (/\s/.test(html[end] ?? "")) end += 1;
    if (html[end] === ">") break;
    ATTRIBUTE.lastIndex = end;
    const [whole, key, ...values] = ATTRIBUTE.exec(html) ?? [];
    if (whole === undefined || key === undefined)
      throw unparsed(
        end < html.length
          ? `Empty attribute name in the tag "${tag}" at byte offset ${byte}`
          : `Unclosed start tag "${tag}" at byte offset ${byte}`,
      );
    attributes.set(key.toLowerCase(), decoded(values.find((value) => value !== undefined) ?? ""));
    end += whole.length;
  }
  if (tag === "span" && attributes.get("class") !== "tg-spoiler")
    throw unparsed(`Tag "span" must have class "tg-spoiler" at byte offset ${byte}`);
  return [{ tag, attributes }, end + 1 - at];
}

const decoded = (value: string): string =>
  value.replace(/&(?:#x[0-9a-f]+|#\d+|[a-z]+);?/gi, (written) => {
    const [character, length] = reference(written, 0);
    return character + written.slice(length);
  });

function closed(
  written: string,
  endless: boolean,
  byte: number,
  open: Open[],
  text: string,
): readonly MessageEntity[] {
  const start = open.at(-1);
  if (!start) throw unparsed(`Unexpected end tag at byte offset ${byte}`);
  const name = written.trimEnd();
  if (endless || /\s/.test(name)) throw unparsed(`Unclosed end tag at byte offset ${byte}`);
  if (name !== "" && name.toLowerCase() !== start.tag)
    throw unparsed(
      `Unmatched end tag at byte offset ${byte}, expected "</${start.tag}>", found "</${name}>"`,
    );
  open.pop();
  const length = text.length - start.offset;
  if (length === 0) return [];
  const entity = entityOf(start, length, text.slice(start.offset), open.at(-1));
  return entity ? [entity] : [];
}

function entityOf(
  { tag, attributes, offset }: Open,
  length: number,
  inside: string,
  parent: Open | undefined,
): MessageEntity | undefined {
  const plain = PLAIN.get(tag);
  if (plain) return { type: plain, offset, length };
  switch (tag) {
    case "a": {
      // Without an address, or with one that is none, the text stays plain.
      const url = attributes.get("href") ?? inside;
      return /^[a-z][a-z0-9+.-]*:|\.\w/i.test(url) ? { type: "text_link", offset, length, url } : undefined;
    }
    case "pre": {
      const language = attributes.get("language");
      return { type: "pre", offset, length, ...(language === undefined ? {} : { language }) };
    }
    case "code": {
      // <pre><code class="language-x">: one entity, the language belongs to pre.
      const [, language] = /^language-(.+)$/.exec(attributes.get("class") ?? "") ?? [];
      if (parent?.tag !== "pre" || parent.offset !== offset || language === undefined)
        return { type: "code", offset, length };
      parent.attributes.set("language", language);
      return undefined;
    }
    case "blockquote":
      return { type: attributes.has("expandable") ? "expandable_blockquote" : "blockquote", offset, length };
    default:
      return undefined;
  }
}
