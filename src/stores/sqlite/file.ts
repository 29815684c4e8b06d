// The store's files: made for their owner only, because they hold what people write to each other.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

/** Makes an empty file that only its owner may read, and its folder, unless they exist. Throws Error when that can't be done. */
export function createPrivate(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_OWNER_ONLY });
    closeSync(openSync(path, "a", OWNER_ONLY));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The store ${path} can't be used: ${reason}`, { cause: error });
  }
}
