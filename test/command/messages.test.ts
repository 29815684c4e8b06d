// `simpost messages`: from a real store, as a table and as JSON lines.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../src/bridge/ports/store.ts";
import { Usage } from "../../src/command/io.ts";
import { messagesCommand, readQuery } from "../../src/command/messages.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { line, screen } from "./setup.ts";

const AT = Date.UTC(2026, 10, 22, 12);
const asItIs = (number: string): string => number;

let folder = "";
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-messages-"));
  store = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function accept(id: string, phone: string, text: string): Promise<void> {
  await store.accept({
    message: {
      id,
      at: AT,
      from: { via: "email", address: "ana@example.org" },
      user: "ana",
      text,
      ref: `${id}@example.org`,
      origin: {},
      notice: null,
    },
    deliveries: [
      {
        thread: { way: "out", phone, refs: [], who: ["ana"], since: 0, pin: null, only: false },
        to: { via: "office", address: phone },
        text,
        parts: 1,
        priority: 1,
        expires: AT + 1000,
        deadline: null,
        pool: "office:3",
        line: phone,
        lane: { gateway: "office", port: 3 },
        once: null,
        notify: ["failure"],
      },
    ],
  });
}

test("a table, newest first, without the texts unless asked", async () => {
  await accept("m1", "+491701111111", "first");
  await accept("m2", "+491702222222", "second\x1b[2J");
  const plain = screen();
  expect(await messagesCommand(line("messages"), store, asItIs, plain.io)).toBe(0);
  const lines = plain.out().trimEnd().split("\n");
  expect(lines[0]).toMatch(/^ACCEPTED +ID +FROM +TO +SIM +STATE +PARTS +TRIES +ERROR$/);
  expect(lines[1]).toMatch(/^2026-11-22 12:00:00 +m2 +ana +\+491702222222 +office:3 +queued +1 +0 +-$/);
  expect(lines[2]).toContain("m1");
  expect(plain.out()).not.toContain("first");
  const told = screen();
  await messagesCommand(line("messages", "--text"), store, asItIs, told.io);
  expect(told.out()).toContain("second [2J");
});

test("JSON lines hold all there is", async () => {
  await accept("m1", "+491701111111", "first\x9b1m");
  const { io, out } = screen();
  await messagesCommand(line("messages", "--json"), store, asItIs, io);
  expect(out()).not.toContain("\x9b");
  expect(JSON.parse(out())).toMatchObject({
    id: "m1",
    delivery: expect.any(Number),
    accepted: "2026-11-22T12:00:00.000Z",
    from: { via: "email", address: "ana@example.org" },
    user: "ana",
    to: { via: "office", address: "+491701111111" },
    number: "+491701111111",
    gateway: "office",
    port: 3,
    state: "queued",
    parts: 1,
    attempts: 0,
    sentAt: null,
    error: null,
    text: "first\x9b1m",
  });
});

test("by number, in any spelling, by state, and no more than asked for", async () => {
  await accept("m1", "+491701111111", "a");
  await accept("m2", "+491702222222", "b");
  await accept("m3", "+491702222222", "c");
  const canonical = (number: string): string => number.replace(/^0/, "+49");
  const ids = async (...argv: string[]): Promise<string[]> => {
    const { io, out } = screen();
    await messagesCommand(line("messages", "--json", ...argv), store, canonical, io);
    return out()
      .split("\n")
      .filter(Boolean)
      .map((json) => (JSON.parse(json) as { id: string }).id);
  };
  expect(await ids()).toEqual(["m3", "m2", "m1"]);
  expect(await ids("--number", "01702222222")).toEqual(["m3", "m2"]);
  expect(await ids("--limit", "1")).toEqual(["m3"]);
  expect(await ids("--state", "failed")).toEqual([]);
  expect(await ids("--state", "queued", "--number", "+491701111111")).toEqual(["m1"]);
});

test("nothing there is said on standard error", async () => {
  const { io, out, err } = screen();
  expect(await messagesCommand(line("messages"), store, asItIs, io)).toBe(0);
  expect([out(), err()]).toEqual(["", "no messages\n"]);
});

test.each([
  [["--state", "lost"], '"lost" is no state: they are queued, sending'],
  [["--state", "toString"], "is no state"],
  [["--limit", "0"], "--limit is a number"],
  [["--limit", "1.5"], "--limit is a number"],
  [["--limit", "all"], "--limit is a number"],
])("%j is bad usage", (argv, message) => {
  expect(() => readQuery(line("messages", ...argv), asItIs)).toThrow(Usage);
  expect(() => readQuery(line("messages", ...argv), asItIs)).toThrow(message);
});
