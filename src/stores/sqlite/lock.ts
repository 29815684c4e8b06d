// One daemon per store: a lock that the system itself frees, whatever becomes of the process.
import { DatabaseSync } from "node:sqlite";
import { explain, isLocked } from "./fault.ts";
import { createPrivate } from "./file.ts";

/**
 * Holds the store at `path` for this process, until the returned function is called or the process ends, also by SIGKILL.
 * The lock is SQLite's own on an empty file beside the store, so that reading commands are not kept out.
 * Throws Error if another process holds it.
 */
export function hold(path: string): () => void {
  const file = `${path}.lock`;
  createPrivate(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    // No journal: nothing is ever written, and a leftover file beside it would only puzzle.
    db.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (isLocked(error))
      throw new Error(`Another simpost is already using the store ${path}`, { cause: error });
    throw explain(file, error);
  }
  return () => db.close();
}
