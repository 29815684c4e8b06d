// A device that pushes: what came is there at once though the inbox is polled every half minute, and no push, true or false, doubles or makes up a text.
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";

const PHONE = "+491701234567";
const SECRET = "push-me-0123456789";
const gateway = { poll: "30s", push: { secret: SECRET } };
const NEWS = JSON.stringify({
  sn: "da00-1",
  sms: [{ incoming_sms_id: 1, port: 0, number: PHONE, text: "made up" }],
});

async function push(
  rig: Rig,
  body = NEWS,
  path = `/push/dinstar/${SECRET}`,
  method = "POST",
): Promise<number> {
  const options = method === "POST" ? { method, body } : { method };
  const answer = await fetch(`http://${rig.daemon.http}${path}`, { ...options, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status;
}
const looks = (rig: Rig) =>
  rig.device.requests.filter(({ endpoint }) => endpoint === "query_incoming_sms").length;

test.concurrent("a text is read as soon as the device says so, and is what the device has, not what the push said", async () => {
  await using rig = await openRig({ gateway });
  const began = Date.now();
  rig.text(PHONE, "hello");
  expect(await push(rig)).toBe(200);
  await rig.letter("hello");
  expect(Date.now() - began).toBeLessThan(10_000);
  rig.text(PHONE, "and again");
  expect(await push(rig)).toBe(200);
  await rig.letter("and again");
  expect(rig.mailbox.total).toBe(2);
});

test.concurrent("a push before the device lists the text", async () => {
  await using rig = await openRig({ gateway });
  const before = looks(rig);
  expect(await push(rig)).toBe(200);
  await rig.until("a look that finds nothing", () => looks(rig) > before);
  rig.text(PHONE, "late");
  await rig.letter("late");
});

test.concurrent("repeated, forged and garbled pushes: nothing is doubled, and the device is asked no more than twice a second", async () => {
  await using rig = await openRig({ gateway });
  rig.text(PHONE, "once");
  const [before, began] = [looks(rig), Date.now()];
  const bodies = [NEWS, "", "{", "[]", "\u0000", '{"sms":7}', NEWS.repeat(3), "x".repeat(100_000)];
  const statuses: number[] = [];
  for (let n = 0; n < 25; n += 1)
    statuses.push(...(await Promise.all(bodies.map((body) => push(rig, body)))));
  expect(new Set(statuses)).toEqual(new Set([200]));
  await rig.letter("once");
  const came = looks(rig);
  await rig.until("the looks that were asked for", () => looks(rig) > came);
  const seconds = (Date.now() - began) / 1_000;
  expect(looks(rig) - before).toBeLessThanOrEqual(seconds * 2 + 3);
  expect(rig.mailbox.total).toBe(1);
  expect((await rig.jobs()).map(({ message }) => message.text)).toEqual(["once"]);
});

test.concurrent("results are asked for when the device says that there are some", async () => {
  await using rig = await openRig({ gateway });
  await rig.send(PHONE, "are you there?");
  await rig.sms("are you there?");
  const news = JSON.stringify({ sn: "da00-1", sms_result: [], sms_deliver_status: [], register: [] });
  const states = await rig.until("delivered", async () => {
    await push(rig, news);
    const all = (await rig.jobs()).map(({ delivery }) => delivery.state);
    return all.includes("delivered") ? all : undefined;
  });
  expect(states).toEqual(["delivered"]);
  expect(rig.texts).toEqual(["are you there?"]);
});

test.concurrent("a wrong path is not found, and makes nobody look", async () => {
  await using rig = await openRig({
    gateway,
    devices: ["dinstar", "synway"],
    gateways: { synway: { push: undefined } },
  });
  const before = looks(rig);
  const paths = [
    "/push/dinstar/wrong-0123456789",
    "/push/dinstar/",
    "/push/dinstar",
    "/push/",
    `/push/${SECRET}`,
    `/push/other/${SECRET}`,
    `/push/synway/${SECRET}`,
    "/push/synway/undefined",
    `/push/dinstar/${SECRET}/more`,
    `/push/dinstar/${SECRET}x`,
    `/push/DINSTAR/${SECRET}`,
    "/push/__proto__/x",
  ];
  for (const path of paths) expect([path, await push(rig, NEWS, path)]).toEqual([path, 404]);
  expect(looks(rig)).toBe(before);
  expect(JSON.stringify(rig.log.lines)).not.toContain(SECRET);
});

test.concurrent("a push that breaks off is no news, and leaves no trace of the secret", async () => {
  await using rig = await openRig({ gateway });
  const before = looks(rig);
  const [host = "", port] = rig.daemon.http.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "connect");
  const head = `POST /push/dinstar/${SECRET} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`;
  socket.write(head);
  await once(socket, "data");
  socket.write(NEWS);
  socket.destroy();
  await rig.stop();
  expect(rig.log.of("http failing")).toEqual([]);
  expect(JSON.stringify(rig.log.lines)).not.toContain(SECRET);
  expect(looks(rig)).toBe(before);
});

test.concurrent("a reload changes the secret", async () => {
  await using rig = await openRig({ gateway });
  const { url, username, password } = rig.devices.dinstar;
  expect(await push(rig)).toBe(200);
  const next = { secret: "another-0123456789" };
  await rig.daemon.reload(
    rig.config({
      gateways: { dinstar: { driver: "dinstar", url, username, password, poll: "30s", push: next } },
    }),
  );
  expect(await push(rig)).toBe(404);
  expect(await push(rig, NEWS, `/push/dinstar/${next.secret}`)).toBe(200);
});
