// Brings a database to the schema of this program: numbered SQL files, each run once, all in one transaction.
import type { DatabaseSync } from "node:sqlite";
import { assetNames, assetText } from "../../assets.ts";

/** Marks the file as ours (PRAGMA application_id): "sipo" in ASCII. */
const APPLICATION = 0x7369706f;

const FOLDER = "stores/sqlite/migrations";

interface Migration {
  readonly version: number;
  readonly sql: string;
}

const migrations = (): readonly Migration[] =>
  assetNames(FOLDER)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .map((name) => ({
      version: Number.parseInt(name, 10),
      sql: assetText(`${FOLDER}/${name}`),
    }));

const pragma = (db: DatabaseSync, name: string): number => {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
};

/**
 * Whether something is missing. Changes nothing. Throws Error if the file is another program's, or was written by a newer simpost.
 */
export function isOutdated(db: DatabaseSync, path: string): boolean {
  const newest = migrations().at(-1)?.version ?? 0;
  const version = pragma(db, "user_version");
  const application = pragma(db, "application_id");
  const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (application !== APPLICATION && !(empty && application === 0)) {
    throw new Error(`${path} is another program's database: move it away or correct the path`);
  }
  if (version > newest) {
    throw new Error(
      `The store ${path} was written by a newer simpost (schema ${version}; this one knows ${newest}): use that one`,
    );
  }
  return version < newest;
}

/** Runs what is missing. Throws what SQLite throws, and then nothing has changed. */
export function migrate(db: DatabaseSync): void {
  const version = pragma(db, "user_version");
  const missing = migrations().filter((migration) => migration.version > version);
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const migration of missing) db.exec(migration.sql);
    db.exec(
      `PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${missing.at(-1)?.version ?? version}; COMMIT`,
    );
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
