// Group commit: all work that arrives while a commit is on its way to the disk goes into the next transaction, one fsync for all of it.
import type { DatabaseSync } from "node:sqlite";
import { explain, isFault } from "./fault.ts";

/** Most pieces of work in one transaction, so that none waits long for the others. */
const GROUP = 256;

export interface Commit {
  /**
   * Runs `work` in a transaction and resolves with its result once that is on disk. Rejects with Error, and then nothing of it is stored.
   * `work` may run more than once, if another piece of the same group fails: it must do nothing but read and write the database.
   */
  write<T>(work: () => T): Promise<T>;
  /** Resolves when all work is done. No work is taken any more. */
  end(): Promise<void>;
}

/** One piece of work in the queue. */
interface Piece {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Around {
  /** Runs before a transaction. */
  readonly begin: () => void;
  /** Runs after its last piece, still within it. */
  readonly finish: () => void;
  /** Runs when all of it is on the disk. */
  readonly committed: () => void;
  /** Told of each transaction: whether it is on the disk, or failed because the database as a whole does; milliseconds. */
  readonly took?: (ok: boolean, ms: number) => void;
}

export function groupCommit(db: DatabaseSync, path: string, around: Around): Commit {
  const queue: Piece[] = [];
  let scheduled = false;
  let ended = false;
  let idle = (): void => {};
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");

  const rollback = (): void => {
    // A full disk may have ended the transaction already.
    if (db.isTransaction) db.exec("ROLLBACK");
  };

  /** Runs `pieces` in one transaction, and returns those that it holds. A piece that fails by itself is left out; a database that fails fails them all. */
  const transact = (pieces: readonly Piece[], took: (ok: boolean) => void): readonly Piece[] => {
    let rest = pieces;
    while (rest.length > 0) {
      let current: Piece | undefined;
      try {
        around.begin();
        begin.run();
        for (current of rest) current.run();
        current = undefined;
        around.finish();
        commit.run();
        return rest;
      } catch (error) {
        const failure = explain(path, error);
        const failed = current && !isFault(error) ? [current] : rest;
        if (failed === rest) took(false);
        try {
          rollback();
        } catch (cause) {
          for (const piece of rest) piece.reject(explain(path, cause));
          return [];
        }
        for (const piece of failed) piece.reject(failure);
        rest = rest.filter((piece) => !failed.includes(piece));
      }
    }
    return [];
  };

  const flush = (): void => {
    const started = performance.now();
    const took = (ok: boolean): void => around.took?.(ok, performance.now() - started);
    const done = transact(queue.splice(0, GROUP), took);
    if (done.length > 0) {
      took(true);
      around.committed();
    }
    for (const piece of done) piece.resolve();
    if (queue.length > 0) setImmediate(flush);
    else {
      scheduled = false;
      idle();
    }
  };

  return {
    write<T>(work: () => T): Promise<T> {
      if (ended) return Promise.reject(new Error(`The store ${path} is closed`));
      return new Promise<T>((resolve, reject) => {
        let result: { readonly value: T } | undefined;
        queue.push({
          run: () => {
            result = { value: work() };
          },
          resolve: () => (result ? resolve(result.value) : reject(new Error("bug: work was not run"))),
          reject,
        });
        if (!scheduled) setImmediate(flush);
        scheduled = true;
      });
    },
    end() {
      ended = true;
      return new Promise((resolve) => {
        if (scheduled) idle = resolve;
        else resolve();
      });
    },
  };
}
