// Telegram's HTML (core.telegram.org/bots/api#html-style): texts as people wrote them, escaped, on as many pages as they need.
import { placeOfOtp } from "../otp.ts";

/** Characters of one message after its markup is parsed: UTF-16 units (sendMessage, `text`). */
export const MESSAGE_MAX = 4096;
/** A page ends at a space or a new line, if there is one among its last so many units. */
const TIDY = 200;

/** A piece of text in one style. */
export interface Run {
  readonly text: string;
  readonly tag?: "b" | "i" | "code" | "pre";
}

/** Plain text for use in Telegram's HTML, attributes too. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A text from a phone: as it is, its one-time code in `code`, so that a tap copies it. */
export function textRuns(text: string): readonly Run[] {
  const place = placeOfOtp(text);
  if (place === null) return [{ text }];
  return [
    { text: text.slice(0, place.at) },
    { text: text.slice(place.at, place.end), tag: "code" as const },
    { text: text.slice(place.end) },
  ].filter((run) => run.text !== "");
}

/** The HTML of each message that `runs` take, at least one; several are numbered `(1/3)`. `max`: UTF-16 units of one, without its number 50 or more. */
export function pages(runs: readonly Run[], max: number = MESSAGE_MAX): readonly string[] {
  const whole = split(runs, max);
  if (whole.length <= 1) return [html(whole[0] ?? [])];
  const digits = String(whole.length).length + 1;
  const parts = split(runs, max - `(${"9".repeat(digits)}/${"9".repeat(digits)}) `.length);
  return parts.map((part, at) => `(${at + 1}/${parts.length}) ${html(part)}`);
}

const html = (runs: readonly Run[]): string =>
  runs.map(({ text, tag }) => (tag ? `<${tag}>${escapeHtml(text)}</${tag}>` : escapeHtml(text))).join("");

/** Cuts `runs` into pages of at most `max` units; every character is on one of them. */
function split(runs: readonly Run[], max: number): readonly (readonly Run[])[] {
  const done: Run[][] = [];
  let page: Run[] = [];
  let room = max;
  for (const run of runs) {
    for (let rest = run.text; rest !== ""; ) {
      const cut = rest.length <= room ? rest.length : cutAt(rest, room, room === max);
      if (cut > 0) page.push({ ...run, text: rest.slice(0, cut) });
      rest = rest.slice(cut);
      room -= cut;
      if (rest === "") break;
      done.push(page);
      page = [];
      room = max;
    }
  }
  return page.length > 0 ? [...done, page] : done;
}

/** Where to end a page that has room for `room` units of `text`, which is longer: behind white space, else between any two characters. 0: nowhere (never on an `empty` page). */
function cutAt(text: string, room: number, empty: boolean): number {
  for (let at = room; at > 0 && at > room - TIDY; at -= 1) if (/\s/.test(text.charAt(at - 1))) return at;
  const pair = room > 0 && isHigh(text.charCodeAt(room - 1)) && isLow(text.charCodeAt(room));
  const at = pair ? room - 1 : room;
  return at === 0 && empty ? Math.min(2, text.length) : at;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** Nothing that can be seen: Telegram refuses such a message as empty. */
export const isBlank = (text: string): boolean =>
  /^(?:\s|\p{Cc}|\p{Cf}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0)*$/u.test(text);
