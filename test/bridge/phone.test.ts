// Phone numbers as people and gateways write them, and the patterns that allow or deny them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Rejected } from "../../src/bridge/errors.ts";
import {
  dialled,
  masked,
  matches,
  type NumberForm,
  readRecipient,
  readSender,
} from "../../src/bridge/phone.ts";

const outcome = (raw: string, region?: string): string => {
  try {
    const { phone, kind, valid } = readRecipient(raw, region);
    return `${kind} ${phone}${valid ? "" : " (odd)"}`;
  } catch (error) {
    if (error instanceof Rejected) return `${error.code}: ${error.message}`;
    throw error;
  }
};

test.each([
  ["+491701234567", "DE", "number +491701234567"],
  ["+49 170 1234567", undefined, "number +491701234567"],
  ["+49 (0)170/123-45.67", "DE", "number +491701234567"],
  ["tel:+49-170-1234567", "DE", "number +491701234567"],
  ["\u202a+49\u00a0170\u20111234567\u202c", "DE", "number +491701234567"], // as copied from a contact
  ["00491701234567", "DE", "number +491701234567"],
  ["00491701234567", "US", "number +491701234567"],
  ["01701234567", "DE", "number +491701234567"],
  ["491701234567", "DE", "number +491701234567"], // also a landline in Leer, but not as Germans write it
  ["491701234567", undefined, "number +491701234567"],
  ["1701234567", "DE", "number +491701234567"],
  ["0612345678", "FR", "number +33612345678"],
  ["612345678", "ES", "number +34612345678"],
  ["34612345678", "ES", "number +34612345678"],
  ["4155550123", "US", "number +14155550123"],
  ["14155550123", "US", "number +14155550123"],
  ["2012345678", "US", "number +12012345678"], // +20 12 345678 is no one in Egypt, and this is how New Jersey writes
  ["447700900123", "US", "number +447700900123 (odd)"], // kept free for films: valid nowhere, possible in Britain only
  ["0612345678", "IT", "number +390612345678"], // Italy keeps its zero
  ["+390612345678", "DE", "number +390612345678"],
  ["8 (912) 345-67-89", "RU", "number +79123456789"],
  ["+99912345678", "DE", "number +99912345678 (odd)"],
  ["+491111111", "DE", "number +491111111 (odd)"],
  ["0111234567", "DE", "number +49111234567 (odd)"],
  ["112", "DE", "short 112"],
  ["7726", "GB", "short 7726"],
  ["22 333", "DE", "short 22333"],
  ["123456", "DE", "short 123456"],
  ["*100#", "DE", "ussd *100#"],
  ["#100#", undefined, "ussd #100#"],
  ["*#06#", "DE", "ussd *#06#"],
  ["*100*1#", "DE", "ussd *100*1#"],
  [" *100 # ", "DE", "ussd *100#"],
  ["**21*+491701234567#", "DE", "ussd **21*+491701234567#"],
])("reads %j in %s", (raw, region, expected) => {
  expect(outcome(raw, region)).toBe(expected);
});

test.each([
  ["", "DE", "write it like +491701234567"],
  ["   ", "DE", "write it like +491701234567"],
  ["ana", "DE", "write it like +491701234567"],
  ["INFO", "DE", "write it like +491701234567"],
  ["0170 CALL ME", "DE", "write it like +491701234567"],
  ["+491701234567;ext=5", "DE", "write it like +491701234567"],
  ["12", "DE", "it is too short"],
  ["+12345", "DE", "it is too short"],
  ["+4917012345678901", "DE", "write it like +491701234567"],
  ["+0491701234567", "DE", "write it like +491701234567"],
  ["000491701234567", "DE", "write it like +491701234567"],
  ["01701234567", undefined, "it has no country code, and none is configured. Write it like +491701234567"],
  ["01701234567", "XX", "it has no country code, and none is configured. Write it like +491701234567"],
  ["9991234567", undefined, "write it like +491701234567"],
  ["*100", "DE", "a USSD code has only digits, * and #, and ends with #, like *100#"],
  ["*100#x", "DE", "a USSD code has only digits, * and #, and ends with #, like *100#"],
  [`*${"1".repeat(181)}#`, "DE", "a USSD code has at most 182 characters"],
  ["1".repeat(100_000), "DE", "write it like +491701234567"],
])("refuses %j in %s", (raw, region, why) => {
  expect(outcome(raw, region)).toMatch(/^not-a-number: ".*" is not a phone number: /);
  expect(outcome(raw, region)).toContain(`${why}.`);
});

