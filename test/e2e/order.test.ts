// Texts to one phone leave in the order they were accepted, urgent ones first; no phone waits for another; the same mail again is one SMS.
import { expect, test } from "vitest";
import { openRig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";

const TO = "+491701234567";
const URGENT = [{ Importance: "high" }, { "X-Priority": "1 (Highest)" }, { Priority: "urgent" }];

test.concurrent.each(BOTH)(
  "%s: 20 mails to one phone arrive in order through a slow device, urgent ones first",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 4, [device]: { sendTime: 40 } });
    await rig.device.unplug();
    const plain = Array.from({ length: 20 }, (_, n) => `number ${n}`);
    for (const text of plain) await rig.send(TO, text);
    for (const [n, headers] of URGENT.entries()) await rig.send(TO, `urgent ${n}`, { headers });
    await rig.send(TO, "no hurry", { headers: { "X-Priority": "5" } });
    await rig.device.plug();
    await rig.sms("no hurry");
    await rig.settled();
    expect(rig.texts).toEqual(["urgent 0", "urgent 1", "urgent 2", ...plain, "no hurry"]);
  },
);

test.concurrent.each(BOTH)(
  "%s: in order while they come in, whatever goes wrong on the way",
  async (device) => {
    await using rig = await openRig({
      devices: [device],
      ports: 4,
      timing: { timeout: "500ms", unknown: "8s" },
    });
    const send = device === "dinstar" ? "send_sms" : "txsms";
    await rig.send("+491709999999", "witness");
    await rig.settled();
    const plain = Array.from({ length: 12 }, (_, n) => `number ${n}`);
    rig.device.faults.add({ kind: "drop-after-processing", on: send, skip: 2 });
    rig.device.faults.add({ kind: "error", on: send, skip: 2, status: 503 });
    for (const text of plain) await rig.send(TO, text);
    await rig.sms("number 11");
    await rig.settled();
    expect(rig.texts.filter((text) => text !== "witness")).toEqual(plain);
    expect(rig.notices).toEqual([]);
  },
);

test.concurrent.each(BOTH)("%s: a phone that can't be reached holds nobody up", async (device) => {
  await using rig = await openRig({ devices: [device], ports: 2, timing: { unknown: "60s" } });
  rig.device.modem.sendTime = Number.POSITIVE_INFINITY;
  await rig.send(TO, "in the air for long");
  await rig.until("in the air", () => rig.device.modem.busy(rig.port) || rig.device.modem.busy(rig.port + 1));
  await rig.send(TO, "behind it");
  rig.device.modem.sendTime = 0;
  const others = Array.from({ length: 10 }, (_, n) => `+4917100000${10 + n}`);
  for (const number of others) await rig.send(number, `to ${number}`);
  for (const number of others) await rig.sms(`to ${number}`);
  expect(rig.texts).not.toContain("behind it");
  rig.device.modem.finish();
  await rig.sms("behind it");
  await rig.settled();
  expect(rig.phones.to(TO).map((sms) => sms.text)).toEqual(["in the air for long", "behind it"]);
});

test.concurrent.each(BOTH)("%s: urgent mail overtakes what waits for other phones, too", async (device) => {
  await using rig = await openRig({ devices: [device], ports: 1, [device]: { sendTime: 100 } });
  await rig.device.unplug();
  for (let n = 0; n < 10; n += 1) await rig.send(`+4917100000${10 + n}`, `plain ${n}`);
  await rig.send(TO, "urgent", { headers: { Importance: "High" } });
  await rig.device.plug();
  await rig.sms("plain 9");
  expect(rig.texts[0]).toBe("urgent");
});

test.concurrent.each(BOTH)("%s: the device's own queue stays short", async (device) => {
  await using rig = await openRig({ devices: [device], ports: 4, [device]: { sendTime: 250 } });
  await Promise.all(Array.from({ length: 60 }, (_, n) => rig.send(`+4917100000${10 + n}`, `text ${n}`)));
  await rig.until("all sent", () => rig.phones.total === 60);
  expect(rig.device.queued).toBeLessThanOrEqual(4);
  expect(new Set(rig.texts).size).toBe(60);
});

test.concurrent("the same mail again is one SMS and gets its 250; with another text or without a Message-ID it is another", async () => {
  await using rig = await openRig();
  const id = "again@client.example";
  const first = await rig.send(TO, "hello", { id });
  const again = await rig.send(TO, "hello", { id });
  const idOf = (answer: string) => /queued as (\w+)/.exec(answer)?.[1];
  expect(idOf(again)).toBe(idOf(first));
  await rig.send(TO, "hello there", { id });
  await rig.send(TO, "hello", { id, from: "ben@example.org" });
  await rig.send("+491709999999", "hello", { id });
  await rig.send(TO, "bare", { id: null });
  await rig.send(TO, "bare", { id: null });
  await rig.settled();
  expect(rig.phones.to(TO).map((sms) => sms.text)).toEqual(["hello", "hello there", "hello", "bare", "bare"]);
  expect(rig.phones.to("+491709999999")).toHaveLength(1);
});

test.concurrent("the same mail again with one more recipient: only the new one gets it", async () => {
  await using rig = await openRig();
  const id = "more@client.example";
  await rig.send(TO, "hello", { id });
  const { data } = await rig.mail({ to: [TO, "+491709999999"], text: "hello", id });
  expect(data).toMatch(/^250 /);
  await rig.settled();
  expect(rig.phones.sent.map((sms) => sms.to).toSorted()).toEqual([TO, "+491709999999"]);
});

test.concurrent("the same mail again after a restart is still one SMS", async () => {
  await using rig = await openRig();
  const id = "later@client.example";
  await rig.send(TO, "hello", { id });
  await rig.settled();
  await rig.stop();
  await rig.start();
  await rig.send(TO, "hello", { id });
  await rig.settled();
  expect(rig.texts).toEqual(["hello"]);
});

test.concurrent("the same mail again after its validity is another", async () => {
  await using rig = await openRig({ timing: { validity: "2s" } });
  const id = "later@client.example";
  await rig.send(TO, "hello", { id });
  await rig.sms("hello");
  const sentAt = Date.now();
  await rig.until("validity over", () => Date.now() > sentAt + 2_200);
  await rig.send(TO, "hello", { id });
  await rig.until("a second one", () => rig.phones.total === 2);
  expect(rig.texts).toEqual(["hello", "hello"]);
});

test.concurrent("two connections send the same mail at the same moment: one SMS", async () => {
  await using rig = await openRig();
  const id = "race@client.example";
  await Promise.all(Array.from({ length: 8 }, () => rig.send(TO, "hello", { id })));
  await rig.settled();
  expect(rig.texts).toEqual(["hello"]);
});
