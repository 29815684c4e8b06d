// The catalogue of all that people read, spoken in one language: messages in Fluent syntax, by their ids.
import { FluentBundle, FluentDateTime, FluentNumber, FluentResource } from "@fluent/bundle";
import { type Catalogue, catalogues, type MessageId } from "./catalogue.ts";
import { type Language, negotiate } from "./languages.ts";

export type { MessageId } from "./catalogue.ts";

/** What a message speaks of. Dates are told in this machine's time zone; numbers are never grouped, so that an id stays one. */
export type Values = Readonly<Record<string, string | number | Date>>;

/** Says one thing in one language: plain text, to be escaped by whoever puts it into markup. What is missing in `values` shows as `{$name}`; never throws. */
export type Words = (id: MessageId, values?: Values) => string;

/** Of regions, for dates and plurals: British English counts the hours to 24. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };

/** `23 Nov, 14:05 CET`. */
const MOMENT = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
} as const;

const spoken = new Map<Language, Words>();

/** The words of a language, by its tag: `de-AT` is German, what we don't speak (and none) is English. */
export function speak(tag: string | undefined): Words {
  const language = negotiate(tag);
  const words = spoken.get(language) ?? wordsOf(bundleOf(language, catalogues[language]));
  spoken.set(language, words);
  return words;
}

/** A catalogue ready to be spoken. */
function bundleOf(language: Language, catalogue: Catalogue): FluentBundle {
  // No isolation marks: they would show up in subjects and count in chats.
  const bundle = new FluentBundle(LOCALES[language], { useIsolating: false });
  const source = Object.entries(catalogue).map(([id, pattern]) => `${id} = ${pattern}`);
  bundle.addResource(new FluentResource(source.join("\n")));
  return bundle;
}

const wordsOf =
  (bundle: FluentBundle): Words =>
  (id, values = {}) => {
    const pattern = bundle.getMessage(id)?.value;
    // With a list for its errors, Fluent says what it can instead of throwing.
    return pattern ? bundle.formatPattern(pattern, fluent(values), []) : id;
  };

const fluent = (values: Values): Record<string, string | FluentNumber | FluentDateTime> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "number"
        ? new FluentNumber(value, { useGrouping: false })
        : value instanceof Date
          ? new FluentDateTime(value, MOMENT)
          : value,
    ]),
  );
