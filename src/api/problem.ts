// What the API says when it says no: problem details (RFC 9457), each kind with a status, a type and a title of its own.
import type { Rejected } from "../bridge/errors.ts";

/** Every kind of problem: the end of its `type`, its status, its title. */
export const PROBLEMS = {
  "bad-request": { status: 400, title: "The request can't be read" },
  unauthorized: { status: 401, title: "A valid token is wanted" },
  forbidden: { status: 403, title: "This token may not do that" },
  "not-allowed": { status: 403, title: "The user may not send this" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This path does not know that method" },
  "too-late": { status: 409, title: "It is too late for that, or too early" },
  "too-large": { status: 413, title: "The request is too large" },
  "not-json": { status: 415, title: "JSON is wanted" },
  "not-a-number": { status: 422, title: "The recipient is no phone" },
  "no-such-sim": { status: 422, title: "There is no such gateway or port" },
  "no-such-user": { status: 422, title: "There is no such user" },
  "nothing-to-send": { status: 422, title: "There is no text to send" },
  "too-long": { status: 422, title: "The text is too long" },
  automatic: { status: 422, title: "Automatic messages are not sent" },
  "key-reused": { status: 422, title: "The idempotency key was used for something else" },
  "over-quota": { status: 429, title: "The day's texts are used up" },
  "too-many": { status: 429, title: "Too many at once" },
  failing: { status: 500, title: "Something went wrong here" },
  store: { status: 503, title: "The store can't be written now" },
  busy: { status: 503, title: "Not now" },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** `type` of a problem: a name, not an address. */
export const problemType = (code: ProblemCode): string => `urn:simpost:problem:${code}`;

/** After how many seconds a client may try again when it is not known better. */
const RETRY = 5;

/** Ends a request. `detail` is for whoever asked: it leaks nothing. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      /** More members of the answer. */
      readonly members?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.code = code;
    this.more = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

export const notFound = (what: string): Problem => new Problem("not-found", `There is no such ${what} here`);

/** A "no" of the heart, as the API says it. `now`: UTC milliseconds. */
export function refused({ code, message, retryAt }: Rejected, now: number): Problem {
  const wait = retryAt === undefined ? null : Math.max(1, Math.ceil((retryAt - now) / 1_000));
  const later = PROBLEMS[code].status === 503 ? RETRY : wait;
  return new Problem(code, message, {
    ...(retryAt === undefined ? {} : { members: { retryAt: new Date(retryAt).toISOString() } }),
    ...(later === null ? {} : { headers: { "Retry-After": String(later) } }),
  });
}

/** The answer to a request that a problem ended. */
export function problemAnswer({ code, message, more, headers }: Problem): Response {
  const { status, title } = PROBLEMS[code];
  const body = { type: problemType(code), title, status, detail: message, ...more };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
}
