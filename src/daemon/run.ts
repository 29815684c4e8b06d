// The daemon as a process: its config file, signals, the service manager, its exit code.
import type { FaultPoint } from "../bridge/house.ts";
import { masked } from "../bridge/phone.ts";
import { ConfigError, load } from "../config/load.ts";
import { type Daemon, type DaemonOptions, startDaemon } from "../daemon.ts";
import { systemClock } from "../operation/clock.ts";
import { createLog } from "../operation/log.ts";
import { keepSmall } from "../operation/memory.ts";
import { createNotify } from "../operation/notify.ts";
import { warnOfRelease } from "../operation/release.ts";
import { untilStopped } from "../operation/signals.ts";
import { inheritSockets, type Sockets } from "../operation/sockets.ts";

/** Runs until a signal ends it; the exit code: 0, or 1 with a line on what could not be started. */
export async function runDaemon(
  file: string,
  options: Pick<DaemonOptions, "dryRun" | "version" | "doctor"> = {},
): Promise<number> {
  const config = load(file);
  const log = createLog({ ...config.log, mask: masked });
  const notify = createNotify({ clock: systemClock });
  warnOfRelease(log);
  log.info("started", { pid: process.pid, node: process.version, config: config.file });
  const fault = faultFromEnvironment();
  const inherit = (): Promise<Sockets> => inheritSockets(process.env, process.pid);
  let daemon: Daemon;
  try {
    daemon = await startDaemon({ config, log, inherit, ...options, ...(fault ? { fault } : {}) });
  } catch (error) {
    log.error("stopped", { error });
    await log.flush();
    process.stderr.write(`simpost: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const over = new AbortController();
  await notify.ready(`serving on ${daemon.mail.map(({ address, port }) => `${address}:${port}`).join(", ")}`);
  const alive = Promise.all([
    notify.watchdog(() => daemon.sound(), over.signal),
    keepSmall({ clock: systemClock }, over.signal),
  ]);
  const code = await untilStopped({
    stop: async () => {
      void notify.stopping();
      over.abort();
      await daemon.stop();
    },
    reload: async () => {
      await notify.reloading();
      try {
        await daemon.reload(load(file));
        log.info("reloaded", { config: config.file });
      } catch (error) {
        const problems = error instanceof ConfigError ? error.problems : undefined;
        log.error("reload refused", { problems, error: problems ? undefined : error });
      }
      if (!daemon.serving) return false;
      await notify.ready();
      return true;
    },
    log,
    clock: systemClock,
  });
  await alive;
  return code;
}

/** `SIMPOST_KILL=POINT:N` ends the process, as `kill -9` would, when it comes to that point for the Nth time: for crash tests only. */
function faultFromEnvironment(): ((point: FaultPoint) => void) | undefined {
  const [point, count = "1"] = (process.env.SIMPOST_KILL ?? "").split(":");
  if (!point) return undefined;
  let left = Number(count);
  return (reached) => {
    if (reached !== point) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
}
