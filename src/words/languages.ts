// The languages that people are spoken to in, and which of them is meant by a language tag.

/** All languages of the catalogue; the first is spoken where no other is asked for. */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of the catalogue for a language tag (RFC 5646: `de`, `de-AT`, `DE_at`); `en` for none and for those that we don't speak. */
export function negotiate(tag: string | undefined): Language {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === primary) ?? LANGUAGES[0];
}
