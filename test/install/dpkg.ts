// The Debian package under test: built, changed into a later version, installed; and why that can't be done here.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXECUTABLE } from "./built.ts";

const TOOL = fileURLToPath(new URL("../../tools/deb.ts", import.meta.url));
export const CONFFILE = "/etc/simpost/simpost.yaml";
export const STATE = "/var/lib/simpost";

const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

/** Why no package can be built here, or null. */
export const cantBuild = (): string | null =>
  has("dpkg-deb") ? null : "there is no dpkg-deb on this machine";

/** Why no package may be installed here, or null. */
export function cantInstall(): string | null {
  const unable = cantBuild();
  if (unable !== null) return unable;
  if (process.env.CI !== "true") return "it would install into this machine, which only CI=true allows";
  if (process.getuid?.() !== 0) return "only root can install packages";
  if (status() !== "" || existsSync("/etc/simpost") || existsSync(STATE))
    return "there is a simpost on this machine already";
  return null;
}

/** What dpkg knows of it: "install ok installed", or "" for nothing. */
export const status = (): string =>
  // biome-style names of dpkg's own fields
  spawnSync("dpkg-query", ["-W", "-f=$" + "{Status}", "simpost"], { encoding: "utf8" }).stdout ?? "";

/** Builds it into `folder`, without compression, which takes long; its path. */
export function buildDeb(folder: string): string {
  const args = [TOOL, "--exe", EXECUTABLE, "--out", folder, "--compression", "none"];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "");
}

/** Makes a package of another version of one, whose sample config has another last line, if one is given; its path. */
export function laterDeb(deb: string, version: string, line?: string): string {
  const tree = mkdtempSync(join(tmpdir(), "simpost-later-"));
  try {
    execFileSync("dpkg-deb", ["--raw-extract", deb, tree]);
    const change = (path: string, by: (text: string) => string): void =>
      writeFileSync(join(tree, path), by(readFileSync(join(tree, path), "utf8")));
    change("DEBIAN/control", (text) => text.replace(/^Version: .*$/m, `Version: ${version}`));
    if (line !== undefined) change(`.${CONFFILE}`, (text) => `${text}${line}\n`);
    const later = deb.replace(/_[^_]+_/, `_${version}_`);
    execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, later], { stdio: "ignore" });
    return later;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** Runs dpkg without a terminal; what it said. Throws with it when it fails. */
export function dpkg(...args: readonly string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // What is written need not survive a power loss here.
  const all = ["--force-unsafe-io", ...args];
  const { status: code, stdout, stderr } = spawnSync("dpkg", all, { env, encoding: "utf8", input: "" });
  if (code !== 0) throw new Error(`dpkg ${args.join(" ")}: ${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}
