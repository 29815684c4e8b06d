// The daemon as a child process: started, killed at a named point or at any moment, stopped, and listened to.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
/** Log lines kept, for the message of a test that fails. */
const KEPT = 4_000;

/** How it ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class DaemonProcess {
  /** Resolves when it takes mail, or has ended. */
  readonly ready: Promise<void>;
  /** The port that mail is taken on now: a reload may change it. */
  port: number | null = null;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<(line: string) => void>();
  #stderr = "";

  /** `kill`: "POINT:N", where it is to end itself with SIGKILL. `hear`: told every log line. */
  constructor(config: string, kill?: string, hear: (line: string) => void = () => {}) {
    const child = spawn(process.execPath, [MAIN, "run", "-c", config], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...(kill === undefined ? {} : { SIMPOST_KILL: kill }) },
    });
    this.#child = child;
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString("utf8");
    });
    this.exited = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    const announced = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#lines.push(line);
        if (this.#lines.length > KEPT * 2) this.#lines.splice(0, KEPT);
        for (const look of this.#waiting) look(line);
        hear(line);
        if (line.includes('"event":"listening"')) this.port = (JSON.parse(line) as { port: number }).port;
        if (line.includes('"event":"ready"')) resolve();
      });
    });
    this.ready = Promise.race([announced, this.exited.then(() => undefined)]);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it wrote on standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Its latest log lines. */
  get log(): readonly string[] {
    return this.#lines;
  }

  /** Resolves with the next log line of this event, or null when it ends without one. */
  next(event: string): Promise<string | null> {
    return new Promise((resolve) => {
      const look = (line: string): void => {
        if (!line.includes(`"event":"${event}"`)) return;
        this.#waiting.delete(look);
        resolve(line);
      };
      this.#waiting.add(look);
      void this.exited.then(() => resolve(null));
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.alive) this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    this.signal(signal);
    return this.exited;
  }
}
