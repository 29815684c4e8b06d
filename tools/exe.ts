// Builds the one-file executable (npm run build:exe): the bundled program, its assets and Node itself.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { packageFiles } from "../src/assets.ts";
import { safeRelease } from "../src/operation/release.ts";
import { isAsset } from "./beside.ts";
import { FLAGS } from "./flags.ts";
import { licensesOf, nodeLicense } from "./licenses.ts";

const HELP = `node tools/exe.ts [options]
  --out FILE    the executable (default build/simpost); the licences of all that is in it go beside it, as FILE.licenses
  --node FILE   the Node to put in, one that runs here (default: the one that runs this)
For a release, download a Node without known holes and name it with --node.`;

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The code of threads: each is begun from a text, so that it must be one file. */
const THREADS = ["stores/sqlite/worker"];

/** One file of plain JavaScript. Resolves with the files that went into it. */
async function bundle(input: string, file: string, format: "esm" | "cjs"): Promise<readonly string[]> {
  const build = await rolldown({
    input: root(input),
    platform: "node",
    // Some packages mean the one of that name, which Node has too, and warns of.
    resolve: { alias: { punycode: root("node_modules/punycode.js") } },
    onLog: (level, log, handle) => handle(level === "warn" ? "error" : level, log),
  });
  const { output } = await build.write({ file, format, codeSplitting: false });
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}

/** What the program reads beside its code, under the names that src/assets.ts asks for. */
function assets(): Readonly<Record<string, string>> {
  const inside = readdirSync(root("src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isAsset);
  const named = inside.map((file) => [relative(root("src"), file), file] as const);
  const foreign = packageFiles.map((path) => [path, root(`node_modules/${path}`)] as const);
  return { ...Object.fromEntries([...named, ...foreign]), "../package.json": root("package.json") };
}

/** Without symbols, which are a fifth of it: this must be done before anything is put in. False: this machine has no `strip`. */
function strip(file: string): boolean {
  return spawnSync("strip", [file], { stdio: "inherit" }).status === 0;
}

async function build(node: string, out: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "simpost-exe-"));
  try {
    const base = join(folder, "node");
    copyFileSync(node, base);
    chmodSync(base, 0o755);
    if (!strip(base)) say("there is no strip here: the executable is larger than it could be");
    const main = join(folder, "simpost.mjs");
    const files = await bundle("src/main.ts", main, "esm");
    const threads: Record<string, string> = {};
    for (const [n, path] of THREADS.entries()) {
      const file = join(folder, `thread-${n}.cjs`);
      await bundle(`src/${path}.ts`, file, "cjs");
      threads[`${path}.cjs`] = file;
    }
    mkdirSync(dirname(out), { recursive: true });
    const settings = {
      main,
      mainFormat: "module",
      executable: base,
      output: out,
      assets: { ...assets(), ...threads },
      // A snapshot would give every start the same random numbers (CVE-2026-106074).
      useSnapshot: false,
      disableExperimentalSEAWarning: true,
      execArgv: FLAGS,
    };
    writeFileSync(join(folder, "sea.json"), JSON.stringify(settings));
    execFileSync(node, ["--build-sea", join(folder, "sea.json")], { stdio: ["ignore", "ignore", "inherit"] });
    chmodSync(out, 0o755);
    const texts = [
      licensesOf([...files, ...packageFiles.map((path) => root(`node_modules/${path}`))]),
      `Node.js\n\n${nodeLicense(node) ?? "https://github.com/nodejs/node"}`,
    ];
    writeFileSync(`${out}.licenses`, `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values } = parseArgs({
  options: {
    out: { type: "string", default: root("build/simpost") },
    node: { type: "string", default: process.execPath },
    help: { type: "boolean", default: false },
  },
});

if (values.help) say(HELP);
else {
  const node = realpathSync(values.node);
  const out = resolve(values.out);
  const version = execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
  const fixed = safeRelease(version);
  if (fixed !== null) say(`Node ${version} has known holes: for a release use --node with ${fixed} or later`);
  await build(node, out);
  say(`${out}: ${Math.round(statSync(out).size / 1e6)} MB, Node ${version}`);
}
