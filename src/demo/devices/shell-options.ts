// What the HTTP half of a simulated device is made with, and what it keeps of each request.
import type { IncomingMessage } from "node:http";
import type { Gatekeeper } from "./auth.ts";

/** One request as the device saw it. */
export interface RequestRecord {
  /** Endpoint (Dinstar: "send_sms") or event (Synway: "txsms"); the path when it is neither. */
  readonly endpoint: string;
  readonly method: string;
  /** The request target, as it came. */
  readonly target: string;
  /** When its head arrived, `performance.now()`. */
  readonly at: number;
  /** The JSON body, or the text when it is no JSON; undefined: none. */
  readonly body: unknown;
  /** It came with an Authorization header. */
  readonly authorized: boolean;
  /** What happened to it: 0 when it was dropped or left hanging. */
  readonly status: number;
  /** Which connection it came on, from 1. */
  readonly connection: number;
}

export interface Call {
  /** The path without the query. */
  readonly path: string;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface ShellOptions {
  /** 0 or undefined: any free port. */
  readonly port?: number | undefined;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** How many requests are remembered. */
  readonly keepRequests: number;
  /** Every answer comes so many milliseconds late (after the request was carried out). */
  readonly answerDelay: number;
  /** One request at a time: the others wait. */
  readonly serial: boolean;
  /** An unauthenticated POST with an empty body makes the connection drop. */
  readonly dropsEmptyPost: boolean;
  readonly gatekeeper: Gatekeeper;
  /** Extra reasons to refuse the login (firmware errors). */
  readonly refuses?: ((request: IncomingMessage) => boolean) | undefined;
  /** The endpoint's or event's name; undefined while the body is needed to tell. */
  name(path: string, body: unknown): string | undefined;
  /** Carries a request out; null: no such page. */
  handle(name: string, call: Call): string | null;
}
