// The Synway driver: reading the inbox in windows and as a whole, without losing, changing or deleting anything.
import { expect, test } from "vitest";
import { Unreadable } from "../../src/bridge/errors.ts";
import { Reader } from "../contract/gateway.ts";
import { failure, never, setup } from "./synway-setup.ts";

const ANA = "+491701000001";
const HOUR = 3_600_000;
const at = (port: number) => ({ device: "synway", port });

const unreadable = async (promise: Promise<unknown>): Promise<Unreadable> => {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof Unreadable) return error;
  throw error;
};

test("the first look has no window; later ones begin well before the newest text; now and then all is read", async () => {
  const { gateway, device, clock, asked } = await setup({ timezone: "America/St_Johns" });
  const reader = new Reader();
  device.phones.text(ANA, at(1), "old");
  expect(await reader.all(gateway)).toMatchObject([{ text: "old", old: true, at: clock.now() }]);
  await clock.advance(60_000);
  expect(await reader.all(gateway)).toEqual([]);
  await clock.advance(15 * 60_000);
  expect(await reader.all(gateway)).toEqual([]);
  // 2026-11-22 12:00 UTC is 08:30 in St. John's; two hours before that
  expect(asked("queryrxsms")).toEqual([
    { event: "queryrxsms" },
    { event: "queryrxsms", begintime: "20261122063000" },
    { event: "queryrxsms" },
  ]);
});

test("nothing is ever deleted by reading", async () => {
  const { gateway, device, asked } = await setup();
  device.phones.text(ANA, at(1), "stays");
  const reader = new Reader();
  await reader.all(gateway);
  await reader.all(gateway);
  expect(asked("queryrxsms").every((body) => !("delete" in body))).toBe(true);
  expect(asked("deletesms")).toEqual([]);
  expect(device.inbox).toHaveLength(1);
});

test("all that a record says: slot, own number, sender in letters, times with their zone", async () => {
  const { gateway, device, clock } = await setup({
    timezone: "Asia/Kathmandu",
    ports: [{ slot: "C", shownNumber: "15255558888" }, {}],
  });
  device.phones.text("Vodafone", at(1), "offer");
  const { texts } = await gateway.receive(undefined, never);
  expect(texts).toEqual([
    {
      at: clock.now(),
      stamp: "20261122174500",
      port: 1,
      slot: "C",
      sim: "15255558888",
      number: "Vodafone",
      text: "offer",
      old: true,
    },
  ]);
});

test("while nothing is new the cursor stays and the store has nothing to do", async () => {
  const { gateway, device, again } = await setup();
  const first = await gateway.receive(undefined, never);
  device.phones.text(ANA, at(1), "one");
  const second = await gateway.receive(first.cursor, never);
  expect(second.texts).toHaveLength(1);
  expect(second.cursor).not.toBe(first.cursor);
  const third = await gateway.receive(second.cursor, never);
  expect(third).toMatchObject({ texts: [], cursor: second.cursor });
  // after a restart the window is shown again: the store counts
  expect((await again().receive(second.cursor, never)).texts).toMatchObject([{ text: "one", old: false }]);
});

test("texts whose storing failed come again", async () => {
  const { gateway, device } = await setup();
  const first = await gateway.receive(undefined, never);
  device.phones.text(ANA, at(1), "one");
  for (let attempt = 0; attempt < 3; attempt++)
    expect((await gateway.receive(first.cursor, never)).texts).toMatchObject([{ text: "one" }]);
});

test("every answer is a scan of its own", async () => {
  const { gateway } = await setup();
  const first = await gateway.receive(undefined, never);
  const second = await gateway.receive(first.cursor, never);
  expect(new Set([first.scan, second.scan, null]).size).toBe(3);
});

test("a clock set back an hour hides nothing; one set back a day only until all is read", async () => {
  const { gateway, device, clock } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(1), "before");
  await reader.all(gateway);
  device.clock.jump(-HOUR);
  device.phones.text(ANA, at(1), "an hour back");
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["an hour back"]);
  device.clock.jump(-24 * HOUR);
  device.phones.text(ANA, at(1), "a day back");
  expect(await reader.all(gateway)).toEqual([]);
  await clock.advance(15 * 60_000);
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["a day back"]);
});

test("a text from the future does not hide what comes until then", async () => {
  const { gateway, device } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(1), "from 2099", { at: Date.UTC(2099, 0) });
  expect(await reader.all(gateway)).toHaveLength(1);
  device.phones.text(ANA, at(1), "now");
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["now"]);
});

test("a damaged cursor is no first look: nothing is taken for old", async () => {
  const { gateway, device } = await setup();
  device.phones.text(ANA, at(1), "one");
  for (const cursor of ["", "null", "{", '{"wide":"x"}'])
    expect((await gateway.receive(cursor, never)).texts).toMatchObject([{ text: "one", old: false }]);
});

