// Writes the log back into the database beside the daemon's own thread: that takes tens of milliseconds, in which no mail would be answered.
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";

/** Pages (of 4 KiB) in the log that are not written back yet, before the helper is asked to. */
const PAGES = 4_000;
/** While mails keep coming the helper never gets to the log's end. When it is this long, pages, the rest is written back here, and it begins anew. */
const LONGEST = 16_000;
/** Commits between two looks at the log's length. */
const EVERY = 16;
/** Without a helper the log is written back by whoever commits, after so many pages (sqlite.org/pragma.html#pragma_wal_autocheckpoint). */
const ALONE = `PRAGMA wal_autocheckpoint = ${PAGES}`;
const HEAP_MIB = 16;

/** Plain JavaScript in a string: a file would be compiled in the helper again, which takes more memory than all the rest of it. */
const HELPER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const db = new DatabaseSync(workerData, { timeout: 1000 });
  db.exec("PRAGMA synchronous = FULL");
  const checkpoint = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  parentPort.on("message", () => {
    let ok = true;
    try { checkpoint.get(); } catch { ok = false; }
    parentPort.postMessage(ok);
  });
`;

export interface Checkpoints {
  /** To be called after each commit. */
  committed(): void;
  /** Waits for what is under way. */
  end(): Promise<void>;
}

/** The helper is started when it is first needed. If it fails, commits write the log back themselves. */
export function checkpoints(db: DatabaseSync, path: string): Checkpoints {
  // NOOP only counts; a SQLite that does not know it yet takes it for PASSIVE, which is slower, but right.
  const count = db.prepare("PRAGMA wal_checkpoint(NOOP)");
  const finish = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  let commits = 0;
  let worker: Worker | undefined;
  let busy = false;
  let failed = false;

  const length = (): { readonly all: number; readonly pending: number } => {
    const { log = 0, checkpointed = 0 } = count.get() ?? {};
    return { all: Number(log), pending: Number(log) - Number(checkpointed) };
  };
  const giveUp = (): void => {
    failed = true;
    busy = false;
    if (db.isOpen) db.exec(ALONE);
  };
  /** The helper has finished; `ok`: with success. */
  const done = (ok: boolean): void => {
    if (!db.isOpen) return;
    const { all, pending } = ok ? length() : { all: 0, pending: 0 };
    if (pending > PAGES) worker?.postMessage(0);
    else {
      if (pending > 0 && all > LONGEST) finish.get();
      busy = false;
    }
  };
  /** A disk that fails here shows at the next commit, too: that is where it is told. Here it only means: later. */
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch {
      busy = false;
    }
  };
  const start = (): Worker => {
    const made = new Worker(HELPER, {
      eval: true,
      workerData: path,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 1 },
    });
    made.unref();
    made.on("message", (ok: boolean) => guarded(() => done(ok)));
    made.on("error", giveUp);
    return made;
  };

  return {
    committed() {
      commits += 1;
      if (busy || failed || commits % EVERY !== 0) return;
      guarded(() => {
        if (length().pending < PAGES) return;
        busy = true;
        worker ??= start();
        worker.postMessage(0);
      });
    },
    async end() {
      failed = true;
      await worker?.terminate();
    },
  };
}
