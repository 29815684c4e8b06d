// Texts and their price: encoding, parts, and fitting a text to a budget of parts.
import { Rejected } from "./errors.ts";
import { septets } from "./gsm.ts";
import { transliterate } from "./typography.ts";

export { tables } from "./national.ts";
export { transliterate } from "./typography.ts";

/** Room of one SMS alone and of one of several, whose header takes 6 octets (3GPP TS 23.040, 9.2.3.24.1). */
const SEPTETS = { alone: 160, joined: 153 } as const;
const UNITS = { alone: 70, joined: 67 } as const;

export interface Measure {
  readonly encoding: "gsm7" | "ucs2";
  /** Septets, or UTF-16 code units. */
  readonly units: number;
  /** SMS parts, 1 or more (an empty text is one SMS). */
  readonly parts: number;
}

/**
 * What a text costs with the default GSM alphabet or UCS-2, as gateways send it. Neither an extension character (ESC and one more) nor a surrogate
 * pair is split over two parts. Linear.
 */
export function measure(text: string): Measure {
  let total = 0;
  let parts = 1;
  let filled = 0;
  for (let at = 0; at < text.length; at++) {
    const price = septets(text.charCodeAt(at));
    if (price === 0) return measureUcs2(text);
    total += price;
    filled += price;
    if (filled > SEPTETS.joined) {
      parts++;
      filled = price;
    }
  }
  return { encoding: "gsm7", units: total, parts: total <= SEPTETS.alone ? 1 : parts };
}

function measureUcs2(text: string): Measure {
  const units = text.length;
  if (units <= UNITS.alone) return { encoding: "ucs2", units, parts: 1 };
  let parts = 0;
  for (let at = 0; at < units; parts++) {
    const end = at + UNITS.joined;
    at = end < units && isPair(text, end) ? end - 1 : end;
  }
  return { encoding: "ucs2", units, parts };
}

export interface FitOptions {
  /** SMS parts that each text may take, 1 .. 255. */
  readonly maxParts: number;
  readonly tooLong: "split" | "truncate" | "reject";
  readonly transliterate: boolean;
  /** The gateway's own limit: can it take this text at all? If it takes a text, it takes every beginning of it. */
  readonly fits?: (text: string) => boolean;
}

interface Priced {
  readonly text: string;
  readonly parts: number;
}

export interface Fitted {
  readonly texts: readonly Priced[];
  /** Something at the end was left out. */
  readonly cut: boolean;
}

/**
 * Fits a text to a budget. `split` gives as many texts as it takes, cut at whitespace where there is any (which is dropped there); nothing else is
 * lost. `truncate` gives one text that ends with an ellipsis. Linear in the text; throws Rejected("too-long") for `reject`, or when the gateway
 * does not take even one character.
 */
export function fit(text: string, options: FitOptions): Fitted {
  const whole = options.transliterate ? transliterate(text) : text;
  const most = options.maxParts * SEPTETS.alone;
  const within = (some: string): Priced | null => {
    if (some.length > most) return null;
    const made = priced(some);
    return made.parts <= options.maxParts && (options.fits?.(some) ?? true) ? made : null;
  };
  const fitting = within(whole);
  if (fitting) return { texts: [fitting], cut: false };
  if (options.tooLong === "reject") {
    throw new Rejected("too-long", `The text is too long: ${words(whole, options.maxParts)}.`);
  }
  if (options.tooLong === "truncate")
    return { texts: [priced(truncated(whole, most, (some) => within(some) !== null))], cut: true };
  return { texts: split(whole, options).map(priced), cut: false };
}

const priced = (text: string): Priced => ({ text, parts: measure(text).parts });

function words(text: string, maxParts: number): string {
  const { parts } = measure(text);
  return parts > maxParts
    ? `it takes ${parts} SMS parts, and at most ${maxParts} are sent`
    : "the gateway does not take it";
}

function truncated(text: string, most: number, within: (some: string) => boolean): string {
  const shortened = (end: number): string => {
    const kept = text.slice(0, end).trimEnd();
    return kept + (measure(kept).encoding === "ucs2" ? "…" : "...");
  };
  const end = longest(0, Math.min(most, text.length), (at) => within(shortened(at)));
  const cut = boundary(text, 0, end);
  if (cut === 0) throw new Rejected("too-long", "The text is too long for the gateway.");
  return shortened(cut);
}

function split(text: string, { maxParts, fits = () => true }: FitOptions): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let end = reach(text, from, maxParts);
    if (!fits(text.slice(from, end))) end = longest(from, end - 1, (at) => fits(text.slice(from, at)));
    let cut = end === text.length ? end : (lastSpace(text, from, end) ?? boundary(text, from, end));
    if (cut === from) throw new Rejected("too-long", "The text is too long for the gateway.");
    const piece = text.slice(from, cut);
    if (piece.trim() !== "") pieces.push(piece);
    while (cut < text.length && isSpace(text.charCodeAt(cut))) cut++;
    from = cut;
  }
  return pieces;
}

/** How far from `from` the text goes for at most `maxParts` parts, in whichever encoding that takes. */
function reach(text: string, from: number, maxParts: number): number {
  const most = maxParts === 1 ? SEPTETS.alone : SEPTETS.joined;
  let gsm = from;
  let parts = 1;
  for (let filled = 0; gsm < text.length; gsm++) {
    const price = septets(text.charCodeAt(gsm));
    if (price === 0) break;
    filled += price;
    if (filled <= most) continue;
    if (++parts > maxParts) break;
    filled = price;
  }
  let ucs2 = from;
  for (let part = 0; part < maxParts && ucs2 < text.length; part++) {
    ucs2 += maxParts === 1 ? UNITS.alone : UNITS.joined;
    if (isPair(text, ucs2)) ucs2--;
  }
  return Math.min(Math.max(gsm, ucs2), text.length);
}

/** The largest `end` in (from, to] that is `good`, or `from` if none is: good ends have only good ends before them. */
function longest(from: number, to: number, good: (end: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (good(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far a cut looks around itself for the edge of a character as people see it. */
const NEAR = 64;

/** The last place at or before `end`, after `from`, where a cut parts no grapheme (no surrogate pair at least, where graphemes are very long). */
function boundary(text: string, from: number, end: number): number {
  if (end >= text.length) return end;
  if (end === from) return from;
  const safe = isPair(text, end) ? end - 1 : end;
  let start = Math.max(from, end - NEAR);
  if (start > from && isPair(text, start)) start--;
  const near = graphemes.segment(text.slice(start, end + NEAR)).containing(end - start);
  const edge = start + (near?.index ?? 0);
  return edge > from && (edge > start || start === from) ? edge : safe;
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Where the last whitespace in (from, end] begins that has something before it, or undefined. */
function lastSpace(text: string, from: number, end: number): number | undefined {
  let at = end;
  while (at > from && !isSpace(text.charCodeAt(at))) at--;
  while (at > from && isSpace(text.charCodeAt(at - 1))) at--;
  return at > from ? at : undefined;
}

/** Whitespace that a line may be broken at: no no-break spaces. */
const isSpace = (unit: number): boolean =>
  unit === 0x20 ||
  (unit >= 0x09 && unit <= 0x0d) ||
  unit === 0x3000 ||
  (unit >= 0x2000 && unit <= 0x200a && unit !== 0x2007);

/** Do the units before and at `at` make one surrogate pair? */
const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
