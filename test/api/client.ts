// A client of the API over real HTTP that trusts nothing: every answer is checked against the description that the API itself publishes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import type { Rig } from "../support/rig.ts";

type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined: there was none. */
  readonly body: unknown;
}

/** The parts of an OpenAPI document that answers are checked by. */
const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        summary: z.string(),
        parameters: z
          .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean() }))
          .optional(),
        responses: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
});
export type Document = z.infer<typeof Document>;

export async function description(url: string): Promise<Document> {
  const response = await fetch(`${url}/openapi.json`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  return Document.parse(await response.json());
}

/** With all references replaced by what they refer to; nothing refers to itself. */
export function resolved(document: unknown, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((item) => resolved(document, item));
  if (typeof part !== "object" || part === null) return part;
  if ("$ref" in part && typeof part.$ref === "string") {
    let found: unknown = document;
    for (const step of part.$ref.slice(2).split("/")) found = (found as Json)[step];
    expect({ ref: part.$ref, found }).not.toMatchObject({ found: undefined });
    return resolved(document, found);
  }
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolved(document, value)]));
}

const Content = z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() });

/** Fails unless the answer is one that the description promises. */
export function promised(document: Document, method: string, path: string, answer: Answer): void {
  const way = path.split("?")[0] ?? "";
  const forms = Object.keys(document.paths).filter((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(way),
  );
  // `/messages/{id}` also fits what stands beside it.
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  const operation = forms.map((form) => document.paths[form]?.[method.toLowerCase()]).find(Boolean);
  const said = `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`;
  if (!operation) {
    expect({ said, unknown: [404, 405].includes(answer.status) }).toEqual({ said, unknown: true });
    return;
  }
  const response = Content.parse(resolved(document, operation.responses[answer.status] ?? {}));
  const statuses = Object.keys(operation.responses);
  expect({ said, statuses }).toEqual({ said, statuses: expect.arrayContaining([String(answer.status)]) });
  if (answer.body === undefined) {
    expect({ said, content: response.content }).toEqual({ said, content: undefined });
    return;
  }
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  expect({ said, types: Object.keys(response.content ?? {}) }).toEqual({ said, types: [type] });
  const schema = z.fromJSONSchema(response.content?.[type]?.schema as z.core.JSONSchema.JSONSchema);
  const result = schema.safeParse(answer.body);
  expect({ said, wrong: result.error?.issues ?? [] }).toEqual({ said, wrong: [] });
}

export class Client {
  readonly url: string;
  readonly token: string | null;
  readonly #document: Document;

  private constructor(url: string, token: string | null, document: Document) {
    this.url = url;
    this.token = token;
    this.#document = document;
  }

  /** With the local key: an admin without a name. */
  static async local(rig: Rig): Promise<Client> {
    const url = `http://${rig.daemon.http}/api/v1`;
    const key = readFileSync(join(rig.folder, "simpost.db.key"), "utf8").trim();
    return new Client(url, key, await description(url));
  }

  /** The same, with another token; null: none. */
  as(token: string | null): Client {
    return new Client(this.url, token, this.#document);
  }

  /** A client with a token that is made for it. */
  async made(wanted: Json): Promise<Client> {
    const { token } = await this.took("POST", "/tokens", { name: "test", ...wanted }, Token, 201);
    return this.as(token);
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const written = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: written === "" ? undefined : (JSON.parse(written) as unknown),
    };
    promised(this.#document, method, path, answer);
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.ask("GET", path);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("POST", path, body, headers);
  }

  /** What must succeed. */
  async took<S extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    schema: S,
    status = 200,
    headers: Record<string, string> = {},
  ): Promise<z.output<S>> {
    const answer = await this.ask(method, path, body, headers);
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  /** A page or list. */
  async list<S extends z.ZodType>(path: string, item: S): Promise<readonly z.output<S>[]> {
    return (await this.took("GET", path, undefined, z.object({ items: z.array(item) }))).items;
  }

  /** Sends a text that must be taken; resolves with the message's id. */
  async send(to: string, text: string, more: Json = {}): Promise<string> {
    return (await this.took("POST", "/messages", { to, text, ...more }, Accepted, 202)).id;
  }

  story(id: string): Promise<Story> {
    return this.took("GET", `/messages/${id}`, undefined, Story);
  }
}

export const Token = z.object({ id: z.string(), token: z.string() });
export const Accepted = z.object({ id: z.string(), repeated: z.boolean(), url: z.string() });
export const Text = z.object({
  id: z.string(),
  delivery: z.number(),
  kind: z.string(),
  thread: z.number(),
  phone: z.string(),
  text: z.string(),
  state: z.string(),
  user: z.string().nullable(),
  sim: z.object({ gateway: z.string(), port: z.number().nullable() }).nullable(),
  to: z.object({ via: z.string(), address: z.string().nullable(), user: z.string().nullable() }).nullable(),
});
export const Story = z.object({
  id: z.string(),
  user: z.string().nullable(),
  text: z.string(),
  deliveries: z.array(Text.extend({ steps: z.array(z.object({ at: z.string(), state: z.string() })) })),
});
export type Story = z.infer<typeof Story>;

const Refusal = z.object({ status: z.int(), type: z.string(), title: z.string(), detail: z.string() });

/** A refusal as its status and its kind, if it is problem details (RFC 9457) that hold together; else what it is. */
export function refusal({ status, headers, body }: Answer): string {
  const { data } = Refusal.safeParse(body);
  const whole = headers.get("content-type") === "application/problem+json" && data?.status === status;
  return whole
    ? `${status} ${data.type.replace("urn:simpost:problem:", "")}`
    : `${status} ${JSON.stringify(body)}`;
}

export const USERS = {
  ana: { email: ["ana@example.org"], send: { allow: ["*"] } },
  ben: { email: ["ben@example.org"], send: { allow: ["+49*"], deny: ["+49900*"], perDay: 2 } },
  cleo: { email: ["cleo@example.org"] },
  olga: { email: ["olga@example.org"], role: "operator", send: { allow: ["*"] } },
  root: { email: ["root@example.org"], role: "admin" },
} as const;
