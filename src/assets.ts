// The program's own files that are no code (SQL and the like): beside the sources, or inside the one-file executable.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getAsset, getAssetKeys, isSea } from "node:sea";

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

/** A file of an installed package as text (UTF-8): `uplot/dist/uPlot.min.css`. The executable has those that `packaged` names. Throws Error when there is none. */
export function packageText(path: (typeof packaged)[number]): string {
  return isSea()
    ? getAsset(path, "utf8")
    : readFileSync(createRequire(import.meta.url).resolve(path), "utf8");
}

/** Files of packages that are served to browsers as they are. */
export const packaged = ["uplot/dist/uPlot.iife.min.js", "uplot/dist/uPlot.min.css"] as const;
