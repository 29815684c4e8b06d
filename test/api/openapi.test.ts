// The published description: whole, public, true to what is served; and what every answer has in common.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, type Document, description, refusal, resolved, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let document: Document;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  document = await description(root.url);
});
afterAll(() => rig[Symbol.asyncDispose]());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

test("every endpoint is described", () => {
  expect(document.openapi).toBe("3.1.0");
  const all = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(all.toSorted()).toEqual(
    [
      "GET /status",
      "GET /queue",
      "GET /messages",
      "POST /messages",
      "GET /messages/{id}",
      "POST /messages/{id}/cancel",
      "POST /messages/{id}/retry",
      "POST /messages/{id}/reroute",
      "GET /conversations",
      "GET /conversations/{thread}",
      "GET /inbox",
      "GET /ports",
      "POST /ports/pause",
      "POST /ussd",
      "GET /figures",
      "GET /events",
      "GET /tokens",
      "POST /tokens",
      "DELETE /tokens/{id}",
      "GET /users",
    ].toSorted(),
  );
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
});

test("every reference leads somewhere, and every schema can be read", () => {
  for (const { operation } of operations()) {
    const whole = resolved(document, operation) as { responses: Record<string, unknown> };
    expect(JSON.stringify(whole)).not.toContain("$ref");
    for (const response of Object.values(whole.responses)) {
      const content = z
        .object({
          description: z.string().min(1),
          content: z.record(z.string(), z.object({ schema: z.unknown() })).optional(),
        })
        .parse(response).content;
      for (const { schema } of Object.values(content ?? {}))
        expect(() => z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema)).not.toThrow();
    }
  }
});

test("names in paths are parameters, and required", () => {
  for (const { path, operation } of operations()) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required)).toBe(true);
  }
});

test("every endpoint refuses who shows no token, in the words of RFC 9457", async () => {
  const nobody = root.as(null);
  for (const { path, method } of operations()) {
    const way = path.replaceAll(/\{\w+\}/g, "1");
    const answer = await nobody.ask(method.toUpperCase(), way, method === "post" ? {} : undefined);
    expect(refusal(answer)).toBe("401 unauthorized");
  }
});

test("another method, another path", async () => {
  const put = await root.ask("PUT", "/messages", {});
  expect(refusal(put)).toBe("405 method-not-allowed");
  expect(put.headers.get("allow")).toBe("GET, POST");
  expect(refusal(await root.ask("DELETE", "/inbox"))).toBe("405 method-not-allowed");
  for (const path of ["/", "/nothing", "/messages/a/b/c", "/../healthz/x"])
    expect(refusal(await root.get(path))).toBe("404 not-found");
});

test("a body over the limit is refused", async () => {
  const body = JSON.stringify({ to: "+4915111111111", text: "x".repeat(1_100_000) });
  const response = await fetch(`${root.url}/messages`, {
    method: "POST",
    body,
    headers: { Authorization: `Bearer ${root.token}`, "Content-Type": "application/json" },
  });
  expect(response.status).toBe(413);
});

test("what fails inside is a 500 that leaks nothing, and a line in the log", async () => {
  await using broken = await openRig({
    users: USERS,
    store: (store) => ({ ...store, figures: () => Promise.reject(new Error("secret path")) }),
  });
  const boss = await Client.local(broken);
  const answer = await boss.get("/figures");
  expect(refusal(answer)).toBe("500 failing");
  expect(JSON.stringify(answer.body)).not.toContain("secret");
  expect(broken.log.of("http failing")[0]?.fields).toMatchObject({ path: "/api/v1/figures" });
});

test("a store that can't be written is a 503 that asks to come back", async () => {
  let broken = false;
  await using full = await openRig({
    users: USERS,
    store: (store) => ({
      ...store,
      accept: (entry) => (broken ? Promise.reject(new Error("disk full")) : store.accept(entry)),
    }),
  });
  const boss = await Client.local(full);
  broken = true;
  const answer = await boss.post("/messages", { to: "+4915111111111", text: "x", user: "ana" });
  expect(refusal(answer)).toBe("503 store");
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(JSON.stringify(answer.body)).not.toContain("disk");
  broken = false;
  await boss.send("+4915111111111", "x", { user: "ana" });
});
