// Every parameter of the vendor's document that only the command line uses: the device got it, and firmware that refuses it is asked without.
import { describe, expect, test } from "vitest";
import { Unreadable } from "../../src/bridge/errors.ts";
import type { Desk, Filter } from "../../src/bridge/ports/gateway.ts";
import { failure, never, setup, sms } from "./synway-setup.ts";

const ANA = "+491701000001";
const BEN = "+491701000002";
const MINUTE = 60_000;
const at = (port: number) => ({ device: "synway", port });

type Whole = Required<Omit<Desk, "queue" | "cancel">>;

const isWhole = (desk: Desk | undefined): desk is Whole =>
  ["inbox", "take", "outbox", "results", "receipt", "ports", "ussd", "clear"].every(
    (name) => desk && name in desk,
  );

/** On a device at UTC+05:45: three texts in, two out, a minute apart. */
async function prepared(...[device, extra]: Parameters<typeof setup>) {
  const all = await setup({ timezone: "Asia/Kathmandu", ...device }, extra);
  const { gateway, clock, device: sim } = all;
  const { desk } = gateway;
  if (!isWhole(desk)) throw new Error("no desk");
  const start = clock.now();
  sim.phones.text(ANA, at(1), "a");
  await gateway.send({ ports: [1], texts: [sms(1, ANA, "one")] }, never);
  await clock.advance(MINUTE);
  sim.phones.text(ANA, at(2), "b");
  sim.phones.text(BEN, at(2), "c");
  await gateway.send({ ports: [2], texts: [sms(2, BEN, "two"), sms(3, ANA, "two")] }, never);
  return { ...all, start, desk };
}

const texts = (rows: readonly Readonly<Record<string, unknown>>[]) => rows.map(({ text }) => text);

describe.each(["queryrxsms", "querysxsms"] as const)("%s", (event) => {
  const said = event === "queryrxsms" ? ["a", "b", "c"] : ["one", "two", "two"];
  const read = ({ desk }: Awaited<ReturnType<typeof prepared>>, filter: Filter) =>
    event === "queryrxsms" ? desk.inbox(filter, never) : desk.outbox(filter, never);

  test("begintime, endtime, num and port reach the device, times on its own clock", async () => {
    const box = await prepared({ ports: [{}, { slot: "B" }] });
    const { start, asked } = box;
    const list = async (filter: Filter) => texts(await read(box, filter));
    expect(await list({ ports: ["1"], numbers: [ANA], since: start, until: start + MINUTE })).toEqual([
      said[0],
    ]);
    expect(await list({ ports: ["1", "2.B"] })).toEqual(said);
    expect(await list({ ports: ["2.A"] })).toEqual([]);
    expect(await list({ numbers: [ANA, BEN], since: start + 1_000 })).toEqual(said.slice(1));
    expect(asked(event)).toEqual([
      { event, begintime: "20261122174500", endtime: "20261122174600", num: ANA, port: "1" },
      { event, port: "1,2" },
      { event, port: "2" },
      { event, begintime: "20261122174501", num: `${ANA},${BEN}` },
    ]);
  });

  test("firmware that refuses a filter is asked without, and sorted out here", async () => {
    const box = await prepared();
    box.device.faults.add({ kind: "reply", on: event, body: '{"result":"error","content":"port error"}' });
    expect(texts(await read(box, { ports: ["1"], until: box.start + MINUTE }))).toEqual([said[0]]);
    expect(box.asked(event)).toEqual([
      { event, endtime: "20261122174600", port: "1" },
      { event, endtime: "20261122174600" },
    ]);
    box.device.faults.add({
      kind: "reply",
      on: event,
      body: '{"result":"error","content":"busy"}',
      times: 2,
    });
    expect((await failure(read(box, { ports: ["1"] }))).kind).toBe("temporary");
  });

  test("what is no port is refused before anything is asked", async () => {
    const box = await prepared();
    box.device.forgetRequests();
    for (const port of ["x", "-1", "1.E", "1,2"])
      expect((await failure(read(box, { ports: [port] }))).kind).toBe("permanent");
    expect(box.device.requests).toEqual([]);
  });
});

test("newqueryrxsms is asked for the ports that were named, numbers are looked at here", async () => {
  const { desk, start, asked } = await prepared(
    { newInbox: true, ports: 3 },
    { inboxEvent: "newqueryrxsms" },
  );
  expect(texts(await desk.inbox({ ports: ["2"], numbers: [BEN], since: start }, never))).toEqual(["c"]);
  expect(asked("newqueryrxsms")).toEqual([
    { event: "newqueryrxsms", begintime: "2026-11-22 17:45:00", num: BEN, port: "2" },
  ]);
});

test("ids and read marks, which the device does not have, are refused", async () => {
  const { desk } = await prepared();
  for (const filter of [{ after: "1" }, { read: true }, { read: false }])
    expect((await failure(desk.inbox(filter, never))).kind).toBe("permanent");
});

