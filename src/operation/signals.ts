// What the daemon does when the system asks it to stop or to reload.
import type { EventEmitter } from "node:events";
import type { Clock, Log } from "../bridge/ports/system.ts";

export interface SignalOptions {
  /** Stops taking, finishes what is in flight. Called once. */
  readonly stop: () => Promise<void>;
  /** Reads the configuration again. Never called twice at once. False: nothing is served any more, so the process is to end, and to be started anew. */
  readonly reload: () => Promise<boolean>;
  readonly log: Log;
  readonly clock: Clock;
  /** Where signals come from. */
  readonly source?: Pick<EventEmitter, "on" | "off">;
  /** Ends the process at once, at a second signal. */
  readonly exit?: (code: number) => void;
}

/** How long `stop` may take, milliseconds. Nothing is lost by not finishing: it is in the store. The process is to be gone within 10 s. */
const LIMIT = 9_000;

/** Exit codes of a process that was interrupted, as shells write them: 128 + the signal's number. */
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Resolves with the exit code once a SIGTERM or SIGINT was obeyed: 0, or 1 when stopping went wrong. A second one ends the process at once.
 * SIGHUP reloads; one that comes during a reload causes one more. A reload after which nothing is served ends it with 1.
 */
export function untilStopped(options: SignalOptions): Promise<number> {
  const { stop, reload, log, clock, source = process, exit = (code) => process.exit(code) } = options;
  return new Promise((resolve) => {
    let stopping = false;
    const obey = async (code: number): Promise<void> => {
      const over = new AbortController();
      const late = clock.wait(LIMIT, over.signal).then(() => "late" as const);
      const done = stop().then(
        () => "done" as const,
        (error: unknown) => {
          log.error("bug", { at: "stop", error });
          return "failed" as const;
        },
      );
      const end = await Promise.race([done, late]);
      over.abort();
      if (end === "late") log.warn("stopped", { unfinished: true });
      source.off("SIGHUP", hangup);
      source.off("SIGTERM", terminate);
      source.off("SIGINT", interrupt);
      resolve(end === "failed" ? 1 : code);
    };
    const ask = (signal: keyof typeof INTERRUPTED): void => {
      if (stopping) {
        exit(INTERRUPTED[signal]);
        return;
      }
      stopping = true;
      log.info("stopping", { signal });
      void obey(0);
    };
    const reloader = createReloader(reload, log, () => {
      if (stopping) return;
      stopping = true;
      log.error("stopping", { problem: "nothing is served any more" });
      void obey(1);
    });
    const terminate = (): void => ask("SIGTERM");
    const interrupt = (): void => ask("SIGINT");
    const hangup = (): void => {
      if (!stopping) reloader();
    };
    source.on("SIGHUP", hangup);
    source.on("SIGTERM", terminate);
    source.on("SIGINT", interrupt);
  });
}

function createReloader(reload: () => Promise<boolean>, log: Log, end: () => void): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      const serves = await reload().catch((error: unknown) => {
        log.error("reload refused", { error });
        return true;
      });
      if (!serves) return end();
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
