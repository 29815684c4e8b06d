// Warns of Node releases with known security holes.
import type { Log } from "../bridge/ports/system.ts";

/** The first release of each line without the holes that were made public in October 2026 (among them TLS host name checks). */
const FIXED: Readonly<Record<number, readonly [minor: number, patch: number]>> = { 24: [22, 1], 26: [12, 1] };
/** Lines that end without the fix. */
const ABANDONED = [25];

/** The release to go to, or null when `version` ("26.10.0") has no known holes. */
export function safeRelease(version: string): string | null {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (ABANDONED.includes(major)) return "26.12.1";
  const fixed = FIXED[major];
  if (!fixed) return null;
  const [fixedMinor, fixedPatch] = fixed;
  const old = minor < fixedMinor || (minor === fixedMinor && patch < fixedPatch);
  return old ? `${major}.${fixedMinor}.${fixedPatch}` : null;
}

/** Logs a warning when this Node has known holes. */
export function warnOfRelease(log: Log, version: string = process.versions.node): void {
  const fixed = safeRelease(version);
  if (fixed !== null) log.warn("node has known holes", { version, fixed });
}
