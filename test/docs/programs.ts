// Other people's programs, where they are installed.
import { spawnSync } from "node:child_process";

/** What a program says, and how it ends: `status` null where it could not be started. */
export function said(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return { status, stdout: (stdout ?? "").trim(), stderr: (stderr ?? "").trim() };
}

/** Whether there is such a program; `args` let it end at once. */
export const isInstalled = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args).error === undefined;
