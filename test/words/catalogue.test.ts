// The catalogue is whole in every language: each message parses, knows the same values, and says something.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogues } from "../../src/words/catalogue.ts";
import { type MessageId, speak, type Values } from "../../src/words/index.ts";
import { LANGUAGES, negotiate } from "../../src/words/languages.ts";

const ids = (Object.keys(catalogues.en) as MessageId[]).toSorted();
const others = LANGUAGES.filter((language) => language !== "en");

/** Names of what a message speaks of. */
const namesIn = (pattern: string): string[] =>
  [...new Set([...pattern.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name))].toSorted();
const variantsIn = (pattern: string): string[] =>
  [...pattern.matchAll(/^\s*(\*?\[\w+\])/gm)].map(([, key = ""]) => key).toSorted();

const COUNTS = new Set([
  "parts",
  "limit",
  "max",
  "numbers",
  "count",
  "queued",
  "sending",
  "unsure",
  "sent",
  "seconds",
]);
function samples(pattern: string, count: number): Values {
  return Object.fromEntries(
    namesIn(pattern).map((name) => [
      name,
      COUNTS.has(name) ? count : name === "when" ? new Date(Date.UTC(2026, 10, 23, 14, 5)) : `<${name}>`,
    ]),
  );
}
/** One space for all white space, so that only words count. */
const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();

describe.each(LANGUAGES)("%s", (language) => {
  const catalogue = catalogues[language];
  const words = speak(language);

  test.each(ids)("%s", (id) => {
    const pattern = catalogue[id];
    const bundle = new FluentBundle("en", { useIsolating: false });
    const resource = new FluentResource(`${id} = ${pattern}\nlast = the end`);
    // What does not parse is passed over in silence.
    expect(resource.body.map((message) => message.id)).toEqual([id, "last"]);
    expect(bundle.addResource(resource)).toEqual([]);
    const value = bundle.getMessage(id)?.value ?? "";
    for (const count of [0, 1, 2, 5]) {
      const errors: Error[] = [];
      const values = samples(pattern, count);
      const plain = Object.fromEntries(
        Object.entries(values).map(([name, one]) => [name, one instanceof Date ? one.getTime() : one]),
      );
      bundle.formatPattern(value, plain, errors);
      expect(errors).toEqual([]);
      const said = words(id, values);
      expect(said).toBe(said.trim());
      expect(said).not.toMatch(/^$|[{}]|\$|\u2068|\u2069|\bundefined\b| {2}| [.,;:!?]/);
      expect(said.length).toBeLessThan(1_000);
    }
  });

  // A moment is said in many ways.
  const plain = ids.filter((id) => !/->|\$when/.test(catalogue[id]));
  test.each(plain)("%s says all that is written", (id) => {
    const values = samples(catalogue[id], 7);
    const written = catalogue[id].replace(/\{ \$(\w+) \}/g, (_, name: string) => String(values[name]));
    expect(squeezed(words(id, values))).toBe(squeezed(written));
  });
});

describe.each(others)("%s and English", (language) => {
  test("speak of the same, in the same cases", () => {
    for (const id of ids) {
      const [own, english] = [catalogues[language][id], catalogues.en[id]];
      expect({ id, names: namesIn(own) }).toEqual({ id, names: namesIn(english) });
      expect({ id, variants: variantsIn(own) }).toEqual({ id, variants: variantsIn(english) });
    }
    expect(Object.keys(catalogues[language]).toSorted()).toEqual(ids);
  });

  test("don't say the same", () => {
    const same = ids.filter((id) => squeezed(catalogues[language][id]) === squeezed(catalogues.en[id]));
    expect(same).toEqual(["panel-menu-gateways", "tg-from-name"]);
  });
});

