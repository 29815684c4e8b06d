// Lines to a stream in the background: a slow reader does not stop the mail, one that went away does not end the daemon.
import type { Writable } from "node:stream";

/** Bytes that wait for a slow reader; more are dropped rather than fill the memory. */
const BACKLOG = 8 * 1024 * 1024;
/** How long a flush waits for the reader, milliseconds. */
const FLUSH = 1_000;

/**
 * Takes lines and writes those of one turn of the event loop together.
 * Not pino's own destination: in `flushSync` that one spins for ever once its reader is gone (EPIPE), and its blocked writes keep the process
 * from exiting while a reader stands still. `process.stdout` does neither: Node makes pipes and sockets non-blocking.
 */
export class Output {
  readonly #stream: Writable;
  #turn: string[] = [];
  #gone = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", () => {
      this.#gone = true;
    });
  }

  /** Takes one line, with its newline. */
  write(line: string): void {
    if (this.#gone || this.#stream.writableLength > BACKLOG) return;
    this.#turn.push(line);
    if (this.#turn.length === 1) setImmediate(() => this.#put());
  }

  /** Resolves once all that was taken is written, the reader is gone, or a second has passed. */
  flush(): Promise<void> {
    this.#put();
    if (this.#gone || this.#stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, FLUSH);
      this.#stream.write("", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #put(): void {
    if (this.#turn.length === 0) return;
    const lines = this.#turn.join("");
    this.#turn = [];
    if (!this.#gone) this.#stream.write(lines);
  }
}
