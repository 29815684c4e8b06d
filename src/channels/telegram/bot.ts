// The Bot API: grammY's client over one connection pool of our own, so that it is known whether a request may have been taken.
import { Api, GrammyError, HttpError, type RawApi } from "grammy";
import { Agent, request } from "undici";
import { meaning } from "./meaning.ts";
import { type Bot, Refused, type TelegramOptions } from "./parts.ts";

export interface ClosableBot extends Bot {
  /** Ends the connections; call it when nothing is under way. */
  close(): Promise<void>;
}

/** One call may take this long, milliseconds. */
const TIMEOUT = 10_000;
/** How long `getUpdates` may take longer than it was asked to wait, milliseconds. */
const SLACK = 10_000;
/** The largest answer that is read, bytes: 100 updates fit many times. */
const MAX_ANSWER = 8 * 1024 * 1024;
/** A kept connection that was idle for this long is not used again, milliseconds: a request on one that the server closed meanwhile is in doubt. */
const KEEP_IDLE = 4_000;

/** Node's and undici's codes of errors after which nothing of the request has left. */
const NOT_LEFT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|\w*CERT\w*|UNABLE_TO_\w+|ERR_SSL_\w+)$/;

/** What grammY gives its `fetch`. */
interface Init {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Throws Error for a root that is no http or https URL. `timeout`: milliseconds, one call. */
export function createBot(
  options: Pick<TelegramOptions, "name" | "token" | "apiRoot" | "clock" | "meter">,
  timeout: number = TIMEOUT,
): ClosableBot {
  const { name, token, clock, meter } = options;
  if (!/^https?:$/.test(URL.parse(options.apiRoot)?.protocol ?? ""))
    throw new Error("apiRoot: no http or https URL");
  const redact = (text: string): string => text.replaceAll(token, "(token)");
  const agent = new Agent({
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0, // one timeout governs: see `within`
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER,
    keepAliveTimeout: KEEP_IDLE,
    keepAliveMaxTimeout: KEEP_IDLE,
    connect: { timeout },
  });
  const fetch = async (url: string, { method, headers, body, signal }: Init) => {
    const type = { "content-type": headers["content-type"] ?? "application/json" };
    const answer = await request(url, { dispatcher: agent, method: "POST", headers: type, body, signal });
    const text = await answer.body.text();
    return { method, json: () => readAnswer(answer.statusCode, text) };
  };
  const api = new Api(token, { apiRoot: options.apiRoot, fetch });

  return {
    async call<M extends keyof RawApi>(
      method: M,
      params: Parameters<RawApi[M]>[0],
      signal?: AbortSignal,
    ): Promise<Awaited<ReturnType<RawApi[M]>>> {
      const began = clock.now();
      let ok = false;
      try {
        if (signal?.aborted) throw new Refused("down", "stopped before the request left");
        const way = api.raw[method] as (
          params: Parameters<RawApi[M]>[0] | AbortSignal,
          signal?: AbortSignal,
        ) => Promise<Awaited<ReturnType<RawApi[M]>>>;
        // Methods without parameters take the signal in their place.
        const result = await within(limit(params, timeout), signal, (ends) =>
          params === undefined ? way(ends) : way(params, ends),
        );
        ok = true;
        return result;
      } catch (error) {
        throw refused(error, redact);
      } finally {
        meter.request(name, method, ok, clock.now() - began);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The longest that a call may take, milliseconds: a long poll waits as long as it says, in seconds. */
const limit = (params: object | undefined, timeout: number): number =>
  params && "timeout" in params && typeof params.timeout === "number"
    ? params.timeout * 1_000 + SLACK
    : timeout;

/** Gives `work` a signal that aborts when `signal` does, or after `ms`. Real time: it is the network's. */
async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (ends: AbortSignal) => Promise<T>,
): Promise<T> {
  const ends = new AbortController();
  const stop = (): void => ends.abort(new Error("stopped while it was under way"));
  const timer = setTimeout(() => ends.abort(new Error(`no answer within ${ms} ms`)), ms);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await work(ends.signal);
  } catch (error) {
    // grammY's own signal forgets why it was aborted.
    throw ends.signal.aborted ? ends.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** An answer of the Bot API; what a proxy before it says in its place becomes one. */
function readAnswer(status: number, text: string): unknown {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === "object" && answer !== null && "ok" in answer) return answer;
  } catch {
    // Not from a Bot API server: see below.
  }
  if (status < 300) throw new Error(`HTTP ${status}, but not the answer of a Bot API server`);
  if (status === 413) return { ok: false, error_code: 413, description: "Request Entity Too Large" };
  return { ok: false, error_code: 503, description: `HTTP ${status}, not from a Bot API server` };
}

/** Of what was thrown only the words are kept: grammY's errors hold the request (a text), and the network's may hold its address (the token). */
function refused(error: unknown, redact: (text: string) => string): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof GrammyError) return meaning(error, redact);
  const inner = error instanceof HttpError ? error.error : error;
  const code = codeOf(inner);
  const words = inner instanceof Error && inner.message !== "" ? inner.message : code || "the request failed";
  return new Refused(NOT_LEFT.test(code) ? "down" : "unsure", redact(words));
}

/** `code` of an error, or of the first of those that it gathers (several addresses of one host). */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "cause" in error ? codeOf(error.cause) : "";
}
