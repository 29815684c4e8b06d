// Every config on a page is one that simpost takes; every other block in a language that can be read is sound.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { load } from "../../src/config/load.ts";
import { jsonSchema } from "../../src/config/schema.ts";
import { blocks } from "./pages.ts";
import { isInstalled, said } from "./programs.ts";

type Group = Readonly<Record<string, unknown>>;

const folder = mkdtempSync(join(tmpdir(), "simpost-pages-"));
afterAll(() => rmSync(folder, { recursive: true }));

const known = new Set(
  Object.keys(z.object({ properties: z.record(z.string(), z.unknown()) }).parse(jsonSchema()).properties),
);
const Shape = z.record(z.string(), z.unknown());

const yamls = blocks().filter(({ language }) => language === "yaml");
const shapes = yamls.map(({ where, code }) => ({ where, value: Shape.parse(parse(code)) }));
const configs = shapes.filter(({ value }) => Object.keys(value).some((key) => known.has(key)));
const others = shapes.filter((one) => !configs.includes(one));

/** What a fragment leaves out. */
const REST: Group = {
  domain: "sms.example.org",
  region: "DE",
  gateways: {
    office: { driver: "loopback" },
    depot: { driver: "loopback" },
  },
  channels: {
    email: { driver: "email", listen: [{ address: "127.0.0.1", port: 2525 }], relay: "maildir:mail" },
    telegram: { driver: "telegram", token: "123:abc" },
  },
  users: Object.fromEntries(
    ["ana", "bob", "ben"].map((name) => [name, { email: [`${name}@of.example.org`] }]),
  ),
};

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Groups of names are joined, all else is the fragment's. */
const whole = (fragment: Group): Group =>
  Object.fromEntries(
    [...new Set([...Object.keys(REST), ...Object.keys(fragment)])].map((key) => {
      const [base, own] = [REST[key], fragment[key]];
      return [key, isGroup(base) && isGroup(own) ? { ...base, ...own } : (own ?? base)];
    }),
  );

const env: Record<string, string> = {};

/** Puts something behind every secret and file that is named; absolute paths go into our folder. */
function settled(value: unknown, key = "", group = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => settled(item, key, group));
  if (isGroup(value)) {
    const { env: name, file } = value;
    if (typeof name === "string") env[name] = secretFor(key, group);
    if (typeof file === "string") return { file: written(file, secretFor(key, group)) };
    return Object.fromEntries(Object.entries(value).map(([own, inner]) => [own, settled(inner, own, key)]));
  }
  return (key === "cert" || key === "key") && typeof value === "string" ? written(value, "PEM") : value;
}

function written(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${content}\n`);
  return isAbsolute(path) ? file : path;
}

const secretFor = (key: string, group: string): string =>
  ({
    relay: "smtps://sms:password@mail.example.org",
    token: "123:abc",
    secret: group === "webhooks" ? `whsec_${Buffer.alloc(32, 1).toString("base64")}` : "0123456789abcdef",
    oldSecret: `whsec_${Buffer.alloc(32, 2).toString("base64")}`,
  })[key] ?? "secret";

function wrong(fragment: Group): string {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, stringify(settled(whole(fragment))));
  try {
    load(file, env);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(folder, "") : String(error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

test("there is something to look at", () => {
  expect(configs.length).toBeGreaterThan(12);
  expect(wrong({ users: { ana: { emial: ["ana@example.org"] } } })).toMatch(/emial/);
});

test.each(configs)("$where: a config that simpost takes", ({ value }) => {
  expect(Object.keys(value).filter((key) => !known.has(key))).toEqual([]);
  expect(wrong(value)).toBe("");
});

test("other programs' files are known by their shape", () => {
  const kind = (value: Group): string =>
    [
      ["scrape_configs", "prometheus"],
      ["receivers", "alertmanager"],
      ["contactPoints", "grafana"],
    ].find(([key = ""]) => key in value)?.[1] ?? `neither ours nor known: ${Object.keys(value).join(", ")}`;
  expect([...new Set(others.map(({ value }) => kind(value)))].sort()).toEqual([
    "alertmanager",
    "grafana",
    "prometheus",
  ]);
});

test("yaml has no duplicate keys and no warnings; JSON can be read", () => {
  for (const { where, code } of yamls) {
    const troubles = parseAllDocuments(code).flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    expect({ where, troubles }).toEqual({ where, troubles: [] });
  }
  for (const { where, code } of blocks().filter(({ language }) => language === "json")) {
    expect({ where, value: parseJson(code) }).not.toMatchObject({ value: undefined });
  }
});

const hasNginx = isInstalled("nginx", "-v");
test("nginx: braces are balanced, every directive ends", () => {
  const [site = ""] = blocks("docs/security.md").flatMap(({ language, code }) =>
    language === "nginx" ? [code] : [],
  );
  const bare = site.replaceAll(/#.*$/gm, "").replaceAll(/\(.*?\)/g, "");
  expect(bare.split("{").length).toBe(bare.split("}").length);
  const open = bare.split("\n").filter((line) => line.trim() !== "" && !/[;{}]\s*$/.test(line));
  expect(open).toEqual([]);
  for (const header of ["Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"]) {
    expect(site).toContain(`proxy_set_header ${header};`);
  }
});

test.skipIf(!hasNginx)("nginx takes it (left out where nginx is not installed)", () => {
  const site = blocks("docs/security.md").find(({ language }) => language === "nginx")?.code ?? "";
  const plain = site.replaceAll(/^ *ssl_certificate.*$/gm, "").replace("443 ssl", "8443");
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `pid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\n${plain}\n}\n`,
  );
  expect(said("nginx", ["-t", "-p", folder, "-c", file])).toMatchObject({ status: 0 });
});
