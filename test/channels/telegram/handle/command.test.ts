// Commands and numbers as people write them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCommand, readDial } from "../../../../src/channels/telegram/handle/command.ts";
import { readHeading } from "../../../../src/channels/telegram/handle/number.ts";

test.each([
  ["/help", { name: "help", bot: null, rest: "" }],
  ["/SEND +49 1", { name: "send", bot: null, rest: "+49 1" }],
  ["/send@simpost_bot  x\ny ", { name: "send", bot: "simpost_bot", rest: "x\ny " }],
  ["/send\n+49", { name: "send", bot: null, rest: "+49" }],
  ["/usr/bin", null],
  ["/ no", null],
  [" /help", null],
  ["/héllo", null],
  ["text /help", null],
])("command %j", (text, expected) => {
  expect(readCommand(text)).toEqual(expected);
});

test.each([
  ["*100#", { code: "*100#", gateway: null, port: null }],
  [" *100# office ", { code: "*100#", gateway: "office", port: null }],
  ["*100*1# office-2:3", { code: "*100*1#", gateway: "office-2", port: 3 }],
  ["#31#", { code: "#31#", gateway: null, port: null }],
  ["", null],
  ["100", null],
  ["*100# office:x", null],
  ["*100# a b", null],
])("dial %j", (rest, expected) => {
  expect(readDial(rest)).toEqual(expected);
});

const number = (to: string, text: string, gateway: string | null = null, port: number | null = null) => ({
  kind: "number",
  to,
  gateway,
  port,
  text,
});

test.each([
  ["+491701234567 Hello there", number("+491701234567", "Hello there")],
  ["+491701234567", number("+491701234567", "")],
  ["+49 170 1234567 Hello", number("+49 170 1234567", "Hello")],
  ["0170 1234567 Hello", number("0170 1234567", "Hello")],
  ["0170/123-45-67 Hello", number("0170/123-45-67", "Hello")],
  ["+49 (170) 1234567 Hello", number("+49 (170) 1234567", "Hello")],
  ["+491701234567\n12 Uhr", number("+491701234567", "12 Uhr")],
  ["+49 170 1234567\n8 Uhr", number("+49 170 1234567", "8 Uhr")],
  // A number in one piece ends with it, whatever follows.
  ["+491701234567 8 Uhr", number("+491701234567", "8 Uhr")],
  ["+491701234567 24.12. um 8", number("+491701234567", "24.12. um 8")],
  ["01701234567 112 rufen", number("01701234567", "112 rufen")],
  // This may be two numbers.
  ["+49 170 1234567 8 Uhr", { kind: "unclear", first: "+49 170 1234567", second: "+49 170 1234567 8" }],
  ["72727 5 Euro", { kind: "unclear", first: "72727", second: "72727 5" }],
  ["72727 STOP", number("72727", "STOP")],
  ["+491701234567+3 Hi", number("+491701234567", "Hi", null, 3)],
  ["+49 170 1234567+office Hi", number("+49 170 1234567", "Hi", "office")],
  ["+491701234567+office.3 Hi", number("+491701234567", "Hi", "office", 3)],
  ["Bob Hi", number("Bob", "Hi")],
  ["*100#", number("*100#", "")],
  ["*100#+office.3", number("*100#", "", "office", 3)],
  ["", { kind: "none" }],
  [" \n ", { kind: "none" }],
])("heading %j", (rest, expected) => {
  expect(readHeading(rest, "DE")).toEqual(expected);
});

test("no text makes it throw, and nothing of the text is lost", () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...Array.from("+0123456789 ()-/.*#\n\tabc")), maxLength: 60 }),
  );
  fc.assert(
    fc.property(pieces, fc.constantFrom("DE", "US", undefined), (rest, region) => {
      readCommand(rest);
      readDial(rest);
      const heading = readHeading(rest, region);
      expect(heading.kind === "none").toBe(rest.trim() === "");
      const { to, text, gateway, port } =
        heading.kind === "number" ? heading : { to: "", text: rest, gateway: null, port: null };
      expect(rest.endsWith(text)).toBe(true);
      const head = rest.slice(0, rest.length - text.length).trim();
      const option = [gateway, port].filter((part) => part !== null).join(".");
      expect(head).toBe(option === "" ? to : `${to}+${head.slice(to.length + 1)}`);
      expect(heading.kind === "number" && text !== text.trimStart()).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test("what stands behind a number comes back whole", () => {
  const texts = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => /^\p{L}/u.test(text));
  const blanks = fc.constantFrom(" ", "\n", "  ", " \n\n ");
  const numbers = fc.constantFrom("+491701234567", "0170 1234567", "+49 (170) 1234567", "01701234567+3");
  fc.assert(
    fc.property(numbers, blanks, texts, (written, blank, text) => {
      expect(readHeading(`${written}${blank}${text}`, "DE")).toMatchObject({ kind: "number", text });
    }),
  );
});

test("a number of other lands, in groups", () => {
  expect(readHeading("212 555 1234 Hello", "US")).toMatchObject({ to: "212 555 1234", text: "Hello" });
  expect(readHeading("+1 212 555 1234 Hello", undefined)).toMatchObject({ to: "+1 212 555 1234" });
});
