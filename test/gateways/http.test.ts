// The one HTTP client: what a failure says about the request, over real sockets that misbehave.
import { X509Certificate } from "node:crypto";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import { createHttp, type Http } from "../../src/gateways/http.ts";
import { cert, key } from "./fixtures/certificate.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server, scheme = "http"): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `${scheme}://127.0.0.1:${address.port}`;
}

/** A server that answers each request with raw bytes, or closes on null. Counts what reached it. */
async function raw(answer: string | null): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on("data", () => {
      requests++;
      if (answer === null) socket.destroy();
      else socket.end(answer);
    });
  });
  return { url: await listen(server), requests: () => requests };
}

function client(url: string, more: { timeout?: number; fingerprint?: string } = {}): Http {
  const http = createHttp({ url, timeout: more.timeout ?? 5_000, fingerprint: more.fingerprint });
  cleanups.push(() => http.close());
  return http;
}

const never = new AbortController().signal;
const post = { method: "POST", path: "/send", body: "{}", signal: never } as const;

async function failure(promise: Promise<unknown>): Promise<SendError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw new Error(`a SendError was expected, not ${String(error)}`);
  return error;
}

const serve = async (handler: RequestListener): Promise<string> => listen(createHttpServer(handler));

describe("an answer", () => {
  test("comes with status, headers and body as UTF-8, unchanged", async () => {
    const url = await serve((request, response) => {
      const seen = [request.method, request.url, request.headers["x-a"], request.headers["accept-encoding"]];
      response.setHeader("WWW-Authenticate", ['Basic realm="a"', 'Digest realm="b"']);
      response.writeHead(401).end(`grüße ${seen.join(" ")}`);
    });
    const http = client(`${url}/base/`);
    expect(http.base).toBe("/base");
    const answer = await http.exchange({
      method: "GET",
      path: "/x?a=%2C",
      headers: { "x-a": "1" },
      signal: never,
    });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toEqual(['Basic realm="a"', 'Digest realm="b"']);
    expect(answer.body).toBe("grüße GET /x?a=%2C 1 ");
  });

  test("redirects are not followed, HTTP/1.0 without a length is read to its end", async () => {
    const away = await raw("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    expect((await client(away.url).exchange(post)).status).toBe(302);
    expect(away.requests()).toBe(1);
    const old = await raw("HTTP/1.0 200 OK\r\n\r\nbody");
    expect((await client(old.url).exchange(post)).body).toBe("body");
  });

  test("requests go one at a time, in order", async () => {
    let busy = 0;
    let most = 0;
    const order: string[] = [];
    const url = await serve((request, response) => {
      most = Math.max(most, ++busy);
      order.push(request.url ?? "");
      setImmediate(() => {
        busy--;
        response.end("ok");
      });
    });
    const http = client(url);
    const paths = ["/1", "/2", "/3", "/4", "/5"];
    await Promise.all(paths.map((path) => http.exchange({ method: "GET", path, signal: never })));
    expect(order).toEqual(paths);
    expect(most).toBe(1);
  });

  test("fresh closes the kept connection first", async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => response.end("ok"));
    server.on("connection", () => connections++);
    const http = client(await listen(server));
    await http.exchange(post);
    await http.exchange(post);
    expect(connections).toBe(1);
    await http.exchange({ ...post, fresh: true });
    expect(connections).toBe(2);
  });
});

