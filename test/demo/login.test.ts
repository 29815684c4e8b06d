// The simulated devices' doors: digest and basic logins, nonces, the ban, and each fault as a client sees it.
import { afterEach, expect, test } from "vitest";
import { type DinstarOptions, type SimulatedDinstar, startDinstar } from "../../src/demo/devices/dinstar.ts";
import type { FaultKind } from "../../src/demo/devices/faults.ts";
import { type SimulatedSynway, startSynway } from "../../src/demo/devices/synway.ts";
import { dinstarClient, raw, synwayClient } from "./raw.ts";

const QUEUE = "/api/query_sms_in_queue";
const TEXT = { text: "#param#", param: [{ number: "1", text_param: ["x"], user_id: 1 }] };

let devices: (SimulatedDinstar | SimulatedSynway)[] = [];
afterEach(async () => {
  await Promise.all(devices.map((device) => device.stop()));
  devices = [];
});

async function start(options: DinstarOptions = {}) {
  const device = await startDinstar(options);
  devices.push(device);
  return { device, ...dinstarClient(device) };
}

test("the challenge is written as the devices write it", async () => {
  const { device } = await start();
  const { status, headers } = await raw(`${device.url}${QUEUE}`);
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toMatch(
    /^Digest realm="Web Server", domain="", qop="auth", nonce="[0-9a-f]{32}", opaque="[0-9a-f]+", algorithm="MD5", stale="FALSE"$/,
  );
});

test("a nonce is good with a rising count only, on the very target that was signed", async () => {
  const { device, login, send } = await start();
  expect((await send("GET", QUEUE)).status).toBe(200);
  expect((await send("GET", QUEUE)).status).toBe(200);
  login.count = 1;
  expect((await send("GET", QUEUE)).status).toBe(401);
  const signed = login.header("GET", QUEUE);
  expect((await raw(`${device.url}${QUEUE}?x=1`, { headers: { Authorization: signed } })).status).toBe(401);
  expect((await raw(device.url + QUEUE, { method: "POST", headers: { Authorization: signed } })).status).toBe(
    401,
  );
  login.count += 5;
  expect((await send("GET", QUEUE)).status).toBe(200);
});

test("a nonce wears out", async () => {
  const { login, send } = await start({ nonceUses: 2 });
  const codes = [];
  for (let n = 0; n < 3; n += 1) codes.push((await send("GET", QUEUE)).status);
  expect(codes).toEqual([200, 200, 401]);
  login.challenge = undefined;
  expect((await send("GET", QUEUE)).status).toBe(200);
});

test("wrong passwords lead to a ban, for the right password too", async () => {
  const { device, send } = await start({ banAfter: 2 });
  const wrong = dinstarClient({ url: device.url, username: device.username, password: "no" });
  expect((await wrong.send("GET", QUEUE)).status).toBe(401);
  expect((await wrong.send("GET", QUEUE)).status).toBe(403);
  expect((await send("GET", QUEUE)).status).toBe(403);
  expect((await raw(device.url + QUEUE)).status).toBe(403);
});

test("old firmware takes Basic, new firmware never does", async () => {
  const headers = { Authorization: `Basic ${Buffer.from("admin:secret").toString("base64")}` };
  const old = await start({ auth: "basic" });
  expect((await raw(old.device.url + QUEUE)).headers["www-authenticate"]).toBe('Basic realm="Web Server"');
  expect((await raw(old.device.url + QUEUE, { headers })).status).toBe(200);
  const current = await start();
  expect((await raw(current.device.url + QUEUE, { headers })).status).toBe(401);
});

test("an unauthenticated POST with an empty body breaks the connection; one with a body is challenged", async () => {
  const { device } = await start();
  const url = `${device.url}/api/send_sms`;
  await expect(raw(url, { method: "POST" })).rejects.toThrow("socket hang up");
  expect((await raw(url, { method: "POST", body: "{}" })).status).toBe(401);
});

test("a raw comma in the last parameter is a false 401 on some firmware", async () => {
  const { send } = await start({ commaQuirk: true });
  expect((await send("GET", "/api/get_port_info?info_type=reg&port=1,2")).status).toBe(401);
  expect((await send("GET", "/api/get_port_info?info_type=reg&port=1%2C2")).status).toBe(200);
  expect((await send("GET", "/api/get_port_info?port=1,2&info_type=reg")).status).toBe(200);
});

