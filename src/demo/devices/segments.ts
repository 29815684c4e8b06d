// How the simulated modem cuts a text into SMS parts (3GPP TS 23.038, TS 23.040).

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";
const SEPTETS = new Map<string, number>([
  ...Array.from(BASIC).map((c): [string, number] => [c, 1]),
  ...Array.from(EXTENDED).map((c): [string, number] => [c, 2]),
]);

/** What a modem in 7 bit mode really sends: a character outside the alphabet becomes "?". Of ASCII that is the backquote: the rest of it need not be looked up. */
export const inSevenBit = (text: string): string =>
  text.replace(/[^\n\r -_a-~]/gu, (character) => (SEPTETS.has(character) ? character : "?"));

/** Number of parts; an empty text is one part. */
export function countParts(text: string, coding: "7bit" | "ucs2"): number {
  const units =
    coding === "7bit"
      ? Array.from(text).map((c) => SEPTETS.get(c) ?? 1)
      : Array.from(text).map((c) => c.length);
  const [single, joined] = coding === "7bit" ? [160, 153] : [70, 67];
  const total = units.reduce((sum, unit) => sum + unit, 0);
  if (total <= single) return 1;
  let parts = 1;
  let used = 0;
  for (const unit of units) {
    if (used + unit > joined) {
      parts += 1;
      used = 0;
    }
    used += unit;
  }
  return parts;
}
