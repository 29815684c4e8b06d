// A process that is killed at any moment loses nothing of what it said it had done.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../src/bridge/ports/store.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";

const ROUNDS = 8;
const MOST_LINES = 400;
const WORKER = new URL("./fixtures/worker.ts", import.meta.url).pathname;

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-crash-"));
  path = join(folder, "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a worker until it has said `count` lines, kills it, and returns all that it said. */
async function runAndKill(name: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WORKER, path, name], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill("SIGKILL");
  }
  expect((await exit)[1]).toBe("SIGKILL");
  return lines;
}

/** What was kept and never handled is there, what was handled is not, and each as it came, in order. */
async function hasUpdates(store: Store, name: string, lines: readonly string[]): Promise<void> {
  const said = (what: string): readonly number[] =>
    lines.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.split(" ")[1]));
  const updates = await store.updates(name, 100_000);
  const waiting = updates.map(({ n }) => n);
  expect(waiting).toEqual(waiting.toSorted((a, b) => a - b));
  for (const { n, body } of updates) expect(body).toBe(`${name} ${n}`);
  expect(waiting).toEqual(expect.arrayContaining(said("kept").filter((n) => n % 2 === 0)));
  const handled = new Set(said("handled"));
  expect(waiting.filter((n) => handled.has(n))).toEqual([]);
}

test("what was accepted, claimed and sent before SIGKILL is so afterwards", async () => {
  const done = { accepted: new Set<string>(), claimed: new Set<number>(), sent: new Set<number>() };
  for (let round = 0; round < ROUNDS; round++) {
    const count = 2 + Math.floor(Math.random() * MOST_LINES);
    const lines = await runAndKill(`r${round}`, count);
    for (const line of lines) {
      const [what, id = ""] = line.split(" ");
      if (what === "accepted") done.accepted.add(id);
      else if (what === "claimed") done.claimed.add(Number(id));
      else if (what === "sent") done.sent.add(Number(id));
    }
    // The lock died with its holder.
    const store = openSqlite(path);
    for (const id of done.accepted) expect(await store.deliveries(id)).toHaveLength(1);
    for (const id of done.claimed) expect((await store.delivery(id))?.delivery.attempts).toBe(1);
    for (const id of done.sent) expect((await store.delivery(id))?.delivery.state).toBe("sent");
    await hasUpdates(store, `r${round}`, lines);
    const depth = await store.depth();
    const all = await store.list({ limit: 100_000 });
    for (const state of ["queued", "sending", "sent"] as const)
      expect(all.filter((job) => job.delivery.state === state)).toHaveLength(depth[state]);
    // What was in its hands is found, to be asked about.
    expect(await store.recover("n1", Date.UTC(2026, 10, 23))).toBe(depth.sending);
    await store.close();
  }
  expect(done.accepted.size).toBeGreaterThan(0);
  const db = new DatabaseSync(path, { readOnly: true });
  const check = db.prepare("PRAGMA integrity_check").get();
  db.close();
  assert.equal(check?.integrity_check, "ok");
}, 120_000);
