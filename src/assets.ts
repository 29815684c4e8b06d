// The program's own files that are no code (SQL and the like): beside the sources, or inside the one-file executable.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getAsset, getAssetKeys, isSea } from "node:sea";

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
