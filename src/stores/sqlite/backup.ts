// Backups: a copy of the store in a file of its own, made beside the running daemon.
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Copies, Holding, Work } from "../../bridge/ports/copies.ts";
import { copy, examine, toDisk } from "./copy.ts";
import { explain } from "./fault.ts";

const OWNER_ONLY = 0o600;
/** What SQLite keeps beside a database, and the lock. */
const BESIDE = ["", "-wal", "-shm", "-journal", ".lock"];

/** See `Copies.save`. */
export const save: Copies["save"] = async (path, file, force, work) => {
  if (!existsSync(path)) throw new Error(`There is no store ${path} yet: start the daemon first`);
  mayWrite(path, file, force);
  const part = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}.part`);
  try {
    closeSync(openSync(part, "wx", OWNER_ONLY));
  } catch (error) {
    throw new Error(`${file} can't be written: ${said(error)}`, { cause: error });
  }
  try {
    await copy(path, part, work).catch((error: unknown) => {
      throw explain(path, error);
    });
    const holding = checked(path, part, work);
    if (force) renameSync(part, file);
    else publish(part, file);
    toDisk(dirname(file));
    return holding;
  } finally {
    for (const end of BESIDE) rmSync(`${part}${end}`, { force: true });
  }
};

function checked(path: string, part: string, work: Work): Holding {
  try {
    return examine(part, work);
  } catch (error) {
    work.signal.throwIfAborted();
    throw new Error(`The copy of ${path} is not sound, and was not kept: ${said(error)}`, { cause: error });
  }
}

/** Throws Error unless a backup may be written to `file`. */
function mayWrite(path: string, file: string, force: boolean): void {
  const there = statOf(file);
  const own = BESIDE.map((end) => statOf(`${path}${end}`));
  if (there && own.some((other) => other?.ino === there.ino && other.dev === there.dev))
    throw new Error(`${file} is the store itself: name another file`);
  if (there && !there.isFile())
    throw new Error(`${file} is no file that could be replaced: name another one`);
  if (there && !force) throw taken(file);
  // SQLite would take what lies there for a part of the backup (sqlite.org/howtocorrupt.html, section 1.4).
  const stray = ["-wal", "-journal"].map((end) => `${file}${end}`).find((beside) => existsSync(beside));
  if (stray !== undefined) throw new Error(`${stray} belongs to another database: name another file`);
}

/** Gives the finished file its name, and never takes one that exists. */
function publish(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch {
    if (existsSync(file)) throw taken(file);
    // A file system without links.
    renameSync(part, file);
  }
}

const taken = (file: string): Error => new Error(`${file} exists: name another file, or say --force`);

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
