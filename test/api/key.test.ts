// The key file of the command line: new every time, its owner's only, whatever lay there before.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localKeyFile, makeLocalKey } from "../../src/api/key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a key of 64 digits, in a file of its owner's", () => {
  const file = localKeyFile(join(folder, "simpost.db"));
  expect(file).toBe(join(folder, "simpost.db.key"));
  const key = makeLocalKey(file);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(file, "utf8")).toBe(`${key}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(makeLocalKey(file)).not.toBe(key);
});

test("rights and links of a file that lay there before don't matter, nor what a crash left", () => {
  const file = join(folder, "key");
  const other = join(folder, "other");
  writeFileSync(other, "theirs");
  symlinkSync(other, file);
  writeFileSync(`${file}.new`, "half");
  chmodSync(`${file}.new`, 0o644);
  const key = makeLocalKey(file);
  expect(readFileSync(other, "utf8")).toBe("theirs");
  expect(readFileSync(file, "utf8").trim()).toBe(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("where nothing can be written, it says so", () => {
  expect(() => makeLocalKey(join(folder, "missing", "key"))).toThrow(
    /key for the command line can't be written/,
  );
});
