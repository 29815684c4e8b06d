// Texts keep every character on their way through Telegram's HTML, however long they are.
import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, isBlank, pages, type Run, textRuns } from "../../../src/channels/telegram/html.ts";
import { parseHtml } from "../../../src/demo/telegram/html.ts";

/** What people read on all pages together, without the numbers. */
function read(html: readonly string[]): string {
  return html
    .map((page) => parseHtml(page).text)
    .map((text) => (html.length > 1 ? text.replace(/^\(\d+\/\d+\) /, "") : text))
    .join("");
}

test("markup in a text is text", () => {
  expect(escapeHtml(`<b>&"x"</b>`)).toBe("&lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;");
  const text = "a < b && *bold* _it_ `x` [l](tg://u) <script> &amp; &lt;";
  expect(parseHtml(pages(textRuns(text))[0] ?? "")).toEqual({ text, entities: [] });
});

test.each([
  ["Your code is 123456.", "123456"],
  ["G-482913 is your Google verification code", "482913"],
  ["Your WhatsApp code: 123-456", "123-456"],
  ["認証コードは123456です。", "123456"],
  ["Your FooBar code is below.\n\n@example.com #123456", "123456"],
])("the code of %j is there for one tap", (text, code) => {
  const runs = textRuns(text);
  expect(runs.filter(({ tag }) => tag === "code").map((run) => run.text)).toEqual([code]);
  expect(runs.map((run) => run.text).join("")).toBe(text);
});

test("a text without a code is one piece", () => {
  expect(textRuns("See you at 1430")).toEqual([{ text: "See you at 1430" }]);
});

test("what fits is one message without a number; what does not is numbered", () => {
  expect(pages([{ text: "x".repeat(4096) }])).toEqual(["x".repeat(4096)]);
  const [first, second, ...rest] = pages([{ text: "x".repeat(4097) }]);
  expect(first).toMatch(/^\(1\/2\) x+$/);
  expect(second).toMatch(/^\(2\/2\) x+$/);
  expect(rest).toEqual([]);
  expect(pages([])).toEqual([""]);
});

test("a page ends at a space, if there is one near", () => {
  const text = `${"x".repeat(4000)} ${"y".repeat(200)}`;
  expect(pages([{ text }]).map((page) => page.length)).toEqual([4007, 206]);
});

const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("<b>", "&amp;", "👩‍👩‍👧", "\n", " ", "x".repeat(40), "€".repeat(70)),
);
const runs: fc.Arbitrary<readonly Run[]> = fc.array(
  fc.record(
    {
      text: fc.array(piece, { maxLength: 20 }).map((parts) => parts.join("")),
      tag: fc.constantFrom("b", "i", "code"),
    },
    { requiredKeys: ["text"] },
  ),
  { maxLength: 6 },
);

test("property: all pages together are the text, each parses and is short enough, no pair is torn", () => {
  fc.assert(
    fc.property(runs, fc.integer({ min: 50, max: 400 }), (all, max) => {
      const html = pages(all, max);
      expect(read(html)).toBe(all.map(({ text }) => text).join(""));
      for (const page of html) {
        const { text } = parseHtml(page);
        expect(text.length).toBeLessThanOrEqual(max);
        expect(text.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("property: a text with a code, too", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), (before, after) => {
      const text = `${before} code 123456 ${after}`;
      expect(read(pages(textRuns(text)))).toBe(text);
    }),
  );
});

test.each([
  ["", true],
  [" \n\t", true],
  ["\u200b\u200d", true],
  ["\u2800\u3164", true],
  [" x ", false],
  ["👍", false],
])("%j is blank: %s", (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});
