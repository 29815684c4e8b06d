// What is told of each transaction: once for all that went in together, and as failed when the database as a whole fails.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { groupCommit } from "../../src/stores/sqlite/commit.ts";
import { connect } from "../../src/stores/sqlite/open.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { put, text } from "../contract/store/setup.ts";

let folder = "";
let path = "";
let told: { readonly ok: boolean; readonly ms: number }[] = [];
const took = (ok: boolean, ms: number): void => void told.push({ ok, ms });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-took-"));
  path = join(folder, "simpost.db");
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store's file. */
function setup() {
  const connection = connect(path, {});
  const commit = groupCommit(connection.db, path, { begin() {}, finish() {}, committed() {}, took });
  const add = connection.db.prepare("UPDATE probe SET times = times + 1");
  return {
    add: () => commit.write(() => add.run().changes),
    wrong: () =>
      commit.write(() => {
        throw new Error("this piece alone is wrong");
      }),
    end: async () => {
      await commit.end();
      connection.close();
    },
  };
}

test("one transaction, however many pieces of work", async () => {
  const { add, end } = setup();
  await Promise.all([add(), add(), add()]);
  expect(told).toEqual([{ ok: true, ms: expect.any(Number) }]);
  expect(told[0]?.ms).toBeGreaterThan(0);
  await end();
});

test("a piece that is wrong by itself is no failure of the store", async () => {
  const { add, wrong, end } = setup();
  await Promise.allSettled([add(), wrong()]);
  expect(told.map(({ ok }) => ok)).toEqual([true]);
  await expect(wrong()).rejects.toThrow("this piece alone");
  expect(told.map(({ ok }) => ok)).toEqual([true]);
  await end();
});

test("a disk that is full is one, for all that went in together", async () => {
  const store = openSqlite(path, { maxBytes: 1024 * 1024, took });
  const full = async (): Promise<boolean> => {
    const long = "x".repeat(50_000);
    const done = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => put(store, text({ phone: `+4915100000${n}`, text: long }))),
    );
    return done.some(({ status }) => status === "rejected");
  };
  let rounds = 0;
  while (!(await full()) && rounds < 50) rounds++;
  expect(told.slice(0, rounds).every(({ ok }) => ok)).toBe(true);
  expect(told.at(-1)?.ok).toBe(false);
  await store.close();
});
