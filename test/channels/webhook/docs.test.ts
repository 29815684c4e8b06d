// docs/webhooks.md: its configs load, its check of a signature checks, and what it says of requests is what is sent.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { payloadOf } from "../../../src/channels/webhook/payload.ts";
import { load } from "../../../src/config/load.ts";
import { AT, textPost } from "../../support/posts.ts";
import { startReceiver } from "./receiver.ts";
import { channelTo, postTo, SECRET } from "./setup.ts";

const page = readFileSync(new URL("../../../docs/webhooks.md", import.meta.url), "utf8");
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block = ""]) => block);

const folder = mkdtempSync(join(tmpdir(), "simpost-webhook-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the configs", () => {
  const files = { "webhook-secret": SECRET, "office-push": "ab".repeat(24), "office-password": "x" };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), `${content}\n`);
  const [texts, push, ...more] = blocks("yaml").map((block) => {
    const file = join(folder, "simpost.yaml");
    writeFileSync(file, `domain: sms.example.org\nusers: { ana: { email: [ana@example.org] } }\n${block}`);
    return load(file, {});
  });
  expect(more).toEqual([]);
  expect(texts?.routes.map(({ to }) => to.at(-1))).toEqual([
    { via: "webhook", address: "https://shop.example.org/hooks/stop" },
    { via: "webhook", address: "https://shop.example.org/hooks/sms" },
  ]);
  expect(texts?.webhooks).toEqual({ secret: SECRET, timeout: 15_000 });
  expect(push?.gateways.get("office")).toMatchObject({ poll: 30_000, push: { secret: "ab".repeat(24) } });
});

interface Check {
  readonly isGenuine: (headers: object, body: string, secret: string, now: number) => boolean;
}

test("the check of a signature: true for ours, false for all else", async () => {
  const file = join(folder, "check.mjs");
  writeFileSync(file, blocks("js").join(""));
  const { isGenuine } = (await import(pathToFileURL(file).href)) as Check;
  const receiver = await startReceiver();
  const other = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
  const { channel, clock } = channelTo([receiver.url], { secrets: [other, SECRET] });
  await channel.send(postTo(receiver.url), new AbortController().signal);
  await channel.stop();
  await receiver.close();
  const { headers = {}, body = "" } = receiver.taken[0] ?? {};
  const now = clock.now() / 1_000;
  expect([SECRET, other].map((secret) => isGenuine(headers, body, secret, now))).toEqual([true, true]);
  expect(isGenuine(headers, body, `whsec_${Buffer.alloc(32, 6).toString("base64")}`, now)).toBe(false);
  expect(isGenuine(headers, `${body} `, SECRET, now)).toBe(false);
  expect(isGenuine({ ...headers, "webhook-id": "msg_2" }, body, SECRET, now)).toBe(false);
  expect([now + 301, now - 301, Number.NaN].map((at) => isGenuine(headers, body, SECRET, at))).toEqual([
    false,
    false,
    false,
  ]);
  expect(isGenuine({}, body, SECRET, now)).toBe(false);
});

test("the example's body, and every type and field", () => {
  const sims = [{ gateway: "office", port: 0, number: "+4915112345678", label: "sales" }];
  const from = { via: "office", address: "+491701234567" };
  const origin = { port: "0", heard: String(AT - 4_000) };
  const post = textPost("Hello", { message: { id: "1m82qt77qwjh7edv", from, origin } });
  const shown = blocks("http")[0]?.trim().split("\n").at(-1);
  expect(shown).toBe(payloadOf(post, sims));
  const answered = { ...post, message: { ...post.message, user: "ana" } };
  const ussd = { ...post, message: { ...post.message, origin: { ussd: "yes" } } };
  for (const one of [post, answered, ussd]) {
    const { type, data } = JSON.parse(payloadOf(one, sims)) as { type: string; data: object };
    for (const name of [type, ...Object.keys(data)]) expect(page).toContain(`\`${name}\``);
  }
});
