// Typographic characters and their plain forms, so that one curly quote does not double the price of a text.
import { septets } from "./gsm.ts";

/** Plain form -> the characters that are written for looks. Nothing that changes what is meant: no accents, no currency, no emoji. */
const PLAIN: readonly (readonly [string, string])[] = [
  ["'", "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u00b4\u02b9\u02bb\u02bc\u02c8\uff07"],
  ['"', "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba\u301d\u301e\u301f\uff02"],
  ["-", "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"],
  ["...", "\u2026"],
  [" ", "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"],
  ["\n", "\u0085\u2028\u2029\u000b"],
  // Zero width: joiners, marks of direction, word joiner, byte order mark, soft hyphen, variation selectors for text and emoji.
  [
    "",
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff",
  ],
  ["*", "\u2022\u2023\u2219\u25cf\u25e6\u25aa\u25ab\u2217\u204e"],
  [".", "\u00b7\u2024\u2027"],
  ["..", "\u2025"],
  ["/", "\u2044\u2215"],
  ["x", "\u00d7"],
  ["->", "\u2192"],
  ["<-", "\u2190"],
  ["TM", "\u2122"],
  ["(c)", "\u00a9"],
  ["(R)", "\u00ae"],
  ["ff", "\ufb00"],
  ["fi", "\ufb01"],
  ["fl", "\ufb02"],
  ["ffi", "\ufb03"],
  ["ffl", "\ufb04"],
];

/** Units of the longest plain form. */
const LONGEST = Math.max(...PLAIN.map(([plain]) => plain.length));

/** Index into PLAIN plus 1 for each UTF-16 unit; 0: not typographic. */
const INDEX = new Uint8Array(0x10000);
for (const [index, [, characters]] of PLAIN.entries()) {
  for (const character of characters) INDEX[character.charCodeAt(0)] = index + 1;
}

/**
 * Replaces typographic characters (curly quotes, dashes, ellipsis, special spaces, zero-width characters, bullets …) by plain ones, and composes
 * letters with their accents (NFC), if that makes the whole text fit the GSM alphabet; otherwise returns it unchanged. Characters that GSM has stay.
 */
export function transliterate(text: string): string {
  return (
    replace(text) ??
    (/\p{M}|[\u2126\u212a\u212b]/u.test(text) ? replace(text.normalize("NFC")) : undefined) ??
    text
  );
}

/** The plain text, or undefined if a character remains that GSM does not have. */
function replace(text: string): string | undefined {
  let units: Uint16Array | undefined;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (septets(unit) > 0) {
      if (units) units[length] = unit;
      length++;
      continue;
    }
    const plain = PLAIN[(INDEX[unit] ?? 0) - 1]?.[0];
    if (plain === undefined) return undefined;
    units ??= copied(text, at);
    for (let i = 0; i < plain.length; i++) units[length++] = plain.charCodeAt(i);
  }
  return units ? Buffer.from(units.buffer, 0, length * 2).toString("utf16le") : text;
}

/** Room for the whole text in plain form, with its first `end` units in place. An array, because ropes of a million strings are slow. */
function copied(text: string, end: number): Uint16Array {
  const units = new Uint16Array(text.length * LONGEST);
  for (let at = 0; at < end; at++) units[at] = text.charCodeAt(at);
  return units;
}
