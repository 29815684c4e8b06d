// parse_mode HTML and what becomes of texts, as the simulated Telegram reads them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseHtml } from "../../src/demo/telegram/html.ts";
import { tidy, withFound } from "../../src/demo/telegram/text.ts";

const LETTERS = fc.constantFrom(...Array.from("<>&;#\"'/=lt gtamp39x\n\u0000üж👍\ud800"));

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

test("tags become entities, in UTF-16 code units, outer ones first", () => {
  expect(parseHtml("<b>bold <i>both</i></b> 👍 <CODE>123</code>")).toEqual({
    text: "bold both 👍 123",
    entities: [
      { type: "bold", offset: 0, length: 9 },
      { type: "italic", offset: 5, length: 4 },
      { type: "code", offset: 13, length: 3 },
    ],
  });
  expect(
    parseHtml("<strong>a</strong><em>b</em><ins>c</ins><del>d</del><tg-spoiler>e</tg-spoiler>"),
  ).toMatchObject({
    text: "abcde",
    entities: [
      { type: "bold" },
      { type: "italic" },
      { type: "underline" },
      { type: "strikethrough" },
      { type: "spoiler" },
    ],
  });
});

test("links, quotes and code with a language", () => {
  expect(parseHtml('<a href="https://example.org/?a=1&amp;b=2">x</a>').entities).toEqual([
    { type: "text_link", offset: 0, length: 1, url: "https://example.org/?a=1&b=2" },
  ]);
  expect(parseHtml("<a href='tg://user?id=5'>x</a><a>plain</a>").entities).toHaveLength(1);
  expect(parseHtml("<blockquote expandable>x</blockquote>").entities).toMatchObject([
    { type: "expandable_blockquote" },
  ]);
  expect(parseHtml('<pre><code class="language-sh">ls</code></pre><b></b>').entities).toEqual([
    { type: "pre", offset: 0, length: 2, language: "sh" },
  ]);
});

test("character references: four names and all numbers; others stay as they are", () => {
  expect(parseHtml("&lt;&gt;&amp;&quot; &#65;&#x1F44D; &nbsp; &; a & b").text).toBe(
    '<>&" A👍 &nbsp; &; a & b',
  );
});

test.each([
  ["a <c>b</c>", 'Unsupported start tag "c" at byte offset 2'],
  ["ü <b", "Unclosed start tag at byte offset 3"],
  ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
  ["I <3 you", 'Unsupported start tag "3" at byte offset 2'],
  ["<b>x", `Can't find end tag corresponding to start tag "b"`],
  ["x</b>", "Unexpected end tag at byte offset 1"],
  ["<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ["<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ["<b>x</b", "Unclosed end tag at byte offset 4"],
  ["<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<a href="x', 'Empty attribute name in the tag "a" at byte offset 0'],
])("%s is refused", (html, why) => {
  expect(() => parseHtml(html)).toThrow(`Bad Request: can't parse entities: ${why}`);
});

test("whatever is escaped comes out as it was, and so does what stands in a tag", () => {
  fc.assert(
    fc.property(fc.string({ unit: LETTERS }), (text) => {
      expect(parseHtml(escaped(text)).text).toBe(text);
      const { text: same, entities } = parseHtml(`<code>${escaped(text)}</code>`);
      expect(same).toBe(text);
      expect(entities).toEqual(text === "" ? [] : [{ type: "code", offset: 0, length: text.length }]);
    }),
  );
});

test("any markup is read or refused with 400, nothing else", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "<b>",
      "</b>",
      "<",
      ">",
      "&",
      "&#",
      "<a href=",
      '"',
      "'",
      "=",
      " ",
      "</",
      "<span class=tg-spoiler>",
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let message = "Bad Request: can't parse entities: ";
      try {
        const { text, entities } = parseHtml(pieces.join(""));
        for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
      } catch (error) {
        message = error instanceof Error ? error.message : "";
      }
      expect(message).toMatch(/^Bad Request: can't parse entities: /);
    }),
  );
});

test("ends are trimmed, control characters become spaces, entities move along", () => {
  const { text, entities } = tidy(parseHtml(" \n a\tb\r\n<b>c</b>\u202e\u0333 \n"));
  expect(text).toBe("a b\nc");
  expect(entities).toEqual([{ type: "bold", offset: 4, length: 1 }]);
  expect(tidy(parseHtml("<b>  </b> x")).text).toBe("   x");
  expect(tidy(parseHtml(" <b> </b> ")).text).toBe("");
});

test("commands, addresses and links are found, not inside code", () => {
  const found = (text: string) =>
    withFound({ text, entities: [] }).entities.map(({ type, offset, length }) => [
      type,
      text.slice(offset, offset + length),
    ]);
  expect(found("/send@simpost_bot +49 151 1234567 hi")).toEqual([
    ["bot_command", "/send@simpost_bot"],
    ["phone_number", "+49 151 1234567"],
  ]);
  expect(found("see https://example.org/x?y. or a@b.org, #sms @simpost_bot and/or")).toEqual([
    ["url", "https://example.org/x?y"],
    ["email", "a@b.org"],
    ["hashtag", "#sms"],
    ["mention", "@simpost_bot"],
  ]);
  expect(withFound(parseHtml("<code>/help</code>")).entities).toMatchObject([{ type: "code" }]);
});
