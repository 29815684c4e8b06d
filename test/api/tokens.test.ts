// Tokens over the API: who may do what, nobody gives more than she has, revoked at once, never in the log, guessing is slow.
import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, refusal, Token, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

const Kept = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string().nullable(),
  role: z.string(),
  scopes: z.array(z.string()),
  usedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
const ALL = ["read", "send", "steer", "tokens"];

test("a token is shown once, listed without its secret, and kept as a hash", async () => {
  const made = await root.took(
    "POST",
    "/tokens",
    { name: " cron ", user: "ana", scopes: ["read"] },
    Token,
    201,
  );
  expect(made.token).toMatch(/^spt_[0-9a-f]{76}$/);
  const client = root.as(made.token);
  expect((await client.get("/messages")).status).toBe(200);
  const listed = await rig.until("use is noted", async () => {
    const one = (await root.list("/tokens", Kept)).find(({ id }) => id === made.id);
    return one?.usedAt && one;
  });
  expect(listed).toMatchObject({
    name: "cron",
    user: "ana",
    role: "user",
    scopes: ["read"],
    expiresAt: null,
  });
  expect(JSON.stringify(listed)).not.toContain(made.token.slice(16));
  const disk = ["simpost.db", "simpost.db-wal"]
    .map((name) => readFileSync(join(rig.folder, name), "latin1"))
    .join("");
  expect(disk).toContain(made.id);
  expect(disk).not.toContain(made.token.slice(16));
  expect(JSON.stringify(rig.log.lines)).not.toContain(made.token.slice(16));
});

test("revoked is revoked at once, also over a restart", async () => {
  const { id, token } = await root.took("POST", "/tokens", { name: "short", user: "ana" }, Token, 201);
  const client = root.as(token);
  expect((await client.get("/messages")).status).toBe(200);
  expect((await root.ask("DELETE", `/tokens/${id}`)).status).toBe(204);
  const refused = await client.get("/messages");
  expect(refusal(refused)).toBe("401 unauthorized");
  expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
  expect(refusal(await root.ask("DELETE", `/tokens/${id}`))).toBe("404 not-found");
  expect(refusal(await root.ask("DELETE", "/tokens/nonsense"))).toBe("404 not-found");
});

test.each([
  ["read", "GET", "/messages"],
  ["read", "GET", "/messages/abc"],
  ["read", "GET", "/conversations"],
  ["read", "GET", "/conversations/1"],
  ["read", "GET", "/inbox"],
  ["read", "GET", "/status"],
  ["read", "GET", "/queue"],
  ["read", "GET", "/ports"],
  ["read", "GET", "/figures"],
  ["read", "GET", "/users"],
  ["read", "GET", "/events"],
  ["send", "POST", "/messages"],
  ["send", "POST", "/ussd"],
  ["steer", "POST", "/messages/abc/cancel"],
  ["steer", "POST", "/messages/abc/retry"],
  ["steer", "POST", "/messages/abc/reroute"],
  ["steer", "POST", "/ports/pause"],
  ["tokens", "GET", "/tokens"],
  ["tokens", "POST", "/tokens"],
  ["tokens", "DELETE", "/tokens/abcdefabcdef"],
])("without the scope %s: no %s %s", async (scope, method, path) => {
  const scopes = ALL.filter((other) => other !== scope);
  const client = await root.made({ user: "root", role: "admin", scopes });
  const refused = await client.ask(method, path, method === "POST" ? {} : undefined);
  expect(refusal(refused)).toBe("403 forbidden");
  expect(refused.headers.get("www-authenticate")).toContain(`scope="${scope}"`);
});

test("nobody gives more than she has", async () => {
  const ana = await root.made({ user: "ana", scopes: ["read", "tokens"] });
  const tries: [object, number, string][] = [
    [{ name: "x", user: "ben" }, 403, "forbidden"],
    [{ name: "x", user: null }, 403, "forbidden"],
    [{ name: "x", role: "operator" }, 403, "forbidden"],
    [{ name: "x", scopes: ["read", "send"] }, 403, "forbidden"],
    [{ name: "x", expiresAt: "2020-01-01T00:00:00Z" }, 400, "bad-request"],
    [{ name: "", scopes: ["read"] }, 400, "bad-request"],
    [{ name: "x", scopes: [] }, 400, "bad-request"],
    [{ name: "x", scopes: ["all"] }, 400, "bad-request"],
  ];
  for (const [wanted, status, kind] of tries)
    expect(refusal(await ana.post("/tokens", wanted))).toBe(`${status} ${kind}`);
  expect(refusal(await root.post("/tokens", { name: "x", user: "ana", role: "operator" }))).toBe(
    "403 forbidden",
  );
  expect(refusal(await root.post("/tokens", { name: "x", user: null, role: "user" }))).toBe(
    "400 bad-request",
  );
  expect(refusal(await root.post("/tokens", { name: "x", user: "nobody" }))).toBe("422 no-such-user");
  const mine = await ana.list("/tokens", Kept);
  expect(mine.length).toBeGreaterThan(0);
  expect(mine.every(({ user }) => user === "ana")).toBe(true);
  const other = (await root.list("/tokens", Kept)).find(({ user }) => user === "root");
  expect(refusal(await ana.ask("DELETE", `/tokens/${other?.id}`))).toBe("404 not-found");
  await ana.made({ scopes: ["read"] });
});

