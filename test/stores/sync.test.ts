// Nothing is said to be stored before the disk has it; what arrives meanwhile goes there together; and a disk that fails is not believed afterwards.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { groupCommit } from "../../src/stores/sqlite/commit.ts";
import { connect } from "../../src/stores/sqlite/open.ts";
import { diskOf } from "../../src/stores/sqlite/sync.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-sync-"));
  path = join(folder, "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store's file with a disk that answers as the test tells it. */
function setup() {
  const connection = connect(path, {});
  const { db } = connection;
  /** How often the disk was asked. */
  const asked: { readonly ok: () => void; readonly fail: () => void; readonly logSize: number }[] = [];
  let heard = (): void => {};
  const disk = diskOf(db, path, () => {
    const answer = Promise.withResolvers<void>();
    const fail = (): void => answer.reject(Object.assign(new Error("EIO"), { code: "EIO" }));
    asked.push({ ok: answer.resolve, fail, logSize: statSync(`${path}-wal`).size });
    heard();
    return answer.promise;
  });
  let transactions = 0;
  const commit = groupCommit(db, path, {
    begin: () => {
      transactions += 1;
    },
    finish: () => {},
    sync: () => disk.sync(),
    committed: () => {},
  });
  const add = db.prepare("UPDATE probe SET times = times + 1");
  return {
    write: () => commit.write(() => add.run().changes),
    /** The disk, asked for the `n`th time. */
    async nth(n: number) {
      while (asked.length < n) {
        const { promise, resolve } = Promise.withResolvers<void>();
        heard = resolve;
        await promise;
      }
      const found = asked[n - 1];
      if (!found) throw new Error("unreachable");
      return found;
    },
    transactions: () => transactions,
    async end() {
      await commit.end();
      connection.close();
      await disk.end();
    },
  };
}

/** What another process finds in the database itself, without its log. */
function inDatabase(): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT times FROM probe").get();
  db.close();
  return row?.times;
}

test("a write is done when the disk has it; those that come meanwhile share one transaction", async () => {
  const store = setup();
  const done: string[] = [];
  const note = (name: string) => (): void => void done.push(name);
  const first = store.write().then(note("first"));
  const one = await store.nth(1);
  const later = ["second", "third"].map((name) => store.write().then(note(name)));
  expect({ done, transactions: store.transactions() }).toEqual({ done: [], transactions: 1 });
  one.ok();
  const two = await store.nth(2);
  expect({ done, transactions: store.transactions() }).toEqual({ done: ["first"], transactions: 2 });
  two.ok();
  await Promise.all([first, ...later]);
  expect(done).toEqual(["first", "second", "third"]);
  await store.end();
});

test("after a disk failed once, all is written anew before it is believed", async () => {
  const store = setup();
  const write = store.write();
  const first = await store.nth(1);
  expect(first.logSize).toBeGreaterThan(0);
  first.fail();
  const again = await store.nth(2);
  expect(again.logSize).toBe(0);
  expect(inDatabase()).toBe(1);
  again.ok();
  expect(await write).toBe(1);
  await store.end();
});

test("a disk that goes on failing is told; once it works all is written anew, and writes go on", async () => {
  const store = setup();
  const write = store.write();
  const answer = write.then(String, String);
  (await store.nth(1)).fail();
  (await store.nth(2)).fail();
  expect(await answer).toContain(`The store ${path} can't be used: reading or writing the disk failed`);
  const next = store.write();
  const third = await store.nth(3);
  expect(third.logSize).toBe(0);
  third.ok();
  expect(await next).toBe(1);
  const last = store.write();
  const fourth = await store.nth(4);
  expect(fourth.logSize).toBeGreaterThan(0);
  fourth.ok();
  await last;
  await store.end();
});

test("closing waits for the disk", async () => {
  const store = setup();
  const write = store.write();
  const one = await store.nth(1);
  let ended = false;
  const end = store.end().then(() => {
    ended = true;
  });
  await Promise.resolve();
  expect(ended).toBe(false);
  one.ok();
  await Promise.all([write, end]);
  expect(ended).toBe(true);
});
