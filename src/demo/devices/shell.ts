// The HTTP half of a simulated device: a real server on 127.0.0.1 with login, faults, a request log, and a power switch.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { Journal } from "../journal.ts";
import { type Fault, Faults, isCarriedOut } from "./faults.ts";
import type { RequestRecord, ShellOptions } from "./shell-options.ts";
import { ERROR_PAGE, GARBAGE, isEmptyProbe, LOGIN_PAGE, readBody, writeAnswer, writeHalf } from "./wire.ts";

const TURNS_TO_NOTICE = 3;

export class Shell {
  readonly faults = new Faults();
  readonly #options: ShellOptions;
  readonly #requests: Journal<RequestRecord>;
  readonly #connections = new WeakMap<Socket, number>();
  readonly #sockets = new Set<Socket>();
  readonly #hanging = new Set<ServerResponse>();
  #server: Server | undefined;
  #port: number;
  #connectionCount = 0;
  #active = 0;
  #mostActive = 0;
  #line: Promise<void> = Promise.resolve();
  answerDelay: number;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#requests = new Journal(options.keepRequests);
    this.#port = options.port ?? 0;
    this.answerDelay = options.answerDelay;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#options.tls ? "https" : "http"}://127.0.0.1:${this.#port}`;
  }

  get requests(): readonly RequestRecord[] {
    return this.#requests.entries;
  }

  get requestCount(): number {
    return this.#requests.total;
  }

  get connectionCount(): number {
    return this.#connectionCount;
  }

  /** Most requests that were ever under way at once. */
  get mostConcurrent(): number {
    return this.#mostActive;
  }

  forgetRequests(): void {
    this.#requests.clear();
    this.#mostActive = this.#active;
  }

  /** Listens, on the same port as before if there was one. */
  async up(): Promise<void> {
    if (this.#server) return;
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      this.#accept(request, response);
    const server = this.#options.tls
      ? createSecureServer(this.#options.tls, listener)
      : createServer(listener);
    this.#server = server;
    server.on(this.#options.tls ? "secureConnection" : "connection", (socket: Socket) => {
      this.#connectionCount += 1;
      this.#connections.set(socket, this.#connectionCount);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection; goes on listening. Resolves once a client in this process has noticed, too. */
  async drop(): Promise<void> {
    this.#hanging.clear();
    const closed = [...this.#sockets].map((socket) => {
      const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.destroy();
      return gone;
    });
    await Promise.all(closed);
    // The other end's events come in the turns of the event loop that follow.
    for (let turn = 0; turn < TURNS_TO_NOTICE; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
  }

  /** Breaks every connection and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await this.drop();
    server.closeAllConnections();
    await closed;
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    const at = performance.now();
    this.#active += 1;
    this.#mostActive = Math.max(this.#mostActive, this.#active);
    response.once("close", () => {
      this.#active -= 1;
      this.#hanging.delete(response);
    });
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const target = request.url ?? "/";
    const cut = target.indexOf("?");
    const path = cut < 0 ? target : target.slice(0, cut);
    const named = this.#options.name(path, undefined);
    const exchange: Exchange = {
      request,
      response,
      at,
      path,
      query: cut < 0 ? "" : target.slice(cut + 1),
      name: named ?? path,
      named: named !== undefined,
      body: undefined,
    };
    if (!this.#admit(exchange)) return;
    if (exchange.named && this.faults.take(exchange.name, "head")) {
      this.#drop(exchange);
      return;
    }
    readBody(request, (body) => {
      exchange.body = body;
      exchange.name = this.#options.name(path, body) ?? path;
      if (!this.#options.serial) this.#serve(exchange);
      else this.#line = this.#line.then(() => this.#inLine(exchange));
    });
  }

  /** Judges the login; answers itself when it says no. */
  #admit(exchange: Exchange): boolean {
    const { request } = exchange;
    const { gatekeeper } = this.#options;
    const verdict = gatekeeper.judge(request);
    if (verdict === "welcome" && !this.#options.refuses?.(request)) return true;
    if (isEmptyProbe(request) && this.#options.dropsEmptyPost && verdict !== "banned") {
      this.#drop(exchange);
      return false;
    }
    request.resume();
    if (verdict === "banned") this.#answer(exchange, 403, "Forbidden", "text/html");
    else this.#challenge(exchange);
    return false;
  }

  #challenge(exchange: Exchange): void {
    exchange.response.setHeader("WWW-Authenticate", this.#options.gatekeeper.challenge());
    this.#answer(exchange, 401, ERROR_PAGE, "text/html");
  }

  async #inLine(exchange: Exchange): Promise<void> {
    if (exchange.response.destroyed) return;
    const done = new Promise<void>((resolve) => exchange.response.once("close", resolve));
    this.#serve(exchange);
    await done;
  }

  #serve(exchange: Exchange): void {
    const fault = this.faults.take(exchange.name, exchange.named ? "after-head" : "body");
    if (fault?.kind === "drop-before-reading" || fault?.kind === "drop-before-processing") {
      this.#drop(exchange);
      return;
    }
    const carriedOut = fault === undefined || isCarriedOut(fault);
    const body = carriedOut ? this.#process(exchange) : null;
    const delay = this.answerDelay + (fault?.kind === "slow" ? (fault.delay ?? 1000) : 0);
    if (delay <= 0) this.#finish(exchange, body, fault);
    else setTimeout(() => this.#finish(exchange, body, fault), delay).unref();
  }

  #process(exchange: Exchange): string | null {
    const { name, path, query, body, request } = exchange;
    return this.#options.handle(name, {
      path,
      method: request.method ?? "",
      query: new URLSearchParams(query),
      body,
    });
  }

  #finish(exchange: Exchange, body: string | null, fault: Fault | undefined): void {
    switch (fault?.kind) {
      case "drop-before-reading":
      case "drop-before-processing":
      case "drop-after-processing":
        this.#drop(exchange);
        break;
      case "hang":
        this.#hanging.add(exchange.response);
        this.#note(exchange, 0);
        break;
      case "error":
        this.#answer(exchange, fault.status ?? 500, ERROR_PAGE, "text/html");
        break;
      case "html":
        this.#answer(exchange, 200, LOGIN_PAGE, "text/html");
        break;
      case "garbage":
        this.#answer(exchange, 200, fault.body ?? GARBAGE, "application/json");
        break;
      case "reply":
        this.#answer(exchange, 200, fault.body ?? "", "application/json");
        break;
      case "half":
        this.#half(exchange, body ?? "");
        break;
      case "unauthorized":
        this.#challenge(exchange);
        break;
      case "slow":
      case undefined:
        if (body === null) this.#answer(exchange, 404, ERROR_PAGE, "text/html");
        else this.#answer(exchange, 200, body, "application/json");
    }
  }

  #answer(exchange: Exchange, status: number, body: string, type: string): void {
    this.#note(exchange, status);
    writeAnswer(exchange.response, status, body, type);
  }

  #half(exchange: Exchange, body: string): void {
    this.#note(exchange, 200);
    writeHalf(exchange.response, body);
  }

  #drop(exchange: Exchange): void {
    this.#note(exchange, 0);
    exchange.request.socket.destroy();
  }

  #note(exchange: Exchange, status: number): void {
    const { request, name, at, body } = exchange;
    this.#requests.add({
      endpoint: name,
      method: request.method ?? "",
      target: request.url ?? "",
      at,
      body,
      authorized: request.headers.authorization !== undefined,
      status,
      connection: this.#connections.get(request.socket) ?? 0,
    });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly at: number;
  readonly path: string;
  readonly query: string;
  name: string;
  /** The head alone told the name. */
  readonly named: boolean;
  body: unknown;
}
