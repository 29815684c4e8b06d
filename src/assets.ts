// The program's own files that are no code (SQL and the like): beside the sources, or inside the one-file executable.
import { readdirSync, readFileSync } from "node:fs";
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
