// The Synway driver: what leaves, what a refusal means, and what became of texts.
import { expect, test } from "vitest";
import { synway } from "../../src/gateways/synway/index.ts";
import { turn } from "../support/clock.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { failure, never, open, setup, sms } from "./synway-setup.ts";

const ANA = "+491701000001";
const BEN = "+491701000002";

test("one request: userid, numbers as the device wants them, ports, encoding, all of them strings", async () => {
  const { gateway, device, asked } = await setup({}, {}, { numbers: "national" });
  const receipts = await gateway.send({ ports: [1, 3], texts: [sms(7, ANA), sms(8, BEN)] }, never);
  expect(receipts).toEqual([
    { id: 7, track: '{"task":0,"user":7}' },
    { id: 8, track: '{"task":0,"user":7}' },
  ]);
  await gateway.send({ ports: [2], texts: [sms(9, ANA, "Привет")] }, never);
  expect(asked("txsms")).toEqual([
    {
      event: "txsms",
      userid: "7",
      num: "01701000001,01701000002",
      port: "1,3",
      encoding: "0",
      smsinfo: "hello",
    },
    { event: "txsms", userid: "9", num: "01701000001", port: "2", encoding: "8", smsinfo: "Привет" },
  ]);
  expect(device.phones.sent.map(({ port }) => port)).toEqual([1, 3, 2]);
});

test.each([
  ["different texts", [sms(1, ANA, "a"), sms(2, BEN, "b")], [1]],
  ["51 numbers", Array.from({ length: 51 }, (_, i) => sms(i + 1, `+4917010000${i + 10}`)), [1]],
  ["601 septets", [sms(1, ANA, "x".repeat(601))], [1]],
  ["extension characters over 600 septets", [sms(1, ANA, "€".repeat(301))], [1]],
  ["301 UCS-2 units", [sms(1, ANA, "я".repeat(301))], [1]],
  ["a name", [sms(1, "INFO")], [1]],
  ["port -1", [sms(1, ANA)], [-1]],
  ["no port", [sms(1, ANA)], []],
  ["no text", [], [1]],
])("%s: refused before anything leaves", async (_, texts, ports) => {
  const { gateway, device } = await setup();
  const error = await failure(gateway.send({ ports, texts }, never));
  expect([error.kind, error.scope]).toEqual(["permanent", "message"]);
  expect(device.requestCount).toBe(0);
});

test("the limits are the device's", async () => {
  const { gateway } = await setup();
  expect(gateway.limits).toMatchObject({ batch: 50, sameText: true, ussd: 255 });
  const sizes = ["x".repeat(600), "x".repeat(601), "€".repeat(300), "я".repeat(300), "я".repeat(301)];
  expect(sizes.map((text) => gateway.limits.fits(text))).toEqual([true, false, true, true, false]);
});

test.each([
  ["num error", "permanent", "message"],
  ["Invalid phone number", "permanent", "message"],
  ["smsinfo too long", "permanent", "message"],
  ["encoding error", "permanent", "message"],
  ["all ports busy", "temporary", "message"],
  ["SMS queue full", "temporary", "message"],
  ["Too many messages", "temporary", "message"],
  ["fault 17", "temporary", "message"],
  ["", "temporary", "message"],
  ["Authentication failed", "temporary", "upstream"],
])("refused with %j: %s, %s", async (content, kind, scope) => {
  const { gateway, device } = await setup();
  device.faults.add({ kind: "reply", on: "txsms", body: JSON.stringify({ result: "Error", content }) });
  const error = await failure(gateway.send({ ports: [1], texts: [sms(1, ANA)] }, never));
  expect([error.kind, error.scope]).toEqual([kind, scope]);
});

test.each([
  [{ kind: "html" }, "unsure"],
  [{ kind: "half" }, "unsure"],
  [{ kind: "garbage" }, "unsure"],
  [{ kind: "error", status: 500 }, "unsure"],
  [{ kind: "drop-after-processing" }, "unsure"],
  [{ kind: "reply", body: '{"result":"ok","content":"done"}' }, "unsure"],
  [{ kind: "reply", body: '{"result":"ok","content":"taskid:-1"}' }, "unsure"],
  [{ kind: "error", status: 404 }, "temporary"],
] as const)("a send that is answered by %j is %s", async (fault, kind) => {
  const { gateway, device } = await setup();
  device.faults.add({ ...fault, on: "txsms" });
  expect((await failure(gateway.send({ ports: [1], texts: [sms(1, ANA)] }, never))).kind).toBe(kind);
});

