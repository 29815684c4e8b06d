// Who may read and write the config, its secrets, and the store.
import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { bad, type Check, codeOf, doubtful, good, type Said, words } from "./finding.ts";
import type { Patient } from "./patient.ts";

const LIMIT = 5_000;

/** Bits of others in a file's mode (inode(7)). */
const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;

/** Keys whose values are secrets. */
const SECRETS = new Set(["password", "token", "secret", "relay"]);

interface Secrets {
  /** Keys whose secret stands in the file itself. */
  readonly inside: readonly string[];
  /** Files that secrets are in, as written. */
  readonly files: readonly string[];
}

/** Where the secrets of a config are. What is no YAML has none: the config's own check says so. */
export function secretsOf(text: string): Secrets {
  const inside = new Set<string>();
  const files = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, one] of Object.entries(value)) {
      walk(one);
      if (!SECRETS.has(name)) continue;
      if (typeof one === "object" && one !== null && "file" in one) files.add(String(one.file));
      // A relay without a login is no secret.
      const written = typeof one === "string" || typeof one === "number";
      if (written && (name !== "relay" || /^\w+:\/\/[^/@]+@/.test(String(one)))) inside.add(name);
    }
  };
  const document = parseDocument(text);
  if (document.errors.length === 0) walk(document.toJS());
  return { inside: [...inside], files: [...files] };
}

export const configCheck = ({ config }: Pick<Patient, "config">): Check => ({
  name: "config",
  limit: LIMIT,
  async run() {
    const { file, warnings } = config;
    if (warnings.length === 0) return [good(`${file} is sound`), ...(await rights(file))];
    return [...warnings.map((warning) => doubtful(warning, null)), ...(await rights(file))];
  },
});

async function rights(file: string): Promise<readonly Said[]> {
  const { inside, files } = secretsOf(await readFile(file, "utf8"));
  const { mode } = await stat(file);
  const said: Said[] = [];
  if (mode & OTHERS_WRITE) said.push(bad(`everybody on this machine may write ${file}`, `chmod o-w ${file}`));
  if (mode & OTHERS_READ && inside.length > 0) {
    const what = `everybody on this machine may read ${file}, and secrets stand in it (${inside.join(", ")})`;
    said.push(bad(what, `chmod o-rwx ${file}, or put them into files of their own: { file: PATH }`));
  }
  for (const written of files) said.push(...(await secretRights(resolve(dirname(file), written))));
  return said.length > 0 ? said : [good("secrets are readable for their owner and group only")];
}

async function secretRights(file: string): Promise<readonly Said[]> {
  try {
    const { mode } = await stat(file);
    if ((mode & (OTHERS_READ | OTHERS_WRITE)) === 0) return [];
    return [bad(`everybody on this machine may read the secret in ${file}`, `chmod 600 ${file}`)];
  } catch {
    // It is a credential of the service manager's, in another folder: the config was loaded with it.
    return [];
  }
}

/** The store can be opened, by us and by nobody else. */
export const storeCheck = ({ store: { path, look } }: Pick<Patient, "store">): Check => ({
  name: "store",
  limit: LIMIT,
  async run() {
    const folder = dirname(path);
    const file = await stat(path).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return null;
      throw error;
    });
    if (!file) return [await unborn(path, folder)];
    if (file.mode & (OTHERS_READ | OTHERS_WRITE)) {
      const what = `everybody on this machine may read ${path}: it holds what people write to each other`;
      return [bad(what, `chmod o-rwx ${path}*`)];
    }
    try {
      await access(path, constants.R_OK | constants.W_OK);
      await access(folder, constants.W_OK);
    } catch (error) {
      return [
        bad(`${path} can't be written: ${words(error)}`, "Run it as the user that the daemon runs as."),
      ];
    }
    try {
      await look();
    } catch (error) {
      return [bad(`${path} can't be opened: ${words(error)}`, "See docs/operation.md, Backup and restore.")];
    }
    return [good(`${path} opens`)];
  },
});

/** There is no store yet: can it be made? */
async function unborn(path: string, folder: string): Promise<Said> {
  const parent = await nearest(folder);
  try {
    await access(parent, constants.W_OK | constants.X_OK);
    return good(`there is no store yet: the daemon makes ${path} at its first start`);
  } catch (error) {
    const what = `${path} can't be made: ${parent}: ${words(error)}`;
    return bad(what, "Give the folder to the user that the daemon runs as, or set store.path.");
  }
}

/** The folder itself, or what there is of its path. */
export async function nearest(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const above = dirname(folder);
    if (codeOf(error) !== "ENOENT" || above === folder) throw error;
    return nearest(above);
  }
}
