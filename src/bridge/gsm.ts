// The GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1): which characters it holds, and at what price.

/** 3GPP TS 23.038, 6.2.1: the default alphabet, code 0x00 to 0x7F; ESC (0x1B) is left out: it is no character. */
export const DEFAULT =
  "@£$¥èéùìòÇ\nØø\rÅå" +
  "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
  " !\"#¤%&'()*+,-./" +
  "0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
  "¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** 6.2.1.1: the default extension table: ESC and one more septet. */
export const EXTENSION = "\f^{}\\[~]|€";

/** The price of each UTF-16 unit in septets: 1, 2 (extension), 0 (not in the alphabet). Beyond the euro sign there is nothing. */
const PRICES = new Uint8Array(0x20ad);
for (const character of DEFAULT) PRICES[character.charCodeAt(0)] = 1;
for (const character of EXTENSION) PRICES[character.charCodeAt(0)] = 2;

/** What a UTF-16 unit takes in the default alphabet: 1 septet, 2 (extension table), or 0: it is not in it. */
export const septets = (unit: number): number => PRICES[unit] ?? 0;
