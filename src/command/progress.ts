// How far long work is, on one line of a terminal that is written over; elsewhere nothing.
import type { Writable } from "node:stream";

export interface ProgressLine {
  /** `part`: 0 to 1; null: it can't say. */
  readonly show: (what: string, part: number | null) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** To the line's beginning, and empty it (ECMA-48: EL). */
const ANEW = "\r\x1b[K";

export function progressLine(stream: Writable): ProgressLine {
  if (!("isTTY" in stream) || stream.isTTY !== true) return { show() {}, end() {} };
  let shown = "";
  const write = (line: string): void => {
    if (line === shown) return;
    shown = line;
    stream.write(ANEW + line);
  };
  return {
    show: (what, part) => write(part === null ? `${what} …` : `${what} ${Math.floor(part * 100)} %`),
    end: () => write(""),
  };
}
