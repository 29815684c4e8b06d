// `simpost completion`: scripts for shells, made of the same table that --help is made of.
import { bash } from "./completion-bash.ts";
import { fish } from "./completion-fish.ts";
import { zsh } from "./completion-zsh.ts";
import { EXIT, type Io } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { printable } from "./table.ts";

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

/** Prints the script. Throws Usage for another shell. */
export async function completionCommand(line: Line, io: Io): Promise<number> {
  const [shell = ""] = line.positionals;
  const make = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (!make)
    throw misused("completion", `there is nothing for "${printable(shell)}": it is bash, zsh or fish`);
  io.stdout.write(make());
  return EXIT.ok;
}
