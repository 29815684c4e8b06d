// A copy of a database as it is at one moment, whoever writes to it meanwhile; whether a copy is sound, and what is in it.
import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { FOLLOWS, type State } from "../../bridge/message.ts";
import type { Holding, Work } from "../../bridge/ports/copies.ts";
import { isOutdated } from "./migrate.ts";
import { stagesOf } from "./rows.ts";

/** How long a copy waits for whoever has the database locked, milliseconds. */
const PATIENCE = 5_000;
/** Pages (of 4 KiB) that are copied in one go. */
const PAGES = 256;

/** Copies what is at `from` over the file `to`, which must exist (it keeps its mode). Throws what SQLite throws, and Error when `from` is not ours. */
export async function copy(from: string, to: string, { progress, signal }: Work): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: PATIENCE });
  try {
    isOutdated(source, from);
    // In a transaction, so that all steps see the same moment, and none begins anew because somebody wrote (sqlite.org/c3ref/backup_finish.html).
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM sqlite_schema").get();
    await backup(source, to, {
      rate: PAGES,
      progress: ({ totalPages, remainingPages }) => {
        signal.throwIfAborted();
        progress("copying", totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
      },
    });
  } finally {
    source.close();
  }
  // One file, without a log beside it.
  const made = new DatabaseSync(to);
  try {
    made.exec("PRAGMA journal_mode = DELETE");
  } finally {
    made.close();
  }
  toDisk(to);
}

/** Checks the whole file, and tells what is in it. Throws Error when it is not sound, or is no store. */
export function examine(file: string, { progress, signal }: Work): Holding {
  progress("checking", null);
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    isOutdated(db, file);
    const schema = Number(db.prepare("PRAGMA user_version").get()?.user_version);
    if (schema === 0) throw new Error("it is empty");
    const found = db
      .prepare("PRAGMA integrity_check(1)")
      .all()
      .map((row) => String(row.integrity_check));
    if (found.join() !== "ok") throw new Error(`it is damaged: ${found.join("; ")}`);
    signal.throwIfAborted();
    return { schema, bytes: statSync(file).size, ...count(db) };
  } finally {
    db.close();
  }
}

function count(db: DatabaseSync): Omit<Holding, "schema" | "bytes"> {
  const one = (sql: string): number | null => {
    const value = db.prepare(sql).get()?.n;
    return typeof value === "number" ? value : null;
  };
  const stages = db.prepare("SELECT stage, count(*) AS n FROM delivery GROUP BY stage").all();
  const of = (state: State): number => {
    const [first, last] = stagesOf(state);
    const own = stages.filter(({ stage }) => Number(stage) >= first && Number(stage) <= last);
    return own.reduce((sum, { n }) => sum + Number(n), 0);
  };
  const states = Object.keys(FOLLOWS) as readonly State[];
  return {
    messages: one("SELECT count(*) AS n FROM message") ?? 0,
    conversations: one("SELECT count(*) AS n FROM thread") ?? 0,
    deliveries: Object.fromEntries(states.map((state) => [state, of(state)])) as Record<State, number>,
    newest: one("SELECT at AS n FROM message ORDER BY id DESC LIMIT 1"),
  };
}

/** Brings a file, or a folder's list of files, onto the disk. */
export function toDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
