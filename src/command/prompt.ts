// Questions to whoever sits at the terminal.
import { type Io, say } from "./io.ts";

/** Keys in raw mode. */
const ENTER = /[\r\n]/;
const ERASE = /[\b\x7f]/;
const INTERRUPT = "\x03";
const END = "\x04";

/** Reads lines of standard input, one after the other. */
export class Prompt {
  readonly #io: Io;
  readonly #chunks: AsyncIterator<string | Buffer>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(io: Io) {
    this.#io = io;
    this.#chunks = io.stdin[Symbol.asyncIterator]();
  }

  /** Is there somebody to ask? */
  get terminal(): boolean {
    return this.#io.stdin.isTTY === true;
  }

  /** The next line without its end, or null when the input has ended. What comes after the last line's end counts as a line. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end).replace(/\r$/, "");
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      if (await this.#more()) continue;
      const last = this.#rest;
      this.#rest = "";
      return last === "" ? null : last;
    }
  }

  /** Asks for a line that is not shown; without a terminal it is simply the next line. Null: nothing was given. Throws Error at Ctrl-C. */
  async secret(question: string): Promise<string | null> {
    if (!this.terminal) return this.line();
    this.#io.stderr.write(question);
    this.#io.stdin.setRawMode?.(true);
    try {
      return await this.#unseen();
    } finally {
      this.#io.stdin.setRawMode?.(false);
      say(this.#io.stderr, "");
    }
  }

  /** Asks a question that only "y" or "yes" answers with yes. */
  async confirm(question: string): Promise<boolean> {
    this.#io.stderr.write(`${question} [y/N] `);
    return /^\s*y(es)?\s*$/i.test((await this.line()) ?? "");
  }

  async #unseen(): Promise<string | null> {
    let typed = "";
    for (;;) {
      const [key] = this.#rest;
      if (key === undefined) {
        if (await this.#more()) continue;
        return typed === "" ? null : typed;
      }
      this.#rest = this.#rest.slice(key.length);
      if (ENTER.test(key)) return typed;
      if (key === INTERRUPT) throw new Error("interrupted");
      if (key === END) return typed === "" ? null : typed;
      typed = ERASE.test(key) ? Array.from(typed).slice(0, -1).join("") : typed + key;
    }
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#rest += typeof value === "string" ? value : this.#decoder.decode(value, { stream: true });
    return true;
  }
}
