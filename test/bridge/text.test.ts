// Parts, encoding and fitting, against an independent oracle and by property.
import fc from "fast-check";
import { split as oracle } from "split-sms";
import { expect, test } from "vitest";
import { Rejected } from "../../src/bridge/errors.ts";
import { type FitOptions, fit as fitted, measure, tables, transliterate } from "../../src/bridge/text.ts";

const GSM =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";

const gsmText = fc
  .array(fc.constantFrom(...Array.from(`${GSM}aeiou    ${EXTENDED}`)), { maxLength: 1200, size: "max" })
  .map((characters) => characters.join(""));
const wideText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Array.from("ab é€й日😀👨‍👩‍👧🇩🇪—\u0301")),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 600, size: "max" },
  )
  .map((characters) => characters.join(""));
const anyText = fc.oneof(gsmText, wideText);

const options = (some: Partial<FitOptions> = {}): FitOptions => ({
  maxParts: 6,
  tooLong: "truncate",
  transliterate: true,
  ...some,
});

const rejection = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing was thrown";
};

test("parts, units and encoding agree with split-sms on random texts", () => {
  let several = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const told = oracle(text, { summary: true });
      const own = measure(text);
      if (own.parts > 1) several++;
      expect({ ...own, text }).toEqual({
        encoding: told.characterSet === "GSM" ? "gsm7" : "ucs2",
        units: told.characterSet === "GSM" ? told.bytes : told.bytes / 2,
        parts: told.parts.length,
        text,
      });
    }),
    { numRuns: 4000 },
  );
  expect(several).toBeGreaterThan(500);
});

test.each([
  ["", "gsm7", 0, 1],
  ["a".repeat(160), "gsm7", 160, 1],
  ["a".repeat(161), "gsm7", 161, 2],
  ["a".repeat(306), "gsm7", 306, 2],
  ["a".repeat(307), "gsm7", 307, 3],
  ["€".repeat(80), "gsm7", 160, 1],
  [`${"a".repeat(152)}€${"a".repeat(152)}`, "gsm7", 306, 3], // ESC and € stay together: 152, 153 and 1
  ["й".repeat(70), "ucs2", 70, 1],
  ["й".repeat(71), "ucs2", 71, 2],
  [`${"й".repeat(66)}😀${"й".repeat(66)}`, "ucs2", 134, 3], // a surrogate pair is not split
  ["`", "ucs2", 1, 1],
  ["ç", "ucs2", 1, 1], // only the capital is in the alphabet
  ["\u001b", "ucs2", 1, 1],
])("measures %j", (text, encoding, units, parts) => {
  expect(measure(text)).toEqual({ encoding, units, parts });
});

test("national tables: which could write a text", () => {
  expect(tables("hello [x]").map(({ locking, single }) => `${locking}/${single}`)).toContain(
    "default/default",
  );
  expect(tables("ığdır")[0]).toEqual({ locking: "turkish", single: "default", septets: 5 });
  const pairs = tables("ığdır").map(({ locking, single }) => `${locking}/${single}`);
  expect(pairs.slice(0, 4)).toEqual([
    "turkish/default",
    "turkish/turkish",
    "turkish/spanish",
    "turkish/portuguese",
  ]);
  expect(pairs).toContain("default/turkish");
  expect(pairs.filter((pair) => !pair.includes("turkish"))).toEqual([]);
  expect(tables("¿Qué pasó?")[0]).toEqual({ locking: "default", single: "spanish", septets: 11 });
  expect(tables("não é")[0]).toEqual({ locking: "portuguese", single: "default", septets: 5 });
  expect(tables("привет")).toEqual([]);
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = tables(text).find(({ locking, single }) => locking === "default" && single === "default");
      const own = measure(text);
      expect(plain?.septets).toBe(own.encoding === "gsm7" ? own.units : undefined);
    }),
  );
});

test.each([
  ["bengali", "আমি বাংলায় লিখি", "০১২"],
  ["gujarati", "હું ગુજરાતી લખું છું", "૦૧૨"],
  ["hindi", "नमस्ते, आप कैसे हैं?", "०१२"],
  ["kannada", "ನಾನು ಕನ್ನಡ ಬರೆಯುತ್ತೇನೆ", "೦೧೨"],
  ["malayalam", "നമസ്കാരം", "൦൧൨"],
  ["oriya", "ନମସ୍କାର", "୦୧୨"],
  ["punjabi", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "੦੧੨"],
  ["tamil", "வணக்கம், எப்படி", "௦௧௨"],
  ["telugu", "నమస్కారం", "౦౧౨"],
  ["urdu", "آپ کیسے ہیں?", "۰۱۲"],
])(
  "texts in %s take a septet a character, digits and capitals of its single shift table two",
  (language, text, digits) => {
    const plain = text.normalize("NFD");
    expect(tables(plain)[0]).toEqual({ locking: language, single: "default", septets: plain.length });
    expect(tables(`${plain} ${digits} OK`)[0]).toEqual({
      locking: language,
      single: language,
      septets: plain.length + 1 + 2 * digits.length + 1 + 2 * 2,
    });
    expect(tables(digits)[0]).toEqual({ locking: "default", single: language, septets: 2 * digits.length });
    expect(tables(`${plain}ж`)).toEqual([]);
  },
);

