// What the demo prints: one line a step, with the time and who it is about. Colours on terminals only.
import type { Writable } from "node:stream";
import { styleText } from "node:util";

/** Whom a line is about. */
export type Actor = "demo" | "ana" | "simpost" | "phone" | "mailbox" | "chat";

const COLOURS = {
  demo: "gray",
  ana: "cyan",
  simpost: "magenta",
  phone: "green",
  mailbox: "yellow",
  chat: "blue",
} as const satisfies Readonly<Record<Actor, string>>;

const WIDEST_ACTOR = 8;
/** Details stand below the words of their step: after the time and the actor. */
const INDENT = " ".repeat(10 + WIDEST_ACTOR + 1);

export interface Screen {
  /** One step: a line with the time of day, and lines of detail below it. */
  step(actor: Actor, words: string, details?: readonly string[]): void;
  /** A line as it is, without a time. */
  line(words?: string): void;
  /** A line that stands out. */
  title(words: string): void;
  /** Nothing is printed from now on. */
  close(): void;
}

/** Colours only on a terminal that has them, and not when NO_COLOR says so (no-color.org). */
export function openScreen(out: Writable, env: Readonly<Record<string, string | undefined>>): Screen {
  const coloured = "isTTY" in out && out.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  const paint = (style: Parameters<typeof styleText>[0], words: string): string =>
    coloured ? styleText(style, words, { validateStream: false }) : words;
  let open = true;
  const put = (words: string): void => {
    if (open) out.write(`${words}\n`);
  };
  return {
    step(actor, words, details = []) {
      const time = new Date().toTimeString().slice(0, 8);
      put(`${paint("gray", time)}  ${paint(COLOURS[actor], actor.padEnd(WIDEST_ACTOR))} ${shown(words)}`);
      for (const detail of details) put(`${INDENT}${shown(detail)}`);
    },
    line: (words = "") => put(words),
    title: (words) => put(paint("bold", words)),
    close() {
      open = false;
    },
  };
}

/** Texts come from anywhere: line ends become a slash, other control characters, which a terminal would obey, a blank. */
const shown = (words: string): string =>
  words.replaceAll(/\s*[\r\n]+\s*/g, " / ").replaceAll(/\p{Cc}+/gu, " ");
