// The key of the command line on this machine: a file beside the store that only its owner may read, made anew at every start.
import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";

const OWNER_ONLY = 0o600;
const BYTES = 32;

/** Where the local key of the store at `store` lies. */
export const localKeyFile = (store: string): string => `${store}.key`;

/** Makes a new key in `file`, in the place of an earlier one, and returns it: 64 hexadecimal digits. Throws Error when the file can't be written. */
export function makeLocalKey(file: string): string {
  const key = randomBytes(BYTES).toString("hex");
  const fresh = `${file}.new`;
  try {
    // A file of its own, then renamed: nobody ever reads half a key, and rights or links of a file that lay there before don't matter.
    rmSync(fresh, { force: true });
    writeFileSync(fresh, `${key}\n`, { mode: OWNER_ONLY, flag: "wx" });
    renameSync(fresh, file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The key for the command line can't be written: ${why}`, { cause });
  }
  return key;
}