test("a refusal shows what was written, and nothing that could harm a reader of it", () => {
  expect(outcome("x\r\n250 OK\u001b[2J\u202e")).toBe(
    'not-a-number: "x??250 OK?[2J?" is not a phone number: write it like +491701234567.',
  );
  expect(outcome("x".repeat(1000)).length).toBeLessThan(120);
});

test.each([
  ["+491701234567", "DE", "e164", "+491701234567", true],
  ["491701234567", "DE", "e164", "+491701234567", true],
  ["491701234567", "DE", "digits", "+491701234567", true],
  ["01701234567", "DE", "national", "+491701234567", true],
  ["00491701234567", "DE", "national", "+491701234567", true],
  ["4155550123", "US", "national", "+14155550123", true],
  ["4155550123", "US", "e164", "+14155550123", true],
  ["5493815682688", undefined, "digits", "+5493815682688", true], // from a captured answer
  ["491111111", "DE", "e164", "+491111111", true], // no plan has it, but it may be one: it keeps its thread
  ["9990000000", "DE", "e164", "9990000000", false],
  ["01701234567", undefined, "national", "01701234567", false],
  ["22333", "DE", "e164", "22333", true],
  ["+22333", "DE", "e164", "22333", true],
  ["12", "DE", "e164", "12", false],
  ["49170123456789012345", "DE", "digits", "49170123456789012345", false],
  ["INFO", "DE", "e164", "INFO", false],
  [" Vodafone\u0000\u200b ", "DE", "digits", "Vodafone", false],
  ["O2 5G", "DE", "e164", "O2 5G", false],
  ["", "DE", "e164", "unknown", false],
  ["\u0007", "DE", "e164", "unknown", false],
] as const)("a sender %j in %s, %s", (raw, region, numbers, address, answerable) => {
  expect(readSender(raw, { region, numbers })).toEqual({ address, answerable });
});

const regions = fc.constantFrom(undefined, "DE", "US", "IT", "ES", "RU", "AR", "GB", "MX", "CN", "XX");
const forms = fc.constantFrom<NumberForm>("e164", "digits", "national");
const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), {
      minLength: min,
      maxLength: max,
    })
    .map((all) => all.join(""));
const written = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        "",
        "+",
        "00",
        "0",
        "49",
        "+49",
        "+490",
        "1",
        "+1",
        "+39",
        "+39 0",
        "54",
        "+52",
        "+521",
      ),
      digits(0, 16),
    )
    .map(([prefix, rest]) => prefix + rest),
  fc.string({ maxLength: 20 }),
);

