// What the command line knows of each command, and what several have in common.
import type { ParseArgsOptionsConfig } from "node:util";
import { FOLLOWS } from "../bridge/message.ts";

/** What may stand in a place, for completion; "file": the name of a file. */
export type Choices = readonly string[] | "file";

export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** How it is written. */
  readonly usage: string;
  /** The rest of its help. Each option has a line: two blanks, the option, two blanks or more, what it does. */
  readonly more: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many words come after the command: at least, at most. */
  readonly positionals: readonly [number, number];
  /** By option: what its value may be, where that is known beforehand. */
  readonly values?: Readonly<Record<string, Choices>>;
  /** By place: what the words after the command may be; empty: nobody knows beforehand. */
  readonly words?: readonly Choices[];
}

export const config: ParseArgsOptionsConfig = { config: { type: "string", short: "c" } };
export const json: ParseArgsOptionsConfig = { json: { type: "boolean" } };

export const CONFIG_HELP =
  "  -c, --config FILE   the config; default: ./simpost.yaml, then /etc/simpost/simpost.yaml";

export const STATES: readonly string[] = Object.keys(FOLLOWS);
