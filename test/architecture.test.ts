// The plan of the house, held: which room may know which, no cycles, small files, nothing of the builders' machines.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Not ours, or made from what is. */
const SKIPPED = new Set(["node_modules", ".git", "dist", "build", "var", "coverage"]);

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const files = filesUnder(".");
const sources = files.filter((path) => path.startsWith("src/") && path.endsWith(".ts"));
const typescript = files.filter((path) => path.endsWith(".ts"));

/** `from "x"`, `import "x"`, `import("x")`, with types too; not what stands in the middle of a text. */
const IMPORT = /(?:^|[\s;}])(?:from|import)\s*\(?\s*"([^"\n]+)"/gm;

/** What a file imports, as written. */
function importsOf(path: string): string[] {
  const code = read(path)
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^\s*\/?\*.*$/gm, "");
  return [...code.matchAll(IMPORT)].flatMap(([, written]) => written ?? []);
}

const isOwn = (written: string): boolean => written.startsWith(".");
const target = (path: string, written: string): string => normalize(join(dirname(path), written));
const graph = new Map(
  typescript.map((path) => [
    path,
    importsOf(path)
      .filter(isOwn)
      .map((written) => target(path, written)),
  ]),
);

/** Rooms whose folders are drivers, each a room of its own: `gateways/dinstar`. Files beside them are shared by them: `gateways`. */
const OF_DRIVERS = new Set(["gateways", "channels", "stores"]);

/** `src/bridge/text.ts` lives in `bridge`, `src/main.ts` in `main`, `src/gateways/index.ts` in `gateways/index`. */
function roomOf(path: string): string {
  const [, first = "", second = "", third] = path.replace(/\.ts$/, "").split("/");
  if (!OF_DRIVERS.has(first)) return first;
  if (third !== undefined) return `${first}/${second}`;
  return second === "index" ? `${first}/index` : first;
}

/** What each room may import besides itself. `X/*`: any driver of X. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  main: ["command", "assets", "daemon", "assembly", "config", "operation", "stores/index", "bridge", "demo"],
  daemon: [
    "assembly",
    "config",
    "http",
    "operation",
    "gateways/index",
    "channels/index",
    "channels/*",
    "stores/index",
    "bridge",
  ],
  assembly: [
    "api",
    "console",
    "config",
    "gateways/index",
    "channels/index",
    "channels/*",
    "stores/index",
    "bridge",
  ],
  command: ["api", "bridge"],
  config: ["words", "bridge"],
  http: ["bridge"],
  api: ["peer", "bridge"],
  console: ["assets", "peer", "words", "bridge"],
  operation: ["bridge"],
  "gateways/index": ["gateways/*", "bridge"],
  "gateways/*": ["gateways", "bridge"],
  gateways: ["bridge"],
  "channels/index": ["channels/*", "bridge"],
  "channels/*": ["channels", "words", "bridge"],
  channels: ["words", "bridge"],
  "stores/index": ["stores/*", "bridge"],
  "stores/*": ["stores", "assets", "bridge"],
  stores: ["bridge"],
  words: ["bridge"],
  assets: [],
  peer: [],
  bridge: [],
  demo: [],
};

const anyDriver = (room: string): string => room.replace(/^(\w+)\/(?!index$).*/, "$1/*");

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const allowed = ARROWS[from] ?? ARROWS[anyDriver(from)] ?? [];
  return allowed.includes(to) || allowed.includes(anyDriver(to));
}

test("the scan sees imports of every kind", () => {
  const graphed = graph.get("test/architecture.test.ts");
  expect(graphed).toEqual([]);
  expect(graph.get("src/main.ts")).toEqual(
    expect.arrayContaining([
      "src/command/io.ts",
      "src/config/load.ts",
      "src/daemon/run.ts",
      "src/demo/main.ts",
    ]),
  );
  expect(sources.length).toBeGreaterThan(50);
});

