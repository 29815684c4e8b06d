// The log is written back while mails keep coming, by a helper or, when that fails, without it.
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { text } from "../contract/store/setup.ts";

const GROUP = 50;
/** Accepted at most before something must have happened. */
const MOST = 20_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Log {
  /** Pages in the log, and how many of them are written back. */
  readonly pages: number;
  readonly done: number;
}

/** The log of the store at `path`, seen from beside it. */
function watch(path: string): { readonly log: () => Log; readonly close: () => void } {
  const db = new DatabaseSync(path);
  const count = db.prepare("PRAGMA wal_checkpoint(NOOP)");
  return {
    log() {
      const { log = 0, checkpointed = 0 } = count.get() ?? {};
      return { pages: Number(log), done: Number(checkpointed) };
    },
    close: () => db.close(),
  };
}

test("it is written back beside the daemon's work, and begins anew before it gets too long", async () => {
  const path = join(folder, "simpost.db");
  const store = openSqlite(path);
  const { log, close } = watch(path);
  let [writtenBack, longest, begun] = [false, 0, false];
  for (let n = 0; n < MOST && !begun; n += GROUP) {
    await Promise.all(
      Array.from({ length: GROUP }, (_, i) =>
        store.accept(text({ phone: `+49${n + i}`, text: "x".repeat(1_500) })),
      ),
    );
    const { pages, done } = log();
    writtenBack ||= done > 0 && pages > 0;
    begun = pages < longest;
    longest = Math.max(longest, pages);
  }
  expect({ writtenBack, begun }).toEqual({ writtenBack: true, begun: true });
  close();
  await store.close();
});

test("without the helper the log is written back all the same", async () => {
  const before = join(folder, "before");
  const after = join(folder, "after");
  const store = openSqlite(join(before, "simpost.db"));
  // The helper will not find the file where it was.
  renameSync(before, after);
  const { log, close } = watch(join(after, "simpost.db"));
  let done = 0;
  let accepted = 0;
  for (; accepted < MOST && done === 0; accepted += GROUP) {
    await Promise.all(
      Array.from({ length: GROUP }, (_, i) =>
        store.accept(text({ phone: `+49${accepted + i}`, text: "x".repeat(1_500) })),
      ),
    );
    done = log().done;
  }
  assert(done > 0);
  expect((await store.depth()).queued).toBe(accepted);
  close();
  await store.close();
});
