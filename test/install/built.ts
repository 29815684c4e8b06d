// The one-file executable, built once for all tests that want it.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where it lies once the tests run. */
export const EXECUTABLE = root("build/simpost");

/** Called by vitest before all tests (globalSetup). */
export default function setup(): void {
  execFileSync(process.execPath, [root("tools/exe.ts"), "--out", EXECUTABLE], { stdio: "inherit" });
}