test("no section hides a message of another", async () => {
  const sections = await Promise.all(
    LANGUAGES.map(async (language) => [
      ...Object.keys((await import(`../../src/words/${language}/notice.ts`)).notice),
      ...Object.keys((await import(`../../src/words/${language}/reason.ts`)).reason),
      ...Object.keys((await import(`../../src/words/${language}/rejected.ts`)).rejected),
      ...Object.keys((await import(`../../src/words/${language}/chat.ts`)).chat),
      ...Object.keys((await import(`../../src/words/${language}/device.ts`)).device),
      ...Object.keys((await import(`../../src/words/${language}/console.ts`)).console),
      ...Object.keys((await import(`../../src/words/${language}/panel.ts`)).panel),
    ]),
  );
  for (const section of sections) expect(section.toSorted()).toEqual(ids);
});

test("what stands on buttons, beside commands and in pop-ups fits there", () => {
  // Bot API: BotCommand.description 1 .. 256, answerCallbackQuery.text 0 .. 200; a phone shows some 20 characters of a button.
  for (const language of LANGUAGES) {
    const words = speak(language);
    for (const id of ids.filter((one) => one.startsWith("tg-button-")))
      expect(words(id).length).toBeLessThanOrEqual(20);
    for (const id of ids.filter((one) => one.startsWith("tg-command-")))
      expect(words(id).length).toBeLessThanOrEqual(40);
    for (const id of ["tg-cancelled", "tg-cancel-late", "tg-retried", "tg-no-other-sim"] as const)
      expect(words(id).length).toBeLessThanOrEqual(200);
  }
});

test.each([
  ["de", "de"],
  ["de-AT", "de"],
  ["DE_ch", "de"],
  [" de ", "de"],
  ["en-US", "en"],
  ["fr", "en"],
  ["den", "en"],
  ["", "en"],
  [undefined, "en"],
])("%j is spoken to in %s", (tag, language) => {
  expect(negotiate(tag)).toBe(language);
  expect(speak(tag)).toBe(speak(language));
});

test("whatever a tag is, somebody answers", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (tag) => {
      expect(LANGUAGES).toContain(negotiate(tag));
    }),
  );
});

test("a value is said as it is, whatever stands in it: it is no pattern", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...LANGUAGES), (name, language) => {
      expect(speak(language)("tg-from-name", { name, phone: name })).toBe(`${name} (${name})`);
    }),
  );
  expect(speak("en")("tg-send-ask-text", { phone: '{ $x }\n.y = *[a] { "b" }' })).toBe(
    'What shall I send to { $x }\n.y = *[a] { "b" }?',
  );
});

test("numbers are never grouped: an id stays an id", () => {
  expect(speak("en")("tg-stranger", { id: 1234567890 })).toMatch(/: 1234567890$/);
  expect(speak("de")("tg-stranger", { id: -1001234567890 })).toMatch(/: -1001234567890$/);
});

test.each([
  ["en", 1, "Shortened to one part."],
  ["en", 3, "Shortened to 3 parts."],
  ["de", 1, "Gekürzt auf einen Teil."],
  ["de", 3, "Gekürzt auf 3 Teile."],
])("%s counts %i", (language, parts, said) => {
  expect(speak(language)("tg-shortened", { parts })).toBe(said);
});

test("one part is not worth a word", () => {
  const said = (parts: number) => speak("en")("tg-accepted", { phone: "+49170", parts });
  expect([said(0), said(1), said(2)]).toEqual([
    "On its way to +49170.",
    "On its way to +49170.",
    "On its way to +49170, in 2 parts.",
  ]);
});

test("a moment is told with its zone, in each language's way", () => {
  const when = new Date(Date.UTC(2026, 10, 23, 14, 5));
  expect(speak("en")("rejected-over-quota", { when })).toMatch(/from 2[2-4] Nov, \d\d:\d\d \S+\.$/);
  expect(speak("de")("rejected-over-quota", { when })).toMatch(/ab 2[2-4]\. Nov\., \d\d:\d\d \S+\.$/);
});

test("what nobody passed shows as such, and nothing is thrown", () => {
  expect(speak("en")("tg-delivered")).toBe("Delivered to {$phone}.");
});
