// Group commit: all work that arrives while a commit is on its way to the disk goes into the next transaction, one fsync for all of it.
import type { DatabaseSync } from "node:sqlite";
import { explain, isFault } from "./fault.ts";

/** Most pieces of work in one transaction, so that none waits long for the others. */
const GROUP = 256;

/**
 * Milliseconds for which work is gathered while it comes from several at a time: a transaction has a price of its own, so that fewer and larger ones
 * serve more. Whoever comes alone does not wait.
 */
const GATHER = 1;

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
  /** Resolves when all that was committed is on disk. */
  readonly sync: () => Promise<void>;
  /** Runs when it is. */
  readonly committed: () => void;
  /** Told of each transaction: whether it is on the disk, or failed because the database as a whole does; milliseconds. */
  readonly took?: (ok: boolean, ms: number) => void;
}

export function groupCommit(db: DatabaseSync, path: string, around: Around): Commit {
  const queue: Piece[] = [];
  let scheduled = false;
  /** The last transaction was for several. */
  let crowded = false;
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

  const schedule = (): void => {
    if (crowded) setTimeout(flush, GATHER);
    else setImmediate(flush);
  };

  /** The next group may begin. */
  const goOn = (): void => {
    around.committed();
    if (queue.length > 0) schedule();
    else {
      scheduled = false;
      idle();
    }
  };

  const flush = (): void => {
    const started = performance.now();
    const took = (ok: boolean): void => around.took?.(ok, performance.now() - started);
    const group = queue.splice(0, GROUP);
    crowded = group.length > 1;
    const done = transact(group, took);
    const synced = done.length === 0 ? Promise.resolve() : around.sync();
    synced
      .then(
        () => {
          if (done.length > 0) took(true);
          for (const piece of done) piece.resolve();
        },
        (error: unknown) => {
          took(false);
          for (const piece of done) piece.reject(explain(path, error));
        },
      )
      .then(goOn, goOn);
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
        if (!scheduled) schedule();
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
