// The program's own files that it looks for itself (SQL and the like, the code of threads): beside the sources, or inside the one-file executable.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { getAsset, getAssetKeys, isSea } from "node:sea";
import { Worker } from "node:worker_threads";

const require = createRequire(import.meta.url);

/** The sources' folder, or dist/ once built. The executable has the same files under the same names (tools/exe.ts). */
const HERE = new URL("./", import.meta.url);

/** One as text (UTF-8). `path`: from this folder, `stores/sqlite/migrations/0001.sql`. Throws Error when there is none. */
export function assetText(path: string): string {
  return isSea() ? getAsset(path, "utf8") : readFileSync(new URL(path, HERE), "utf8");
}

/** The names of the files that lie directly in a folder, sorted. `folder`: from this folder, `stores/sqlite/migrations`. */
export function assetNames(folder: string): readonly string[] {
  if (!isSea()) return readdirSync(new URL(`${folder}/`, HERE)).toSorted();
  return getAssetKeys()
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1))
    .filter((name) => !name.includes("/"))
    .toSorted();
}

/** A thread that runs one of the program's own files. `path`: from this folder, without its ending. `given`: its `workerData`. The executable has the file bundled. */
export const thread = (path: string, given: unknown): Worker =>
  isSea()
    ? new Worker(getAsset(`${path}.cjs`, "utf8"), { eval: true, workerData: given })
    : new Worker(new URL(`${path}${extname(import.meta.url)}`, HERE), { workerData: given });

/** Files of packages that are served to browsers as they are, and where they lie. */
const packaged = {
  "uplot/dist/uPlot.iife.min.js": () => require.resolve("uplot/dist/uPlot.iife.min.js"),
  "uplot/dist/uPlot.min.css": () => require.resolve("uplot/dist/uPlot.min.css"),
};

/** The names of those files. The executable has them, too. */
export const packageFiles = Object.keys(packaged);

/** One of those files as text (UTF-8). Throws Error when there is none. */
export const packageText = (path: keyof typeof packaged): string =>
  isSea() ? getAsset(path, "utf8") : readFileSync(packaged[path](), "utf8");
