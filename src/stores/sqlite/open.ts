// Opens the database: files, lock, settings of the connection, schema.
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { explain } from "./fault.ts";
import { createPrivate } from "./file.ts";
import { hold } from "./lock.ts";
import { isOutdated, migrate } from "./migrate.ts";

export interface SqliteOptions {
  /** For commands that only look: works beside a running daemon, and rejects every write. */
  readonly readOnly?: boolean;
  /** The file grows no larger than this, bytes; then writes are refused as on a full disk. Default: as far as the disk goes. */
  readonly maxBytes?: number;
  /** UTC milliseconds. Default: the system's. */
  readonly clock?: () => number;
  /** Told of each transaction: whether it is on the disk, or failed because the database as a whole does; and how long that took, milliseconds. */
  readonly took?: (ok: boolean, ms: number) => void;
}

export interface Connection {
  readonly db: DatabaseSync;
  close(): void;
}

/** How long a write waits for another process, milliseconds. It holds up everything else, so: not long. */
const BUSY = 100;
/** Page cache, KiB. No larger: a commit in which the balancing of a tree gave pages new numbers looks through all of it. */
const CACHE = 4 * 1024;
const PAGE = 4_096;
/** The log's file is cut to this after it was written back, bytes. */
const LOG_SIZE = 64 * 1024 * 1024;

/** Throws Error, with what to do about it, when the file can't be used or is in use. */
export function connect(path: string, { readOnly = false, maxBytes }: SqliteOptions): Connection {
  if (readOnly && !existsSync(path)) throw new Error(`There is no store ${path} yet: start the daemon first`);
  let release = (): void => {};
  let db: DatabaseSync | undefined;
  try {
    if (!readOnly) {
      createPrivate(path);
      release = hold(path);
    }
    db = new DatabaseSync(path, { readOnly, timeout: BUSY });
    const outdated = isOutdated(db, path);
    if (readOnly && outdated)
      throw new Error(`The store ${path} has an older schema: start the daemon once to bring it up to date`);
    if (!readOnly) {
      // FULL: a commit returns once the log is on the disk (sqlite.org/pragma.html#pragma_synchronous).
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      db.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_SIZE}`);
      // A file that had no log until now, a restored one, gets it with the first look into it.
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
      if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE)}`);
    }
    db.exec(`PRAGMA cache_size = -${CACHE}`);
    if (outdated) migrate(db);
  } catch (error) {
    db?.close();
    release();
    throw explain(path, error);
  }
  const opened = db;
  return {
    db: opened,
    close() {
      try {
        opened.close();
      } finally {
        release();
      }
    },
  };
}