test("every room has its place in the plan", () => {
  const rooms = new Set(sources.map(roomOf));
  expect([...rooms].filter((room) => !(room in ARROWS) && !(anyDriver(room) in ARROWS))).toEqual([]);
});

test("rooms know only whom they may", () => {
  const wrong = sources.flatMap((path) =>
    (graph.get(path) ?? [])
      .filter((other) => !other.startsWith("src/") || !mayImport(roomOf(path), roomOf(other)))
      .map((other) => `${path} -> ${other}`),
  );
  expect(wrong).toEqual([]);
});

test("drivers don't know each other", () => {
  expect(mayImport("gateways/dinstar", "gateways/synway")).toBe(false);
  expect(mayImport("gateways/dinstar", "gateways/index")).toBe(false);
  expect(mayImport("channels/email", "stores/sqlite")).toBe(false);
  expect(mayImport("demo", "gateways/dinstar")).toBe(false);
  expect(mayImport("bridge", "gateways/loopback")).toBe(false);
});

test("own files are imported by paths that exist and end in .ts", () => {
  const wrong = typescript.flatMap((path) =>
    importsOf(path)
      .filter(
        (written) =>
          isOwn(written) && !(written.endsWith(".ts") && existsSync(join(ROOT, target(path, written)))),
      )
      .map((written) => `${path}: ${written}`),
  );
  expect(wrong).toEqual([]);
});

test("Node's own modules are imported as node:", () => {
  const wrong = typescript.flatMap((path) =>
    importsOf(path).filter((written) => !written.startsWith("node:") && builtinModules.includes(written)),
  );
  expect(wrong).toEqual([]);
});

test("nothing imports in a circle, types included", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) circles.push([...trail.slice(at), path].join(" -> "));
    if (at >= 0 || done.has(path)) return;
    for (const other of graph.get(path) ?? []) visit(other, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test("the bridge touches no network, no file and no process, and names no vendor", () => {
  const bridge = sources.filter((path) => roomOf(path) === "bridge");
  const touching =
    /^(?:node:(?!crypto$|util$).*|undici|nodemailer|smtp-server|mailparser|hono.*|@hono\/.*|pino|prom-client|zod|yaml)$/;
  const wrong = bridge.flatMap((path) => [
    ...importsOf(path)
      .filter((written) => touching.test(written))
      .map((written) => `${path}: ${written}`),
    ...(/dinstar|synway|telegram/i.exec(read(path)) ?? []).map((word) => `${path}: ${word}`),
  ]);
  expect(wrong).toEqual([]);
});

test("no file is longer than 300 lines", () => {
  const long = sources
    .map((path) => ({ path, lines: read(path).trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});

test("every file begins with one line that says what lives there", () => {
  const silent = typescript.filter((path) => !/^(?:#!.*\n)?\/\/ \S.{10,}\n/.test(read(path)));
  expect(silent).toEqual([]);
});

test("there is no drawer for everything", () => {
  const drawers = files.filter((path) => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\/|\.\w+$)/i.test(path));
  expect(drawers).toEqual([]);
});

test("no rule is switched off, no type is talked away", () => {
  const forbidden = new RegExp(
    [
      "biome-" + "ignore",
      "oxlint-" + "disable",
      "eslint-" + "disable",
      "@ts-" + "ignore",
      "@ts-" + "expect-error",
      "as unknown" + " as",
      "test\\.on" + "ly",
    ].join("|"),
  );
  expect(typescript.filter((path) => forbidden.test(read(path)))).toEqual([]);
});

test("nothing names the machines that it was written on, or a package registry", () => {
  // Put together here, so that this file does not name them either.
  const names = [
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/tmp/bri" + "ef",
    "../sha" + "red",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
  ];
  const wrong = files.flatMap((path) => {
    const content = read(path);
    return names.filter((name) => content.includes(name)).map((name) => `${relative(".", path)}: ${name}`);
  });
  expect(wrong).toEqual([]);
});
