// The simulated Synway, driven by hand with the document's own examples and with a captured answer.
import { afterEach, expect, test } from "vitest";
import { type SimulatedSynway, type SynwayOptions, startSynway } from "../../src/demo/devices/synway.ts";
import { raw, synwayClient } from "./raw.ts";

let devices: SimulatedSynway[] = [];
afterEach(async () => {
  await Promise.all(devices.map((device) => device.stop()));
  devices = [];
});

async function start(options: SynwayOptions = {}) {
  const device = await startSynway(options);
  devices.push(device);
  return { device, ...synwayClient(device) };
}

const AT = Date.UTC(2015, 8, 11, 11, 11, 11);
const HELLO = {
  event: "txsms",
  userid: "0",
  num: "10086,10087,10088",
  port: "1,2,3",
  encoding: "0",
  smsinfo: "hello world!",
};

test("the document's txsms and querytxsms: one text to three numbers from three ports", async () => {
  const { device, task, query } = await start();
  expect(await task(HELLO)).toEqual({ result: "ok", content: "taskid:0" });
  expect(device.phones.sent.map(({ port, to, correlation }) => [port, to, correlation])).toEqual([
    [1, "10086", "0"],
    [2, "10087", "0"],
    [3, "10088", "0"],
  ]);
  expect(await query({ event: "querytxsms", taskid: "0" })).toEqual({
    result: "ok",
    content: "[taskid:0:3:0;1:10086:3;2:10087:3;3:10088:3]",
  });
  expect(await query({ event: "querytxsms", taskid: "0", num: "10086", port: "1" })).toEqual({
    result: "ok",
    content: "[taskid:0:1:0;1:10086:3]",
  });
});

test("groups, with and without userid, and the statuses wait, sending, failed, timeout", async () => {
  const { device, task, query } = await start({
    ports: 2,
    sendTime: Number.POSITIVE_INFINITY,
    groups: ",\n",
    json: "raw",
  });
  device.phones.behave("10086", { refuseFrom: 0 });
  await task({ ...HELLO, userid: "3", port: "1,2" });
  await task({ event: "txsms", num: "1", port: "9", encoding: "8", smsinfo: "x" });
  device.modem.finish(1);
  const { text } = await synwayClient(device).send("/API/QueryInfo", {
    event: "querytxsms",
    taskid: "0,1,7",
  });
  expect(text).toBe(
    '{"result":"ok","content":"[taskid:0:3:3;1:10086:4;2:10087:2;1:10088:2],\n[taskid:1:1;-1:1:5]"}',
  );
  await task({ ...HELLO, num: "5", port: "1" });
  expect((await query({ event: "querytxsms", taskid: "2" })).content).toBe("[taskid:2:1:0;-1:5:1]");
  expect(await query({ event: "querytxsms", taskid: "9" })).toEqual({
    result: "error",
    content: "no such task",
  });
});

test("a text that finds no registered port times out", async () => {
  const { device, task, query } = await start({ ports: [{ connect: 0 }], searchTimeout: 5 });
  await task({ ...HELLO, num: "5", port: "-1" });
  await expect
    .poll(async () => (await query({ event: "querytxsms", taskid: "0" })).content)
    .toBe("[taskid:0:1:0;-1:5:5]");
  expect(device.phones.total).toBe(0);
});

test.each([
  ["a value that is no string", { ...HELLO, userid: 0 }],
  ["51 numbers", { ...HELLO, num: Array.from({ length: 51 }, () => "1").join(",") }],
  ["601 characters of bit7", { ...HELLO, smsinfo: "x".repeat(601) }],
  ["301 characters of UCS-2", { ...HELLO, encoding: "8", smsinfo: "x".repeat(301) }],
  ["another encoding", { ...HELLO, encoding: "7" }],
  ["a port that is no number", { ...HELLO, port: "one" }],
  ["the wrong door", { ...HELLO, event: "querytxsms", taskid: "0" }],
  ["no JSON", "{"],
])("txsms with %s is an error, and nothing leaves", async (_, body) => {
  const { device, task } = await start();
  expect(await task(body)).toMatchObject({ result: "error" });
  expect(device.phones.total).toBe(0);
});

test("the limits themselves are good, and parameter names have no case", async () => {
  const { device, task } = await start({ ok: "oK" });
  const num = Array.from({ length: 50 }, (_, index) => String(100 + index)).join(",");
  const body = { Event: "txsms", NUM: num, ENCODING: "8", SmsInfo: "ü".repeat(300) };
  expect(await task(body)).toEqual({ result: "oK", content: "taskid:0" });
  expect(device.phones.total).toBe(50);
  expect(await task({ ...HELLO, smsinfo: "x".repeat(600) })).toMatchObject({ result: "oK" });
});

