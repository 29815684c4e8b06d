// The config as people see it on the console: whole, and without a single secret.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ConfigError, load } from "../../src/config/load.ts";
import { MASK, masked, maskedText } from "../../src/config/masked.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-masked-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = readFileSync(new URL("../../config/simpost.yaml", import.meta.url), "utf8");
const uncommented = sample.replaceAll(/^([ ]*)#(?! \S)/gm, "$1");
const HASH = /\$argon2id\$[^"\s]+/.exec(sample)?.[0] ?? "";

/** What the sample's secrets are when it is read. */
const SIGNING = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`);
const SECRETS = [
  "office-Secret",
  "depot-Secret",
  "4711:bot-Secret",
  "webhook-Secret",
  "relay-Secret",
  "push-Secret-0123456",
  ...SIGNING,
];

function write(yaml: string): string {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, yaml);
  return file;
}

function whole() {
  mkdirSync(join(folder, "tls"), { recursive: true });
  const files = {
    "depot-password": "depot-Secret",
    "telegram-token": "4711:bot-Secret",
    "telegram-secret": "webhook-Secret",
    "office-push": "push-Secret-0123456",
    "webhook-secret": SIGNING[0] ?? "",
    "webhook-old-secret": SIGNING[1] ?? "",
    "tls/fullchain.pem": "certificate",
    "tls/privkey.pem": "private",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const yaml = uncommented.replace("smtp://127.0.0.1:25", "smtp://post:relay-Secret@127.0.0.1:25");
  return load(write(yaml), { OFFICE_PASSWORD: "office-Secret" });
}

test("of the sample config with everything in it, everything shows but the secrets", () => {
  const config = whole();
  const before = JSON.stringify([...config.gateways.values(), ...config.channels.values(), config.webhooks]);
  for (const secret of SECRETS) expect(before).toContain(secret);
  const shown = maskedText(config)
    .map(({ name, yaml }) => `${name}: ${yaml}`)
    .join("\n");
  for (const secret of [...SECRETS, HASH]) expect(shown).not.toContain(secret);
  expect(shown).toContain(config.domain);
  for (const name of [...config.gateways.keys(), ...config.channels.keys(), ...config.users.keys()])
    expect(shown).toContain(name);
  expect(shown.match(new RegExp(MASK.replace(/[()]/g, "\\$&"), "g"))?.length).toBeGreaterThanOrEqual(6);
  expect(Object.keys(masked(config)).toSorted()).toEqual(
    Object.keys(config)
      .filter((key) => key !== "file" && key !== "warnings")
      .toSorted(),
  );
});

test("durations are spelled as people write them", () => {
  const { timing, store, gateways } = masked(whole());
  expect(timing).toMatchObject({ validity: "1d", unknown: "10m", warn: "30m", thread: "7d" });
  expect(store).toMatchObject({ keep: "90d" });
  expect(gateways).toMatchObject({ office: { poll: "500ms", import: "none", password: MASK } });
});

test("of the bad configs that can be read after all, nothing secret shows either", () => {
  const bad = new URL("bad/", import.meta.url);
  const names = readdirSync(bad).filter((name) => name.endsWith(".yaml"));
  // What is wrong with them keeps nearly all from being loaded: then there is nothing to show, and what is said holds no secret.
  const said = names.map((name) => {
    try {
      return JSON.stringify(masked(load(new URL(name, bad).pathname, {})));
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
  });
  expect(said.length).toBeGreaterThan(25);
  expect(said.join("\n")).not.toContain("hunter2");
});

test("whatever the secrets and names are, no secret shows and every name does", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/).map((text) => `Zz${text}`);
  const name = fc.constantFrom("token", "password", "secret", "ana", "webhook");
  fc.assert(
    fc.property(secret, secret, secret, name, (password, login, token, user) => {
      const file = write(
        stringify({
          domain: "sms.example.org",
          gateways: {
            password: { driver: "dinstar", url: "http://192.0.2.1", username: "admin", password },
          },
          channels: {
            email: { driver: "email", relay: `smtps://post:${login}@relay.example.org:465` },
            secret: { driver: "telegram", token: `12:${token}` },
          },
          users: { [user]: { email: ["ana@example.org"], password: HASH } },
          routes: [{ to: [user] }],
        }),
      );
      const shown = JSON.stringify(masked(load(file, {})));
      for (const hidden of [password, login, token, HASH]) expect(shown).not.toContain(hidden);
      expect(shown).toContain(`"${user}":{"email":["ana@example.org"]`);
      expect(shown).toContain("relay.example.org:465");
      expect(shown).toContain("192.0.2.1");
    }),
    { numRuns: 50 },
  );
});
