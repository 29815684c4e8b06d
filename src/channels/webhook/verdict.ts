// Pure: what a receiver's answer, or its absence, means (Standard Webhooks 1.0, "Delivery"; RFC 9110).
import { SendError, type SendErrorKind } from "../../bridge/errors.ts";
import type { Answer } from "./parts.ts";

/** A receiver may ask to be left alone, within these bounds, milliseconds. */
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 3_600_000;
/** Told so, and not how long (429), milliseconds. */
const USUAL_WAIT = 30_000;

/** Null: taken. All trouble is this URL's alone, whatever it is: other URLs are other people's. `host`: for the operator; a path may be a secret. */
export function verdict({ status, retryAfter }: Answer, host: string, now: number): SendError | null {
  if (status >= 200 && status < 300) return null;
  const scope = "message";
  // "Gone": the receiver wants no more of it. Everything else may be a mistake that somebody mends: it is tried again.
  if (status === 410)
    return new SendError("permanent", `${host} wants no more webhooks (410)`, {
      scope,
      words: "The webhook's receiver does not take messages any more.",
    });
  const wait = waitOf(retryAfter, now) ?? (status === 429 ? USUAL_WAIT : undefined);
  const why = status >= 300 && status < 400 ? ": redirects are not followed" : "";
  return new SendError("temporary", `${host} answered ${status}${why}`, {
    scope,
    ...(wait === undefined ? {} : { retryAfter: wait }),
  });
}

/** Milliseconds from now, of seconds or a date (RFC 9110, 10.2.3). */
function waitOf(written: string | undefined, now: number): number | undefined {
  if (written === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(written.trim()) ? Number(written) * 1_000 : Date.parse(written) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, wait)) : undefined;
}

/** Nothing left: no connection was made. */
const BEFORE = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses the connection",
  ECONNRESET: "closed the connection before its answer",
  EPIPE: "closed the connection before its answer",
  EHOSTUNREACH: "can't be reached",
  ENETUNREACH: "can't be reached",
  ENOTFOUND: "is an unknown name",
  EAI_AGAIN: "can't be resolved now",
  UND_ERR_CONNECT_TIMEOUT: "can't be reached in time",
  UND_ERR_SOCKET: "closed the connection before its answer",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "has a self-signed certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "has a certificate that nobody known signed",
  CERT_HAS_EXPIRED: "has a certificate that ran out",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another name",
};

/** There was no answer. Undici's own messages stay the cause: the host is all of the URL that is told. */
export function silence(error: unknown, host: string): SendError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const name = error instanceof Error ? error.name : "";
  const what =
    WORDS[code] ??
    (name === "TimeoutError"
      ? "did not answer in time"
      : name === "AbortError"
        ? "was not waited for: we are stopping"
        : `can't be talked with${code === "" ? "" : ` (${code})`}`);
  const kind: SendErrorKind = BEFORE.has(code) ? "temporary" : "unsure";
  return new SendError(kind, `${host} ${what}`, { scope: "message" });
}
