// Whose language it is: a user's own, or that of the config.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { load } from "../../src/config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-language-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(yaml: string) {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, `domain: sms.example.org\n${yaml}`);
  return load(file, {});
}

test("English, where nothing is said", () => {
  const config = read("users: { ana: { email: [ana@example.org] } }\n");
  expect(config.language).toBe("en");
  expect(config.users.get("ana")?.language).toBe(undefined);
});

test("a language for all, and a user's own", () => {
  const config = read("language: de\nusers: { ana: {}, ben: { language: en } }\n");
  expect(config.language).toBe("de");
  expect([...config.users.values()].map((user) => user.language)).toEqual([undefined, "en"]);
});
