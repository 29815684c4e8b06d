// The config of webhooks and of what devices push: defaults, secrets of every length, what is only a warning.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { keyOf } from "../../src/channels/webhook/signature.ts";
import { ConfigError, load } from "../../src/config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-webhooks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

function read(yaml: string) {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, `domain: sms.example.org\n${yaml}`);
  return load(file, { SIGNING: SECRET });
}

function problems(yaml: string): string {
  try {
    read(yaml);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
  return "";
}

test("a URL is a target like any other, whatever stands in it", () => {
  const url = "https://hooks.example.org:8443/a:b/C?team=1&x=%20";
  const { routes, webhooks } = read(
    `routes: [{ to: ["webhook:${url}"] }]\nwebhooks: { secret: { env: SIGNING } }\n`,
  );
  expect(routes[0]?.to).toEqual([{ via: "webhook", address: url }]);
  expect(webhooks).toEqual({ secret: SECRET, timeout: 15_000 });
});

test("nothing has to be said of webhooks where there are none", () => {
  expect(read("").webhooks).toEqual({ timeout: 15_000 });
});

test("a text that goes to a program goes to somebody", () => {
  const warnings = read(
    `gateways: { a: { driver: loopback } }\nroutes: [{ to: ["webhook:https://hooks.example.org/"] }]\nwebhooks: { secret: ${SECRET} }\n`,
  ).warnings;
  expect(warnings).toEqual([]);
});

test("in the clear: a warning, unless it is this machine", () => {
  const warned = (url: string) =>
    read(
      `gateways: { a: { driver: loopback } }\nroutes: [{ to: ["webhook:${url}"] }]\nwebhooks: { secret: ${SECRET} }\n`,
    ).warnings.map((line) => line.replace(/^.*?yaml:/, ""));
  expect(warned("http://hooks.example.org/secret-path")).toEqual([
    "3:17: routes[0].to[0]: texts cross the network in the clear to hooks.example.org: use https",
  ]);
  for (const url of ["http://127.0.0.1:8081/", "http://localhost/", "http://[::1]:1/"])
    expect(warned(url)).toEqual([]);
});

test("every secret that can sign is taken, and no other", () => {
  const secrets = fc.oneof(
    fc
      .uint8Array({ minLength: 20, maxLength: 68 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`),
    fc
      .uint8Array({ minLength: 20, maxLength: 68 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString("hex")}`),
    fc.uint8Array({ minLength: 30, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64")),
    fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64").replace(/=+$/, "")}`),
  );
  const signs = (secret: string): boolean => {
    try {
      return keyOf(secret).length > 0;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(secrets, (secret) => {
      expect({ secret, problem: problems(`webhooks: { secret: "${secret}" }\n`) === "" }).toEqual({
        secret,
        problem: signs(secret),
      });
    }),
  );
});

test("what a device may push with", () => {
  const office = (push: string) =>
    `gateways: { office: { driver: dinstar, url: "http://192.0.2.1", username: a, password: b${push} } }\n`;
  const secret = "0123456789-abc_DEF";
  expect(read(office(`, push: { secret: "${secret}" }`)).gateways.get("office")).toMatchObject({
    push: { secret },
  });
  expect(read(office("")).gateways.get("office")).not.toHaveProperty("push");
});
