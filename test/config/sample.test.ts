// The sample config and the JSON Schema: whole, current, and true to the schema.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { load } from "../../src/config/load.ts";
import { jsonSchema } from "../../src/config/schema.ts";

const read = (name: string): string => readFileSync(new URL(`../../config/${name}`, import.meta.url), "utf8");
const sample = read("simpost.yaml");
/** Prose has one blank after its #; a key that is commented out has none, or two and more. */
const uncommented = sample.replaceAll(/^([ ]*)#(?! \S)/gm, "$1");

const folder = mkdtempSync(join(tmpdir(), "simpost-sample-"));
afterAll(() => rmSync(folder, { recursive: true }));

function loaded(yaml: string) {
  mkdirSync(join(folder, "tls"), { recursive: true });
  for (const [name, content] of Object.entries({
    "depot-password": "123:abc",
    "telegram-token": "123:abc",
    "telegram-secret": "abc_-1",
    "office-push": "0123456789abcdef",
    "webhook-secret": `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
    "webhook-old-secret": `whsec_${Buffer.alloc(32, 2).toString("base64")}`,
    "tls/fullchain.pem": "123:abc",
    "tls/privkey.pem": "123:abc",
  })) {
    writeFileSync(join(folder, name), `${content}\n`);
  }
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, yaml);
  return load(file, { OFFICE_PASSWORD: "secret" });
}

/** A JSON Schema, as far as it is walked here. */
const Schema = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.string().optional(),
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), Schema]).optional();
  },
  get items() {
    return Schema.optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
});
type Schema = z.infer<typeof Schema>;

/** All keys of a schema, named by the way to them; kinds of a group by their driver. */
function keys(schema: Schema, way = ""): { readonly way: string; readonly schema: Schema }[] {
  const inside = [
    schema.items,
    typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined,
  ];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, own]) => [
      { way: `${way}.${key}`, schema: own },
      ...keys(own, `${way}.${key}`),
    ]),
    ...inside.flatMap((own) => (own ? keys(own, `${way}[]`) : [])),
    ...(schema.oneOf ?? []).flatMap((own) => keys(own, `${way}(${own.properties?.driver?.const ?? "?"})`)),
  ];
}

/** All keys of a config, named likewise, with what they are set to. */
function uses(schema: Schema, value: unknown, way = ""): { readonly way: string; readonly value: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  const member =
    schema.items ??
    (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
  if (member) return Object.values(value).flatMap((own) => uses(member, own, `${way}[]`));
  const kind = (schema.oneOf ?? []).find(
    (own) => "driver" in value && own.properties?.driver?.const === value.driver,
  );
  if (kind) return uses(kind, value, `${way}(${kind.properties?.driver?.const ?? "?"})`);
  return Object.entries(value).flatMap(([key, own]) => {
    const inner = schema.properties?.[key];
    return [{ way: `${way}.${key}`, value: own }, ...(inner ? uses(inner, own, `${way}.${key}`) : [])];
  });
}

const schema = Schema.parse(jsonSchema());
const used = uses(schema, parse(uncommented));

test("the sample works as it is", () => {
  const config = loaded(sample);
  expect([...config.gateways.keys(), ...config.channels.keys()]).toEqual(["office", "email"]);
});

test("the sample works with everything uncommented", () => {
  const config = loaded(uncommented);
  expect([...config.gateways.keys(), ...config.channels.keys()]).toEqual([
    "office",
    "depot",
    "bench",
    "email",
    "telegram",
  ]);
  expect(config.routes.length).toBe(2);
});

test("every key of the schema is in the sample", () => {
  const there = new Set(used.map(({ way }) => way));
  // Written out once, for the first gateway; the others refer to it.
  const once = /^\.gateways\[\]\((?:synway|loopback)\)\.(?:ports|tls)[[.]/;
  expect(
    keys(schema)
      .filter(({ way }) => !there.has(way) && !once.test(way))
      .map(({ way }) => way),
  ).toEqual([]);
  expect(there.size).toBeGreaterThan(90);
});

test("the sample shows the defaults that the schema has", () => {
  const schemas = new Map(keys(schema).map((key) => [key.way, key.schema]));
  // Shown with a value other than the default, because the default is nothing worth showing.
  const examples = new Set([
    ".channels[](email).listen",
    ".channels[](email).listen[].address",
    ".channels[](email).listen[].tls",
  ]);
  for (const { way, value } of used) {
    const standard = schemas.get(way)?.default;
    const plain =
      typeof standard === "string" || typeof standard === "number" || typeof standard === "boolean";
    expect({ way, value: plain && !examples.has(way) ? value : standard }).toEqual({ way, value: standard });
  }
});

test("every key of the schema says what it is, and its default if it has a value of its own", () => {
  for (const { way, schema: own } of keys(schema)) {
    expect(own.description ?? `${way} has no description`).toMatch(/\.$/);
    const isGroup = own.properties !== undefined || way.endsWith(".driver");
    expect(
      isGroup || /Default: |No default/.test(own.description ?? "") ? "" : `${way}: ${own.description}`,
    ).toBe("");
    const standard = typeof own.default === "string" ? own.default : JSON.stringify(own.default ?? {});
    expect(own.description).toContain(/^[[{]/.test(standard) ? "" : standard);
  }
});

test("every key of the sample has a comment above it, here or where it is first shown", () => {
  const lines = sample.split("\n").map((line) => line.replace(/^\s*#(?! \S)/, "").trim());
  const shown = lines.flatMap((line, index) => {
    const [, key] = /^(?:- )?([a-zA-Z]+):/.exec(line) ?? [];
    return key ? [{ key, explained: /^(?:- )?# ./.test(lines[index - 1] ?? "") }] : [];
  });
  const explained = new Set(shown.filter((line) => line.explained).map(({ key }) => key));
  // Names of things; and the certificate's key, which the comment above the certificate tells of too.
  expect(Array.from(new Set(shown.map(({ key }) => key)).difference(explained))).toEqual([
    "office",
    "depot",
    "bench",
    "key",
    "ana",
  ]);
});

test("the JSON Schema for editors is current: npm run schema", () => {
  expect(JSON.parse(read("simpost.schema.json"))).toEqual(jsonSchema());
});
