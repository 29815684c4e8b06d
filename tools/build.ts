// Builds dist/ (npm run build): the sources as JavaScript, and beside them the files that they read.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isAsset } from "./beside.ts";

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(root("dist"), { recursive: true, force: true });
execFileSync(root("node_modules/.bin/tsc"), ["-p", root("tsconfig.build.json")], { stdio: "inherit" });
cpSync(root("src"), root("dist"), { recursive: true, filter: isAsset });
chmodSync(root("dist/main.js"), 0o755);
for (const needed of ["dist/main.js", "dist/stores/sqlite/migrations"]) {
  if (!existsSync(root(needed))) throw new Error(`${needed} is missing`);
}
