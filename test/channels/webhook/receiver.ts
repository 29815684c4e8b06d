// A receiver of webhooks on a real socket: keeps what it took, answers as it is told, and checks signatures the receiver's way.
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** All requests, and those that were answered 2xx. */
  readonly requests: readonly Taken[];
  readonly taken: readonly Taken[];
  /** How requests are answered; `hang`: not at all. By path, or all others. */
  answer(how: How, path?: string): void;
  /** Resolves when this many requests came in all. */
  came(count: number): Promise<void>;
  /** Answers 200 to those that hang. */
  release(): void;
  close(): Promise<void>;
}

type How =
  | "hang"
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export async function startReceiver(port = 0): Promise<Receiver> {
  const requests: Taken[] = [];
  const taken: Taken[] = [];
  const hanging: (() => void)[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const rules = new Map<string, How>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = {
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(one);
      const how = rules.get(one.path) ?? rules.get("") ?? { status: 200 };
      if (how === "hang") hanging.push(() => reply(one, { status: 200 }, response));
      else reply(one, how, response);
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    });
  });
  const reply = (one: Taken, how: Exclude<How, "hang">, response: ServerResponse): void => {
    if (how.status < 300) taken.push(one);
    response.writeHead(how.status, how.headers).end(how.body ?? "");
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const at = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${at}`,
    port: at,
    requests,
    taken,
    answer: (how, path = "") => void rules.set(path, how),
    came: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    release: () => {
      for (const answer of hanging.splice(0)) answer();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a receiver does (Standard Webhooks 1.0, "Verifying webhooks"): written from its words, not from ours. */
export function verified({ headers, body }: Taken, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const content = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  const expected = createHmac("sha256", key).update(content).digest("base64");
  return String(headers["webhook-signature"])
    .split(" ")
    .some((signature) => signature === `v1,${expected}`);
}
