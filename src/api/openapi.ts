// The description of the API (OpenAPI 3.1), made from the endpoints and the very schemas that validate.
import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { PROBLEMS, type ProblemCode, problemType } from "./problem.ts";
import { problem, SCOPES } from "./shapes.ts";

type Json = Record<string, unknown>;

/** What may go wrong with any request. */
const EVERYWHERE: readonly ProblemCode[] = [
  "bad-request",
  "unauthorized",
  "forbidden",
  "too-many",
  "failing",
];
const WITH_BODY: readonly ProblemCode[] = ["too-large", "not-json"];

/** The whole document, as JSON. */
export function describe(endpoints: readonly Endpoint[], version: string): Json {
  const shapes = collect();
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const { path, method } = endpoint;
    paths[path] = { ...paths[path], [method]: operation(endpoint, shapes) };
  }
  const wrong = shapes.of(problem, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "simpost",
      version,
      description:
        "Texts between people and phones. Times are RFC 3339. Errors are problem details (RFC 9457). Lists come in pages: give back `next` as `cursor`.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: `A token made with \`simpost token create\`, or here. Scopes: ${SCOPES.join(", ")}.`,
        },
      },
      responses: {
        Problem: {
          description: "It did not work",
          content: { "application/problem+json": { schema: wrong } },
        },
      },
      schemas: shapes.named,
    },
  };
}

interface Shapes {
  readonly named: Readonly<Record<string, unknown>>;
  of(schema: z.ZodType, io: "input" | "output"): unknown;
}

/** Schemas with a name are kept once, and referred to. */
function collect(): Shapes {
  const named: Record<string, unknown> = {};
  return {
    named,
    of(schema, io) {
      const made = z.toJSONSchema(z.object({ it: schema }), {
        io,
        override: ({ jsonSchema }) => plain(jsonSchema),
      });
      const { $defs = {}, properties } = JSON.parse(
        JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'),
      ) as { $defs?: Json; properties: { it: unknown } };
      for (const [name, shape] of Object.entries($defs)) {
        const { id: _, ...rest } = shape as Json;
        named[name] = rest;
      }
      return properties.it;
    },
  };
}

/** Leaves out what says nothing: that integers are safe, and how `format` looks as a pattern. */
function plain(schema: Json): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

function operation(endpoint: Endpoint, shapes: Shapes): Json {
  const { name, summary, more, scope, role = "user", body, answer, keyed } = endpoint;
  const codes = [...EVERYWHERE, ...(body ? WITH_BODY : []), ...(keyed ? ["key-reused" as const] : [])];
  const problems = [...codes, ...(endpoint.problems ?? [])];
  const statuses = [...new Set(problems.map((code) => PROBLEMS[code].status))].toSorted((a, b) => a - b);
  const parameters = [
    ...Object.entries(endpoint.params).map(([key, schema]) => parameter("path", key, schema, shapes)),
    ...Object.entries(endpoint.query).map(([key, schema]) => parameter("query", key, schema, shapes)),
    ...(keyed ? [IDEMPOTENCY_KEY] : []),
  ];
  const wants = `Wants the scope \`${scope}\`${role === "user" ? "" : ` and the role \`${role}\``}.`;
  const kinds = problems
    .filter((code) => !EVERYWHERE.includes(code))
    .map((code) => `\`${problemType(code)}\``);
  return {
    operationId: name,
    summary,
    description: [more, wants, kinds.length === 0 ? undefined : `Problems: ${kinds.join(", ")}.`]
      .filter((line) => line !== undefined)
      .join("\n\n"),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: requestBody(body, shapes) } : {}),
    responses: {
      [answer.status]: {
        description: answer.what,
        ...(answer.status === 204
          ? {}
          : {
              content: {
                [answer.type ?? "application/json"]: { schema: shapes.of(answer.schema, "output") },
              },
            }),
      },
      ...Object.fromEntries(statuses.map((status) => [status, { $ref: "#/components/responses/Problem" }])),
    },
  };
}

function parameter(where: "path" | "query", name: string, schema: z.ZodType, shapes: Shapes): Json {
  const made = shapes.of(schema, "input") as Json;
  const { description, ...rest } = made;
  return {
    name,
    in: where,
    required: where === "path" || !schema.safeParse(undefined).success,
    ...(description === undefined ? {} : { description }),
    schema: rest,
  };
}

const requestBody = (schema: z.ZodType, shapes: Shapes): Json => ({
  required: !schema.safeParse(undefined).success,
  content: { "application/json": { schema: shapes.of(schema, "input") } },
});

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "The same request with the same key, within a day, is done once: later ones get the first one's answer, `repeated`.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
