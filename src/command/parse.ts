// The command line taken apart: which command, with what; help; what was probably meant.
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { Usage } from "./io.ts";
import { COMMANDS, type CommandName, EVERYWHERE, help, overview } from "./words.ts";

/** A command line that makes sense so far. */
export interface Line {
  readonly command: CommandName;
  readonly positionals: readonly string[];
  /** The value of an option; undefined: not given. */
  text(option: string): string | undefined;
  /** Was a yes-or-no option given? */
  has(option: string): boolean;
  /** The values of an option that may be given several times. */
  all(option: string): readonly string[];
}

export type Parsed =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | (Line & { readonly kind: "line" });

/** Takes the arguments after the program's name apart. No command at all is the demo. Throws Usage. */
export function parse(argv: readonly string[]): Parsed {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V") return { kind: "version" };
  if (first === "--help" || first === "-h") return { kind: "help", text: overview() };
  if (first === "help")
    return { kind: "help", text: rest[0] === undefined ? overview() : help(commandOf(rest[0])) };
  const [command, args] = first === undefined ? (["demo", []] as const) : ([commandOf(first), rest] as const);
  const {
    options,
    positionals: [least, most],
  } = COMMANDS[command];
  const { values, positionals } = take(command, args, options);
  if (values.help === true) return { kind: "help", text: help(command) };
  if (positionals.length < least) throw misused(command, "something is missing");
  if (positionals.length > most) throw misused(command, `"${positionals[most]}" is too much`);
  return {
    kind: "line",
    command,
    positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    has: (option) => values[option] === true,
    all: (option) => {
      const value = values[option];
      return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    },
  };
}

/** Throws Usage for a command that was given wrong. */
export const misused = (command: CommandName, what: string): Usage =>
  new Usage(`${command}: ${what}\n\n${COMMANDS[command].usage}\nMore: simpost ${command} --help`);

function take(command: CommandName, args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...EVERYWHERE, ...options },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const [what = "it can't be read"] = (error instanceof Error ? error.message : "").split(". ");
    throw misused(command, what.charAt(0).toLowerCase() + what.slice(1));
  }
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

function commandOf(name: string): CommandName {
  if (isCommand(name)) return name;
  const guess = nearest(name, Object.keys(COMMANDS));
  const meant = guess === undefined ? "" : `: did you mean "${guess}"?`;
  throw new Usage(`there is no command "${name}"${meant}\nCommands: ${Object.keys(COMMANDS).join(", ")}`);
}

/** The candidate that `written` was probably meant to be: at most two letters wrong, missing, too many or swapped, and not most of it. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(written.toLowerCase(), candidate) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.min(2, candidate.length / 2) || isBeginning(written, candidate),
    )
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

const isBeginning = (written: string, candidate: string): boolean =>
  written.length > 1 && candidate.startsWith(written);

/** Letters to change, add, take away or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  if (a.length > 32) return a.length;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
