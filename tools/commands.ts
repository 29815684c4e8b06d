// Writes the help of every command into docs/commands.md: run it when a command has changed.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../src/command/words.ts";

const SECTION = /(^## `simpost (\S+)`\n[\s\S]*?^```text\n)[\s\S]*?(^```$)/gm;

/** The page with the help as it is now; sections of commands that are not there stay as they are. */
export const refreshed = (page: string): string =>
  page.replaceAll(SECTION, (section: string, head: string, name: string, end: string) => {
    const found = Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
    return found ? `${head}${found.usage}\n\n${found.more}\n${end}` : section;
  });

if (import.meta.main) {
  const file = fileURLToPath(new URL("../docs/commands.md", import.meta.url));
  writeFileSync(file, refreshed(readFileSync(file, "utf8")));
}
