// Why a delivery failed or waits, for people: the operator's words of `Delivery.error`, said again in another language.
import { reason as english } from "./en/reason.ts";
import type { MessageId, Words } from "./index.ts";

interface Known {
  readonly id: MessageId;
  readonly form: RegExp;
}

const ids = Object.keys(english) as readonly (keyof typeof english)[];
const PLACE = /\{ \$(\w+) \}/;
/** What is longer than any error of ours is not searched. */
const LONGEST = 2_000;

/** The English messages, as what an error is recognised by; the more a message says itself, the earlier it is tried. */
const known: readonly Known[] = ids
  .toSorted((a, b) => fixed(english[b]) - fixed(english[a]))
  .map((id) => ({ id, form: formOf(english[id]) }));

/** How much of a message are its own words, characters. */
function fixed(pattern: string): number {
  return pattern
    .split(PLACE)
    .filter((_, at) => at % 2 === 0)
    .join("").length;
}

/** Words and places take turns. */
function formOf(pattern: string): RegExp {
  const pieces = pattern
    .split(PLACE)
    .map((piece, at) => (at % 2 === 0 ? escaped(piece) : `(?<${piece}>.+?)`));
  return new RegExp(`^${pieces.join("")}$`, "s");
}

/** `error` in the language of `words`; an error that is not in the catalogue stays as it is. `null`: nothing came. */
export function reasonText(words: Words, error: string | null): string {
  if (error === null) return words("reason-none");
  if (error.length > LONGEST) return error;
  for (const { id, form } of known) {
    const found = form.exec(error);
    if (!found) continue;
    const { why, ...rest } = found.groups ?? {};
    return words(id, why === undefined ? rest : { ...rest, why: reasonText(words, why) });
  }
  return error;
}

/** For a regular expression that means just this text. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
