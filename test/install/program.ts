// An installed simpost, whatever it was installed from: called as people call it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** One line of the daemon's log. */
export interface LogLine {
  readonly event: string;
  readonly port?: number;
  readonly listen?: string;
}

export interface RunningDaemon {
  readonly pid: number;
  /** The port that mail is taken on. */
  readonly mail: number;
  /** Resolves with the first line of this event, past or coming; rejects when the daemon ends without one. */
  until(event: string): Promise<LogLine>;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<Ended>;
}

export interface ProgramOptions {
  /** Working folder. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
}

export class Program {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: ProgramOptions;
  readonly #children = new Set<ChildProcess>();

  /** `command`: the program, and words that come before its own arguments. */
  constructor([command = "", ...args]: readonly string[], options: ProgramOptions = {}) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    return this.type("", ...args);
  }

  /** Runs a command to its end, with this on its standard input. */
  async type(typed: string, ...args: readonly string[]): Promise<Ended> {
    const child = this.#start(args);
    child.stdin.end(typed);
    return ended(child).result;
  }

  /** Runs the demo until it has said `line`, and ends it then. */
  async demo(line: string): Promise<Ended> {
    const child = this.#start([]);
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString("utf8").includes(line)) child.kill("SIGINT");
    });
    return ended(child).result;
  }

  /** Starts the daemon; resolves when it is ready. */
  async daemon(...args: readonly string[]): Promise<RunningDaemon> {
    const child = this.#start(["run", ...args]);
    const { result, err } = ended(child);
    const lines: LogLine[] = [];
    const listeners = new Set<() => void>();
    createInterface({ input: child.stdout }).on("line", (written) => {
      lines.push(JSON.parse(written) as LogLine);
      for (const look of listeners) look();
    });
    const until = (event: string): Promise<LogLine> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = lines.find((one) => one.event === event);
          if (!line) return;
          listeners.delete(look);
          resolve(line);
        };
        listeners.add(look);
        void result.then(() => reject(new Error(`it ended without "${event}": ${err()}`)));
        look();
      });
    await until("ready");
    const { port = 0 } = lines.find(({ event }) => event === "listening") ?? {};
    return {
      pid: child.pid ?? 0,
      mail: port,
      until,
      stop() {
        child.kill("SIGTERM");
        return result;
      },
    };
  }

  /** Ends what still runs. */
  kill(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #start(args: readonly string[]) {
    const { cwd, env } = this.#options;
    const child = spawn(this.#command, [...this.#args, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#children.add(child);
    child.once("close", () => this.#children.delete(child));
    return child;
  }
}

/** What a child writes and how it ends. */
function ended(child: ReturnType<typeof spawn>): {
  readonly result: Promise<Ended>;
  readonly err: () => string;
} {
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const result = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  return { result, err: () => err };
}
