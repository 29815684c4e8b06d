// The way past a Dinstar's login: what is asked for first, how often, and when it is left alone.

import { X509Certificate } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { dinstar } from "../../../src/gateways/dinstar/index.ts";
import { failure } from "../../contract/gateway.ts";
import { FakeClock } from "../../support/clock.ts";
import { gatewayOptions } from "../../support/gateway.ts";
import { cert, key } from "../fixtures/certificate.ts";
import { bench, never, requests, text } from "./device.ts";

const batch = { ports: [0], texts: [text(1)] };

/** A server of our own behind the driver, for answers that the simulated device does not give. */
async function against(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const clock = new FakeClock();
  const gateway = dinstar(gatewayOptions({ url: `http://127.0.0.1:${address.port}/sub/`, clock }));
  onTestFinished(async () => {
    await gateway.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { gateway, clock };
}

describe("Digest", () => {
  test("the challenge comes from a GET without a body; then Authorization is sent ahead, the nonce is used on", async () => {
    const { sim, gateway } = await bench();
    await gateway.send(batch, never);
    await gateway.send({ ports: [0], texts: [text(2)] }, never);
    await gateway.ports(never);
    expect(
      sim.requests.map(({ endpoint, method, authorized, status }) => [endpoint, method, authorized, status]),
    ).toEqual([
      ["query_sms_in_queue", "GET", false, 401],
      ["send_sms", "POST", true, 200],
      ["send_sms", "POST", true, 200],
      ["get_port_info", "GET", true, 200],
    ]);
  });

  test("a nonce that ran out: the new one, once, on a fresh connection, and the text leaves once", async () => {
    const { sim, gateway } = await bench({ nonceUses: 2 });
    for (const id of [1, 2, 3, 4, 5]) await gateway.send({ ports: [0], texts: [text(id)] }, never);
    expect(sim.phones.sent).toHaveLength(5);
    const refused = sim.requests.findIndex(
      ({ endpoint, status }) => endpoint === "send_sms" && status === 401,
    );
    expect(sim.requests[refused + 1]).toMatchObject({ endpoint: "send_sms", status: 200 });
    expect(sim.requests[refused + 1]?.connection).not.toBe(sim.requests[refused]?.connection);
  });

  test("many requests at once share one nonce with rising counts", async () => {
    const { sim, gateway } = await bench();
    await Promise.all(Array.from({ length: 20 }, () => gateway.ports(never)));
    expect(requests(sim, "get_port_info")).toHaveLength(20);
    expect(sim.requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(sim.mostConcurrent).toBe(1);
  });

  test("the exact target is signed, and a comma in a query goes as %2C", async () => {
    const { sim, gateway } = await bench({ commaQuirk: true });
    expect(await gateway.ports(never)).toHaveLength(8);
    expect(requests(sim, "get_port_info")[0]?.target).toBe(
      "/api/get_port_info?info_type=type%2Cimei%2Cimsi%2Ciccid%2Csmsc%2Cnumber%2Creg",
    );
  });

  test("the path of the configured URL stands before the API's and is signed with it", async () => {
    const seen: string[] = [];
    const { gateway } = await against((request, response) => {
      seen.push(`${request.url} ${/uri="([^"]*)"/.exec(request.headers.authorization ?? "")?.[1]}`);
      if (request.headers.authorization) return response.end('{"error_code":200,"info":[]}');
      response.writeHead(401, { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' }).end();
      return response;
    });
    await gateway.ports(never);
    const target = "/sub/api/get_port_info?info_type=type%2Cimei%2Cimsi%2Ciccid%2Csmsc%2Cnumber%2Creg";
    expect(seen).toEqual([`${target} undefined`, `${target} ${target}`]);
  });
});

test("Basic, where that is what the device asks for", async () => {
  const { sim, gateway } = await bench({ auth: "basic", password: "pä:ss" });
  await gateway.send(batch, never);
  expect(sim.phones.sent).toHaveLength(1);
  expect(sim.requests.map(({ status }) => status)).toEqual([401, 200]);
});

test("a device that asks for nothing is told nothing", async () => {
  const seen: unknown[] = [];
  const { gateway } = await against((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{"error_code":200,"info":[{"port":0,"reg":"REGISTER_OK"}]}');
  });
  expect(await gateway.ports(never)).toHaveLength(1);
  expect(seen).toEqual([undefined]);
});

test("https with a foreign certificate, by its fingerprint", async () => {
  const { gateway } = await bench(
    { tls: { key, cert } },
    { fingerprint: new X509Certificate(cert).fingerprint256 },
  );
  expect(await gateway.ports(never)).toHaveLength(8);
});

describe("a refused login", () => {
  test("is not tried again for minutes, then once, then for longer; nothing is sent", async () => {
    const { sim, gateway, clock, log } = await bench({}, { password: "wrong" });
    const guesses = () => sim.requests.filter(({ authorized }) => authorized).length;
    const error = await failure(gateway.send(batch, never));
    expect(error).toMatchObject({ kind: "temporary", scope: "upstream", retryAfter: 120_000 });
    expect(error.message).toBe("login refused: check username and password");
    expect(guesses()).toBe(1);
    expect(log.of("gateway login refused")).toHaveLength(1);

    const count = sim.requestCount;
    for (const call of [
      gateway.ports(never),
      gateway.receive(undefined, never),
      gateway.send(batch, never),
    ]) {
      expect((await failure(call)).message).toBe(error.message);
    }
    expect(sim.requestCount).toBe(count);

    await clock.advance(120_000);
    expect((await failure(gateway.ports(never))).retryAfter).toBe(240_000);
    expect(guesses()).toBe(2);
    await clock.advance(239_000);
    expect((await failure(gateway.ports(never))).retryAfter).toBe(1_000);
    expect(guesses()).toBe(2);
    for (let i = 0; i < 8; i++) {
      await clock.advance(30 * 60_000);
      await failure(gateway.ports(never));
    }
    expect((await failure(gateway.ports(never))).retryAfter).toBe(30 * 60_000);
    expect(sim.phones.sent).toEqual([]);
  });

  test("requests that had queued up behind it are not tried either", async () => {
    const { sim, gateway } = await bench({}, { password: "wrong" });
    const errors = await Promise.all([1, 2, 3, 4].map(() => failure(gateway.ports(never))));
    expect(errors.map(({ kind }) => kind)).toEqual(Array(4).fill("temporary"));
    expect(sim.requests.map(({ authorized }) => authorized)).toEqual([false, true]);
  });

  test("a login that works again ends it", async () => {
    const { sim, gateway, clock } = await bench();
    sim.faults.add({ kind: "unauthorized" });
    await failure(gateway.ports(never));
    await clock.advance(120_000);
    expect(await gateway.ports(never)).toHaveLength(8);
    sim.faults.add({ kind: "unauthorized", times: 2 });
    expect((await failure(gateway.ports(never))).retryAfter).toBe(120_000);
  });

  test("a 401 to a send that was logged in: once more, and it leaves once", async () => {
    const { sim, gateway } = await bench();
    await gateway.ports(never);
    sim.faults.add({ kind: "unauthorized", on: "send_sms" });
    await gateway.send(batch, never);
    expect(sim.phones.sent).toHaveLength(1);
    sim.faults.add({ kind: "unauthorized", on: "send_sms", times: 2 });
    expect((await failure(gateway.send(batch, never))).kind).toBe("temporary");
    expect(sim.phones.sent).toHaveLength(1);
  });

  test("a banned address (403) is left alone as well", async () => {
    const { sim, gateway } = await bench();
    await gateway.ports(never);
    sim.faults.add({ kind: "error", status: 403, times: Number.POSITIVE_INFINITY });
    const error = await failure(gateway.send(batch, never));
    expect(error).toMatchObject({ kind: "temporary", retryAfter: 120_000 });
    expect(error.message).toContain("403");
    const count = sim.requestCount;
    expect((await failure(gateway.ports(never))).message).toContain("403");
    expect(sim.requestCount).toBe(count);
  });

  test("a challenge that can't be answered is no guess at all", async () => {
    let count = 0;
    const { gateway } = await against((_, response) => {
      count++;
      response.writeHead(401, { "WWW-Authenticate": "Negotiate" }).end();
    });
    expect((await failure(gateway.ports(never))).message).toContain("neither Digest nor Basic");
    await failure(gateway.ports(never));
    expect(count).toBe(1);
  });
});

describe("a web page in place of data", () => {
  test("an expired session: logged in again, once, and the text leaves once", async () => {
    const { sim, gateway } = await bench();
    await gateway.ports(never);
    sim.faults.add({ kind: "html", on: "send_sms" });
    await gateway.send(batch, never);
    expect(sim.phones.sent).toHaveLength(1);
    sim.faults.add({ kind: "html", on: "get_port_info" });
    expect(await gateway.ports(never)).toHaveLength(8);
  });

  test("for ever: temporary, in clear words, never an empty answer", async () => {
    const { sim, gateway } = await bench();
    sim.faults.add({ kind: "html", times: Number.POSITIVE_INFINITY });
    const calls = [gateway.send(batch, never), gateway.ports(never), gateway.receive(undefined, never)];
    for (const error of await Promise.all(calls.map(failure))) {
      expect([error.kind, error.message]).toEqual(["temporary", expect.stringContaining("web page")]);
    }
    expect(sim.phones.sent).toEqual([]);
  });

  test("404: the New API is not switched on; a redirect: the url is wrong", async () => {
    const { gateway } = await against((_, response) => response.writeHead(404).end("<html>"));
    expect(await failure(gateway.send(batch, never))).toMatchObject({
      kind: "temporary",
      message: expect.stringContaining("New API"),
    });
    const moved = await against((_, response) =>
      response.writeHead(302, { Location: "https://x/" }).end("moved"),
    );
    expect(await failure(moved.gateway.send(batch, never))).toMatchObject({
      kind: "temporary",
      message: expect.stringContaining("url"),
    });
  });
});

test("options that can't work are told at once", () => {
  expect(() => dinstar(gatewayOptions({ timezone: "Nowhere/Land" }))).toThrow(RangeError);
  expect(() => dinstar(gatewayOptions({ url: "gateway" }))).toThrow("no http or https URL");
});
