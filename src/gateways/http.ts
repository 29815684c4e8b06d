// One HTTP client for one gateway: one request at a time, never sent twice, and a failure says whether the gateway may have got it.
import type { TLSSocket } from "node:tls";
import { buildConnector, Client, type Dispatcher } from "undici";
import { SendError } from "../bridge/errors.ts";
import type { GatewayOptions } from "../bridge/ports/gateway.ts";

/** The largest answer that is read, bytes: 10,000 texts fit. */
const MAX_ANSWER = 8 * 1024 * 1024;

/** A kept connection that was idle for this long is not used again, milliseconds: crude servers close theirs without a word. */
const KEEP_IDLE = 2_000;

const STOPPED = "stopped before the request left";

export interface Exchange {
  readonly method: "GET" | "POST";
  /** The exact request-target after the host; `Http.base` is not put before it. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Closes the kept connection first. */
  readonly fresh?: boolean;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; what came several times is an array. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As UTF-8; never decompressed, redirects are not followed. */
  readonly body: string;
}

export interface Http {
  /** The path of the configured URL without a slash at its end: "" for `http://host`. */
  readonly base: string;
  /**
   * One request, one answer, whatever its status. Requests wait for each other in order; the timeout counts from a request's own turn.
   * Throws SendError: `temporary` when nothing of the request left, `unsure` from then on (for a read that is the same as `temporary`).
   */
  exchange(request: Exchange): Promise<Answer>;
  /** Runs `work` when its turn has come; until it ends no other request goes out. Throws SendError `temporary` if `signal` aborts before. */
  hold<T>(
    signal: AbortSignal,
    work: (exchange: (request: Exchange) => Promise<Answer>) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** Throws a plain Error for a wrong URL or fingerprint. */
export function createHttp(options: Pick<GatewayOptions, "url" | "timeout" | "fingerprint">): Http {
  const { timeout } = options;
  const url = URL.parse(options.url);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`url: "${options.url}" is no http or https URL`);
  const pin = options.fingerprint === undefined ? undefined : readFingerprint(options.fingerprint);
  if (pin && url.protocol === "http:")
    throw new Error("fingerprint: only an https gateway has a certificate");

  const make = () =>
    new Client(url.origin, {
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0, // one timeout governs: see `attempt`
      bodyTimeout: 0,
      maxResponseSize: MAX_ANSWER,
      keepAliveTimeout: KEEP_IDLE,
      keepAliveMaxTimeout: KEEP_IDLE,
      connect: pin ? pinnedConnector(pin, timeout) : buildConnector({ allowH2: false, timeout }),
    });
  let client = make();
  let tail: Promise<unknown> = Promise.resolve();
  let closed = false;

  const renew = () => {
    const old = client;
    client = make();
    void old.destroy(null).catch(() => undefined);
  };

  const take = async (request: Exchange): Promise<Answer> => {
    if (closed) throw new SendError("temporary", "the connection to the gateway is closed");
    if (request.signal.aborted) throw new SendError("temporary", STOPPED);
    if (request.fresh) renew();
    const attempt = new Attempt(request.signal, timeout);
    try {
      client.dispatch(
        {
          method: request.method,
          path: request.path,
          headers: { ...request.headers },
          body: request.body ?? null,
        },
        attempt,
      );
    } catch (error) {
      attempt.fail(error instanceof Error ? error : new Error(String(error))); // a header or path that can't be sent
    }
    try {
      return await attempt.answer;
    } catch (error) {
      if (!attempt.started) renew(); // it may still be connecting: nothing of this request may leave later
      throw error;
    }
  };

  const hold: Http["hold"] = (signal, work) => {
    let begun = false;
    const turn = tail.then(() => {
      begun = true;
      if (signal.aborted) throw new SendError("temporary", STOPPED);
      return work(take);
    });
    tail = turn.catch(() => undefined);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        if (!begun) reject(new SendError("temporary", STOPPED));
      };
      signal.addEventListener("abort", giveUp, { once: true });
      turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
    });
  };

  return {
    base: url.pathname.replace(/\/+$/, ""),
    exchange: (request) => hold(request.signal, (exchange) => exchange(request)),
    hold,
    async close() {
      closed = true;
      await client.destroy(null);
    },
  };
}

/** One request on its way: knows whether anything of it may have left. Settles once; never lets undici write it a second time. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  started = false;
  readonly #settle: { resolve: (answer: Answer) => void; reject: (error: SendError) => void };
  readonly #chunks: Buffer[] = [];
  readonly #release: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status = 0;
  #headers: Answer["headers"] = {};

  constructor(signal: AbortSignal, timeout: number) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.answer = promise;
    this.#settle = { resolve, reject };
    const stop = () => this.fail(new Error("stopped while it was under way"));
    const timer = setTimeout(() => this.fail(new Error(`no answer within ${timeout} ms`)), timeout);
    signal.addEventListener("abort", stop, { once: true });
    this.#release = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
  }

  fail(error: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#release();
    const kind = this.started ? "unsure" : "temporary";
    this.#settle.reject(new SendError(kind, `gateway request failed: ${reason(error)}`, { cause: error }));
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled || this.started) {
      this.fail(new Error("connection lost"));
      controller.abort(new Error("written once already"));
      return;
    }
    this.started = true;
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer["headers"]): void {
    if (status < 200) return; // an interim answer (RFC 9110 section 15.2)
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#release();
    const body = Buffer.concat(this.#chunks).toString("utf8");
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }
}

/** Accepts the one certificate with this fingerprint, whoever signed it and whatever its name. Compared before anything is written. */
function pinnedConnector(pin: string, timeout: number): buildConnector.connector {
  const connect = buildConnector({
    rejectUnauthorized: false,
    maxCachedSessions: 0,
    allowH2: false,
    timeout,
  });
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      const seen = (socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? "none";
      if (seen.replaceAll(":", "").toLowerCase() === pin) return callback(null, socket);
      socket.destroy();
      callback(new Error(`the certificate's SHA-256 fingerprint is ${seen}, not the configured one`), null);
    });
  };
}

function readFingerprint(text: string): string {
  const hex = text.replaceAll(":", "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error("fingerprint: 64 hexadecimal digits expected (SHA-256)");
  return hex;
}

/** What went wrong, in an operator's words, by the error codes of Node and undici. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? (error.message || code);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name can't be resolved now",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_SOCKET: "connection closed before the answer",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: `answer over ${MAX_ANSWER} bytes`,
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate: set its fingerprint",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate: set its fingerprint",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name: set its fingerprint",
};
