// Builds the Debian package (npm run build:deb): the one-file executable as a system service.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { manual } from "./manual.ts";
import { packaged } from "./units.ts";

const HELP = `node tools/deb.ts [options]
  --exe FILE           the executable (default build/simpost, made by npm run build:exe)
  --out FOLDER         where the package goes (default build)
  --compression KIND   xz (default), zstd, gzip or none
DEBFULLNAME and DEBEMAIL name the maintainer; SOURCE_DATE_EPOCH the time of all files (default: that of the last commit).`;

const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: "amd64",
  arm64: "arm64",
};
/** What the executable needs of the system; test/install/deb.test.ts compares it with what it is linked with. */
const DEPENDS = ["adduser", "libatomic1", "libc6 (>= 2.28)", "libgcc-s1 (>= 3.0)", "libstdc++6 (>= 5.2)"];

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(root(path), "utf8");

interface Facts {
  readonly version: string;
  readonly architecture: string;
  readonly maintainer: string;
  readonly date: Date;
}

function facts(): Facts {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`there is no package for ${process.arch}`);
  const {
    DEBFULLNAME = "The simpost authors",
    DEBEMAIL = "simpost@sms.example.org",
    SOURCE_DATE_EPOCH,
  } = process.env;
  const epoch =
    SOURCE_DATE_EPOCH ??
    execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root(""), encoding: "utf8" });
  return {
    // A release candidate comes before its release.
    version: version.replace("-", "~"),
    architecture,
    maintainer: `${DEBFULLNAME} <${DEBEMAIL}>`,
    date: new Date(Number(epoch) * 1_000),
  };
}

/** Puts a file into the tree. */
function put(tree: string, path: string, content: string | Buffer, mode = 0o644): void {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** All files in a folder and below, by their paths in it. */
const filesOf = (tree: string): readonly string[] =>
  readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(tree, join(entry.parentPath, entry.name)));

/** All that is installed. */
function fill(tree: string, exe: string, { version, maintainer, date }: Facts): void {
  mkdirSync(join(tree, "usr/bin"), { recursive: true });
  cpSync(exe, join(tree, "usr/bin/simpost"));
  chmodSync(join(tree, "usr/bin/simpost"), 0o755);
  put(tree, "etc/simpost/simpost.yaml", read("packaging/simpost.yaml"), 0o640);
  put(tree, "lib/systemd/system/simpost.service", packaged(read("systemd/simpost.service")));
  put(tree, "lib/systemd/system/simpost.socket", packaged(read("systemd/simpost.socket")));
  put(tree, "usr/share/man/man1/simpost.1.gz", gzipSync(manual(version, date), { level: 9 }));
  put(tree, "usr/share/lintian/overrides/simpost", read("packaging/lintian-overrides"));
  const doc = "usr/share/doc/simpost";
  for (const name of filesOf(root("docs"))) put(tree, `${doc}/${name}`, readFileSync(root(`docs/${name}`)));
  put(tree, `${doc}/README.md`, read("README.md"));
  for (const name of readdirSync(root("config")))
    put(tree, `${doc}/examples/${name}`, read(`config/${name}`));
  const when = date.toUTCString().replace("GMT", "+0000");
  const changes = `simpost (${version}) unstable; urgency=medium\n\n  * Release ${version}.\n\n -- ${maintainer}  ${when}\n`;
  put(tree, `${doc}/changelog.gz`, gzipSync(changes, { level: 9 }));
  const apache = "Texts of the Apache License, version 2.0: /usr/share/common-licenses/Apache-2.0";
  const others = readFileSync(`${exe}.licenses`, "utf8");
  const line = "-".repeat(80);
  put(
    tree,
    `${doc}/copyright`,
    `simpost\n\n${read("LICENSE")}\nIt holds what follows.\n${apache}\n\n${line}\n\n${others}`,
  );
}

/** DEBIAN/: what dpkg goes by. */
function control(tree: string, { version, architecture, maintainer }: Facts): void {
  const files = filesOf(tree);
  const size = files.reduce((sum, file) => sum + Math.ceil(statSync(join(tree, file)).size / 1024), 0);
  const sums = files
    .filter((file) => !file.startsWith("etc/"))
    .map(
      (file) =>
        `${createHash("md5")
          .update(readFileSync(join(tree, file)))
          .digest("hex")}  ${file}\n`,
    );
  const fields = `Package: simpost
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${size}
Depends: ${DEPENDS.join(", ")}
Recommends: systemd
Suggests: default-mta | mail-transport-agent
Section: mail
Priority: optional
Description: bridge between mail or chat and SIM cards
 simpost stands between people's mail or Telegram and GSM gateways, which are
 boxes with SIM cards. Mail to NUMBER@domain becomes an SMS, the answer comes
 back into the same thread, and the sender is told what happened.
 .
 It brings its own Node.js along and needs no database.
`;
  put(tree, "DEBIAN/control", fields);
  put(tree, "DEBIAN/conffiles", "/etc/simpost/simpost.yaml\n");
  put(tree, "DEBIAN/md5sums", sums.join(""));
  for (const name of ["postinst", "prerm", "postrm"])
    put(tree, `DEBIAN/${name}`, read(`packaging/${name}`), 0o755);
}

/** Folders as they are to be installed, whatever the umask. */
function folders(tree: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
  chmodSync(join(tree, "etc/simpost"), 0o750);
  chmodSync(tree, 0o755);
}

const { values } = parseArgs({
  options: {
    exe: { type: "string", default: root("build/simpost") },
    out: { type: "string", default: root("build") },
    compression: { type: "string", default: "xz" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  const exe = resolve(values.exe);
  if (!existsSync(exe)) throw new Error(`there is no ${exe}: npm run build:exe makes it`);
  const known = facts();
  const tree = mkdtempSync(join(tmpdir(), "simpost-deb-"));
  try {
    fill(tree, exe, known);
    control(tree, known);
    folders(tree);
    mkdirSync(values.out, { recursive: true });
    const file = join(resolve(values.out), `simpost_${known.version}_${known.architecture}.deb`);
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(known.date.getTime() / 1_000) };
    execFileSync("dpkg-deb", ["--root-owner-group", `-Z${values.compression}`, "--build", tree, file], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    process.stdout.write(`${file}: ${Math.round(statSync(file).size / 1e6)} MB\n`);
  } finally {
    rmSync(tree, { recursive: true });
  }
}
