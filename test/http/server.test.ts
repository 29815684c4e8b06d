// The HTTP listener over real sockets: answers, headers, a taken address, and closing.
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type HttpOptions, type HttpServer, type Readiness, startHttp } from "../../src/http/server.ts";
import { MemoryLog } from "../support/log.ts";

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const READY: Readiness = { ready: true, store: "up", gateways: { office: "up" }, channels: { email: "up" } };

async function start(
  options: Partial<HttpOptions> = {},
): Promise<HttpServer & { log: MemoryLog; url: string }> {
  const log = new MemoryLog();
  const server = await startHttp({
    listen: "127.0.0.1:0",
    health: () => ({ ok: true }),
    ready: () => READY,
    metrics: { contentType: "text/plain; version=0.0.4", text: async () => "a 1\n" },
    log,
    ...options,
  });
  open.push(server);
  return { ...server, log, url: `http://${server.address}` };
}

test("a sound process is healthy", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/healthz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: "ok" });
});

test("a failing process says 503 and why", async () => {
  const { url } = await start({ health: () => ({ ok: false, problem: "the store can't be written" }) });
  const answer = await fetch(`${url}/healthz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: "failing", problem: "the store can't be written" });
});

test("a health check that throws is a 503 that leaks nothing, and a log line", async () => {
  const { url, log } = await start({
    health: () => {
      throw new Error("secret path");
    },
  });
  const answer = await fetch(`${url}/healthz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("secret path");
  expect(log.of("http failing")[0]?.fields).toMatchObject({ path: "/healthz" });
});

test("readiness names what is up and what is down; a gateway that is down does not stop it", async () => {
  const state: Readiness = {
    ...READY,
    gateways: { office: "up", depot: "down" },
    channels: { email: "down" },
  };
  const { url } = await start({ ready: async () => state });
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(state);
});

test("not ready is 503, with the same body", async () => {
  const state: Readiness = { ...READY, ready: false, store: "down" };
  const { url } = await start({ ready: () => state });
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual(state);
});

test("metrics come with their content type", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4");
  expect(await answer.text()).toBe("a 1\n");
});

test.each(["/", "/healthz/", "/healthz/x", "/metrics.txt", "/../etc/passwd"])(
  "%s is not found",
  async (path) => {
    const { url } = await start();
    expect((await fetch(url + path)).status).toBe(404);
  },
);

test("nothing is done with other methods", async () => {
  const { url } = await start();
  expect((await fetch(`${url}/healthz`, { method: "POST", body: "x" })).status).toBe(404);
  expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
});

test.each(["/healthz", "/metrics", "/nothing"])("%s carries strict headers", async (path) => {
  const { url } = await start();
  const { headers } = await fetch(url + path);
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("server")).toBeNull();
});

test("an address in use is a clear error", async () => {
  const { address } = await start();
  await expect(start({ listen: address })).rejects.toThrow(
    `can't listen on ${address}: the address is in use`,
  );
});

test("an address that this machine lacks is a clear error", async () => {
  await expect(start({ listen: "192.0.2.1:0" })).rejects.toThrow(
    "192.0.2.1:0: this machine has no such address",
  );
});

test.each(["", "host", "127.0.0.1:65536", "127.0.0.1:", "a b:80", "::1:80", "127.0.0.1:http"])(
  "%j is no address to listen on",
  async (listen) => {
    await expect(start({ listen })).rejects.toThrow("is not address:port");
  },
);

test.each([
  ["0", "127.0.0.1:"],
  [":0", "127.0.0.1:"],
  ["127.0.0.1:0", "127.0.0.1:"],
])("%j listens on loopback", async (listen, prefix) => {
  const { address, log } = await start({ listen });
  expect(address.startsWith(prefix)).toBe(true);
  expect(log.of("http listening")[0]?.fields).toEqual({ listen: address });
});

test("closing lets a request in flight finish and takes no new one", async () => {
  let answer: (value: Readiness) => void = () => {};
  let asked: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await start({
    ready: () => {
      asked();
      return new Promise<Readiness>((resolve) => {
        answer = resolve;
      });
    },
  });
  const inFlight = fetch(`${server.url}/readyz`);
  await arrived;
  const closed = server.close();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
  const before = performance.now();
  answer(READY);
  expect((await inFlight).status).toBe(200);
  await closed;
  expect(performance.now() - before).toBeLessThan(900);
  await server.close();
});

test("closing waits a second, not for ever, for a request that hangs and a client that says nothing", async () => {
  let asked: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await start({
    ready: () => {
      asked();
      return new Promise<Readiness>(() => {});
    },
  });
  const [host, port] = server.address.split(":");
  const silent = connect(Number(port), host);
  silent.on("error", () => {});
  const broken = new Promise<void>((resolve) => {
    request(`${server.url}/readyz`)
      .on("error", () => resolve())
      .end();
  });
  await arrived;
  const before = performance.now();
  await server.close();
  await broken;
  expect(performance.now() - before).toBeLessThan(4_000);
  silent.destroy();
});

test("the error for a port taken by another program names the port", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(start({ listen: `127.0.0.1:${port}` })).rejects.toThrow(`127.0.0.1:${port}`);
  await new Promise((resolve) => other.close(resolve));
});

test("a push goes to the hook at its path, which decides the answer; other paths and methods find nothing", async () => {
  const taken: string[] = [];
  const { url } = await start({
    hook: (path) =>
      path === "/push/secret"
        ? async (headers, body) => {
            taken.push(`${headers.get("x-token")} ${body}`);
            return headers.get("x-token") === "right" ? 200 : 401;
          }
        : undefined,
  });
  const push = (path: string, token: string) =>
    fetch(`${url}${path}`, { method: "POST", headers: { "X-Token": token }, body: "one" });
  expect((await push("/push/secret", "right")).status).toBe(200);
  expect((await push("/push/secret", "wrong")).status).toBe(401);
  expect((await push("/push/other", "right")).status).toBe(404);
  expect((await fetch(`${url}/push/secret`)).status).toBe(404);
  expect(taken).toEqual(["right one", "wrong one"]);
});

test("a push that is too large is refused before the hook sees it", async () => {
  const { url } = await start({ hook: () => () => Promise.reject(new Error("not to be called")) });
  const answer = await fetch(`${url}/x`, { method: "POST", body: "x".repeat(1024 * 1024 + 1) });
  expect(answer.status).toBe(413);
});

test("a hook that throws is 503, so that the upstream comes again", async () => {
  const { url, log } = await start({ hook: () => () => Promise.reject(new Error("the store is away")) });
  expect((await fetch(`${url}/x`, { method: "POST", body: "x" })).status).toBe(503);
  expect(log.of("http failing")).toHaveLength(1);
});
