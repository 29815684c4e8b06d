// Which parts of a mail are its text, and which are left out.
import { decode, decodeRare } from "../mime/charset.ts";
import type { Entity } from "../mime/entity.ts";
import { untransfer } from "../mime/transfer.ts";
import { unflow } from "./flowed.ts";
import { htmlToText } from "./html.ts";

/** Bytes of one part that are read as text: far more than any SMS holds. */
const MAX_TEXT = 64 * 1024;
/** HTML comes with much that is not text. */
const MAX_MARKUP = 512 * 1024;
/** Names of attachments that are remembered. */
const MAX_NAMES = 20;
const MAX_NAME = 80;

export interface Body {
  readonly text: string;
  /** Names (or types) of what was left out. */
  readonly leftOut: readonly string[];
  /** A part was longer than what is read of it. */
  readonly cut: boolean;
}

interface Gathered {
  readonly texts: string[];
  readonly leftOut: string[];
  cut: boolean;
}

const filename = (part: Entity): string | undefined =>
  part.disposition.params.get("filename") ?? part.type.params.get("name");

const isText = (part: Entity, root: boolean): boolean =>
  (part.type.value === "text/plain" || part.type.value === "text/html") &&
  (root || (part.disposition.value !== "attachment" && filename(part) === undefined));

/** The text of a mail: text/plain, else HTML as text; several text parts one below the other. Never throws. */
export async function bodyOf(mail: Entity): Promise<Body> {
  const gathered: Gathered = { texts: [], leftOut: [], cut: false };
  await gather(mail, gathered, true);
  return {
    text: gathered.texts.filter((text) => text.trim() !== "").join("\n"),
    leftOut: gathered.leftOut.slice(0, MAX_NAMES),
    cut: gathered.cut,
  };
}

async function gather(part: Entity, into: Gathered, root: boolean): Promise<void> {
  const type = part.type.value;
  if (type === "multipart/alternative" && part.parts.length > 0) return alternative(part, into);
  if (type.startsWith("multipart/")) {
    for (const [index, inner] of part.parts.entries()) {
      // beside the root of a related part stand its pictures, beside the signed part its signature: nobody misses them
      const silent =
        index > 0 &&
        ((type === "multipart/related" && inner.headers.get("content-id") !== undefined) ||
          type === "multipart/signed");
      if (!silent) await gather(inner, into, false);
    }
    return;
  }
  if (!isText(part, root)) {
    const name = (filename(part) ?? (type === "message/rfc822" ? "a forwarded mail" : type))
      .replace(/[\s,]+/g, " ")
      .trim();
    into.leftOut.push(name.slice(0, MAX_NAME) || type);
    return;
  }
  into.texts.push(await textOf(part, into));
}

/** The first alternative that is text and not empty, plain text before HTML (RFC 2046 section 5.1.4 has the richest last). */
async function alternative(part: Entity, into: Gathered): Promise<void> {
  const rank = (inner: Entity): number =>
    inner.type.value === "text/plain" ? 0 : inner.type.value === "text/html" ? 2 : 1;
  const tried = [...part.parts].sort((a, b) => rank(a) - rank(b));
  for (const inner of tried) {
    const own: Gathered = { texts: [], leftOut: [], cut: false };
    // another form of the same (a calendar, AMP) is nothing left out; what hangs below a container is
    if (inner.type.value.startsWith("multipart/") || isText(inner, false)) await gather(inner, own, false);
    into.leftOut.push(...own.leftOut);
    if (own.texts.every((text) => text.trim() === "")) continue;
    into.texts.push(...own.texts);
    into.cut ||= own.cut;
    return;
  }
}

async function textOf(part: Entity, into: Gathered): Promise<string> {
  const html = part.type.value === "text/html";
  const limit = html ? MAX_MARKUP : MAX_TEXT;
  if (part.body.length > limit) into.cut = true;
  const bytes = untransfer(part.body.subarray(0, limit), part.encoding);
  const charset = part.type.params.get("charset");
  const text = (decode(bytes, charset) ?? (await decodeRare(bytes, charset ?? "")))
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n");
  if (html) {
    const converted = htmlToText(text);
    if (converted.cut) into.cut = true;
    return converted.text;
  }
  const flowed = part.type.params.get("format")?.toLowerCase() === "flowed";
  return flowed ? unflow(text, part.type.params.get("delsp")?.toLowerCase() === "yes") : text;
}
