// The GSM 7-bit alphabet and its national tables (3GPP TS 23.038, 6.2.1): which characters they hold, and at what price.
import { SCRIPTS } from "./national.ts";

/** 3GPP TS 23.038, 6.2.1: the default alphabet, code 0x00 to 0x7F; ESC (0x1B) is left out: it is no character. */
const DEFAULT =
  "@£$¥èéùìòÇ\nØø\rÅå" +
  "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
  " !\"#¤%&'()*+,-./" +
  "0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
  "¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** 6.2.1.1: the default extension table: ESC and one more septet. */
const EXTENSION = "\f^{}\\[~]|€";

type Script = keyof typeof SCRIPTS;
/** One kind of table of each script of South Asia. */
const script = (kind: "locking" | "single"): Record<Script, string> =>
  Object.fromEntries(Object.entries(SCRIPTS).map(([language, held]) => [language, held[kind]])) as Record<
    Script,
    string
  >;

/** A.3.1 and A.3.3 to A.3.13: national locking shift tables take the default alphabet's place. */
const LOCKING = {
  default: DEFAULT,
  turkish:
    "@£$¥€éùıòÇ\nĞğ\rÅå" +
    "Δ_ΦΓΛΩΠΨΣΘΞŞşßÉ" +
    " !\"#¤%&'()*+,-./" +
    "0123456789:;<=>?" +
    "İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
    "çabcdefghijklmnopqrstuvwxyzäöñüà",
  portuguese:
    "@£$¥êéúíóç\nÔô\rÁá" +
    "Δ_ªÇÀ∞^\\€Ó|ÂâÊÉ" +
    " !\"#º%&'()*+,-./" +
    "0123456789:;<=>?" +
    "ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§" +
    "~abcdefghijklmnopqrstuvwxyzãõ`üà",
  ...script("locking"),
} as const;

/** A.2.1 to A.2.13: national single shift tables take the extension table's place. */
const SINGLE = {
  default: EXTENSION,
  turkish: `${EXTENSION}ĞİŞçğış`,
  spanish: `${EXTENSION}çÁÍÓÚáíóú`,
  portuguese: `${EXTENSION}êçÔôÁáΦΓΩΠΨΣΘÊÀÍÓÚÃÕÂíóúãõâ`,
  ...script("single"),
} as const;

/** The price of each UTF-16 unit in septets: 1, 2 (extension), 0 (not in the alphabet). Beyond the euro sign there is nothing. */
const PRICES = new Uint8Array(0x20ad);
for (const character of DEFAULT) PRICES[character.charCodeAt(0)] = 1;
for (const character of EXTENSION) PRICES[character.charCodeAt(0)] = 2;

/** What a UTF-16 unit takes in the default alphabet: 1 septet, 2 (extension table), or 0: it is not in it. */
export const septets = (unit: number): number => PRICES[unit] ?? 0;

/** A choice of tables, as it would be announced in the user data header (TS 23.040, 9.2.3.24.15 and .16), and the text's length with it. */
export interface Tables {
  readonly locking: keyof typeof LOCKING;
  readonly single: keyof typeof SINGLE;
  readonly septets: number;
}

const CHOICES = (Object.keys(LOCKING) as (keyof typeof LOCKING)[]).flatMap((locking) =>
  (Object.keys(SINGLE) as (keyof typeof SINGLE)[]).map((single) => ({ locking, single })),
);

/**
 * All tables with which `text` could be written in 7 bits, the shortest first (then those that need the least announced); empty: UCS-2 only.
 * For information: gateways choose between the default alphabet and UCS-2, and `measure` counts what they do.
 */
export function tables(text: string): readonly Tables[] {
  const distinct = new Map<string, number>();
  for (const character of text) distinct.set(character, (distinct.get(character) ?? 0) + 1);
  return CHOICES.flatMap(({ locking, single }) => {
    let length = 0;
    for (const [character, times] of distinct) {
      if (LOCKING[locking].includes(character)) length += times;
      else if (SINGLE[single].includes(character)) length += 2 * times;
      else return [];
    }
    return [{ locking, single, septets: length }];
  }).sort((a, b) => a.septets - b.septets);
}