test("sends keep their distance, and one that is stopped while it waits never leaves", async () => {
  const { gateway, device, clock } = await setup({}, { spacing: 6_000 });
  const send = (id: number, signal = never) => gateway.send({ ports: [1], texts: [sms(id, ANA)] }, signal);
  await send(1);
  const stop = new AbortController();
  const stopped = failure(send(2, stop.signal));
  while (clock.waiting < 1) await turn();
  await gateway.ports(never);
  stop.abort();
  expect((await stopped).kind).toBe("temporary");
  const second = send(3);
  while (clock.waiting < 1) await turn();
  await clock.advance(5_999);
  expect(device.phones.total).toBe(1);
  await clock.advance(1);
  await second;
  expect(device.phones.sent.map(({ correlation }) => correlation)).toEqual(["1", "3"]);
});

test("a refused login: said once, then the device is left alone, longer each time", async () => {
  const { gateway, device, clock, log } = await setup();
  device.faults.add({ kind: "unauthorized", times: 2 });
  const first = await failure(gateway.ports(never));
  expect([first.kind, first.scope, first.retryAfter]).toEqual(["temporary", "upstream", 60_000]);
  expect(first.message).toContain("API account");
  const resting = await failure(gateway.send({ ports: [1], texts: [sms(1, ANA)] }, never));
  expect([resting.kind, resting.retryAfter]).toEqual(["temporary", 60_000]);
  expect(device.requestCount).toBe(1);
  await clock.advance(60_000);
  expect((await failure(gateway.ports(never))).retryAfter).toBe(120_000);
  await clock.advance(120_000);
  expect(await gateway.ports(never)).toHaveLength(8);
  expect(log.of("gateway login refused")).toHaveLength(2);
  expect(JSON.stringify(log.lines)).not.toContain(device.password);
});

test("a wrong password is a refused login", async () => {
  const { gateway } = await setup({}, {}, { password: "wrong" });
  expect((await failure(gateway.ports(never))).message).toContain("login refused (HTTP 401)");
});

test("results of many tasks come in one request; frequent texts and a missing port are told in words", async () => {
  const { gateway, device, clock, asked } = await setup({ searchTimeout: 0, ports: 3 }, { receipts: false });
  device.phones.behave(BEN, { refuseFrom: 0 });
  device.setPort(3, { connect: 0 });
  const sent = [];
  for (const [text, port] of [
    [sms(1, ANA), 1],
    [sms(2, BEN), 2],
    [sms(3, ANA), 3],
  ] as const) {
    const [receipt] = await gateway.send({ ports: [port], texts: [text] }, never);
    sent.push(open(text, clock.now(), "accepted", { track: receipt?.track ?? null, port: null }));
  }
  await turn();
  let reports = await gateway.progress(sent, never);
  while (reports[2]?.outcome === "waiting") reports = await gateway.progress(sent, never);
  expect(reports).toMatchObject([
    { id: 1, outcome: "sent", port: 1 },
    { id: 2, outcome: "failed", port: 2, detail: expect.stringContaining("frequent") },
    { id: 3, outcome: "failed", detail: expect.stringContaining("no port") },
  ]);
  expect(asked("querytxsms")[0]).toEqual({ event: "querytxsms", taskid: "0,1,2" });
  expect(asked("querytxsmsrpt")).toEqual([]);
});

test("firmware that refuses a whole query over one unknown task: the others are still told of", async () => {
  const { gateway, device, clock } = await setup({}, { receipts: false });
  const known = [];
  for (const text of [sms(1, ANA), sms(2, BEN)]) {
    const [receipt] = await gateway.send({ ports: [1], texts: [text] }, never);
    known.push(open(text, clock.now(), "accepted", { track: receipt?.track ?? null }));
  }
  const gone = open(sms(3, ANA), clock.now(), "accepted", { track: '{"task":99,"user":3}' });
  device.faults.add({ kind: "reply", on: "querytxsms", body: '{"result":"error","content":"taskid error"}' });
  expect((await gateway.progress([...known, gone], never)).map(({ id }) => id)).toEqual([1, 2]);
});