test("every national alphabet has 127 characters and ESC", () => {
  const alphabet = (locking: string): number => {
    let count = 0;
    for (let code = 0; code < 0x2300; code++) {
      count += tables(String.fromCharCode(code)).some(
        (some) => some.locking === locking && some.septets === 1,
      )
        ? 1
        : 0;
    }
    return count;
  };
  expect(["default", "turkish", "portuguese"].map(alphabet)).toEqual([127, 127, 127]);
});

test.each([
  ["it’s “so” – well…", 'it\'s "so" - well...'],
  ["Grüße, 5 € für dich — é", "Grüße, 5 € für dich - é"],
  ["a\u00a0b\u2009c\u200bd\u00ade\ufefff\tg", "a b cdef g"],
  ["• one\u2028• two", "* one\n* two"],
  ["„so“ «so» ‚so‘ 3×4 ﬁx", '"so" "so" \'so\' 3x4 fix'],
  ["cafe\u0301 u\u0308ber — 5\u2126", "café über - 5Ω"], // decomposed, as macOS writes file names
  ["plain", "plain"],
  ["“Привет”", "“Привет”"], // still UCS-2: nothing is gained
  ["it’s 😀", "it’s 😀"],
  ["“façade”", "“façade”"], // letters are never changed
])("transliterates %j", (text, plain) => {
  expect(transliterate(text)).toBe(plain);
});

test("transliteration gives GSM or the text itself, and leaves GSM alone", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = transliterate(text);
      expect(
        plain === text || (measure(text).encoding === "ucs2" && measure(plain).encoding === "gsm7"),
      ).toBe(true);
      expect(transliterate(plain)).toBe(plain);
    }),
  );
});

test("one curly quote does not double the price, unless asked", () => {
  const text = `it’s ${"a".repeat(150)}`;
  expect(fitted(text, options())).toEqual({
    texts: [{ text: text.replace("’", "'"), parts: 1 }],
    cut: false,
  });
  expect(fitted(text, options({ transliterate: false })).texts[0]?.parts).toBe(3);
});

test("truncate: the longest beginning with an ellipsis", () => {
  const gsm = fitted("a".repeat(200), options({ maxParts: 1 }));
  expect(gsm).toEqual({ texts: [{ text: `${"a".repeat(157)}...`, parts: 1 }], cut: true });
  const ucs2 = fitted("й".repeat(200), options({ maxParts: 2 }));
  expect(ucs2).toEqual({ texts: [{ text: `${"й".repeat(133)}…`, parts: 2 }], cut: true });
  expect(fitted("a".repeat(161), options({ maxParts: 2 })).cut).toBe(false);
  // What is left out costs nothing: the emoji at the end does not make the rest UCS-2.
  expect(fitted(`${"a".repeat(200)}😀`, options({ maxParts: 1 })).texts[0]?.text).toBe(
    `${"a".repeat(157)}...`,
  );
  // No blank before the ellipsis, no half of an emoji.
  expect(fitted(`${"a".repeat(156)} bcdefgh`, options({ maxParts: 1 })).texts[0]?.text).toBe(
    `${"a".repeat(156)}...`,
  );
  expect(fitted(`${"й".repeat(68)}😀😀`, options({ maxParts: 1 })).texts[0]?.text).toBe(`${"й".repeat(68)}…`);
  expect(fitted(`${"й".repeat(60)}👨‍👩‍👧‍👦!`, options({ maxParts: 1 })).texts[0]?.text).toBe(
    `${"й".repeat(60)}…`,
  );
});

