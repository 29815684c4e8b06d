// How init gets its answers: from an option, else from whoever sits at the terminal, else the default.
import { readFileSync } from "node:fs";
import { type Io, say, Usage } from "../io.ts";
import { type Line, misused } from "../parse.ts";
import { Prompt } from "../prompt.ts";

/** A question, and how its answer is read. */
export interface Question<T> {
  /** Without dashes; null: it is only asked. */
  readonly option: string | null;
  readonly question: string;
  /** What Enter means, as it would be written; null: there has to be an answer. */
  readonly fallback: string | null;
  /** Throws Error with what is wrong about it. */
  readonly read: (written: string) => T;
}

export interface Asker {
  /** Somebody is there to be asked. */
  readonly asks: boolean;
  ask<T>(question: Question<T>): Promise<T>;
  /** As `ask`, with the answers of an option that may be given several times; they are separated by commas or blanks where they are typed. */
  askAll<T>(question: Question<readonly T[]>): Promise<readonly T[]>;
  /** Not shown while it is typed. Out of the file that the option names, or the first line of standard input (`-`). "": none. Throws Usage, Error. */
  secret(option: string, question: string): Promise<string>;
  /** The first line of the file that an option names; null: it was not given. Throws Usage. */
  secretFile(option: string): Promise<string | null>;
  /** The option was given. */
  given(option: string): boolean;
  /** Yes or no; no without a terminal. */
  confirm(question: string): Promise<boolean>;
  tell(text: string): void;
}

const MISSING = "The input ended: nothing was written";

/** Throws Usage when there is neither a terminal nor `--yes`. */
export function createAsker(line: Line, io: Io): Asker {
  const prompt = new Prompt(io);
  const asks = prompt.terminal && !line.has("yes");
  if (!asks && !line.has("yes"))
    throw misused("init", "there is no terminal to ask at: say --yes, and what is not to be the default");
  const tell = (text: string): void => say(io.stderr, text);

  const typed = async <T>({ question, fallback, read }: Question<T>): Promise<T> => {
    for (;;) {
      const shown = fallback === null || fallback === "" ? "" : ` [${fallback}]`;
      io.stderr.write(`${question}${shown}: `);
      const written = await prompt.line();
      if (written === null) throw new Error(MISSING);
      const answer = written.trim() === "" ? fallback : written.trim();
      if (answer === null) continue;
      try {
        return read(answer);
      } catch (error) {
        tell(`  ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const given = <T>(option: string | null, written: string, read: (written: string) => T): T => {
    try {
      return read(written);
    } catch (error) {
      throw new Usage(`init: --${option}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { option, fallback, read } = question;
    const written = option === null ? undefined : line.text(option);
    if (written !== undefined) return given(option, written, read);
    if (asks) return typed(question);
    if (fallback === null) throw misused("init", `--${option} is missing`);
    return given(option, fallback, read);
  };

  const fromOption = async (option: string): Promise<string | null> => {
    const file = line.text(option);
    if (file === undefined) return null;
    return file === "-" ? ((await prompt.line()) ?? "") : secretIn(file, option);
  };

  return {
    asks,
    ask,
    secretFile: fromOption,
    given: (option) => line.text(option) !== undefined,
    askAll: async (question) => {
      const written = question.option === null ? [] : line.all(question.option);
      return written.length > 0 ? given(question.option, written.join(" "), question.read) : ask(question);
    },
    async secret(option, question) {
      const given = await fromOption(option);
      if (given !== null) return given;
      return asks ? ((await prompt.secret(`${question}: `)) ?? "") : "";
    },
    confirm: async (question) => asks && prompt.confirm(question),
    tell,
  };
}

function secretIn(file: string, option: string): string {
  try {
    const [first = ""] = readFileSync(file, "utf8").split(/\r?\n/, 1);
    return first;
  } catch (error) {
    throw new Usage(`init: --${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
