// The HTTP half of the simulated Bot API: /bot<token>/METHOD on 127.0.0.1, with faults, a log of calls and a power switch.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Journal } from "../journal.ts";
import { ApiFailure, tooManyRequests } from "./errors.ts";
import { type BotFault, type BotFaults, isProcessed } from "./faults.ts";
import { type JsonObject, type Params, readParams } from "./params.ts";
import { Watch } from "./watch.ts";

/** One request as the server saw it. */
export interface ApiCall {
  /** In Telegram's spelling; as it came when there is no such method. */
  readonly method: string;
  readonly params: JsonObject;
  /** When it was read, UTC milliseconds. */
  readonly at: number;
  /** What was answered; 0: nothing (dropped, hanging). */
  readonly status: number;
  /** The body of the answer, or the one that was lost on the way; undefined: it was not carried out. */
  readonly answer: JsonObject | undefined;
}

export interface ServerOptions {
  readonly token: string;
  /** 0: any free port. */
  readonly port: number;
  readonly faults: BotFaults;
  readonly now: () => number;
  /** How many calls are remembered. */
  readonly keep: number;
  /** The true spelling of a method; undefined: there is none. */
  nameOf(method: string): string | undefined;
  /** Carries a call out. Throws or rejects with ApiFailure. */
  handle(method: string, params: Params, gone: AbortSignal): unknown;
}

interface Exchange {
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly gone: AbortSignal;
  readonly at: number;
  method: string;
  params: JsonObject;
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

const HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n";
const REASONS: Readonly<Record<number, string>> = { 500: "Internal Server Error", 502: "Bad Gateway" };
const UNAUTHORIZED = new ApiFailure(401, "Unauthorized");

export class ApiServer {
  readonly #options: ServerOptions;
  readonly #calls: Journal<ApiCall>;
  readonly #watch = new Watch();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#calls = new Journal(options.keep);
    this.#port = options.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Oldest first, in the order in which they ended; the token is nowhere in them. */
  get calls(): readonly ApiCall[] {
    return this.#calls.entries;
  }

  /** Resolves with the first call, past or coming, that `wanted` takes. Rejects after `timeout` milliseconds. */
  waitForCall(wanted: (call: ApiCall) => boolean, timeout = 10_000): Promise<ApiCall> {
    return this.#watch.until(() => this.calls.find(wanted), timeout, "such a call");
  }

  /** Listens, on the same port as before if there was one. Rejects when it is taken. */
  async up(): Promise<void> {
    if (this.#server) return;
    const server = createServer((request, response) => this.#accept(request, response));
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { socket } = request;
      const at = this.#options.now();
      const exchange = { response, socket, gone: gone.signal, at, method: "", params: {} };
      this.#serve(exchange, request, Buffer.concat(chunks).toString("utf8")).catch(() => socket.destroy());
    });
  }

  async #serve(exchange: Exchange, request: IncomingMessage, body: string): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const [, token, written = ""] = /^\/bot([^/]+)\/([^/]*)\/?$/.exec(decodeURIComponent(pathname)) ?? [];
    const method = this.#options.nameOf(written);
    exchange.method = method ?? written;
    if (token === undefined) return this.#answer(exchange, failure(new ApiFailure(404, "Not Found")));
    if (token !== this.#options.token) return this.#answer(exchange, failure(UNAUTHORIZED));
    let params: Params;
    try {
      params = readParams(searchParams, request.headers["content-type"] ?? "", body);
    } catch (error) {
      return this.#answer(exchange, failure(error));
    }
    exchange.params = params.raw;
    const fault = this.#options.faults.take(exchange.method, params.integer("chat_id", 0));
    if (fault) return this.#misbehave(exchange, fault, params);
    this.#answer(exchange, await this.#carryOut(exchange, params));
  }

  async #carryOut({ method, gone }: Exchange, params: Params): Promise<Answer> {
    try {
      if (this.#options.nameOf(method) === undefined)
        throw new ApiFailure(404, "Not Found: method not found");
      return { status: 200, body: { ok: true, result: await this.#options.handle(method, params, gone) } };
    } catch (error) {
      return failure(error);
    }
  }

  async #misbehave(exchange: Exchange, fault: BotFault, params: Params): Promise<void> {
    const answer = isProcessed(fault) ? await this.#carryOut(exchange, params) : undefined;
    const { response, socket } = exchange;
    switch (fault.kind) {
      case "too-many":
        this.#answer(exchange, failure(tooManyRequests(fault.retryAfter ?? 1)));
        break;
      case "error":
        this.#error(exchange, fault);
        break;
      case "drop-before":
      case "drop-after":
        this.#note(exchange, 0, answer?.body);
        socket.resetAndDestroy();
        break;
      case "half": {
        const bytes = Buffer.from(JSON.stringify(answer?.body ?? {}));
        this.#note(exchange, 0, answer?.body);
        response.writeHead(200, { "Content-Type": "application/json", "Content-Length": bytes.length });
        response.write(bytes.subarray(0, bytes.length >> 1), () => socket.destroy());
        break;
      }
      case "hang":
        this.#note(exchange, 0, answer?.body);
        break;
      case "slow":
        setTimeout(() => this.#answer(exchange, answer ?? failure(undefined)), fault.delay ?? 1000).unref();
    }
  }

  #error(exchange: Exchange, { status = 500, description, html }: BotFault): void {
    if (!html) {
      this.#answer(exchange, failure(new ApiFailure(status, description ?? REASONS[status] ?? "as told")));
      return;
    }
    this.#note(exchange, status, undefined);
    exchange.response.writeHead(status, { "Content-Type": "text/html" });
    exchange.response.end(HTML);
  }

  #answer(exchange: Exchange, { status, body }: Answer): void {
    const { response } = exchange;
    this.#note(exchange, response.destroyed ? 0 : status, body);
    const text = JSON.stringify(body);
    const wait = retryAfter(body);
    response.writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
      ...(wait === undefined ? {} : { "Retry-After": wait }),
    });
    response.end(text);
  }

  #note({ method, params, at }: Exchange, status: number, answer: JsonObject | undefined): void {
    this.#calls.add({ method, params, at, status, answer });
    this.#watch.changed();
  }
}

function failure(error: unknown): Answer {
  const { code, message, parameters } =
    error instanceof ApiFailure ? error : new ApiFailure(500, "Internal Server Error");
  const more = parameters ? { parameters } : {};
  return { status: code, body: { ok: false, error_code: code, description: message, ...more } };
}

function retryAfter({ parameters }: JsonObject): number | undefined {
  const seconds = (parameters as { retry_after?: unknown } | undefined)?.retry_after;
  return typeof seconds === "number" ? seconds : undefined;
}