test("truncate: within the budget, a true beginning, and as long as it may be", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 3 }), (text, maxParts) => {
      const { texts, cut } = fitted(text, options({ maxParts, transliterate: false }));
      const [only] = texts;
      if (texts.length !== 1 || !only) throw new Error("one text expected");
      expect(only.parts).toBe(measure(only.text).parts);
      expect(only.parts).toBeLessThanOrEqual(maxParts);
      expect(cut).toBe(only.text !== text);
      expect(cut).toBe(measure(text).parts > maxParts);
      expect(!cut || text.startsWith(only.text.replace(/(?:…|\.\.\.)$/, ""))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const bare = (text: string): string => text.replaceAll(/\s+/g, "");

test("split: every text within the budget, and nothing is lost but whitespace at the cuts", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 3 }), (text, maxParts) => {
      const { texts, cut } = fitted(text, options({ maxParts, tooLong: "split", transliterate: false }));
      expect(cut).toBe(false);
      let at = 0;
      for (const piece of texts) {
        expect(piece.parts).toBe(measure(piece.text).parts);
        expect(piece.parts).toBeLessThanOrEqual(maxParts);
        const found = text.indexOf(piece.text, at);
        expect(text.slice(at, found).trim()).toBe("");
        expect(/[\ud800-\udbff]$/.test(text.slice(0, found)) && /^[\udc00-\udfff]/.test(piece.text)).toBe(
          false,
        );
        at = found + piece.text.length;
      }
      expect(text.slice(at).trim()).toBe("");
      expect(bare(texts.map((piece) => piece.text).join(""))).toBe(bare(text));
    }),
    { numRuns: 500 },
  );
});

test("split: cuts at whitespace where there is any, and parts no grapheme", () => {
  const sentence = "The quick brown fox jumps over the lazy dog. ".repeat(20);
  const pieces = fitted(sentence, options({ maxParts: 1, tooLong: "split" })).texts.map(
    (piece) => piece.text,
  );
  expect(pieces.length).toBe(6);
  for (const piece of pieces) expect(piece).toMatch(/^\S(.*\S)?\s*$/);
  expect(pieces.join(" ")).toBe(sentence);
  const link = `https://example.org/${"x".repeat(120)}`;
  expect(
    fitted(`${"word ".repeat(10)}${link} end`, options({ maxParts: 1, tooLong: "split" })).texts[1]?.text,
  ).toBe(`${link} end`);
  const families = "👨‍👩‍👧‍👦".repeat(40);
  for (const piece of fitted(families, options({ maxParts: 1, tooLong: "split" })).texts) {
    expect(piece.text).toBe("👨‍👩‍👧‍👦".repeat(6).slice(0, piece.text.length));
    expect(piece.text.length % "👨‍👩‍👧‍👦".length).toBe(0);
  }
});

test("the gateway's own limit holds for every way of fitting", () => {
  const fits = (text: string): boolean => Buffer.byteLength(text) <= 100;
  fc.assert(
    fc.property(anyText, fc.constantFrom("split", "truncate"), (text, tooLong) => {
      const { texts } = fitted(text, options({ tooLong, fits }));
      for (const piece of texts) expect(fits(piece.text)).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(rejection(() => fitted("a".repeat(101), options({ tooLong: "reject", fits })))).toBe(
    "too-long: The text is too long: the gateway does not take it.",
  );
});

test("a gateway that takes nothing at all is an answer, not a loop", () => {
  const nothing = options({ fits: () => false });
  expect(rejection(() => fitted("abc", { ...nothing, tooLong: "split" }))).toBe(
    "too-long: The text is too long for the gateway.",
  );
  expect(rejection(() => fitted("abc", nothing))).toBe("too-long: The text is too long for the gateway.");
  const half = options({ fits: (text) => text.length <= 1, tooLong: "split" });
  expect(rejection(() => fitted("😀😀", half))).toBe("too-long: The text is too long for the gateway.");
});

test("reject says what it takes and what is allowed", () => {
  expect(rejection(() => fitted("a".repeat(307), options({ maxParts: 2, tooLong: "reject" })))).toBe(
    "too-long: The text is too long: it takes 3 SMS parts, and at most 2 are sent.",
  );
  expect(fitted("a".repeat(306), options({ maxParts: 2, tooLong: "reject" })).texts[0]?.parts).toBe(2);
});

test("blanks alone", () => {
  expect(fitted("", options())).toEqual({ texts: [{ text: "", parts: 1 }], cut: false });
  const blanks = fitted(" ".repeat(2000), options({ tooLong: "split" }));
  expect(blanks.texts.length).toBeLessThanOrEqual(1);
});

test("a megabyte of anything: work in proportion, nothing quadratic", () => {
  const corners = [
    "word ",
    "a",
    "€",
    "’",
    " ",
    "й",
    "👨‍👩‍👧‍👦",
    "\u200b",
    "\ud800",
    "e\u0301",
    `e${"\u0301".repeat(99)}`,
  ];
  for (const corner of corners) {
    for (const tooLong of ["split", "truncate"] as const) {
      const text = corner.repeat(1_000_000 / corner.length);
      let looked = 0;
      const fits = (some: string): boolean => {
        looked += some.length;
        return some.length <= 500;
      };
      // Quadratic work would be minutes: the time limit of the test says so.
      const { texts } = fitted(text, { maxParts: 6, tooLong, transliterate: true, fits });
      expect(texts.every((piece) => piece.text.length <= 500)).toBe(true);
      expect(looked).toBeLessThan(30 * text.length);
    }
  }
});