test.each<[FaultKind, number]>([
  ["drop-before-reading", 0],
  ["drop-before-processing", 0],
  ["drop-after-processing", 1],
])("%s breaks the connection once; the device then holds %i texts", async (kind, sent) => {
  const { device, send, post } = await start();
  await send("GET", QUEUE);
  device.faults.add({ kind, on: "send_sms" });
  await expect(post("/api/send_sms", TEXT)).rejects.toThrow("socket hang up");
  expect(device.phones.total).toBe(sent);
  expect((await send("GET", QUEUE)).status).toBe(200);
  expect(await post("/api/send_sms", TEXT)).toMatchObject({ error_code: 202 });
  expect(
    device.requests.filter((request) => request.endpoint === "send_sms").map((request) => request.status),
  ).toEqual([0, 200]);
});

test("half an answer breaks off after the text was taken", async () => {
  const { device, send, post } = await start();
  await send("GET", QUEUE);
  device.faults.add({ kind: "half" });
  await expect(post("/api/send_sms", TEXT)).rejects.toThrow("aborted");
  expect(device.phones.total).toBe(1);
});

test("hang never answers, and lets go when the client does", async () => {
  const { device, login, send } = await start();
  await send("GET", QUEUE);
  device.faults.add({ kind: "hang", processed: true });
  const signal = AbortSignal.timeout(30);
  const headers = { Authorization: login.header("GET", QUEUE) };
  await expect(raw(device.url + QUEUE, { headers, signal })).rejects.toThrow("aborted");
  expect(device.requests.at(-1)).toMatchObject({ endpoint: "query_sms_in_queue", status: 0 });
});

test("statuses, pages and garbage; `skip` and `times` count", async () => {
  const { device, send } = await start();
  device.faults.add({ kind: "error", status: 503, skip: 1, times: 2 });
  const codes = [];
  for (let n = 0; n < 4; n += 1) codes.push((await send("GET", QUEUE)).status);
  expect(codes).toEqual([200, 503, 503, 200]);
  device.faults.add({ kind: "html" });
  expect((await send("GET", QUEUE)).text).toContain("<title>Login</title>");
  device.faults.add({ kind: "garbage" });
  const { text } = await send("GET", QUEUE);
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  device.faults.add({ kind: "unauthorized", times: Number.POSITIVE_INFINITY });
  const refused = await send("GET", QUEUE);
  expect([refused.status, refused.headers["www-authenticate"]]).toEqual([
    401,
    expect.stringMatching(/^Digest /),
  ]);
  expect(device.faults.armed).toHaveLength(1);
  device.faults.clear();
  device.faults.add({ kind: "reply", body: '{"error_code":500}' });
  expect((await send("GET", QUEUE)).text).toBe('{"error_code":500}');
});

test("a slow answer comes after the request was carried out", async () => {
  const { device, post } = await start();
  device.faults.add({ kind: "slow", delay: 40, on: "send_sms" });
  const left = device.phones.waitFor((sms) => sms.to === "1");
  const answer = post("/api/send_sms", TEXT);
  const first = await Promise.race([left.then(() => "left"), answer.then(() => "answered")]);
  expect(first).toBe("left");
  expect(await answer).toMatchObject({ error_code: 202 });
});

test("faults know Synway's events by name", async () => {
  const device = await startSynway();
  devices.push(device);
  const { query, task } = synwayClient(device);
  device.faults.add({ kind: "drop-before-reading", on: ["txsms", "txussd"] });
  expect(await query({ event: "getportinfo" })).toMatchObject({ result: "ok" });
  const text = { event: "txsms", num: "1", encoding: "0", smsinfo: "x" };
  await expect(task(text)).rejects.toThrow("socket hang up");
  expect(device.phones.total).toBe(0);
  expect(await task(text)).toEqual({ result: "ok", content: "taskid:0" });
});

test("an unplugged device refuses connections and forgets nothing", async () => {
  const { device, get, post } = await start({ sendTime: Number.POSITIVE_INFINITY, ports: 1 });
  await post("/api/send_sms", TEXT);
  await post("/api/send_sms", TEXT);
  await device.unplug();
  await expect(get(QUEUE)).rejects.toThrow("ECONNREFUSED");
  await device.plug();
  expect(await get(QUEUE)).toEqual({ error_code: 200, in_queue: 1 });
});
