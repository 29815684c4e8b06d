// The commands that docs/install.md tells people to type.
import { readFileSync } from "node:fs";

const guide = readFileSync(new URL("../../docs/install.md", import.meta.url), "utf8");

/** The lines of all sh blocks under a heading, in order, without comments. Throws Error when there are none. */
export function commandsUnder(heading: string): readonly string[] {
  const [, section = ""] = guide.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const commands = [...own.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, ""))
    .filter((line) => line !== "");
  if (commands.length === 0) throw new Error(`docs/install.md has no commands under "${heading}"`);
  return commands;
}
