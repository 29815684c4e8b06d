// The simulated Dinstar, driven by hand with the document's own examples.
import { afterEach, expect, test } from "vitest";
import { type DinstarOptions, type SimulatedDinstar, startDinstar } from "../../src/demo/devices/dinstar.ts";
import { dinstarClient } from "./raw.ts";

let devices: SimulatedDinstar[] = [];
afterEach(async () => {
  await Promise.all(devices.map((device) => device.stop()));
  devices = [];
});

async function start(options: DinstarOptions = {}) {
  const device = await startDinstar(options);
  devices.push(device);
  return { device, ...dinstarClient(device) };
}

const AT = Date.UTC(2014, 11, 21, 12, 6, 1);
const one = (number: string, text: string, user_id: number, more: object = {}) => ({
  text: "#param#",
  param: [{ number, text_param: [text], user_id }],
  ...more,
});

test("the document's send_sms example is accepted, sent and reported", async () => {
  const { device, post } = await start({ now: () => AT, timezone: "Europe/Berlin" });
  const sent = await post("/api/send_sms", {
    text: "#param#",
    port: [2, 3],
    param: [
      { number: "10086", text_param: ["bj"], user_id: 1 },
      { number: "10086", text_param: ["ye"], user_id: 2 },
    ],
  });
  expect(sent).toEqual({ error_code: 202, sms_in_queue: 2, task_id: 0 });
  expect(device.phones.sent).toMatchObject([
    { device: "dinstar", port: 2, to: "10086", text: "bj", correlation: "1", task: 0, parts: 1 },
    { device: "dinstar", port: 3, to: "10086", text: "ye", correlation: "2", task: 0, parts: 1 },
  ]);
  const time = "2014-12-21 13:06:01";
  expect(await post("/api/query_sms_result", { number: ["10086"], port: [1, 2], user_id: [1, 2] })).toEqual({
    error_code: 200,
    result: [
      { port: 2, user_id: 1, number: "10086", time, status: "DELIVERED", count: 1, succ_count: 1, ref_id: 0 },
    ],
  });
  expect(await post("/api/query_sms_deliver_status", { number: ["10086"], time_after: time })).toEqual({
    error_code: 200,
    result: [
      { port: 2, number: "10086", time, ref_id: 0, status_code: 0 },
      { port: 3, number: "10086", time, ref_id: 0, status_code: 0 },
    ],
  });
});

test("a long text has one report a part, with consecutive references modulo 256", async () => {
  const { device, post } = await start({ ports: 1, echo: "digits" });
  for (let user = 0; user < 85; user += 1) {
    await post("/api/send_sms", one("+4915112345678", "x".repeat(200), user));
  }
  await post("/api/send_sms", one("+4915112345678", "y".repeat(200), 85));
  const { result } = await post("/api/query_sms_result", { user_id: [85] });
  expect(result).toMatchObject([{ number: "4915112345678", count: 3, succ_count: 3, ref_id: 255 }]);
  expect(device.reports.slice(-3).map((report) => report.ref_id)).toEqual([255, 0, 1]);
});

test("what waits in the queue is not among the results, is counted, and can be stopped", async () => {
  const { device, get, post } = await start({ ports: 1, sendTime: Number.POSITIVE_INFINITY });
  await post("/api/send_sms", one("1", "a", 1));
  const second = await post("/api/send_sms", one("2", "b", 2));
  expect(second).toEqual({ error_code: 202, sms_in_queue: 1, task_id: 1 });
  expect(await get("/api/query_sms_in_queue")).toEqual({ error_code: 200, in_queue: 1 });
  const { result } = await post("/api/query_sms_result", {});
  expect(result).toMatchObject([{ user_id: 1, status: "SENDING", succ_count: 0 }]);
  expect(await get("/api/stop_sms?task_id=1")).toEqual({ error_code: 200 });
  expect(await get("/api/stop_sms?task_id=1")).toEqual({ error_code: 404 });
  device.modem.finish();
  expect(device.phones.sent.map((sms) => sms.text)).toEqual(["a"]);
  expect(device.queued).toBe(1);
});

test.each([
  ["no param", { text: "#param#" }, 400],
  ["a string as user_id", { text: "x", param: [{ number: "1", user_id: "7" }] }, 400],
  ["a number of 25 bytes", one("1".repeat(25), "x", 1), 400],
  ["a word as number", one("INFO", "x", 1), 400],
  ["port 32", one("1", "x", 1, { port: [32] }), 400],
  [
    "129 numbers",
    { text: "x", param: Array.from({ length: 129 }, () => ({ number: "1", user_id: 1 })) },
    413,
  ],
  ["1501 bytes of text", one("1", "x".repeat(1501), 1), 413],
  ["751 two-byte characters", one("1", "ä".repeat(751), 1), 413],
  ["no JSON", "{", 400],
  ["a port without SIM", one("1", "x", 1, { port: [30] }), 550],
])("send_sms with %s is answered by its error_code, and nothing leaves", async (_, body, code) => {
  const { device, post } = await start();
  expect(await post("/api/send_sms", body)).toEqual({ error_code: code });
  expect(device.phones.total).toBe(0);
});

