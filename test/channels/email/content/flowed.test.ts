// format=flowed, with the examples of RFC 3676.
import fc from "fast-check";
import { expect, test } from "vitest";
import { unflow } from "../../../../src/channels/email/content/flowed.ts";

test.each([
  ["one \nline", false, "one line"],
  ["two\nlines", false, "two\nlines"],
  ["in the mid \ndle", true, "in the middle"],
  [" From stuffed\n > no quote", false, "From stuffed\n> no quote"],
  [">> a \n>> b\n> c", false, ">> a b\n> c"],
  ["> quoted \nnot quoted", false, "> quoted \nnot quoted"],
  ["text \n-- \nAna", false, "text \n-- \nAna"],
  ["end ", false, "end "],
  ["", false, ""],
  ["para one \nstill\n\npara two", false, "para one still\n\npara two"],
])("%j", (text, delSp, expected) => {
  expect(unflow(text, delSp)).toBe(expected);
});

test("what a sender flows comes back", () => {
  const word = fc.stringMatching(/^[a-zöü.,!?]{1,12}$/);
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 40 }), { minLength: 1 }), (paragraphs) => {
      const text = paragraphs.map((words) => words.join(" "));
      const flowed = paragraphs.map((words) =>
        words.reduce(
          (line, one, at) => (at === 0 ? one : at % 7 === 0 ? `${line} \n${one}` : `${line} ${one}`),
          "",
        ),
      );
      expect(unflow(flowed.join("\n"), false)).toBe(text.join("\n"));
    }),
  );
});
