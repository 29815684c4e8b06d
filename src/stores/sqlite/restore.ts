// Restoring: a backup takes the store's place while no daemon uses it; the old store stays beside it.
import {
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Copies, Undecided, Work } from "../../bridge/ports/copies.ts";
import { copy, examine, toDisk } from "./copy.ts";
import { explain } from "./fault.ts";
import { createPrivate } from "./file.ts";
import { hold } from "./lock.ts";
import { STAGE } from "./rows.ts";
import { openSqlite } from "./store.ts";

/** What a held delivery's error says. */
const HELD = "restored from a backup: not sent again";
/** Deliveries that are marked in one transaction. */
const BATCH = 500;
/** Numbers of deliveries that gateways may know from the time after the backup, and that are therefore left out: more than any store hands out between two backups. */
const JUMP = 2 ** 24;
/** 0001.sql. */
const LAST_NUMBER = 2 ** 31 - 1;
/** Queued, being sent, or with a doubtful outcome. */
const UNDECIDED = `stage <= ${STAGE.unsure}`;

/** See `Copies.prepare`. */
export const prepare: Copies["prepare"] = async (file, path, now, work) => {
  if (!existsSync(file)) throw new Error(`There is no ${file}`);
  const release = take(path);
  const next = `${path}.restoring`;
  const clean = (): void => {
    for (const end of ["", "-wal", "-shm", "-journal", ".lock"]) rmSync(`${next}${end}`, { force: true });
  };
  const end = (): void => {
    try {
      clean();
    } finally {
      release();
    }
  };
  try {
    clean();
    createPrivate(next);
    const holding = await copyFrom(file, next, work);
    await openSqlite(next).close();
    const undecided = amend(next);
    return {
      holding,
      undecided,
      async replace(held) {
        try {
          if (held) await fail(next, work);
          own(next, path);
          return swap(next, path, now);
        } finally {
          end();
        }
      },
      async cancel() {
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
};

/** Holds the store, so that no daemon starts meanwhile. Throws Error if one runs. */
function take(path: string): () => void {
  try {
    const release = hold(path);
    own(`${path}.lock`, path);
    return release;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}: stop it before you restore`, { cause: error });
  }
}

/** Run by root, the files still belong to whoever the daemon runs as. */
function own(file: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(existsSync(path) ? path : dirname(path));
  chownSync(file, uid, gid);
}

async function copyFrom(file: string, next: string, work: Work) {
  try {
    await copy(file, next, work);
    return examine(next, work);
  } catch (error) {
    work.signal.throwIfAborted();
    const { message } = explain(file, error);
    throw new Error(`${file} is no sound backup: ${message}`, { cause: error });
  }
}

/** Leaves out the numbers that gateways may know already; tells what is undecided. */
function amend(next: string): Undecided {
  const db = new DatabaseSync(next);
  try {
    const used = Number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'").get()?.seq);
    const jump = Math.min(JUMP, Math.floor((LAST_NUMBER - used) / 2));
    db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'delivery'").run(used + jump);
    const counts = db
      .prepare(
        `SELECT count(*) FILTER (WHERE parts > 0) AS texts, count(*) FILTER (WHERE parts = 0) AS posts FROM delivery WHERE ${UNDECIDED}`,
      )
      .get();
    return { texts: Number(counts?.texts), posts: Number(counts?.posts) };
  } finally {
    db.close();
  }
}

/** Marks what is undecided as failed, as the daemon would. */
async function fail(next: string, { progress }: Work): Promise<void> {
  const db = new DatabaseSync(next, { readOnly: true });
  const ids = db.prepare(`SELECT id FROM delivery WHERE ${UNDECIDED} ORDER BY id`).all();
  db.close();
  const store = openSqlite(next);
  try {
    for (let at = 0; at < ids.length; at += BATCH) {
      progress("holding", at / ids.length);
      const batch = ids.slice(at, at + BATCH).map(({ id }) => Number(id));
      await store.report(batch.map((id) => ({ id, change: { state: "failed", error: HELD } })));
    }
  } finally {
    await store.close();
  }
}

/** Puts `next` in the place of the store, without a moment at which there is none. Returns where the old one is kept. */
function swap(next: string, path: string, now: number): string | null {
  toDisk(next);
  const kept = existsSync(path) ? unused(`${path}.before-restore-${stamp(now)}`) : null;
  if (kept !== null) {
    fold(path);
    // What could not be folded in goes with the old store: it must not be taken for the new one's.
    for (const end of ["-wal", "-shm"])
      if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${kept}${end}`);
    try {
      linkSync(path, kept);
    } catch {
      // A file system without links: for a moment there is no store, only the lock.
      renameSync(path, kept);
    }
  }
  renameSync(next, path);
  toDisk(dirname(path));
  return kept;
}

/** The name, or with a number where it is taken. */
function unused(name: string): string {
  let [free, n] = [name, 1];
  while (existsSync(free)) free = `${name}-${++n}`;
  return free;
}

/** How every database begins, and the least that one can be (sqlite.org/fileformat2.html, section 1.3). */
const MAGIC = "SQLite format 3\0";
const SMALLEST = 512;

/** SQLite throws the log of a file away that is too short to be a database: the log may be all that is left of it. */
function isDatabase(path: string): boolean {
  const bytes = Buffer.alloc(SMALLEST);
  const file = openSync(path, "r");
  try {
    return readSync(file, bytes) === SMALLEST && bytes.toString("latin1", 0, MAGIC.length) === MAGIC;
  } finally {
    closeSync(file);
  }
}

/** Writes the log back, so that the old store is one file. One that is damaged stays as it is. */
function fold(path: string): void {
  if (!isDatabase(path)) return;
  try {
    const db = new DatabaseSync(path);
    try {
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    return;
  }
}

/** "20261122T221500Z" */
const stamp = (now: number): string => new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