test("the limits themselves are good, and a text may contain #param#", async () => {
  const { device, post } = await start();
  const param = Array.from({ length: 128 }, (_, index) => ({
    number: "1".repeat(24),
    text_param: [`${index}`],
    user_id: index,
  }));
  expect(await post("/api/send_sms", { text: "#param#", param })).toMatchObject({
    error_code: 202,
    sms_in_queue: 128,
  });
  expect(await post("/api/send_sms", one("1", "ä".repeat(750), 0))).toMatchObject({ error_code: 202 });
  await post("/api/send_sms", one("2", "a #param# b", 1));
  expect(device.phones.to("2")[0]?.text).toBe("a #param# b");
});

test("a query with 33 numbers is 413", async () => {
  const { post } = await start();
  const number = Array.from({ length: 33 }, () => "1");
  expect(await post("/api/query_sms_result", { number })).toEqual({ error_code: 413 });
  expect(await post("/api/query_sms_deliver_status", { number })).toEqual({ error_code: 413 });
  expect(await post("/api/query_sms_result", { time_after: "yesterday" })).toEqual({ error_code: 400 });
});

test("the network refuses: FAILED, with the parts that got through", async () => {
  const { device, post } = await start();
  device.phones.behave("+49 1", { refuseFrom: 1 });
  await post("/api/send_sms", one("491", "x".repeat(150), 5));
  const { result } = await post("/api/query_sms_result", { user_id: [5] });
  expect(result).toMatchObject([{ status: "FAILED", count: 3, succ_count: 1 }]);
  expect(device.phones.total).toBe(0);
});

test("temporary and permanent report codes leave SENT_OK", async () => {
  const { device, post } = await start();
  device.phones.behave("491", { reports: [48, 70] });
  await post("/api/send_sms", one("491", "x", 5));
  expect(device.results).toMatchObject([{ status: "SENT_OK" }]);
  expect(device.reports.map((report) => report.status_code)).toEqual([48, 70]);
});

test("the inbox rises, pages by whole records under 8 KB, and marks only by flag=unread", async () => {
  const { device, get } = await start();
  for (let index = 0; index < 40; index += 1)
    device.phones.text("+49170", { device: "dinstar", port: 2 }, "ü".repeat(300));
  let after = 0;
  const seen: number[] = [];
  for (;;) {
    const page = await get(`/api/query_incoming_sms?flag=all&incoming_sms_id=${after}`);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(8400);
    expect(page.unread).toBe(40);
    if (page.sms.length === 0) break;
    for (const sms of page.sms) seen.push(sms.incoming_sms_id);
    after = seen.at(-1) ?? 0;
  }
  expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const unread = await get("/api/query_incoming_sms");
  expect(unread.read).toBe(unread.sms.length);
  expect(device.unread).toBe(40 - unread.sms.length);
  expect((await get("/api/query_incoming_sms?flag=read")).sms).toEqual(unread.sms);
});

test("an incoming text has the fields of the document, in device time", async () => {
  const { device, get } = await start({
    now: () => AT,
    timezone: "Asia/Shanghai",
    ports: [{}, {}, { number: "+491" }],
  });
  device.phones.text("123456789", "+491", "This is a test", { smsc: "+8613800123456" });
  expect(await get("/api/query_incoming_sms?flag=all")).toEqual({
    error_code: 200,
    sms: [
      {
        incoming_sms_id: 1,
        port: 2,
        number: "123456789",
        smsc: "+8613800123456",
        timestamp: "2014-12-21 20:06:01",
        text: "This is a test",
      },
    ],
    read: 0,
    unread: 1,
  });
});

test("USSD: a menu, a stale answer until it is cancelled, busy and absent ports", async () => {
  const { device, get, post } = await start({ ports: [{}, {}, { reg: "NO_SIM" }], emptyUssd: " " });
  expect(await post("/api/send_ussd", { port: [1, 2], command: "send", text: "*111#" })).toEqual({
    request_id: 1,
    error_code: 202,
    result: [
      { port: 1, status: 200 },
      { port: 2, status: 503 },
    ],
  });
  expect((await get("/api/query_ussd_reply?port=1,2")).reply).toEqual([
    { port: 1, text: "1 balance\n2 tariff" },
    { port: 2, text: " " },
  ]);
  await post("/api/send_ussd", { port: [1], text: "1" });
  expect((await get("/api/query_ussd_reply?port=1")).reply).toEqual([
    { port: 1, text: "Your balance is 12.34 EUR" },
  ]);
  await post("/api/send_ussd", { port: [1], command: "cancel" });
  expect((await get("/api/query_ussd_reply?port=1")).reply).toEqual([{ port: 1, text: " " }]);
  device.modem.sendTime = Number.POSITIVE_INFINITY;
  await post("/api/send_sms", one("1", "x", 1, { port: [0] }));
  expect((await post("/api/send_ussd", { port: [0], text: "*100#" })).result).toEqual([
    { port: 0, status: 486 },
  ]);
  expect(await post("/api/send_ussd", { port: [0], text: "" })).toEqual({ error_code: 400 });
  expect(await post("/api/send_ussd", { port: [0], text: "1".repeat(61) })).toEqual({ error_code: 400 });
  expect(await get("/api/query_ussd_reply")).toEqual({ error_code: 400 });
});

