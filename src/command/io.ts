// What a command talks to: the streams and the surroundings of the process, passed in so that tests can stand in for a terminal.
import type { Readable, Writable } from "node:stream";

export interface Input extends Readable {
  readonly isTTY?: boolean;
  /** Of a terminal: keys arrive one by one and unseen. */
  setRawMode?(on: boolean): unknown;
}

export interface Io {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Exit codes, the same for every command. `away`: it needs the running daemon, and none answers. */
export const EXIT = { ok: 0, failed: 1, usage: 2, away: 3 } as const;

/** The command line makes no sense; `message` says what to do. Exit code 2. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** Prints one line for people. */
export const say = (stream: Writable, line: string): void => void stream.write(`${line}\n`);

/** Prints one line for programs. Control characters that JSON leaves alone are escaped too: a terminal would obey them. */
export const sayJson = (stream: Writable, value: unknown): void =>
  say(
    stream,
    JSON.stringify(value).replaceAll(
      /[\x7f-\x9f]/g,
      (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
    ),
  );

/** Milliseconds. */
const PATIENCE = 1_000;

/** What was printed must have left before the process ends; a reader that stopped reading is not waited for. */
export async function printed(stream: Writable): Promise<void> {
  // The log writes at the end of a turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (stream.destroyed || stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, PATIENCE).unref();
    stream.write("", () => resolve());
  });
}
