// Bytes of a simulated device's HTTP: reading a body whole, writing an answer, half of one, or a login page.
import type { IncomingMessage, ServerResponse } from "node:http";

/** What a device shows whose session has expired. */
export const LOGIN_PAGE =
  "<!DOCTYPE html><html><head><title>Login</title></head><body><form action=/login>Username <input name=u></form></body></html>";
export const ERROR_PAGE = "<html><body>Error</body></html>";
export const GARBAGE = '\u0000\u00ff{"error_code":2\u0007';

/** Calls `done` with the body: JSON as a value, anything else as text, undefined when there is none. */
export function readBody(request: IncomingMessage, done: (body: unknown) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => done(parse(Buffer.concat(chunks).toString("utf8"))));
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A POST with a body of no bytes and no Authorization. */
export function isEmptyProbe(request: IncomingMessage): boolean {
  const { authorization } = request.headers;
  const empty = (request.headers["content-length"] ?? "0") === "0" && !request.headers["transfer-encoding"];
  return request.method === "POST" && empty && authorization === undefined;
}

export function writeAnswer(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** Announces the whole body, writes half of it, breaks the connection. */
export function writeHalf(response: ServerResponse, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
