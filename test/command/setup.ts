// A process's streams for tests: what is typed in, what is printed out, with or without a terminal.
import { PassThrough, Readable } from "node:stream";
import type { Input, Io } from "../../src/command/io.ts";
import { type Line, parse } from "../../src/command/parse.ts";

export interface Screen {
  readonly io: Io;
  readonly out: () => string;
  readonly err: () => string;
  /** How the terminal was told to behave, in order. */
  readonly raw: readonly boolean[];
}

/** `typed` arrives chunk by chunk, then the input ends. */
export function screen(typed: readonly string[] = [], terminal = false): Screen {
  const raw: boolean[] = [];
  const stdin: Input = Object.assign(Readable.from(typed.map((chunk) => Buffer.from(chunk))), {
    isTTY: terminal,
    setRawMode: (on: boolean) => raw.push(on),
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [gather(stdout), gather(stderr)];
  return { io: { stdin, stdout, stderr }, out, err, raw };
}

function gather(stream: PassThrough): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text + (stream.read() ?? "");
}

/** A command line that is known to be one. */
export function line(...argv: string[]): Line {
  const parsed = parse(argv);
  if (parsed.kind !== "line") throw new Error("this is no command line");
  return parsed;
}
