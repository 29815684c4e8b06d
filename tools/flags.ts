// The flags of Node that the daemon is run with: those of `npm start`, which are the only place to change them (a test holds the unit to them).
import { readFileSync } from "node:fs";

const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly scripts: { readonly start: string };
};

/**
 * In a larger nursery less is copied, and to sweep it with more than one thread costs more than it saves. What is hot is optimized for good
 * after a third of the calls that V8 would wait for: a mail costs a fifth less from the first seconds on.
 */
export const FLAGS: readonly string[] = scripts.start.split(" ").filter((word) => word.startsWith("--"));