describe("certainly not taken: temporary", () => {
  test("connection refused", async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(client(url).exchange(post));
    expect(error.kind).toBe("temporary");
    expect(error.message).toContain("connection refused");
    expect(error.scope).toBe("upstream");
  });

  test("no such name", async () => {
    expect((await failure(client("http://no-such-name.invalid").exchange(post))).kind).toBe("temporary");
  });

  test("a connection that never comes about is given up, so that nothing leaves through it later", async () => {
    let heard = "";
    const closed = Promise.withResolvers<void>();
    const silent = createServer((socket) => {
      socket.on("data", (chunk) => {
        heard += chunk.toString("latin1");
      });
      socket.on("close", () => closed.resolve());
    });
    const http = client((await listen(silent)).replace("http:", "https:"), { timeout: 100 });
    expect(await failure(http.exchange(post))).toMatchObject({ kind: "temporary" });
    await closed.promise;
    expect(heard).not.toContain("/send");
  });

  test("the caller gave up before its turn came, and nothing of it leaves later", async () => {
    const paths: string[] = [];
    let release: () => void = () => undefined;
    const url = await serve((request, response) => {
      paths.push(request.url ?? "");
      if (request.url === "/slow") release = () => response.end("ok");
      else response.end("ok");
    });
    const http = client(url);
    const slow = http.exchange({ method: "GET", path: "/slow", signal: never });
    const abort = new AbortController();
    const waiting = failure(http.exchange({ ...post, signal: abort.signal }));
    await expect.poll(() => paths).toEqual(["/slow"]);
    abort.abort();
    expect((await waiting).kind).toBe("temporary");
    release();
    await slow;
    await http.exchange({ method: "GET", path: "/after", signal: never });
    expect(paths).toEqual(["/slow", "/after"]);
  });

  test("a signal that had aborted, a closed client, a header that can't be sent", async () => {
    const { url, requests } = await raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const http = client(url);
    expect((await failure(http.exchange({ ...post, signal: AbortSignal.abort() }))).kind).toBe("temporary");
    const odd = { ...post, headers: { "x-a": "1\r\nx-b: 2" } };
    expect((await failure(http.exchange(odd))).kind).toBe("temporary");
    await http.close();
    expect((await failure(http.exchange(post))).kind).toBe("temporary");
    expect(requests()).toBe(0);
  });
});

describe("it may have been taken: unsure", () => {
  test("no answer in time", async () => {
    let seen = 0;
    const url = await serve(() => {
      seen++;
    });
    const error = await failure(client(url, { timeout: 50 }).exchange(post));
    expect(error.kind).toBe("unsure");
    expect(error.message).toContain("no answer within 50 ms");
    expect(seen).toBe(1);
  });

  test("the caller gave up while it was under way", async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort());
    expect((await failure(client(url).exchange({ ...post, signal: abort.signal }))).kind).toBe("unsure");
  });

  test.each([
    ["closed without an answer", null],
    ["an answer cut short", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"],
    ["headers ended by LF only", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"],
    ["a length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"],
    ["HTTP/0.9", '{"error_code":202}'],
  ])("%s; and it is never sent a second time", async (_, answer) => {
    const { url, requests } = await raw(answer);
    const http = client(url);
    expect((await failure(http.exchange(post))).kind).toBe("unsure");
    expect((await failure(http.exchange({ method: "GET", path: "/", signal: never }))).kind).toBe("unsure");
    expect(requests()).toBe(2);
  });

  test("an endless answer is cut", async () => {
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    const error = await failure(client(url).exchange(post));
    expect(error.kind).toBe("unsure");
    expect(error.message).toContain("answer over 8388608 bytes");
  });

  test("after a failure the next request works", async () => {
    let first = true;
    const url = await serve((request, response) => {
      if (first) request.socket.destroy();
      else response.end("ok");
      first = false;
    });
    const http = client(url);
    await failure(http.exchange(post));
    expect((await http.exchange(post)).body).toBe("ok");
  });
});

describe("TLS", () => {
  const pinned = new X509Certificate(cert).fingerprint256;
  const secure = async () => {
    let requests = 0;
    const server = createHttpsServer({ key, cert }, (_, response) => {
      requests++;
      response.end("ok");
    });
    return { url: await listen(server, "https"), requests: () => requests };
  };

  test("the pinned certificate is taken under any name and however it is written", async () => {
    const { url } = await secure();
    expect((await client(url, { fingerprint: pinned }).exchange(post)).body).toBe("ok");
    const plain = pinned.replaceAll(":", "").toLowerCase();
    expect((await client(url, { fingerprint: plain }).exchange(post)).body).toBe("ok");
  });

  test("another certificate, or none pinned: refused before anything is written", async () => {
    const { url, requests } = await secure();
    const wrong = await failure(client(url, { fingerprint: "00".repeat(32) }).exchange(post));
    expect(wrong.kind).toBe("temporary");
    expect(wrong.message).toContain(pinned);
    const open = await failure(client(url).exchange(post));
    expect(open.kind).toBe("temporary");
    expect(open.message).toContain("set its fingerprint");
    expect(requests()).toBe(0);
  });
});

test("wrong options are told at once", () => {
  const make = (url: string, fingerprint?: string) => () => createHttp({ url, timeout: 1, fingerprint });
  expect(make("gateway")).toThrow("no http or https URL");
  expect(make("ftp://gateway")).toThrow("no http or https URL");
  expect(make("https://gateway", "12:34")).toThrow("64 hexadecimal digits");
  expect(make("http://gateway", "00".repeat(32))).toThrow("only an https gateway");
});
