// The national language tables of 3GPP TS 23.038, annex A: which characters they hold. Where in its table one stands does not matter here.
import { DEFAULT, EXTENSION } from "./gsm.ts";

/** What the locking shift table of each script of South Asia holds beside its letters. Capitals stand in the single shift table. */
const PLAIN = "\n\r !(),.0123456789:;?abcdefghijklmnopqrstuvwxyz";
/** And its single shift table beside its digits and signs. */
const SIGNS = "@£$¥¿\"¤%&'\f*+-/<=>¡^_#{}\\[~]|€ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Characters of scripts as code points, hexadecimal: "from-to" or one alone. */
function letters(ranges: string): string {
  const read = ranges.split(" ").map((range) => range.split("-").map((code) => Number.parseInt(code, 16)));
  return read
    .flatMap(([from = 0, to = from]) =>
      Array.from({ length: to - from + 1 }, (_, n) => String.fromCharCode(from + n)),
    )
    .join("");
}

interface Held {
  /** A.3: takes the default alphabet's place; null: there is none. */
  readonly locking: string | null;
  /** A.2: takes the extension table's place. */
  readonly single: string;
}

const asian = (locking: string, single: string): Held => ({
  locking: PLAIN + letters(locking),
  single: SIGNS + letters(single),
});

/** By language, as annex A names them (Hindi: the Devanagari script; Punjabi: Gurmukhi; Oriya: Odia). */
const LANGUAGES = {
  default: { locking: DEFAULT, single: EXTENSION },
  turkish: {
    locking:
      "@£$¥€éùıòÇ\nĞğ\rÅå" +
      "Δ_ΦΓΛΩΠΨΣΘΞŞşßÉ" +
      " !\"#¤%&'()*+,-./" +
      "0123456789:;<=>?" +
      "İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
      "çabcdefghijklmnopqrstuvwxyzäöñüà",
    single: `${EXTENSION}ĞİŞçğış`,
  },
  spanish: { locking: null, single: `${EXTENSION}çÁÍÓÚáíóú` },
  portuguese: {
    locking:
      "@£$¥êéúíóç\nÔô\rÁá" +
      "Δ_ªÇÀ∞^\\€Ó|ÂâÊÉ" +
      " !\"#º%&'()*+,-./" +
      "0123456789:;<=>?" +
      "ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§" +
      "~abcdefghijklmnopqrstuvwxyzãõ`üà",
    single: `${EXTENSION}êçÔôÁáΦΓΩΠΨΣΘÊÀÍÓÚÃÕÂíóúãõâ`,
  },
  bengali: asian(
    "981-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bc-9c4 9c7-9c8 9cb-9ce 9d7 9dc-9dd 9f0-9f1",
    "9df-9e3 9e6-9ef 9f2-9fa",
  ),
  gujarati: asian(
    "a81-a83 a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abc-ac5 ac7-ac9 acb-acd ad0 ae0-ae3 af1",
    "964-965 ae6-aef",
  ),
  hindi: asian("901-903 905-939 93c-94d 950 972 97b-97c 97e-97f", "951-954 958-971"),
  kannada: asian(
    "c82-c83 c85-c8c c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbc-cc4 cc6-cc8 cca-ccd cd5-cd6 ce0-ce3",
    "964-965 cde ce6-cef cf1-cf2",
  ),
  malayalam: asian(
    "d02-d03 d05-d0c d0e-d10 d12-d28 d2a-d39 d3d-d44 d46-d48 d4a-d4d d57 d60-d63 d79",
    "964-965 d66-d75 d7a-d7f",
  ),
  oriya: asian(
    "b01-b03 b05-b0c b0f-b10 b13-b28 b2a-b30 b32-b33 b35-b39 b3c-b44 b47-b48 b4b-b4d b56-b57 b60-b63",
    "964-965 b5c-b5d b5f b66-b71",
  ),
  punjabi: asian(
    "a01-a03 a05-a0a a0f-a10 a13-a28 a2a-a30 a32-a33 a35-a36 a38-a39 a3c a3e-a42 a47-a48 a4b-a4d a51 a70-a74",
    "964-965 a59-a5c a5e a66-a6f a75",
  ),
  tamil: asian(
    "b82-b83 b85-b8a b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbe-bc2 bc6-bc8 bca-bcd bd0 bd7 bf0-bf2 bf9",
    "964-965 be6-bef bf3-bf8 bfa",
  ),
  telugu: asian(
    "c01-c03 c05-c0c c0e-c10 c12-c28 c2a-c33 c35-c39 c3d-c44 c46-c48 c4a-c4d c55-c56 c60-c63",
    "c58-c59 c66-c6f c78-c7f",
  ),
  urdu: asian(
    "621-622 627-628 62a-639 641-642 644-646 648 64d 64f-651 653-657 670 679-681 683-68a 68c-68d 68f 691 693 696 698-69a 6a6 6a9-6ab 6af 6b1 6b3 6ba-6bc 6be 6c1-6c2 6c4 6cc 6d0 6d2 6d5",
    "600-601 60c-60f 610-614 61b 61f 640 652 658 66b-66c 672-673 6cd 6d4 6f0-6f9",
  ),
} as const satisfies Readonly<Record<string, Held>>;

type Language = keyof typeof LANGUAGES;

/** A choice of tables, as it would be announced in the user data header (TS 23.040, 9.2.3.24.15 and .16), and the text's length with it. */
export interface Tables {
  readonly locking: Language;
  readonly single: Language;
  readonly septets: number;
}

const ALL = Object.keys(LANGUAGES) as Language[];
const CHOICES = ALL.flatMap((locking) => {
  const first = LANGUAGES[locking].locking;
  return first === null
    ? []
    : ALL.map((single) => ({ locking, first, single, second: LANGUAGES[single].single }));
});

/**
 * All tables with which `text` could be written in 7 bits, the shortest first (then those that need the least announced); empty: UCS-2 only.
 * For information: gateways choose between the default alphabet and UCS-2, and `measure` counts what they do.
 */
export function tables(text: string): readonly Tables[] {
  const distinct = new Map<string, number>();
  for (const character of text) distinct.set(character, (distinct.get(character) ?? 0) + 1);
  return CHOICES.flatMap(({ locking, first, single, second }) => {
    let length = 0;
    for (const [character, times] of distinct) {
      if (first.includes(character)) length += times;
      else if (second.includes(character)) length += 2 * times;
      else return [];
    }
    return [{ locking, single, septets: length }];
  }).sort((a, b) => a.septets - b.septets);
}
