// `/send NUMBER text`: where the number ends and the text begins. A text to the wrong phone is worse than a question, so doubt is said.
import { readRecipient } from "../../../bridge/phone.ts";

export type Heading =
  /** Nothing was written. */
  | { readonly kind: "none" }
  /** The number may end at either of two places. */
  | { readonly kind: "unclear"; readonly first: string; readonly second: string }
  | {
      readonly kind: "number";
      /** As written, without its option; whether it is a phone, `Inbox.check` knows. */
      readonly to: string;
      readonly gateway: string | null;
      readonly port: number | null;
      /** What follows, without blanks before it. */
      readonly text: string;
    };

/** More groups than any number has are text. */
const MOST_PIECES = 10;
/** Digits with what people group them by. */
const DIGITS = String.raw`(?:tel:)?[+(]*\d[\d()[\]./\p{Pd}\p{Cf}]*`;
const PIECE = new RegExp(`^${DIGITS}$`, "iu");
/** `NUMBER+PORT`, `NUMBER+GATEWAY`, `NUMBER+GATEWAY.PORT`. */
const WITH_OPTION = new RegExp(
  `^(${DIGITS}|[*#][\\d*#]*)\\+(?:(\\d{1,3})|([a-z_][\\w-]*)(?:\\.(\\d{1,3}))?)$`,
  "iu",
);

interface Piece {
  /** Where it begins and ends in what was written. */
  readonly from: number;
  readonly to: number;
}

/** Reads what follows `/send`. Linear; never throws. `region`: see `readRecipient`. */
export function readHeading(rest: string, region: string | undefined): Heading {
  const start = rest.length - rest.trimStart().length;
  if (start === rest.length) return { kind: "none" };
  const pieces: Piece[] = [];
  for (const word of wordsOf(rest, start)) {
    const written = rest.slice(word.from, word.to);
    const option = WITH_OPTION.exec(written);
    if (option) {
      const [, number = "", port, gateway, portThere] = option;
      const [first = word] = pieces;
      const digits = port ?? portThere;
      return {
        kind: "number",
        to: rest.slice(first.from, word.from) + number,
        gateway: gateway ?? null,
        port: digits === undefined ? null : Number(digits),
        text: rest.slice(word.to).trimStart(),
      };
    }
    if (!PIECE.test(written) && pieces.length > 0) break;
    pieces.push(word);
    // A name, a code: no number in groups.
    if (!PIECE.test(written)) break;
  }
  return choose(rest, pieces, region);
}

/** The words of the first line, as far as a number could go. */
function wordsOf(rest: string, start: number): readonly Piece[] {
  const end = /[\r\n]/.exec(rest.slice(start))?.index;
  const line = rest.slice(start, end === undefined ? undefined : start + end);
  return [...line.matchAll(/\S+/g).take(MOST_PIECES)].map(({ index, 0: word }) => ({
    from: start + index,
    to: start + index + word.length,
  }));
}

/** The number is one piece, or several: as many as make a number that there can be. */
function choose(rest: string, pieces: readonly Piece[], region: string | undefined): Heading {
  const [first] = pieces;
  const last = pieces.at(-1);
  if (!first || !last) return { kind: "none" };
  const upTo = (piece: Piece): Heading => ({
    kind: "number",
    to: rest.slice(first.from, piece.to),
    gateway: null,
    port: null,
    text: rest.slice(piece.to).trimStart(),
  });
  const written = (piece: Piece): string => rest.slice(first.from, piece.to);
  const kind = (piece: Piece): "number" | "short" | "none" => kindOf(written(piece), region);
  if (pieces.length === 1 || kind(first) === "number") return upTo(first);
  const [number, ...others] = pieces.filter((piece) => kind(piece) === "number");
  const other = others.at(-1);
  if (number && other) return { kind: "unclear", first: written(number), second: written(other) };
  if (number) return upTo(number);
  if (kind(first) === "short") return { kind: "unclear", first: written(first), second: written(last) };
  return upTo(last);
}

function kindOf(written: string, region: string | undefined): "number" | "short" | "none" {
  try {
    const { kind, valid } = readRecipient(written, region);
    if (kind === "short") return "short";
    return kind === "number" && valid ? "number" : "none";
  } catch {
    return "none";
  }
}
