// The one HTTP listener: health, readiness and metrics for whoever watches the daemon.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { Log } from "../bridge/ports/system.ts";
import { parseListen, spelled } from "./listen.ts";

/** Is the process sound? `problem` is for the operator and leaks no secrets. */
export interface Health {
  readonly ok: boolean;
  readonly problem?: string;
}

export type Standing = "up" | "down";

/** What is being served. A gateway, relay or bot that is down does not make `ready` false. */
export interface Readiness {
  readonly ready: boolean;
  readonly store: Standing;
  readonly gateways: Readonly<Record<string, Standing>>;
  /** By channel: its relay, its bot. */
  readonly channels: Readonly<Record<string, Standing>>;
}

export interface HttpOptions {
  /** "address:port"; port 0 takes a free one; an empty address is loopback. */
  readonly listen: string;
  readonly health: () => Health | Promise<Health>;
  readonly ready: () => Readiness | Promise<Readiness>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** What an upstream may push to: the hook at this path, if there is one now. */
  readonly hook?: (path: string) => Hook | undefined;
  /** Everything else that is asked for: console and API. `peer`: the address that the connection came from. Left out: 404. */
  readonly site?: (request: Request, peer: string) => Response | Promise<Response>;
  readonly log: Log;
}

/** Takes one pushed body with the headers it came with; resolves with the HTTP status to answer. */
export type Hook = (headers: Headers, body: string) => Promise<number>;

export interface HttpServer {
  /** Where it really listens, "address:port". */
  readonly address: string;
  /** Stops listening; requests in flight have a second to finish. May be called twice. */
  close(): Promise<void>;
}

/** How long an answer may take to make, milliseconds: a probe must hear of a stuck process, not wait with it. */
const ANSWER = 5_000;
/** How long requests in flight may take once closing, milliseconds. */
const CLOSE = 1_000;
/** A client has this long for its whole request, milliseconds. */
const REQUEST = 5_000;
/** Largest body of a push, bytes. */
const BODY = 1024 * 1024;
const CONNECTIONS = 256;

/**
 * Starts the listener: `GET /healthz`, `/readyz`, `/metrics`, `POST` to hooks; anything else is 404.
 * Throws Error when `listen` can't be read or the address can't be had.
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { hostname, port } = parseListen(options.listen);
  let closing: Promise<void> | undefined;
  const server = createAdaptorServer({ fetch: app(options).fetch }) as Server;
  // Once closing, a kept-alive connection goes as soon as its answer went.
  server.on("request", (_, answer) => {
    answer.once("close", () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.headersTimeout = REQUEST;
  server.requestTimeout = REQUEST;
  server.maxConnections = CONNECTIONS;
  await listen(server, hostname, port);
  server.on("error", (error) => options.log.error("http failing", { error }));
  const address = spelled(server.address() as AddressInfo);
  options.log.info("http listening", { listen: address });
  return {
    address,
    close: () => {
      closing ??= close(server);
      return closing;
    },
  };
}

function app({ health, ready, metrics, hook, site, log }: HttpOptions): Hono {
  const app = new Hono();
  const closed = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  });
  const own: MiddlewareHandler = async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  };
  app.get("/healthz", closed, own, async (c) => {
    const { ok, problem } = await within(health);
    return json(c, ok, { status: ok ? "ok" : "failing", ...(problem === undefined ? {} : { problem }) });
  });
  app.get("/readyz", closed, own, async (c) => {
    const state = await within(ready);
    return json(c, state.ready, state);
  });
  app.get("/metrics", closed, own, async (c) => {
    const text = await within(() => metrics.text());
    return c.body(text, 200, { "Content-Type": metrics.contentType });
  });
  app.post("*", bodyLimit({ maxSize: BODY, onError: (c) => c.text("too large\n", 413) }), async (c, next) => {
    const take = hook?.(c.req.path);
    if (!take) return next();
    // A client that goes away in the middle is no failure of ours; and a path may hold a secret, which no log may see.
    const body = await c.req.text().catch(() => undefined);
    if (body === undefined) return c.text("cut off\n", 400);
    return new Response(null, { status: await take(c.req.raw.headers, body) });
  });
  if (site) app.all("*", (c) => site(c.req.raw, getConnInfo(c).remote.address ?? ""));
  app.notFound((c) => c.text("not found\n", 404));
  app.use("*", closed, own);
  app.onError((error, c) => {
    log.error("http failing", { path: c.req.path, error });
    return c.json({ status: "failing" }, 503);
  });
  return app;
}

const json = (c: Context, ok: boolean, body: object): Response => c.json(body, ok ? 200 : 503);

async function within<T>(make: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer from within in time")), ANSWER);
  });
  try {
    return await Promise.race([make(), late]);
  } finally {
    clearTimeout(timer);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is in use: is another daemon running?",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "not allowed: ports below 1024 need a privilege",
  ENOTFOUND: "the name is unknown",
};

function listen(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const words = WORDS[error.code ?? ""] ?? error.message;
      reject(
        new Error(`http: can't listen on ${spelled({ address: hostname, port })}: ${words}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, hostname, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
