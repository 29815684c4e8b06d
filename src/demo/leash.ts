// Loaded into the demo's daemon before the program: when the demo is gone (its end of standard input closes) the daemon ends, and its folder goes.
import { rmSync } from "node:fs";

let alone = false;
process.stdin.once("close", () => {
  alone = true;
  process.kill(process.pid, "SIGTERM");
});
process.stdin.resume();
// Without this the daemon would never end by itself.
if ("unref" in process.stdin) process.stdin.unref();

process.once("exit", () => {
  const folder = process.env.SIMPOST_DEMO_FOLDER;
  if (alone && folder) rmSync(folder, { recursive: true, force: true });
});