describe("queryrxsms with delete", () => {
  test("lists and deletes in one request, by port, number and time", async () => {
    const { desk, device, start, asked } = await prepared();
    const filter = { ports: ["2"], numbers: [ANA], since: start, until: start + MINUTE };
    expect(texts(await desk.take(filter, never))).toEqual(["b"]);
    expect(device.inbox.map(({ text }) => text)).toEqual(["a", "c"]);
    expect(texts(await desk.take({}, never))).toEqual(["a", "c"]);
    expect(device.inbox).toEqual([]);
    expect(asked("queryrxsms")).toEqual([
      {
        event: "queryrxsms",
        begintime: "20261122174500",
        endtime: "20261122174600",
        num: ANA,
        port: "2",
        delete: "1",
      },
      { event: "queryrxsms", delete: "1" },
    ]);
  });

  test("texts that can't be told apart come whole with the error: the device has them no more", async () => {
    const { desk, device } = await prepared();
    device.phones.text(ANA, at(1), "x|E;20261122174500:1(-1)(-1):123:y");
    const error: unknown = await desk.take({ ports: ["1"] }, never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Unreadable);
    expect(error).toMatchObject({ raw: expect.stringContaining(":123:y") });
    expect(device.inbox).toHaveLength(2);
  });

  test("a lost answer leaves in doubt whether they were deleted", async () => {
    const { desk, device } = await prepared();
    device.faults.add({ kind: "drop-after-processing", on: "queryrxsms" });
    expect((await failure(desk.take({}, never))).kind).toBe("unsure");
    expect(device.inbox).toEqual([]);
  });

  test("what could delete more than was named is refused", async () => {
    const mixed = await prepared({ outbox: "mixed" }, { outboxEvent: "queryrxsms" });
    expect((await failure(mixed.desk.take({}, never))).kind).toBe("permanent");
    const slots = await prepared();
    expect((await failure(slots.desk.take({ ports: ["1.A"] }, never))).kind).toBe("permanent");
    const newer = await prepared({ newInbox: true, ports: 3 }, { inboxEvent: "newqueryrxsms" });
    for (const filter of [{}, { ports: ["1", "2"] }, { ports: ["2"], numbers: [BEN] }])
      expect((await failure(newer.desk.take(filter, never))).kind).toBe("permanent");
    expect(newer.device.inbox).toHaveLength(3);
    expect(texts(await newer.desk.take({ ports: ["2"], since: newer.start }, never))).toEqual(["b", "c"]);
    expect(newer.asked("newqueryrxsms")).toEqual([
      { event: "newqueryrxsms", begintime: "2026-11-22 17:45:00", port: "2", delete: "1" },
    ]);
  });
});

describe("querytxsms", () => {
  test("taskid, num and port reach the device", async () => {
    const { desk, asked } = await prepared();
    expect(await desk.results(["0", "1"], { numbers: [ANA], ports: ["2"] }, never)).toEqual([
      { task: 1, user: "2", port: 2, number: ANA, status: 3, outcome: "sent" },
    ]);
    expect(asked("querytxsms")).toEqual([{ event: "querytxsms", taskid: "0,1", num: ANA, port: "2" }]);
  });

  test("firmware that refuses them is asked without, and sorted out here; times are refused", async () => {
    const { desk, device, asked } = await prepared();
    device.faults.add({ kind: "reply", on: "querytxsms", body: '{"result":"error","content":"num error"}' });
    const found = await desk.results(["1"], { numbers: [BEN] }, never);
    expect(found.map(({ number }) => number)).toEqual([BEN]);
    expect(asked("querytxsms")).toEqual([
      { event: "querytxsms", taskid: "1", num: BEN },
      { event: "querytxsms", taskid: "1" },
    ]);
    expect((await failure(desk.results(["1"], { since: 0 }, never))).kind).toBe("permanent");
  });
});

test("querytxsmsrpt: port, num and rptnum, one port and one number", async () => {
  const { desk, asked } = await prepared({}, { rptnum: 2 });
  const one = { ports: ["1"], numbers: [ANA] };
  while (!(await desk.receipt({ ...one, count: 7 }, never))[0]?.delivered);
  await desk.receipt(one, never);
  expect(asked("querytxsmsrpt")[0]).toEqual({ event: "querytxsmsrpt", port: "1", num: ANA, rptnum: "7" });
  expect(asked("querytxsmsrpt").at(-1)).toEqual({ event: "querytxsmsrpt", port: "1", num: ANA, rptnum: "2" });
  for (const filter of [
    { ...one, ports: ["1", "2"] },
    { ...one, numbers: [ANA, BEN] },
    { ports: ["1"] },
    { numbers: [ANA] },
    { ...one, since: 0 },
  ])
    expect((await failure(desk.receipt(filter, never))).kind).toBe("permanent");
});

