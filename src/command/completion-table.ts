// The table of the commands, as completion in any shell needs it.
import { COMMANDS, EVERYWHERE } from "./words.ts";
import type { Choices } from "./words-shape.ts";

export interface CompletedOption {
  /** Without dashes. */
  readonly name: string;
  readonly short: string | null;
  /** It has a value. */
  readonly valued: boolean;
  readonly multiple: boolean;
  /** What its value may be; empty: nobody knows beforehand. */
  readonly choices: Choices;
  /** What help says of it. */
  readonly summary: string;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** By place, what a word may be. */
  readonly words: readonly Choices[];
}

/** A line of help about options: `  -c, --config FILE   the config`, `  --since T, --until T  only from this time`. */
const OPTIONS = /^ {2}((?:-\w, )?--\S+(?: \S+)?(?:, --\S+(?: \S+)?)*) {2,}(\S.*)$/gm;

/** All commands, with `help`, which is none of its own. */
export function completed(): readonly CompletedCommand[] {
  const names = Object.keys(COMMANDS);
  const all = Object.entries(COMMANDS).map(([name, { summary, more, options, values = {}, words = [] }]) => {
    const said = summaries(more);
    const known = Object.entries({ ...options, ...EVERYWHERE }).map(
      ([option, { type, short, multiple }]) => ({
        name: option,
        short: short ?? null,
        valued: type === "string",
        multiple: multiple ?? false,
        choices: values[option] ?? (option === "config" ? ("file" as const) : []),
        summary: said.get(option) ?? (option === "help" ? "says more" : ""),
      }),
    );
    return { name, summary, options: known, words };
  });
  return [...all, { name: "help", summary: "says more of a command", options: [], words: [names] }];
}

function summaries(more: string): ReadonlyMap<string, string> {
  const found = [...more.matchAll(OPTIONS)].flatMap(([, heads = "", said = ""]) =>
    [...heads.matchAll(/--([\w-]+)/g)].map(([, name = ""]) => [name, said.trim()] as const),
  );
  return new Map(found);
}

/** Within single quotes of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
