// Tells systemd how the daemon does: the sd_notify protocol.
import { execFile } from "node:child_process";
import type { Clock } from "../bridge/ports/system.ts";

/** sd_notify(3): what there is to tell. */
export interface Notify {
  /** Everything is served. `status`: one line for `systemctl status`. */
  ready(status?: string): Promise<void>;
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  status(line: string): Promise<void>;
  /** Says "alive" twice per watchdog period, as long as `sound` says so. Ends with `signal`; returns at once without a watchdog. */
  watchdog(sound: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void>;
}

export interface NotifyOptions {
  readonly clock: Clock;
  readonly env?: NodeJS.ProcessEnv;
  readonly pid?: number;
}

const PROGRAM = "systemd-notify";
/** One call takes about 10 ms; one that hangs is given up, milliseconds. */
const PATIENCE = 5_000;

/**
 * Node has no unix datagram sockets, so every message is a short-lived `systemd-notify` (the unit says NotifyAccess=all: the sender is a child).
 * Without NOTIFY_SOCKET, or without the program, nothing is done. Messages arrive in the order they were given; nothing ever rejects.
 */
export function createNotify({ clock, env = process.env, pid = process.pid }: NotifyOptions): Notify {
  const socket = env.NOTIFY_SOCKET;
  let last: Promise<void> = Promise.resolve();
  let absent = socket === undefined || socket === "";
  const tell = (...lines: readonly string[]): Promise<void> => {
    if (absent) return last;
    last = last.then(async () => {
      // --no-block: without it the program waits for a barrier that systemd answers only when it reads its queue.
      const args = ["--no-block", `--pid=${pid}`, ...lines];
      absent = await call(args, { PATH: env.PATH, NOTIFY_SOCKET: socket });
    });
    return last;
  };
  return {
    ready: (status) => tell("READY=1", ...(status === undefined ? [] : [statusLine(status)])),
    reloading: () => tell("RELOADING=1"),
    stopping: () => tell("STOPPING=1"),
    status: (line) => tell(statusLine(line)),
    async watchdog(sound, signal) {
      const period = watchdogPeriod(env, pid);
      if (period === null) return;
      while (!signal.aborted) {
        if (await sound()) await tell("WATCHDOG=1");
        await clock.wait(period / 2, signal);
      }
    },
  };
}

/** Milliseconds within which systemd wants to hear "alive" (sd_watchdog_enabled(3)); null: it does not, or not from this process. */
export function watchdogPeriod(env: NodeJS.ProcessEnv, pid: number): number | null {
  const micros = Number(env.WATCHDOG_USEC ?? "");
  const forUs = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === pid;
  return forUs && Number.isFinite(micros) && micros > 0 ? micros / 1_000 : null;
}

const statusLine = (line: string): string => `STATUS=${line.replaceAll(/\s+/g, " ").trim()}`;

/** True: the program does not exist. */
function call(args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(PROGRAM, args, { env, timeout: PATIENCE, shell: false }, (error) => {
      resolve(error !== null && "code" in error && error.code === "ENOENT");
    });
  });
}
