// Prepared statements that take and give plain values only, rows as arrays.
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

/** What may be bound. Dates, objects, booleans and undefined are not: node:sqlite stores some of them as NULL without a word. */
export type Value = string | number | null;

/** A row, column by column. */
export type Row = readonly SQLOutputValue[];

export interface Statement {
  /** The first row. */
  one(...values: Value[]): Row | undefined;
  all(...values: Value[]): readonly Row[];
  /** How many rows changed, and the id of the last one inserted. */
  run(...values: Value[]): { readonly changes: number; readonly id: number };
}

/** Prepares one statement. Kept by whoever asked for it, as long as the database is open. */
export type Prepare = (sql: string) => Statement;

/**
 * `LIMIT` with a value to be bound. Not a bare `?`: to plan by it, SQLite (3.53, sqlite3ExprIsInteger) looks at the value, and then prepares the
 * statement anew each time that one is bound, which takes 20 times as long as running it.
 */
export const LIMIT = "LIMIT ? + 0";

export const preparer =
  (db: DatabaseSync): Prepare =>
  (sql) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return {
      one(...values) {
        const row: unknown = statement.get(...values);
        return Array.isArray(row) ? row : undefined;
      },
      all(...values) {
        const rows: readonly unknown[] = statement.all(...values);
        return rows.filter((row) => Array.isArray(row));
      },
      run(...values) {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes: Number(changes), id: Number(lastInsertRowid) };
      },
    };
  };

/** A statement for each number of values that is ever asked for; they are few. */
export function many(prepare: Prepare, sql: (count: number) => string): (count: number) => Statement {
  const prepared = new Map<number, Statement>();
  return (count) => {
    const known = prepared.get(count) ?? prepare(sql(count));
    prepared.set(count, known);
    return known;
  };
}
