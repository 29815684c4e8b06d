// The Synway driver: ports, USSD, and what the command line can do.
import { expect, test } from "vitest";
import { failure, never, setup, sms } from "./synway-setup.ts";

const ANA = "+491701000001";
const BEN = "+491701000002";
const at = (port: number) => ({ device: "synway", port });

test("ports: call state and connection in words, busy, registered, modem and SIM", async () => {
  const { gateway, device } = await setup({
    ports: [
      { number: "+49151", type: "LTE", iccid: "8949A", imei: "35", imsi: "26201" },
      { state: 3, connect: 5 },
      { connect: 0 },
      { state: 8, connect: 3 },
    ],
    portTypes: "each",
  });
  expect(await gateway.ports(never)).toEqual([
    {
      port: 1,
      registered: true,
      state: "idle, connected",
      busy: false,
      number: "+49151",
      type: "LTE",
      iccid: "8949A",
      imei: "35",
      imsi: "26201",
    },
    { port: 2, registered: true, state: "talking, roaming", busy: true, type: "GSM" },
    { port: 3, registered: false, state: "unavailable, unconnected", busy: false, type: "GSM" },
    { port: 4, registered: false, state: "state 8, rejected", busy: true, type: "GSM" },
  ]);
  expect(device.requests.filter(({ endpoint }) => endpoint === "getwirelessinfo")).toHaveLength(5);
});

test("modem and SIM are read once an hour, and their failure costs no port", async () => {
  const { gateway, device, clock, asked } = await setup();
  device.faults.add({ kind: "html", on: "getwirelessinfo", times: 5 });
  expect((await gateway.ports(never))[0]).toEqual({
    port: 1,
    registered: true,
    state: "idle, connected",
    busy: false,
  });
  await gateway.ports(never);
  expect(asked("getwirelessinfo")).toHaveLength(5);
  await clock.advance(600_000);
  expect((await gateway.ports(never))[0]?.imei).toBe("863070017005100");
  await clock.advance(3_599_999);
  await gateway.ports(never);
  expect(asked("getwirelessinfo")).toHaveLength(10);
  await clock.advance(1);
  await gateway.ports(never);
  expect(
    asked("getwirelessinfo")
      .map(({ type }) => type)
      .slice(-5),
  ).toEqual(["porttype", "ICCID", "IMEI", "IMSI", "PhoneNo"]);
});

test("firmware without connection states: a port that is available counts as registered", async () => {
  const { gateway, device } = await setup({ ports: [{}, { connect: 0 }] });
  device.faults.add({
    kind: "reply",
    on: "getportconnectstate",
    body: '{"result":"error","content":"unknown event"}',
  });
  expect((await gateway.ports(never)).map(({ registered, state }) => [registered, state])).toEqual([
    [true, "idle"],
    [false, "unavailable"],
  ]);
});

test("USSD: a menu is gone through, and no answer is taken for a later one's", async () => {
  const { gateway, device, clock, asked } = await setup({ ussdDelay: 50 });
  const { ussd } = gateway;
  if (!ussd) throw new Error("no USSD");
  const answer = async (code: string, first: boolean) => {
    const since = clock.now();
    if (first) await ussd.cancel(2, never);
    await ussd.send(2, code, never);
    const early = await ussd.reply(2, since, never);
    let reply = early;
    while (reply === null) reply = await ussd.reply(2, since, never);
    return { early, reply };
  };
  expect(await answer("*111#", true)).toEqual({ early: null, reply: "1 balance\n2 tariff" });
  expect(await answer("2", false)).toEqual({ early: null, reply: "Tariff: Prepaid\nSMS 0.09 EUR" });
  expect(await answer("*999#", true)).toEqual({ early: null, reply: "USSD terminated by network" });
  expect(asked("txussd")[0]).toEqual({ event: "txussd", port: "2", ussd: "*111#" });
  expect(asked("deleteussd")[0]).toEqual({ event: "deleteussd", port: "2", num: "-1" });
  expect(device.ussdFiles).toHaveLength(1);
});

test("USSD: while the record of a code is not there yet, that of the one before is no answer", async () => {
  const { gateway, device, clock } = await setup();
  const record = "1|0|20261122120000|*111#|1| 1 balance|E";
  const answers = (content: string) =>
    device.faults.add({ kind: "reply", on: "rxussd", body: JSON.stringify({ result: "ok", content }) });
  answers(`total:1;${record}`);
  await gateway.ussd?.send(1, "1", never);
  answers(`total:1;${record}`);
  expect(await gateway.ussd?.reply(1, clock.now(), never)).toBe(null);
  answers(`total:2;1|1|20261122120000|1|1| 12.34|E;${record}`);
  expect(await gateway.ussd?.reply(1, clock.now(), never)).toBe("12.34");
});

test("USSD: after a restart of the driver the answer is found by its time", async () => {
  const { gateway, clock, again } = await setup();
  const since = clock.now();
  await gateway.ussd?.send(1, "*100#", never);
  while ((await again().ussd?.reply(1, since, never)) === null);
  expect(await again().ussd?.reply(1, since, never)).toBe("Your balance is 12.34 EUR");
  expect(await again().ussd?.reply(1, since + 120_000, never)).toBe(null);
});

test("USSD: a port that can't is temporary, a code that is too long permanent, an odd answer unsure", async () => {
  const { gateway, device } = await setup({ ports: [{ connect: 0 }, {}] });
  const { ussd } = gateway;
  if (!ussd) throw new Error("no USSD");
  expect(await failure(ussd.send(1, "*100#", never))).toMatchObject({ kind: "temporary", scope: "message" });
  expect(await failure(ussd.send(2, `*${"1".repeat(255)}`, never))).toMatchObject({ kind: "permanent" });
  device.faults.add({ kind: "reply", on: "txussd", body: '{"result":"ok","content":"1:1"}' });
  expect(await failure(ussd.send(2, "*100#", never))).toMatchObject({ kind: "unsure" });
  device.faults.add({ kind: "drop-after-processing", on: "txussd" });
  expect(await failure(ussd.send(2, "*100#", never))).toMatchObject({ kind: "unsure" });
});

