// What keeps other sites out: headers of every answer, and whether a request came from our own pages.
import { timingSafeEqual } from "node:crypto";

/** CSP Level 3: nothing but our own files; no inline script or style, no frames. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** With `no-referrer` browsers would hide the origin of our own forms too. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

export function secure(answer: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) answer.headers.set(name, value);
  if (!answer.headers.has("Cache-Control")) answer.headers.set("Cache-Control", "no-store");
  return answer;
}

/** The browser speaks https, with us or with a proxy before us. */
export const isHttps = (request: Request): boolean =>
  new URL(request.url).protocol === "https:" ||
  first(request.headers.get("X-Forwarded-Proto")).toLowerCase() === "https";

/** Whether a form was sent by a page of ours (Fetch Metadata; else Origin, RFC 6454; who sends neither is no browser of today). */
export function isOwnPage({ headers }: Request): boolean {
  const site = headers.get("Sec-Fetch-Site");
  const origin = headers.get("Origin");
  if (site !== null) return site === "same-origin";
  if (origin === null) return true;
  const hosts = [headers.get("Host"), first(headers.get("X-Forwarded-Host"))];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}

/** Compares in constant time. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const first = (list: string | null): string => list?.split(",")[0]?.trim() ?? "";
