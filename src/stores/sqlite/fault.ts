// What a failing database means, in words for the operator.

/** SQLite's primary result codes (sqlite.org/rescode.html) that are the file's or the disk's fault, not one piece of work's. */
const FAULTS: ReadonlyMap<number, string> = new Map([
  [5, "another process has locked it (a backup, a sqlite3 shell?)"],
  [6, "it is locked"],
  [7, "there is no memory left"],
  [8, "it can't be written: the file, its folder or the file system is read-only"],
  [10, "reading or writing the disk failed"],
  [11, "it is damaged: stop the daemon, then restore a backup or try `sqlite3 FILE .recover`"],
  [13, "there is no room left on the disk"],
  [14, "it can't be opened: check the folder and who may write there"],
  [26, "it is not a simpost store: move it away or correct the path"],
]);

/** The low byte of an extended result code is the primary one. */
const PRIMARY = 0xff;

const wordsOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number")
    return undefined;
  return FAULTS.get(error.errcode & PRIMARY);
};

/** Whether the database as a whole is failing, rather than one piece of work. */
export const isFault = (error: unknown): boolean => wordsOf(error) !== undefined;

/** Whether another process holds the lock. */
export const isLocked = (error: unknown): boolean =>
  error instanceof Error &&
  "errcode" in error &&
  typeof error.errcode === "number" &&
  (error.errcode & PRIMARY) === 5;

/** An error for the operator that names the file and what to do; `cause` is what SQLite said. Other errors stay as they are. */
export function explain(path: string, error: unknown): Error {
  const words = wordsOf(error);
  if (words !== undefined) return new Error(`The store ${path} can't be used: ${words}`, { cause: error });
  return error instanceof Error ? error : new Error(`The store ${path} failed`, { cause: error });
}
