// The store's files: made for their owner only, because they hold what people write to each other.
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

/**
 * Makes an empty file that only its owner may read, and its folder, unless they exist. Throws Error when that can't be done.
 * One that exists is not even opened: closing it would let go of every lock that this process has on it (fcntl, POSIX.1).
 */
export function createPrivate(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_OWNER_ONLY });
    if (!existsSync(path)) closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (error) {
    if (existsSync(path)) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The store ${path} can't be used: ${reason}`, { cause: error });
  }
}
