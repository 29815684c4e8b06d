// The API under /api/v1: JSON for programs, with bearer tokens. What it may do it gets from the control room.
import { type Context, Hono } from "hono";
import { Rejected } from "../bridge/errors.ts";
import type { Desk, Endpoint, Reply } from "./endpoint.ts";
import { conversations } from "./endpoints/conversations.ts";
import { house } from "./endpoints/house.ts";
import { messages } from "./endpoints/messages.ts";
import { steering } from "./endpoints/steer.ts";
import { tokens } from "./endpoints/tokens.ts";
import { createGuard, permit } from "./guard.ts";
import { describe } from "./openapi.ts";
import type { ApiOptions } from "./options.ts";
import { notFound, Problem, problemAnswer, refused } from "./problem.ts";
import { openReplays, type Replays } from "./replay.ts";
import { createStreams } from "./streams.ts";
import { openTokens } from "./tokens.ts";

export type { ApiOptions, ApiUser } from "./options.ts";

/** Answers one request to a path under /api/. `peer`: the client's address as the socket knows it; "" is nobody's. Never rejects. */
export type Api = (request: Request, peer: string) => Promise<Response>;

const ROOT = "/api/v1";
/** All that is served with a token. */
const ENDPOINTS: readonly Endpoint[] = [...messages, ...conversations, ...house, ...steering, ...tokens];

const EVENTS = "text/event-stream";

/** Answers hold what people write, and are for programs only. */
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

type Env = { readonly Bindings: { readonly peer: string } };

/** Makes the API. */
export function createApi(options: ApiOptions): Api {
  const { clock, log, ledger } = options;
  const book = openTokens(ledger, clock, log);
  const guard = createGuard({ ...options, tokens: book });
  const streams = createStreams({ control: options.control, guard, clock, stopping: options.stopping });
  const replays = openReplays(ledger, clock, log);
  const desk = (): Desk => ({ ...options, control: options.control(), tokens: book, guard, streams });

  const app = new Hono<Env>();
  const description = JSON.stringify(describe(ENDPOINTS, options.version));
  app.get(`${ROOT}/openapi.json`, (c) => c.body(description, 200, { "Content-Type": "application/json" }));
  for (const endpoint of ENDPOINTS) {
    const path = ROOT + endpoint.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(endpoint.method.toUpperCase(), path, async (c) => {
      const caller = await guard.caller(c.req.raw.headers, c.env.peer);
      permit(caller, endpoint.scope, endpoint.role ?? "user");
      // Without its body nobody would ever end it.
      if (c.req.method === "HEAD" && endpoint.answer.type === EVENTS) return c.body(null);
      const own = keyOf(endpoint, c);
      const wire = {
        desk: desk(),
        caller,
        params: c.req.param(),
        query: new URL(c.req.url).searchParams,
        body: endpoint.body ? await json(c) : undefined,
        key: own === null ? null : `api:${caller.id}:${own}`,
      };
      const reply =
        own === null ? await endpoint.run(wire) : await once(replays, endpoint, wire, own, c.req.path);
      return answer(endpoint, reply);
    });
  }
  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    const known = ENDPOINTS.filter((endpoint) => endpoint.path === path).map(({ method }) =>
      method.toUpperCase(),
    );
    app.all(ROOT + path.replaceAll(/\{(\w+)\}/g, ":$1"), () => {
      throw new Problem("method-not-allowed", `Use ${known.join(" or ")}`, {
        headers: { Allow: known.join(", ") },
      });
    });
  }
  app.notFound(() => problemAnswer(notFound("path")));
  app.onError((error, c) => {
    if (error instanceof Problem) return problemAnswer(error);
    if (error instanceof Rejected) return problemAnswer(refused(error, clock.now()));
    log.error("http failing", { path: c.req.path, error });
    return problemAnswer(new Problem("failing", "The request could not be answered; the log says why"));
  });

  return async (request, peer) => {
    const response = await app.fetch(request, { peer });
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  };
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The Idempotency-Key; null: there is none. Throws Problem. */
function keyOf(endpoint: Endpoint, c: Context): string | null {
  const key = endpoint.keyed ? c.req.header("Idempotency-Key") : undefined;
  if (key === undefined) return null;
  if (!KEY.test(key)) throw new Problem("bad-request", "Idempotency-Key: 1 to 255 visible ASCII characters");
  return key;
}

/** The JSON of a request; undefined: it has no body. Throws Problem. */
async function json(c: Context): Promise<unknown> {
  const written = await c.req.text();
  if (written === "") return undefined;
  const type = (c.req.header("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!/^application\/(?:[\w.-]+\+)?json$/.test(type))
    throw new Problem("not-json", "Send JSON, with `Content-Type: application/json`");
  try {
    return JSON.parse(written);
  } catch {
    throw new Problem("bad-request", "The body is no JSON");
  }
}

type Wire = Parameters<Endpoint["run"]>[0];

async function once(
  replays: Replays,
  endpoint: Endpoint,
  wire: Wire,
  key: string,
  path: string,
): Promise<Reply<unknown>> {
  let headers: Readonly<Record<string, string>> = {};
  const request = [endpoint.name, path, wire.body];
  const done = await replays.once(wire.caller.id, key, request, async () => {
    const reply = await endpoint.run(wire);
    if (reply instanceof Response) throw new Error(`${endpoint.name} can't be replayed`);
    headers = reply.headers ?? {};
    return reply.body as Readonly<Record<string, unknown>>;
  });
  return { body: done.answer, headers: done.repeated ? { "Idempotency-Replayed": "true" } : headers };
}

function answer({ answer: { status } }: Endpoint, reply: Reply<unknown>): Response {
  if (reply instanceof Response) return reply;
  const { body, headers = {} } = reply;
  if (body === null) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}
