// Puts config and secrets in place: all of them or none, readable for their owner only, and only after the check has passed.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Draft, SECRETS } from "./draft.ts";

const OWNER_ONLY = 0o600;
/** A config that was there before may be for a group too, the daemon's: never for others. */
const KEPT = 0o640;
const FOLDER = 0o700;
const FOLDER_KEPT = 0o750;

/**
 * Writes beside the config, checks it there, then moves it into place; the config comes last. Nothing in here can be broken off by Ctrl-C. Returns
 * what the check warns of. `replace`: secrets that are there may go. Throws Error, ConfigError: then nothing was changed.
 */
export function place(
  file: string,
  { config, secrets }: Draft,
  { check, replace }: { readonly check: (file: string) => readonly string[]; readonly replace: boolean },
): readonly string[] {
  const folder = dirname(resolve(file));
  mkdirSync(folder, { recursive: true, mode: FOLDER });
  const taken = [...secrets.keys()].find((name) => existsSync(join(folder, name)));
  if (taken !== undefined && !replace)
    throw new Error(
      `${join(folder, taken)} is there already, of another config perhaps: --force replaces it`,
    );
  const before = existsSync(file) ? statSync(file) : null;
  const mode = before ? (before.mode & KEPT) | OWNER_ONLY : OWNER_ONLY;
  const own = (path: string): void => {
    // Root writes for the user that the daemon runs as.
    if (before && process.getuid?.() === 0) chownSync(path, before.uid, before.gid);
  };
  const put = (path: string, text: string): void => {
    writeFileSync(path, text, { mode: OWNER_ONLY, flag: "wx" });
    chmodSync(path, mode);
    own(path);
  };
  const stage = mkdtempSync(join(folder, ".simpost-init-"));
  try {
    // The secrets' paths are the same here as there.
    if (secrets.size > 0) mkdirSync(join(stage, SECRETS), { mode: FOLDER });
    for (const [name, value] of secrets) put(join(stage, name), `${value}\n`);
    const staged = join(stage, basename(file));
    put(staged, config);
    const warnings = check(staged);
    const home = join(folder, SECRETS);
    if (secrets.size > 0 && !existsSync(home)) {
      mkdirSync(home, { mode: FOLDER });
      if (before) chmodSync(home, FOLDER_KEPT);
      own(home);
    }
    for (const name of secrets.keys()) renameSync(join(stage, name), join(folder, name));
    renameSync(staged, resolve(file));
    return warnings.map((warning) => warning.replace(staged, file));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
