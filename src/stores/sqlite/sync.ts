// Brings what was committed onto the disk, beside the daemon's own thread: in the time that takes, it reads other mails.
import { close, fdatasync, openSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

export interface Disk {
  /** Resolves when all that was committed so far is on the disk. Rejects with Error when it may not be. */
  sync(): Promise<void>;
  end(): Promise<void>;
}

/** Brings a file's content onto the disk. */
export type FileSync = (file: number) => Promise<void>;

/** SQLITE_IOERR_FSYNC (sqlite.org/rescode.html#ioerr_fsync): fault.ts has words for it. */
const IOERR_FSYNC = 1_034;

/**
 * Takes care of the log (WAL) of the database at `path`, which `db` has open with `synchronous = NORMAL`: SQLite itself then sees to it that a power
 * loss harms nothing, but may take the last commits along. Those are on the disk, too, once the log is.
 */
export function diskOf(db: DatabaseSync, path: string, toDisk: FileSync = promisify(fdatasync)): Disk {
  const restart = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  // The same file as long as `db` is open. Locks are on the others: closing this one gives up none (fcntl(2)).
  const log = openSync(`${path}-wal`, "r+");
  let inDoubt = false;

  /**
   * The kernel takes what it could not write for written, so that asking again proves nothing. What is written anew is proof: all of it into the database,
   * and the log begins afresh.
   */
  const rewrite = (): void => {
    const { busy } = restart.get() ?? {};
    if (busy !== 0) throw new Error("The log is in use");
    inDoubt = false;
  };

  const attempt = async (): Promise<void> => {
    if (inDoubt) rewrite();
    inDoubt = true;
    await toDisk(log);
    inDoubt = false;
  };

  return {
    sync: () =>
      attempt()
        .catch(attempt)
        .catch((cause: unknown) => {
          throw Object.assign(new Error("disk I/O error", { cause }), { errcode: IOERR_FSYNC });
        }),
    end: () => promisify(close)(log),
  };
}
