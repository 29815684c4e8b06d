// What ties the demo's daemon to the demo: when that is gone (its end of standard input closes) the daemon ends, and the demo's folder goes.
import { rmSync } from "node:fs";

/** To be called in the daemon before it starts, when SIMPOST_DEMO_FOLDER names the folder. */
export function leash(folder: string): void {
  let alone = false;
  process.stdin.once("close", () => {
    alone = true;
    process.kill(process.pid, "SIGTERM");
  });
  process.stdin.resume();
  // Without this the daemon would never end by itself.
  if ("unref" in process.stdin) process.stdin.unref();

  process.once("exit", () => {
    if (alone) rmSync(folder, { recursive: true, force: true });
  });
}
