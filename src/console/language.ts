// Which language a page is in: the user's, else the browser's first that we speak, else the house's.
import { LANGUAGES, type Language, negotiate } from "../words/languages.ts";

/** `accepted`: the Accept-Language header (RFC 9110, 12.5.4). */
export function languageOf(own: string | null, accepted: string | null, house: string): Language {
  if (own !== null) return negotiate(own);
  const ranges = (accepted ?? "")
    .slice(0, 1_000)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((piece) => piece.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { primary: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { primary } of ranges) {
    const known = LANGUAGES.find((language) => language === primary);
    if (known) return known;
  }
  return negotiate(house);
}