describe("getwirelessinfo", () => {
  test("type and port reach the device, counted as it counts them there", async () => {
    const { desk, asked } = await prepared({ ports: 3 });
    expect(await desk.ports({ ports: [1, 3], details: ["imei"] }, never)).toEqual([
      { port: 1, registered: true, state: "idle, connected", busy: false, imei: "863070017005100" },
      { port: 3, registered: true, state: "idle, connected", busy: false, imei: "863070017005102" },
    ]);
    expect(asked("getwirelessinfo")).toEqual([{ event: "getwirelessinfo", type: "IMEI", port: "0,2" }]);
    await desk.ports({ details: ["number", "iccid"] }, never);
    expect(asked("getwirelessinfo").slice(1)).toEqual([
      { event: "getwirelessinfo", type: "ICCID" },
      { event: "getwirelessinfo", type: "PhoneNo" },
    ]);
  });

  test("a device that refuses it keeps its ports", async () => {
    const { desk, device } = await prepared({ ports: 2 });
    device.faults.add({ kind: "reply", on: "getwirelessinfo", body: '{"result":"error","content":"no"}' });
    expect(await desk.ports({ ports: [2], details: ["imsi"] }, never)).toEqual([
      { port: 2, registered: true, state: "idle, connected", busy: false },
    ]);
  });
});

test("deletesms of both boxes, several numbers", async () => {
  const { desk, device, asked } = await prepared();
  expect(await desk.clear({ box: "both", numbers: [BEN, "0"], ports: ["2"] }, never)).toBe(2);
  expect(await desk.clear({ box: "both", all: true }, never)).toBe(4);
  expect([device.inbox, device.outbox]).toEqual([[], []]);
  expect(asked("deletesms")).toEqual([
    { event: "deletesms", port: "2", phonenum: `${BEN},0`, smsbox: "r,s", clear: "1" },
    { event: "deletesms", smsbox: "r,s", clear: "2" },
  ]);
  expect((await failure(desk.clear({ box: "inbox", ports: ["1"], records: [1] }, never))).kind).toBe(
    "permanent",
  );
});

describe("USSD on several ports", () => {
  test("txussd, rxussd and deleteussd are one request each; each port has its own answer", async () => {
    const { desk, clock, asked } = await prepared({ ports: [{}, {}, { connect: 0 }] });
    await desk.ussd.cancel([1, 2], never);
    const since = clock.now();
    const dialled = await desk.ussd.send([1, 2, 3], "*100#", never);
    expect(dialled.map(({ port, error }) => [port, error?.kind ?? null])).toEqual([
      [1, null],
      [2, null],
      [3, "temporary"],
    ]);
    let replies = await desk.ussd.replies([1, 2], since, never);
    while (replies.size < 2) replies = await desk.ussd.replies([1, 2], since, never);
    expect(new Set(replies.keys())).toEqual(new Set([1, 2]));
    expect(asked("deleteussd")).toEqual([{ event: "deleteussd", port: "1,2", num: "-1" }]);
    expect(asked("txussd")).toEqual([{ event: "txussd", port: "1,2,3", ussd: "*100#" }]);
    expect(asked("rxussd")[0]).toEqual({ event: "rxussd", port: "1,2,3" });
    await desk.ussd.send([1, 2], "*100#", never);
    expect([...(await desk.ussd.replies([1, 2], since + 3_600_000, never))]).toEqual([]);
  });

  test("rxussd begintime and endtime; deleteussd num", async () => {
    const { desk, clock, device, asked } = await prepared();
    const since = clock.now();
    await desk.ussd.send([1, 2], "*100#", never);
    await clock.advance(MINUTE);
    await desk.ussd.send([1], "*101#", never);
    const kept = (filter: Parameters<typeof desk.ussd.kept>[1]) => desk.ussd.kept([1, 2], filter, never);
    expect(
      (await kept({ since, until: since + 1_000 })).map(({ port, record, code }) => [port, record, code]),
    ).toEqual([
      [1, 0, "*100#"],
      [2, 0, "*100#"],
    ]);
    expect(asked("rxussd").at(-1)).toEqual({
      event: "rxussd",
      port: "1,2",
      begintime: "20261122174600",
      endtime: "20261122174601",
    });
    expect(await kept({ since: since + MINUTE })).toMatchObject([
      { port: 1, record: 1, time: "20261122174700", sent: true },
    ]);
    expect(await desk.clear({ box: "ussd", ports: ["1", "2"], records: [0, 7] }, never)).toBe(2);
    expect(device.ussdFiles.map(({ order }) => order)).toEqual([1]);
    expect(asked("deleteussd")).toEqual([{ event: "deleteussd", port: "1,2", num: "0,7" }]);
    expect((await failure(desk.clear({ box: "ussd", records: [0] }, never))).kind).toBe("permanent");
  });
});