test("get_port_info answers the document's example, all ports without filter, and 400 where a filter is unknown", async () => {
  const ports = [
    {},
    { type: "WCDMA", imei: "863070017005173", reg: "NO_SIM" as const },
    {
      imei: "358967042917201",
      imsi: "460016529802215",
      iccid: "89860114840400428150",
      smsc: "+8613010868500",
    },
  ];
  const { get } = await start({ ports });
  expect(await get("/api/get_port_info?port=1,2,3&info_type=imei,imsi,iccid,smsc,type,number,reg")).toEqual({
    error_code: 200,
    info: [
      {
        port: 1,
        type: "WCDMA",
        imei: "863070017005173",
        imsi: "",
        iccid: "",
        smsc: "",
        number: "",
        reg: "NO_SIM",
      },
      {
        port: 2,
        type: "GSM",
        imei: "358967042917201",
        imsi: "460016529802215",
        iccid: "89860114840400428150",
        smsc: "+8613010868500",
        number: "",
        reg: "REGISTER_OK",
      },
    ],
  });
  expect((await get("/api/get_port_info")).info).toHaveLength(3);
  const strict = await start({
    strictInfo: true,
    infoTypes: ["imei", "reg"],
    unknownFilters: ["port"],
    sn: "db-1",
  });
  expect(await strict.get("/api/get_port_info?info_type=imei,smsc")).toEqual({ sn: "db-1", error_code: 400 });
  expect(await strict.get("/api/get_port_info?info_type=imei&port=1")).toEqual({
    sn: "db-1",
    error_code: 400,
  });
  expect((await strict.get("/api/get_port_info?info_type=reg")).info[0]).toEqual({
    port: 0,
    reg: "REGISTER_OK",
  });
});

test("a reboot forgets queue and results, restarts tasks, and keeps the inbox unless told otherwise", async () => {
  const { device, login, get, post } = await start({ ports: 1, sendTime: Number.POSITIVE_INFINITY });
  device.phones.text("1", { device: "dinstar", port: 0 }, "hello");
  device.phones.text("1", { device: "dinstar", port: 0 }, "again");
  await post("/api/send_sms", one("1", "a", 1));
  await post("/api/send_sms", one("2", "b", 2));
  await device.reboot({ downtime: 20 });
  login.challenge = undefined;
  expect(await get("/api/query_sms_in_queue")).toEqual({ error_code: 200, in_queue: 0 });
  expect((await post("/api/query_sms_result", {})).result).toEqual([]);
  expect(await post("/api/send_sms", one("3", "c", 3))).toMatchObject({ task_id: 0 });
  expect(device.inbox.map((sms) => sms.incoming_sms_id)).toEqual([1, 2]);
  device.wipeInbox();
  device.phones.text("1", { device: "dinstar", port: 0 }, "new");
  expect(device.inbox.map((sms) => sms.incoming_sms_id)).toEqual([1]);
  expect(device.phones.total).toBe(0);
});

test("a SIM that is not registered keeps its texts waiting, in the device and in the network", async () => {
  const { device, post } = await start({
    ports: [{ reg: "SEARCHING_NETWORK", number: "+491" }],
    noPort: "wait",
  });
  await post("/api/send_sms", one("1", "a", 1));
  device.phones.text("2", "+491", "hello");
  expect([device.modem.waiting, device.phones.held, device.inbox.length]).toEqual([1, 1, 0]);
  device.setPort(0, { reg: "REGISTER_OK" });
  expect([device.modem.waiting, device.phones.held, device.inbox.length]).toEqual([0, 0, 1]);
  expect(device.phones.total).toBe(1);
});

test("a phone answers, and the clock jumps", async () => {
  const { device, post } = await start({ now: () => AT });
  device.phones.behave("*", { answer: (sms) => `re: ${sms.text}` });
  await post("/api/send_sms", one("+491", "hi", 1, { port: [5] }));
  device.clock.jump(-3_600_000);
  device.phones.text("+492", { device: "dinstar", port: 0 }, "later, and earlier");
  expect(device.inbox).toMatchObject([
    { port: 5, number: "+491", text: "re: hi", timestamp: "2014-12-21 12:06:01" },
    { timestamp: "2014-12-21 11:06:01" },
  ]);
});