test("the inbox is written as captured: raw newlines, and whatever the body holds", async () => {
  const { device, send } = await start({ now: () => AT });
  const sim = { device: "synway", port: 2 };
  device.phones.text("5493815682688", sim, "Hola");
  device.phones.text("INFO", sim, 'a:b;c|E;\n"d"\\', { slot: "B" });
  const { text } = await send("/API/QueryInfo", { event: "queryrxsms" });
  expect(text).toBe(
    '{"result":"ok","content":"total:2;20150911111111:2(-1)(-1):5493815682688:Hola|E;20150911111111:2(B)(-1):INFO:a:b;c|E;\n\\"d\\"\\\\|E"}',
  );
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test("the inbox's window belongs to it, filters hold, delete deletes what was answered", async () => {
  const { device, query, task } = await start({
    now: () => AT,
    json: "proper",
    records: "document",
    newInbox: true,
  });
  device.phones.text("10086", { device: "synway", port: 1 }, "one");
  device.clock.jump(1000);
  device.phones.text("10087", { device: "synway", port: 2 }, "two");
  const first = "20150911111111:1(-1)(-1):10086:one|E";
  const second = "20150911111112:2(-1)(-1):10087:two|E";
  const ask = async (more: object) => (await query({ event: "queryrxsms", ...more })).content;
  expect(await ask({ begintime: "20150911111111", endtime: "20150911111112" })).toBe(
    `total:2; \n${first}; \n${second}`,
  );
  expect(await ask({ begintime: "20150911111112" })).toBe(`total:1; \n${second}`);
  expect(await ask({ num: "10086", port: "1,2" })).toBe(`total:1; \n${first}`);
  expect(await ask({ num: "10089" })).toBe("total:0");
  const newer = { event: "newqueryrxsms", port: "2", begintime: "2015-09-11 11:11:11" };
  expect((await query(newer)).content).toBe(`total:1; \n${second}`);
  expect(await query({ ...newer, port: "1,2" })).toMatchObject({ result: "error" });
  expect(await ask({ num: "10086", delete: "1" })).toBe(`total:1; \n${first}`);
  expect(device.inbox.map((record) => record.text)).toEqual(["two"]);
  expect(await query({ event: "queryrxsms", begintime: "today" })).toMatchObject({ result: "error" });
  const doomed = { event: "deletesms", port: "2.A", phonenum: "10087", smsbox: "r", clear: "1" };
  expect(await task(doomed)).toEqual({ result: "ok", content: "total:0" });
  expect(await task({ ...doomed, port: "2" })).toEqual({ result: "ok", content: "total:1" });
});

test("the outbox has the source digit and the trailing colon; some firmware has none, some mixes it in", async () => {
  const { device, task, query } = await start({ now: () => AT, ports: [{ shownNumber: "15255558888" }] });
  await task({ ...HELLO, num: "10086", smsinfo: "Hello world!", port: "1" });
  const record = "20150911111111:1(-1)(15255558888):10086:2:Hello world!:|E";
  expect((await query({ event: "querysxsms", num: "10086", port: "1,2" })).content).toBe(`total:1;${record}`);
  expect(await task({ event: "deletesms", smsbox: "1", clear: "2" })).toEqual({
    result: "ok",
    content: "total:0",
  });
  expect(await task({ event: "deletesms", smsbox: "r,s", clear: "2" })).toEqual({
    result: "ok",
    content: "total:1",
  });
  expect(device.outbox).toEqual([]);
  const none = await start({ outbox: "none" });
  expect(await none.query({ event: "querysxsms" })).toEqual({ result: "error", content: "unknown event" });
  const mixed = await start({ outbox: "mixed", now: () => AT });
  await mixed.task({ ...HELLO, num: "1", port: "1", smsinfo: "x" });
  expect((await mixed.query({ event: "queryrxsms" })).content).toBe(
    "total:1;20150911111111:1(-1)(-1):1:2:x:|E",
  );
});

test("receipts are OK once all parts arrived", async () => {
  const { device, task, query } = await start();
  const ask = { event: "querytxsmsrpt", port: "1", num: "10086" };
  expect(await query(ask)).toMatchObject({ result: "error" });
  await task({ ...HELLO, num: "10086", port: "1" });
  expect(await query(ask)).toEqual({ result: "ok", content: "OK" });
  device.phones.behave("10086", { reports: [70] });
  await task({ ...HELLO, num: "10086", port: "1" });
  expect(await query(ask)).toMatchObject({ result: "error" });
  expect(await query({ ...ask, rptnum: "2" })).toMatchObject({ result: "error" });
  expect(await query({ ...ask, port: "1,2" })).toMatchObject({ result: "error" });
});

test("ports, connections and wireless parameters end the way the devices end them", async () => {
  const ports = [
    {},
    { connect: 5 as const },
    { connect: 0 as const, iccid: "89860058111551226470" },
    { iccid: "71", state: 3 },
  ];
  const { query } = await start({ ports });
  expect((await query({ event: "getportinfo" })).content).toBe("total:4;portstate:0,0,11,3;");
  expect((await query({ event: "getportconnectstate" })).content).toBe("total:4;ConnectState:1,5,0,1.");
  const ask = { event: "getwirelessinfo", type: "ICCID", port: "2,3" };
  expect((await query(ask)).content).toBe("2:89860058111551226470.3:71.");
  expect((await query({ event: "getwirelessinfo", type: "porttype" })).content).toBe("PortType:GSM");
  const other = await start({ ports, wirelessBase: 1, portTypes: "each" });
  expect((await other.query({ ...ask, port: "3" })).content).toBe("3:89860058111551226470.");
  expect((await other.query({ event: "getwirelessinfo", type: "porttype" })).content).toBe(
    "1:GSM.2:GSM.3:GSM.4:GSM.",
  );
  expect(await other.query({ ...ask, port: "0" })).toMatchObject({ result: "error" });
});

test("USSD files: sent and not, NULL until the network answers, menus, deleting", async () => {
  const { device, task, query } = await start({
    now: () => AT,
    json: "proper",
    ports: [{ connect: 0 }, {}],
    ussdDelay: 5,
  });
  expect((await task({ event: "txussd", port: "1,2", ussd: "*111#" })).content).toBe("1:0;2:1");
  const ask = { event: "rxussd", port: "2", begintime: "20150911111111", endtime: "20150911111111" };
  const time = "20150911111111";
  await expect
    .poll(async () => (await query(ask)).content)
    .toBe(`total:1;2|0|${time}|*111#|1| 1 balance\n2 tariff|E`);
  await task({ event: "txussd", port: "2", ussd: "1" });
  expect(device.ussdFiles.at(-1)?.reply).toBe(null);
  await expect.poll(() => device.ussdFiles.at(-1)?.reply).toBe("Your balance is 12.34 EUR");
  expect((await query({ event: "rxussd", port: "1" })).content).toBe(`total:1;1|0|${time}|*111#|0| NULL|E`);
  expect(await task({ event: "txussd", port: "2", ussd: "1".repeat(256) })).toMatchObject({
    result: "error",
  });
  expect((await task({ event: "deleteussd", port: "2", num: "1" })).content).toBe("total:1");
  expect((await task({ event: "deleteussd", port: "2", num: "-1" })).content).toBe("total:1");
  expect((await task({ event: "deleteussd", port: "-1" })).content).toBe("total:1");
});

test("aliases of newer firmware take the same bodies", async () => {
  const { send } = await start({ aliases: true });
  expect((await send("/API/SendSMS", HELLO)).text).toContain("taskid:0");
  expect((await send("/API/QueryRxSMS", { event: "queryrxsms" })).text).toContain("total:0");
  expect((await send("/API/SendSMS", { event: "queryrxsms" })).text).toContain("error");
  const old = await start();
  expect((await old.send("/API/SendSMS", HELLO)).status).toBe(404);
});

test("one request at a time: a second one waits for the first one's answer", async () => {
  const { device, query } = await start({ answerDelay: 20 });
  const begin = performance.now();
  await Promise.all([query({ event: "getportinfo" }), query({ event: "getportinfo" })]);
  expect(performance.now() - begin).toBeGreaterThan(37);
  expect(device.mostConcurrent).toBe(2);
});

test("without the right account: 401 with a Basic challenge", async () => {
  const { device } = await start();
  const refused = await raw(`${device.url}/API/QueryInfo`, { method: "POST", body: "{}" });
  expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, 'Basic realm="SMG"']);
  const wrong = synwayClient({ url: device.url, username: device.username, password: "no" });
  expect((await wrong.send("/API/QueryInfo", { event: "getportinfo" })).status).toBe(401);
});

test("a reboot restarts task ids and forgets tasks; the boxes stay unless wiped", async () => {
  const { device, task, query } = await start({ ports: 1, sendTime: Number.POSITIVE_INFINITY });
  device.phones.text("1", { device: "synway", port: 1 }, "hello");
  await task({ ...HELLO, port: "1" });
  await device.reboot();
  expect(device.modem.waiting).toBe(0);
  expect(await query({ event: "querytxsms", taskid: "0" })).toMatchObject({ result: "error" });
  expect(await task({ ...HELLO, port: "1" })).toMatchObject({ content: "taskid:0" });
  expect(device.inbox).toHaveLength(1);
  await device.reboot({ inbox: "wipe" });
  expect(device.inbox).toHaveLength(0);
  expect(device.phones.total).toBe(0);
});