test("USSD: that there is nothing to read or to delete is no failure", async () => {
  const { gateway, device, clock } = await setup();
  const body = '{"result":"error","content":"no record"}';
  device.faults.add({ kind: "reply", on: ["deleteussd", "rxussd"], body, times: 2 });
  await gateway.ussd?.cancel(1, never);
  expect(await gateway.ussd?.reply(1, clock.now(), never)).toBe(null);
});

test("desk: inbox, outbox, results, receipts", async () => {
  const { gateway, device } = await setup();
  const { desk } = gateway;
  if (!desk?.outbox || !desk.results || !desk.receipt) throw new Error("no desk");
  device.phones.behave(BEN, { reports: [] });
  device.phones.text("INFO", at(2), "offer");
  await gateway.send({ ports: [1], texts: [sms(1, ANA), sms(2, BEN)] }, never);
  const place = { time: "20261122120000", slot: null, sim: null };
  expect(await desk.inbox({}, never)).toEqual([{ ...place, port: 2, number: "INFO", text: "offer" }]);
  expect(await desk.outbox({}, never)).toEqual([
    { ...place, port: 1, number: ANA, source: "API", text: "hello" },
    { ...place, port: 1, number: BEN, source: "API", text: "hello" },
  ]);
  expect(await desk.results(["0", "7"], {}, never)).toEqual([
    { task: 0, user: "1", port: 1, number: ANA, status: 3, outcome: "sent" },
    { task: 0, user: "1", port: 1, number: BEN, status: 3, outcome: "sent" },
  ]);
  const receipt = (number: string) => desk.receipt?.({ ports: ["1"], numbers: [number] }, never);
  while (!(await receipt(ANA))?.[0]?.delivered);
  expect(await receipt(ANA)).toEqual([{ port: 1, number: ANA, delivered: true, answer: "OK" }]);
  expect(await receipt(BEN)).toEqual([{ port: 1, number: BEN, delivered: false, answer: "no receipt" }]);
  expect(await failure(desk.results(["x"], {}, never))).toMatchObject({ kind: "permanent" });
  expect(await failure(desk.results([], {}, never))).toMatchObject({ kind: "permanent" });
});

test("desk: clears what is named, by port, slot, number and time", async () => {
  const { gateway, device, clock, asked } = await setup({
    ports: [{ slot: "A" }, {}],
    timezone: "Asia/Kathmandu",
  });
  const { desk } = gateway;
  if (!desk?.clear) throw new Error("no desk");
  for (const [port, from] of [
    [1, ANA],
    [2, ANA],
    [2, BEN],
  ] as const)
    device.phones.text(from, at(port), "x");
  await gateway.send({ ports: [1], texts: [sms(1, ANA)] }, never);
  expect(await desk.clear({ box: "inbox", ports: ["1.a"], numbers: [ANA] }, never)).toBe(1);
  const minute = { since: clock.now() - 60_000, until: clock.now() };
  expect(await desk.clear({ box: "inbox", ports: ["1", "2"], numbers: [BEN], ...minute }, never)).toBe(1);
  expect(device.inbox).toHaveLength(1);
  expect(await desk.clear({ box: "outbox", until: clock.now() - 60_000 }, never)).toBe(0);
  expect(await desk.clear({ box: "outbox", ports: ["1"] }, never)).toBe(1);
  expect(asked("deletesms")).toEqual([
    { event: "deletesms", port: "1.A", phonenum: ANA, smsbox: "r", clear: "1" },
    {
      event: "deletesms",
      port: "1,2",
      phonenum: BEN,
      begintime: "20261122174400",
      endtime: "20261122174500",
      smsbox: "r",
      clear: "1",
    },
    { event: "deletesms", endtime: "20261122174400", smsbox: "s", clear: "1" },
    { event: "deletesms", port: "1", smsbox: "s", clear: "1" },
  ]);
});

test("desk: everything only when all is said", async () => {
  const { gateway, device, asked } = await setup();
  const { desk } = gateway;
  if (!desk?.clear) throw new Error("no desk");
  device.phones.text(ANA, at(1), "x");
  for (const what of [
    { box: "inbox" },
    { box: "outbox", ports: [] },
    { box: "ussd" },
    { box: "ussd", numbers: [ANA] },
    { box: "ussd", ports: ["1.A"] },
    { box: "inbox", ports: ["-1"] },
    { box: "inbox", ports: ["1,2"] },
  ] as const)
    expect(await failure(desk.clear(what, never))).toMatchObject({ kind: "permanent", scope: "message" });
  expect(device.requestCount).toBe(0);
  expect(await desk.clear({ box: "inbox", all: true }, never)).toBe(1);
  expect(asked("deletesms")).toEqual([{ event: "deletesms", smsbox: "r", clear: "2" }]);
  await gateway.ussd?.send(1, "*100#", never);
  await gateway.ussd?.send(2, "*100#", never);
  expect(await desk.clear({ box: "ussd", ports: ["1"] }, never)).toBe(1);
  expect(await desk.clear({ box: "ussd", all: true }, never)).toBe(1);
  device.faults.add({ kind: "reply", on: "deletesms", body: '{"result":"ok","content":"done"}' });
  expect(await desk.clear({ box: "outbox", all: true }, never)).toBe(null);
});