test("a send goes out on a connection of its own: a kept one may be dead", async () => {
  const { gateway, device } = await setup();
  await gateway.ports(never);
  expect(device.connectionCount).toBe(1);
  await gateway.send({ ports: [1], texts: [sms(1, ANA)] }, never);
  expect(device.connectionCount).toBe(2);
});

test("after a reboot a task of the same number is another's: nothing is said of it", async () => {
  const { gateway, device, clock } = await setup();
  const text = sms(1, ANA);
  const [receipt] = await gateway.send({ ports: [1], texts: [text] }, never);
  await device.reboot();
  await gateway.send({ ports: [1], texts: [sms(2, ANA, "another")] }, never);
  const track = receipt?.track ?? null;
  expect(await gateway.progress([open(text, clock.now(), "accepted", { track })], never)).toEqual([]);
});

test("a receipt counts only while one text to its number waits on its port", async () => {
  const { gateway, device, clock } = await setup({}, { rptnum: 1 });
  device.phones.behave(ANA, { reports: [] });
  const sent = [];
  for (const text of [sms(1, ANA, "one"), sms(2, ANA, "two"), sms(3, BEN)]) {
    const [receipt] = await gateway.send({ ports: [1], texts: [text] }, never);
    sent.push(open(text, clock.now(), "sent", { track: receipt?.track ?? null }));
  }
  const [one, two, ben] = sent;
  if (!one || !two || !ben) throw new Error("three were sent");
  device.faults.add({ kind: "reply", on: "querytxsmsrpt", body: '{"result":"ok","content":"OK"}', times: 9 });
  expect(await gateway.progress([one, two], never)).toEqual([]);
  // asked for by itself it is no less ambiguous
  expect(await gateway.progress([two], never)).toEqual([]);
  expect(await gateway.progress([ben], never)).toEqual([{ id: 3, outcome: "delivered", port: 1 }]);
  // the first one is not waited for any more
  await clock.advance(24 * 3_600_000 + 1);
  expect(await gateway.progress([two], never)).toEqual([{ id: 2, outcome: "delivered", port: 1 }]);
});

test("no receipt yet is no news", async () => {
  const { gateway, device, clock, asked } = await setup({}, { rptnum: 2 });
  device.phones.behave("*", { reports: [] });
  const text = sms(1, ANA);
  const [receipt] = await gateway.send({ ports: [1], texts: [text] }, never);
  const sent = open(text, clock.now(), "sent", { track: receipt?.track ?? null });
  expect(await gateway.progress([sent], never)).toEqual([]);
  expect(asked("querytxsmsrpt")).toEqual([{ event: "querytxsmsrpt", port: "1", num: ANA, rptnum: "2" }]);
});

test("many receipts take turns", async () => {
  const { gateway, device, clock, asked } = await setup();
  device.phones.behave("*", { reports: [] });
  const sent = [];
  for (let i = 0; i < 20; i++) {
    const text = sms(i + 1, `+4917010001${10 + i}`);
    await gateway.send({ ports: [1], texts: [text] }, never);
    sent.push(open(text, clock.now(), "sent"));
  }
  await gateway.progress(sent, never);
  expect(asked("querytxsmsrpt")).toHaveLength(16);
  await clock.advance(1000);
  await gateway.progress(sent, never);
  expect(new Set(asked("querytxsmsrpt").map(({ num }) => num)).size).toBe(20);
});

test.each([
  [{ portBase: -1 }, "portBase"],
  [{ spacing: "6s" }, "spacing"],
  [{ outboxEvent: "other" }, "outboxEvent"],
  [{ paths: 1 }, "paths"],
  [{ receipts: "no" }, "receipts"],
])("settings that make no sense are refused: %j", (extra, named) => {
  expect(() => synway(gatewayOptions({ extra }))).toThrow(named);
});
