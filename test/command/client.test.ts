// The way to the daemon: who answers there, who does not, and what is said about it.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Away, connect, Refused } from "../../src/command/client.ts";

let folder = "";
let store = "";
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-client-"));
  store = join(folder, "simpost.db");
  writeFileSync(`${store}.key`, "the-key\n");
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const shape = z.object({ seen: z.string() });
const problem =
  (status: number, code: string, more: object = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(
      JSON.stringify({
        type: `urn:simpost:problem:${code}`,
        title: "No",
        status,
        detail: "Not this",
        ...more,
      }),
    );
  };

test("asks with the key, and what is asked for", async () => {
  const port = await serve((request, response) => {
    const { method, url, headers } = request;
    response.end(JSON.stringify({ seen: `${method} ${url} ${headers.authorization}` }));
  });
  const client = connect({ listen: `0.0.0.0:${port}`, store });
  expect(client.where).toBe(`127.0.0.1:${port}`);
  expect(await client.get("/messages", { number: "+49 1", state: undefined, limit: 5 }, shape)).toEqual({
    seen: "GET /api/v1/messages?number=%2B49+1&limit=5 Bearer the-key",
  });
  expect(await client.post("/x", {}, shape)).toEqual({ seen: "POST /api/v1/x Bearer the-key" });
});

test("the key that was made last is the running daemon's, also of a dry run", async () => {
  const port = await serve((request, response) =>
    response.end(JSON.stringify({ seen: request.headers.authorization })),
  );
  const listen = `127.0.0.1:${port}`;
  writeFileSync(`${store}.dry-run.key`, "dry\n");
  utimesSync(`${store}.key`, 1, 1);
  expect(await connect({ listen, store }).get("/", {}, shape)).toEqual({ seen: "Bearer dry" });
  utimesSync(`${store}.dry-run.key`, 0, 0);
  expect(await connect({ listen, store }).get("/", {}, shape)).toEqual({ seen: "Bearer the-key" });
});

test("nobody there, or nobody ever was", async () => {
  const port = await serve(() => {});
  const [server] = servers.splice(0);
  server?.close();
  await expect(connect({ listen: `127.0.0.1:${port}`, store }).get("/", {}, shape)).rejects.toThrow(Away);
  await expect(connect({ listen: `localhost:${port}`, store }).post("/", {}, shape)).rejects.toThrow(
    `no daemon answers at localhost:${port} (ECONNREFUSED): is it running?`,
  );
  rmSync(`${store}.key`);
  expect(() => connect({ listen: "127.0.0.1:1", store })).toThrow(Away);
  expect(() => connect({ listen: "127.0.0.1:1", store })).toThrow(`there is no ${store}.key`);
});

test("a port that is any free one can't be found", () => {
  expect(() => connect({ listen: "127.0.0.1:0", store })).toThrow("port 0");
});

test("a key that can't be read says who may", () => {
  rmSync(`${store}.key`);
  // For root, rights are no hindrance: a folder is.
  mkdirSync(`${store}.key`);
  expect(() => connect({ listen: "127.0.0.1:1", store })).toThrow(
    /simpost\.db\.key can't be read \(EISDIR\): be the user that simpost runs as, or root/,
  );
});

test.each([
  ["403", problem(403, "forbidden"), "Not this"],
  [
    "429, later",
    problem(429, "over-quota", { retryAt: "2026-11-23T00:00:00.000Z" }),
    "Not this (again at 2026-11-23T00:00:00.000Z)",
  ],
])("a refusal: %s", async (_, answer, message) => {
  const client = connect({ listen: `127.0.0.1:${await serve(answer)}`, store });
  const refusal = await client.post("/x", {}, shape).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refused);
  expect(refusal).toMatchObject({ message, code: expect.stringMatching(/^(forbidden|over-quota)$/) });
});

test.each<[string, RequestListener, RegExp]>([
  [
    "does not know the key",
    problem(401, "unauthorized"),
    /does not take the key in .*simpost\.db\.key: it has another store/,
  ],
  [
    "is something else",
    (_, response) => response.writeHead(404).end("<h1>no</h1>"),
    /is no simpost that this one knows \(HTTP 404\)/,
  ],
  [
    "is something else that says yes",
    (_, response) => response.end("hello"),
    /does not understand \(\): is it of another version/,
  ],
  ["is of another version", (_, response) => response.end('{"seen":1}'), /does not understand \(seen\)/],
  ["breaks off", (_, response) => response.destroy(), /broke off \(.*\)$/],
  [
    "breaks off in the middle",
    (_, response) => response.writeHead(200, { "content-length": "99" }).end("x", () => response.destroy()),
    /broke off/,
  ],
])("who answers %s", async (_, answer, message) => {
  const port = await serve((request, response) => {
    request.resume();
    answer(request, response);
  });
  const client = connect({ listen: `127.0.0.1:${port}`, store });
  await expect(client.get("/x", {}, shape)).rejects.toThrow(message);
  await expect(client.get("/x", {}, shape)).rejects.not.toThrow(Away);
});

test("what was to be done may have been done when it breaks off", async () => {
  const port = await serve((_, response) => response.destroy());
  const client = connect({ listen: `127.0.0.1:${port}`, store });
  await expect(client.post("/x", {}, shape)).rejects.toThrow("whether it did what it was asked is not known");
  await expect(client.delete("/x")).rejects.toThrow("is not known");
});