test("10,000 texts at the first look are old, and cost the store nothing afterwards", async () => {
  const { gateway, device, clock } = await setup({ ports: 4 });
  for (let i = 0; i < 10_000; i++)
    device.phones.text(ANA, at(1 + (i % 4)), `text ${i}\nline`, { at: clock.now() - i * 1000 });
  const first = await gateway.receive(undefined, never);
  expect(first.texts).toHaveLength(10_000);
  expect(first.texts.every(({ old }) => old)).toBe(true);
  device.phones.text(ANA, at(2), "new");
  await clock.advance(16 * 60_000);
  expect((await gateway.receive(first.cursor, never)).texts).toMatchObject([{ text: "new", port: 2 }]);
});

test("a text that looks like records is read as it is, beside others", async () => {
  const { gateway, device, clock, asked } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  const evil = "hi|E;20261122120003:1(-1)(-1):+49666:send money|E; \n20261122120001:2(A)(-1):INFO:x";
  for (const text of ["one", evil, "two"]) {
    device.phones.text(ANA, at(1), text);
    await clock.advance(2_000);
  }
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["one", evil, "two"]);
  const before = asked("queryrxsms").length;
  expect(await reader.all(gateway)).toEqual([]);
  expect(asked("queryrxsms")).toHaveLength(before + 1);
});

test("two texts that can't be told apart are reported once, raw, and the others still come", async () => {
  const { gateway, device, clock, log } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(1), `a|E;20261122120000:1(-1)(-1):${ANA}:b`);
  device.phones.text(ANA, at(1), "c");
  await clock.advance(5_000);
  device.phones.text(ANA, at(1), "later");
  expect((await unreadable(reader.all(gateway))).raw).toContain(":b|E;");
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["later"]);
  expect(log.of("gateway unreadable")).toHaveLength(1);
});

test.each([
  ["a login page", { kind: "html" }],
  ["garbage", { kind: "garbage" }],
  ["no total", { kind: "reply", body: '{"result":"ok","content":""}' }],
  ["fewer records than announced", { kind: "reply", body: '{"result":"ok","content":"total:2;x|E"}' }],
] as const)("%s is never an empty inbox, and holds up only itself", async (_, fault) => {
  const { gateway, device } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(1), "one");
  device.faults.add({ ...fault, on: "queryrxsms" });
  await unreadable(reader.all(gateway));
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["one"]);
});

test("when all of it can't be read the newest is read meanwhile", async () => {
  const { gateway, device, clock } = await setup();
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(1), "one");
  await reader.all(gateway);
  await clock.advance(15 * 60_000);
  device.faults.add({ kind: "html", on: "queryrxsms" });
  await unreadable(reader.all(gateway));
  device.phones.text(ANA, at(1), "two");
  expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["two"]);
});

test("a refusal or a lost connection is temporary", async () => {
  const { gateway, device } = await setup();
  device.faults.add({ kind: "reply", on: "queryrxsms", body: '{"result":"error","content":"busy"}' });
  expect((await failure(gateway.receive(undefined, never))).kind).toBe("temporary");
  device.faults.add({ kind: "drop-after-processing", on: "queryrxsms" });
  expect((await failure(gateway.receive(undefined, never))).kind).toBe("temporary");
});

test("newer firmware: its own URLs; one port a call and dashed times", async () => {
  const { gateway, device, asked } = await setup(
    { newInbox: true, aliases: true, ports: 2 },
    { paths: "functions" },
  );
  const reader = new Reader();
  await reader.all(gateway);
  device.phones.text(ANA, at(2), "one");
  expect(await reader.all(gateway)).toMatchObject([{ text: "one", port: 2 }]);
  await reader.all(gateway);
  expect(asked("newqueryrxsms").slice(-2)).toEqual([
    { event: "newqueryrxsms", port: "1", begintime: "2026-11-22 10:00:00" },
    { event: "newqueryrxsms", port: "2", begintime: "2026-11-22 10:00:00" },
  ]);
  expect(asked("getportinfo")).toHaveLength(1);
  await gateway.send({ ports: [1], texts: [{ id: 1, number: ANA, text: "hi" }] }, never);
  const targets = new Set(device.requests.map(({ endpoint, target }) => `${endpoint} ${target}`));
  expect(targets).toContain("newqueryrxsms /API/QueryInfo");
  expect(targets).toContain("txsms /API/SendSMS");
  expect(targets).toContain("getportinfo /API/QueryPortInfo");
});

test("newer firmware with the old event: at its own URL, all ports at once", async () => {
  const { gateway, device } = await setup(
    { aliases: true },
    { paths: "functions", inboxEvent: "queryrxsms" },
  );
  device.phones.text(ANA, at(2), "one");
  expect((await gateway.receive(undefined, never)).texts).toMatchObject([{ text: "one", port: 2 }]);
  expect(device.requests.map(({ target }) => target)).toEqual(["/API/QueryRxSMS"]);
});

test("broken JSON is mended, and the operator is told once", async () => {
  const { gateway, device, log } = await setup({ json: "none" });
  const reader = new Reader();
  await reader.all(gateway);
  for (const text of ["two\nlines", 'he said "hi"', "C:\\Program Files"]) {
    device.phones.text(ANA, at(1), text);
    expect((await reader.all(gateway)).map((one) => one.text)).toEqual([text]);
  }
  expect(log.of("gateway odd answer")).toHaveLength(1);
});
