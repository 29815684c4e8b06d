// The one-file executable, which needs nothing beside it.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXECUTABLE } from "./built.ts";
import { commandsUnder } from "./guide.ts";
import { Program } from "./program.ts";
import { smoke } from "./smoke.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-exe-"));
const file = join(folder, "simpost");
const demos = join(folder, "demos");
/** An environment in which there is no other Node. */
const env = { PATH: "/usr/bin:/bin", TMPDIR: demos, NODE_PATH: "" };
const program = new Program([file], { cwd: folder, env });

beforeAll(() => {
  copyFileSync(EXECUTABLE, file);
  mkdirSync(demos);
});
afterAll(() => rmSync(folder, { recursive: true }));

smoke(() => program);

test("the demo plays in it, and leaves nothing", async () => {
  const { code, out, err } = await program.demo("Now you.");
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(out).toContain('gets a mail: "Your balance is 12.34 EUR"');
});

test("two starts draw different random numbers", async () => {
  const hashes = [await program.type("secret\n", "hash"), await program.type("secret\n", "hash")];
  const salts = hashes.map(({ out }) => /^\$argon2id\$[^$]*\$[^$]*\$([^$]+)\$/.exec(out)?.[1]);
  expect(new Set(salts).size).toBe(2);
  expect(salts).not.toContain(undefined);
});

test("it is put in its place as docs/install.md says", () => {
  const [install = "", version = "", demo = ""] = commandsUnder("One-file executable");
  const elsewhere = join(folder, "bin");
  mkdirSync(elsewhere);
  const sh = (command: string): string =>
    execFileSync("sh", ["-c", command.replaceAll("/usr/local/bin", elsewhere)], {
      cwd: folder,
      env: { PATH: `${elsewhere}:/usr/bin:/bin` },
      encoding: "utf8",
    });
  sh(install);
  expect(sh(version)).toMatch(/^simpost \d/);
  expect(demo).toBe("simpost");
});

test("it is stripped, and the licences of all that is in it lie beside it", () => {
  expect(statSync(EXECUTABLE).size).toBeLessThan(180e6);
  const texts = readFileSync(`${EXECUTABLE}.licenses`, "utf8");
  for (const name of ["smtp-server", "undici", "pino", "uplot", "Node.js"])
    expect(texts).toMatch(new RegExp(`^${name}`, "m"));
  expect(texts).toContain("Permission is hereby granted");
});
