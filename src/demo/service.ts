// The real daemon as a process of its own: the same program, with a config file. What it does shows in its log.
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { Journal } from "./journal.ts";

/** One line of the daemon's log: the event and its fields. */
export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Service {
  /** Resolves when it is gone, with the last lines that it wrote and how it ended, and whether that was our wish. Never rejects. */
  readonly gone: Promise<{ readonly asked: boolean; readonly last: readonly string[] }>;
  onLine(listener: (line: LogLine) => void): void;
  /** Resolves with the first line, past or coming, that `wanted` takes. Rejects when the daemon ends before, or after `patience` ms. */
  waitFor(wanted: (line: LogLine) => boolean, patience: number): Promise<LogLine>;
  /** Asks it to end; resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it now, whatever it does. */
  kill(): void;
}

/** What Node is to run: nothing where it and the program are one file. Once built, the sources' files have this file's ending. */
const PROGRAM = isSea()
  ? []
  : [fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url))];
/** The daemon ends within 10 s of SIGTERM, milliseconds. */
const GRACE = 11_000;
const REMEMBERED = 2_000;
const LAST = 12;

/** Starts `run -c config`. Its output goes to `logFile` too. */
export function startService(config: string, folder: string, logFile: string): Service {
  // A process group of its own: Ctrl-C on the terminal reaches the demo only, which then ends the daemon in order.
  const child = spawn(process.execPath, [...PROGRAM, "run", "-c", config], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, NOTIFY_SOCKET: undefined, SIMPOST_DEMO_FOLDER: folder },
  });
  const file = createWriteStream(logFile);
  const lines = new Journal<LogLine>(REMEMBERED);
  const last = new Journal<string>(LAST);
  const listeners = new Set<(line: LogLine) => void>();
  let asked = false;
  let running = true;

  const hear = (written: string): void => {
    file.write(`${written}\n`);
    last.add(written);
    const line = parse(written);
    if (!line) return;
    lines.add(line);
    for (const listener of listeners) listener(line);
  };
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", hear);
  // A pipe that breaks is the end of the daemon, which `gone` tells.
  child.stdin.on("error", () => {});
  file.on("error", () => {});

  const gone = ended(child).then((end) => {
    running = false;
    file.end();
    return { asked, last: [...last.entries.slice(-LAST), end] };
  });

  return {
    gone,
    onLine: (listener) => void listeners.add(listener),
    waitFor(wanted, patience) {
      const past = lines.entries.find(wanted);
      if (past) return Promise.resolve(past);
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          listeners.delete(listen);
        };
        const listen = (line: LogLine): void => {
          if (!wanted(line)) return;
          settle();
          resolve(line);
        };
        const fail = (why: string): void => {
          settle();
          reject(new Error(why));
        };
        const timer = setTimeout(() => fail(`simpost did not come to it within ${patience} ms`), patience);
        listeners.add(listen);
        void gone.then((end) => fail(["simpost ended:", ...end.last].join("\n")));
      });
    },
    async stop() {
      asked = true;
      if (running) child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
      await gone;
      clearTimeout(timer);
    },
    kill() {
      asked = true;
      if (running) child.kill("SIGKILL");
    },
  };
}

/** How the process ended, in words. */
function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
}

function parse(written: string): LogLine | null {
  try {
    const value: unknown = JSON.parse(written);
    return isLine(value) ? value : null;
  } catch {
    return null;
  }
}

const isLine = (value: unknown): value is LogLine =>
  typeof value === "object" && value !== null && "event" in value && typeof value.event === "string";
