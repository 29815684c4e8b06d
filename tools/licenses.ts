// The licences of everything that a bundle holds: most of them want to go along with it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LICENSE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
}

/** The folder of the package that a bundled file belongs to; null: it is our own, or the bundler's. */
function packageOf(file: string): string | null {
  const within = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file);
  return within === null ? null : within[0];
}

/** The licence texts in a folder, one after the other. */
const textsIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => LICENSE.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), "utf8").trim())
    .join("\n\n");

/** Node's own licence, which lies beside its bin/ in some packagings, and above it in others; null: not found. */
export function nodeLicense(executable: string): string | null {
  const above = dirname(dirname(executable));
  const found = [join(above, "LICENSE"), join(above, "share/doc/node/LICENSE")].find((file) =>
    existsSync(file),
  );
  return found === undefined ? null : readFileSync(found, "utf8").trim();
}

/** One section per package that the files are from, sorted by name. Throws Error for a package that names no licence at all. */
export function licensesOf(files: readonly string[]): string {
  const folders = new Set(files.map(packageOf).filter((folder) => folder !== null));
  const sections = [...folders].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    const title = `${manifest.name} ${manifest.version}`;
    const text = textsIn(folder);
    if (text === "" && manifest.license === undefined) throw new Error(`${title} has no licence`);
    return `${title} (${manifest.license ?? "see below"})\n\n${text}`.trim();
  });
  return sections.toSorted().join(`\n\n${"-".repeat(80)}\n\n`);
}