test("whatever is read is canonical: it is read as itself again, and answers reach whoever wrote", () => {
  fc.assert(
    fc.property(written, regions, forms, (raw, region, numbers) => {
      const first = outcome(raw, region);
      const again = first.startsWith("not-a-number") ? first : outcome(first.split(" ")[1] ?? "", region);
      expect(again).toBe(first);
      const sender = readSender(raw, { region, numbers });
      const answered = sender.answerable ? outcome(sender.address, region).split(" ")[1] : sender.address;
      expect(answered).toBe(sender.address);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ["+491701234567", "e164", "DE", "+491701234567"],
  ["+491701234567", "digits", "DE", "491701234567"],
  ["+491701234567", "national", "DE", "01701234567"],
  ["+491701234567", "national", "FR", "00491701234567"],
  ["+491701234567", "national", undefined, "00491701234567"],
  ["+49111234567", "national", "DE", "0111234567"], // no plan has it
  ["+34612345678", "national", "ES", "612345678"],
  ["+14155550123", "national", "US", "4155550123"],
  ["+14165550123", "national", "US", "4165550123"], // Canada shares the plan
  ["+79123456789", "national", "RU", "89123456789"],
  ["+390612345678", "national", "IT", "0612345678"],
  ["22333", "national", "DE", "22333"],
  ["*100#", "digits", "DE", "*100#"],
] as const)("dials %s as %s in %s", (phone, form, region, expected) => {
  expect(dialled(phone, form, region)).toBe(expected);
});

test("what was dialled comes back as the same phone", () => {
  const phones = fc.constantFrom(
    "+491701234567",
    "+34612345678",
    "+14155550123",
    "+79123456789",
    "+447700900123",
    "+5491123456789",
  );
  fc.assert(
    fc.property(
      phones,
      forms,
      fc.constantFrom("DE", "ES", "US", "RU", "GB", "AR"),
      (phone, numbers, region) => {
        expect(readSender(dialled(phone, numbers, region), { region, numbers }).address).toBe(phone);
      },
    ),
  );
});

test.each([
  ["+491701234567", "+4917…67"],
  ["+1234567", "+1…67"],
  ["491701234567", "49170…67"],
  ["22333", "22333"],
  ["Vodafone", "Vodafone"],
  ["*100#", "*100#"],
  ["*100*1234567890123#", "*100…#"],
  ["ana@example.org", "a…@example.org"],
  ["-1001234567890", "-1001…90"],
  ["", ""],
  ["evil\r\nline", "evilline"],
])("masks %j", (address, expected) => {
  expect(masked(address)).toBe(expected);
});

test("a mask always hides at least the digits in the middle of a number", () => {
  fc.assert(
    fc.property(digits(7, 15), (number) => {
      expect(masked(`+${number}`).replaceAll(/\D/g, "").length).toBeLessThanOrEqual(number.length - 4);
    }),
  );
});

test.each([
  ["*", "+491701234567", true],
  ["*", "*100#", true],
  ["*", "", true],
  ["+49*", "+491701234567", true],
  ["+49*", "+431701234567", false],
  ["+49*67", "+491701234567", true],
  ["+49*68", "+491701234567", false],
  ["*123*", "+491701234567", true],
  ["*4567*4567", "+491701234567", false], // one run of digits can't serve twice
  ["+491701234567", "+491701234567", true],
  ["+49170", "+491701234567", false],
  ["\\*100#", "*100#", true],
  ["\\*100#", "*1100#", false],
  ["\\**#", "*100#", true],
  ["*100#", "*100#", true],
  ["22333", "22333", true],
  ["", "22333", false],
  [".*", "22333", false],
  ["Voda*", "Vodafone", true],
  ["\\\\*", "\\x", true],
  ["a\\", "a\\", true],
])("pattern %j on %j", (pattern, address, expected) => {
  expect(matches(pattern, address)).toBe(expected);
});

test("patterns agree with the regular expression that says the same", () => {
  const patterns = fc.array(fc.constantFrom("*", "\\*", "+", "4", "9", "#"), { maxLength: 8 });
  const addresses = fc
    .array(fc.constantFrom("*", "+", "4", "9", "#"), { maxLength: 10 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(patterns, addresses, (pattern, address) => {
      const expression = pattern
        .map((one) => (one === "*" ? ".*" : `\\${one.at(-1) ?? ""}`.replace(/\\([49])/, "$1")))
        .join("");
      expect(matches(pattern.join(""), address)).toBe(new RegExp(`^${expression}$`).test(address));
    }),
    { numRuns: 3000 },
  );
});

test("a pattern of many stars is no way to stop the bridge", () => {
  // Backtracking would not end before the test's time limit.
  expect(matches("*1".repeat(50_000), "1".repeat(49_999))).toBe(false);
  expect(matches(`${"*a".repeat(1000)}b`, "a".repeat(100_000))).toBe(false);
});

test("a number that was read before is read the same again, in each region for itself, however many there were since", () => {
  const once = readRecipient("0151 12345678", "DE");
  expect(readRecipient("0151 12345678", "DE")).toEqual(once);
  expect(readRecipient("0151 12345678", "GB").phone).not.toBe(once.phone);
  for (let n = 0; n < 5_000; n += 1) readRecipient(`+4915112${String(n).padStart(6, "0")}`, "DE");
  expect(readRecipient("0151 12345678", "DE")).toEqual(once);
});