test("a token ends when it expires, and none outlives the one that made it", async () => {
  const soon = Date.now() + 1_500;
  const expiresAt = new Date(soon).toISOString();
  const short = await root.made({ user: "ana", scopes: ["read", "tokens"], expiresAt });
  const late = new Date(soon + 60_000).toISOString();
  expect(refusal(await short.post("/tokens", { name: "x", expiresAt: late }))).toBe("403 forbidden");
  const child = await short.took("POST", "/tokens", { name: "child" }, Kept, 201);
  expect(child.expiresAt).toBe(expiresAt);
  await rig.until("expired", () => Date.now() > soon);
  expect(refusal(await short.get("/messages"))).toBe("401 unauthorized");
});

test("a token does no more than its user may now, and nothing once she is gone", async () => {
  const olga = await root.made({ user: "olga", scopes: ["read"] });
  const cleo = await root.made({ user: "cleo", scopes: ["read"] });
  expect((await olga.get("/figures")).status).toBe(200);
  const { cleo: _, ...users } = USERS;
  await rig.daemon.reload(rig.config({ users: { ...users, olga: { email: ["olga@example.org"] } } }));
  expect(refusal(await olga.get("/figures"))).toBe("403 forbidden");
  expect(refusal(await cleo.get("/messages"))).toBe("401 unauthorized");
  await rig.daemon.reload(rig.config());
  expect((await olga.get("/figures")).status).toBe(200);
  expect((await cleo.get("/messages")).status).toBe(200);
});

test("no token, another scheme, nonsense", async () => {
  const none = await root.as(null).get("/status");
  expect(refusal(none)).toBe("401 unauthorized");
  expect(none.headers.get("www-authenticate")).toBe('Bearer realm="simpost"');
  expect(refusal(await root.as(null).ask("GET", "/status", undefined, { Authorization: "Basic YTpi" }))).toBe(
    "401 unauthorized",
  );
  expect(refusal(await root.as("spt_x").get("/status"))).toBe("401 unauthorized");
});

test("the local key is its owner's, new at every start, and good on this machine only", async () => {
  const file = join(rig.folder, "simpost.db.key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const old = readFileSync(file, "utf8").trim();
  expect(old).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(rig.log.lines)).not.toContain(old);
  const proxied = await root.ask("GET", "/status", undefined, { "X-Forwarded-For": "192.0.2.1" });
  expect(refusal(proxied)).toBe("401 unauthorized");
  await rig.stop();
  await rig.start();
  const again = await Client.local(rig);
  expect(refusal(await again.as(old).get("/status"))).toBe("401 unauthorized");
  expect((await again.get("/status")).status).toBe(200);
  root = again;
});

/** A request from another address of this machine, which is as good as another client. */
const from = (localAddress: string, token: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const url = `${root.url}/status`;
    const asked = request(url, { localAddress, headers: { Authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });

test("guessing is slowed for the address that guesses, not for others, nor for who is known there", async () => {
  const good = await root.made({ user: "ana", scopes: ["read"] });
  const fresh = await root.made({ user: "ana", scopes: ["read"] });
  const wrong = `spt_${"0".repeat(76)}`;
  expect(await from("127.0.0.7", good.token ?? "")).toBe(200);
  const answers: number[] = [];
  for (let n = 0; n < 12; n++) answers.push(await from("127.0.0.7", wrong));
  expect(answers.slice(0, 10)).toEqual(Array(10).fill(401));
  expect(answers.at(-1)).toBe(429);
  expect(await from("127.0.0.7", fresh.token ?? "")).toBe(429);
  expect(await from("127.0.0.7", good.token ?? "")).toBe(200);
  expect(await from("127.0.0.8", fresh.token ?? "")).toBe(200);
  expect(rig.log.of("auth failed").length).toBeGreaterThan(0);
});

test("behind a proxy on this machine it is the client that is slowed, not everybody who comes through it", async () => {
  const fresh = await root.made({ user: "ana", scopes: ["read"] });
  const through = async (client: string, token: string): Promise<number> =>
    (await root.as(token).ask("GET", "/messages", undefined, { "X-Forwarded-For": client })).status;
  const wrong = `spt_${"1".repeat(76)}`;
  for (let n = 0; n < 10; n++) expect(await through("192.0.2.66", wrong)).toBe(401);
  expect(await through("192.0.2.66", wrong)).toBe(429);
  expect(await through("192.0.2.67", fresh.token ?? "")).toBe(200);
});
