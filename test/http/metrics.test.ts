// Figures as a scraper sees them: over HTTP, as text.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Delivery, State } from "../../src/bridge/message.ts";
import { createMeter, type Metrics } from "../../src/http/metrics.ts";
import { type HttpServer, startHttp } from "../../src/http/server.ts";
import { Stopwatch } from "../../src/http/stopwatch.ts";
import { MemoryLog } from "../support/log.ts";

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function scrape(metrics: Metrics): Promise<string[]> {
  const server = await startHttp({
    listen: "127.0.0.1:0",
    health: () => ({ ok: true }),
    ready: () => ({ ready: true, store: "up", gateways: {}, channels: {} }),
    metrics,
    log: new MemoryLog(),
  });
  open.push(server);
  const answer = await fetch(`http://${server.address}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("version=0.0.4");
  return (await answer.text()).split("\n");
}

const PHONE = "+491701234567";

const sms: Delivery = {
  id: 7,
  message: "m1",
  thread: 1,
  to: { via: "office", address: PHONE },
  text: "hello",
  parts: 1,
  priority: 1,
  state: "queued",
  attempts: 0,
  due: null,
  deadline: null,
  expires: 0,
  lane: { gateway: "office", port: 3 },
  sentAt: null,
  track: null,
  ref: null,
  error: null,
  warned: false,
  notify: [],
};
const mail: Delivery = {
  ...sms,
  id: 8,
  to: { via: "email", address: "ana@example.org" },
  parts: 0,
  lane: null,
};

function walk(metrics: Metrics, delivery: Delivery, steps: readonly (readonly [State, number])[]): void {
  let from: State | null = null;
  for (const [state, at] of steps) {
    metrics.moved({ ...delivery, state }, from, at);
    from = state;
  }
}

test("a delivery is counted once at each stage, by gateway and port", async () => {
  const metrics = createMeter();
  walk(metrics, sms, [
    ["queued", 1000],
    ["sending", 1001],
    ["unsure", 1002],
    ["accepted", 1020],
    ["accepted", 1030],
    ["sent", 3000],
    ["delivered", 9000],
  ]);
  const lines = await scrape(metrics);
  for (const name of ["accepted", "unsure", "submitted", "sent", "delivered"]) {
    expect(lines).toContain(`simpost_${name}_total{gateway="office",port="3"} 1`);
  }
  expect(lines).toContain('simpost_failed_total{gateway="office",port="3"} 0');
  expect(lines).toContain('simpost_latency_seconds_sum{stage="submitted",to="phone"} 0.02');
  expect(lines).toContain('simpost_latency_seconds_bucket{le="0.025",stage="submitted",to="phone"} 1');
  expect(lines).toContain('simpost_latency_seconds_bucket{le="0.01",stage="submitted",to="phone"} 0');
  expect(lines).toContain('simpost_latency_seconds_sum{stage="sent",to="phone"} 2');
  expect(lines).toContain('simpost_latency_seconds_sum{stage="delivered",to="phone"} 8');
});

test("a report that overtakes its receipt counts the stages it passed", async () => {
  const metrics = createMeter();
  walk(metrics, sms, [
    ["queued", 0],
    ["sending", 10],
    ["delivered", 500],
  ]);
  const lines = await scrape(metrics);
  for (const stage of ["submitted", "sent", "delivered"]) {
    expect(lines).toContain(`simpost_${stage}_total{gateway="office",port="3"} 1`);
    expect(lines).toContain(`simpost_latency_seconds_sum{stage="${stage}",to="phone"} 0.5`);
  }
});

test("a phone whose gateway is not chosen is at *, a known gateway has no port, a mail is at its channel", async () => {
  const metrics = createMeter();
  metrics.moved({ ...sms, to: { via: "*", address: PHONE }, lane: null }, null, 0);
  metrics.moved({ ...sms, lane: null }, null, 0);
  metrics.moved(mail, null, 0);
  metrics.moved({ ...mail, lane: { gateway: "office", port: 3 } }, null, 0);
  metrics.moved({ ...mail, state: "failed" }, "sending", 0);
  const lines = await scrape(metrics);
  expect(lines.filter((line) => line.startsWith("simpost_accepted_total{"))).toEqual([
    'simpost_accepted_total{channel="-"} 0',
    'simpost_accepted_total{gateway="*"} 1',
    'simpost_accepted_total{gateway="office"} 1',
    'simpost_accepted_total{channel="email"} 2',
  ]);
  expect(lines).toContain('simpost_failed_total{channel="email"} 1');
});

test("what is stored as failed at once is both accepted and failed", async () => {
  const metrics = createMeter();
  metrics.moved({ ...mail, to: { via: "-", address: "" }, state: "failed" }, null, 0);
  const lines = await scrape(metrics);
  expect(lines).toContain('simpost_accepted_total{channel="-"} 1');
  expect(lines).toContain('simpost_failed_total{channel="-"} 1');
});

test("texts heard, requests, and messages taken in", async () => {
  const metrics = createMeter();
  metrics.heard({ gateway: "office", port: 0 });
  metrics.heard({ gateway: "office", port: 0 });
  metrics.heard({ gateway: "depot", port: null });
  metrics.request("office", "send", true, 30);
  metrics.request("office", "send", false, 2000);
  metrics.request("email", "accept", true, 1.5);
  const lines = await scrape(metrics);
  expect(lines).toContain('simpost_heard_total{gateway="office",port="0"} 2');
  expect(lines).toContain('simpost_heard_total{gateway="depot"} 1');
  expect(lines).toContain('simpost_request_seconds_bucket{le="0.05",via="office",what="send"} 1');
  expect(lines).toContain('simpost_request_seconds_count{via="office",what="send"} 2');
  expect(lines).toContain('simpost_request_errors_total{via="office",what="send"} 1');
  expect(lines).toContain('simpost_accept_seconds_bucket{le="0.002",channel="email"} 1');
  expect(lines).toContain('simpost_request_errors_total{via="email",what="accept"} 0');
  expect(
    lines.some((line) => line.startsWith("simpost_request_seconds") && line.includes('what="accept"')),
  ).toBe(false);
});

const NO_DEPTH = { queued: 0, sending: 0, accepted: 0, sent: 0, delivered: 0, unsure: 0, failed: 0 };

test("the store is read at each scrape, and left out when it can't be", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-metrics-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "simpost.db");
  writeFileSync(path, "0123456789");
  writeFileSync(`${path}-wal`, "01234");
  const metrics = createMeter();
  let queued = 3;
  let broken = false;
  const unless = <T>(value: T): Promise<T> =>
    broken ? Promise.reject(new Error("disk")) : Promise.resolve(value);
  metrics.setStore({
    depth: () => unless({ ...NO_DEPTH, queued, accepted: 1, delivered: 9 }),
    waiting: () =>
      unless([
        { pool: "*", at: 10_000 },
        { pool: "office:3", at: 99_000 },
      ]),
    now: () => 40_000,
    path,
  });
  let lines = await scrape(metrics);
  expect(lines).toContain('simpost_deliveries{state="queued"} 3');
  expect(lines).toContain('simpost_oldest_waiting_seconds{pool="*"} 30');
  // A clock that was set back makes no negative age.
  expect(lines).toContain('simpost_oldest_waiting_seconds{pool="office:3"} 0');
  expect(lines).toContain("simpost_store_bytes 15");
  expect(
    Number(lines.find((line) => line.startsWith("simpost_store_free_bytes "))?.split(" ")[1]),
  ).toBeGreaterThan(0);
  queued = 2;
  rmSync(`${path}-wal`);
  lines = await scrape(metrics);
  expect(lines).toContain('simpost_deliveries{state="queued"} 2');
  expect(lines).toContain('simpost_deliveries{state="delivered"} 9');
  expect(lines).toContain("simpost_store_bytes 10");
  broken = true;
  rmSync(path);
  const read = /^simpost_(?:deliveries|oldest_waiting_seconds|store_bytes)\b/;
  expect((await scrape(metrics)).filter((line) => read.test(line))).toEqual([]);
});

test("commits of the store and those that failed", async () => {
  const metrics = createMeter();
  metrics.committed(true, 2);
  metrics.committed(true, 30);
  metrics.committed(false, 5);
  const lines = await scrape(metrics);
  expect(lines).toContain("simpost_store_commit_seconds_sum 0.032");
  expect(lines).toContain('simpost_store_commit_seconds_bucket{le="0.0025"} 1');
  expect(lines).toContain("simpost_store_errors_total 1");
});

test("what runs is told", async () => {
  const lines = await scrape(createMeter({ version: "1.2.3" }));
  expect(lines).toContain(`simpost_build_info{version="1.2.3",node="${process.versions.node}"} 1`);
});

test("counters are there, at 0, before the first event that they count", async () => {
  const metrics = createMeter();
  metrics.setGateway("office", true, [{ port: 3, up: true }]);
  metrics.setChannel("email", true);
  metrics.request("office", "ports", true, 10);
  const lines = await scrape(metrics);
  for (const name of ["accepted", "submitted", "sent", "delivered", "failed", "unsure"]) {
    expect(lines).toContain(`simpost_${name}_total{gateway="office",port="3"} 0`);
    expect(lines).toContain(`simpost_${name}_total{channel="email"} 0`);
    expect(lines).toContain(`simpost_${name}_total{channel="-"} 0`);
  }
  expect(lines).toContain('simpost_heard_total{gateway="office",port="3"} 0');
  expect(lines).toContain('simpost_request_errors_total{via="office",what="ports"} 0');
  expect(lines).toContain("simpost_store_errors_total 0");
});

test("gateways, ports and channels that are up, down and gone", async () => {
  const metrics = createMeter();
  metrics.setGateway("office", true, [
    { port: 0, up: true },
    { port: 1, up: false },
  ]);
  metrics.setGateway("depot", false);
  metrics.setChannel("email", true);
  let lines = await scrape(metrics);
  expect(lines).toContain('simpost_gateway_up{gateway="office"} 1');
  expect(lines).toContain('simpost_gateway_up{gateway="depot"} 0');
  expect(lines).toContain('simpost_port_up{gateway="office",port="0"} 1');
  expect(lines).toContain('simpost_port_up{gateway="office",port="1"} 0');
  expect(lines).toContain('simpost_channel_up{channel="email"} 1');

  metrics.setGateway("office", false);
  metrics.setGateway("depot", null);
  metrics.setChannel("email", null);
  lines = await scrape(metrics);
  expect(lines).toContain('simpost_gateway_up{gateway="office"} 0');
  expect(lines).toContain('simpost_port_up{gateway="office",port="0"} 1');
  expect(lines.filter((line) => /_up\{.*(?:depot|email)/.test(line))).toEqual([]);

  metrics.setGateway("office", true, [{ port: 1, up: true }]);
  lines = await scrape(metrics);
  expect(lines.filter((line) => line.startsWith("simpost_port_up{"))).toEqual([
    'simpost_port_up{gateway="office",port="1"} 1',
  ]);
  metrics.setGateway("office", null);
  expect((await scrape(metrics)).filter((line) => /_up\{.*office/.test(line))).toEqual([]);
});

test("no label holds a number, a mailbox or a user", async () => {
  const metrics = createMeter();
  walk(metrics, sms, [
    ["queued", 0],
    ["sending", 1],
    ["failed", 2],
  ]);
  walk(metrics, mail, [
    ["queued", 0],
    ["sending", 1],
    ["delivered", 2],
  ]);
  const text = (await scrape(metrics)).join("\n");
  expect(text).not.toContain("491701234567");
  expect(text).not.toContain("ana@");
  expect(text).not.toContain("hello");
});

test("the process's own figures are there", async () => {
  const lines = await scrape(createMeter());
  for (const name of [
    "process_resident_memory_bytes",
    "nodejs_heap_size_used_bytes",
    "process_start_time_seconds",
  ]) {
    expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true);
  }
  expect(lines.filter((line) => line.includes("nodejs_eventloop"))).toEqual([]);
  const lags = lines.filter((line) => line.startsWith("simpost_loop_lag_seconds{"));
  expect(lags).toHaveLength(3);
});

test("the stopwatch is bounded: full, it measures no new ones until the oldest is a day old", () => {
  const watch = new Stopwatch(2);
  watch.start(1, 0);
  watch.start(2, 10);
  watch.start(3, 20);
  expect([1, 2, 3].map((id) => watch.since(id, 50))).toEqual([50, 40, null]);
  watch.stop(1);
  watch.start(4, 30);
  expect(watch.since(4, 50)).toBe(20);
  watch.start(5, 24 * 3_600_000 + 10);
  expect(watch.since(2, 50)).toBeNull();
  expect(watch.since(5, 24 * 3_600_000 + 10)).toBe(0);
  expect(watch.since(4, 0)).toBe(0);
});
