// Every parameter of the vendor's document that only the command line uses: the device got it, and firmware that refuses it is asked without.
import { describe, expect, test } from "vitest";
import type { Desk } from "../../../src/bridge/ports/gateway.ts";
import { failure } from "../../contract/gateway.ts";
import { answer, bench, never, requests, text } from "./device.ts";

const ANA = "+4915112345678";
const BEN = "+4915112345679";
const MINUTE = 60_000;

type Whole = Desk & Required<Pick<Desk, "results" | "receipt" | "ports" | "ussd">>;

const isWhole = (desk: Desk | undefined): desk is Whole =>
  ["results", "receipt", "ports", "ussd"].every((name) => desk && name in desk);

/** A device with a text from port 0 to ANA, and two minutes later one from port 1 to BEN, to UTC+05:45. */
async function prepared(...[device, options]: Parameters<typeof bench>) {
  const all = await bench(
    { timezone: "Asia/Kathmandu", ...device },
    { timezone: "Asia/Kathmandu", ...options },
  );
  const { gateway, sim, clock } = all;
  const start = clock.now();
  await gateway.send({ ports: [0], texts: [text(1, "one", ANA)] }, never);
  await clock.advance(2 * MINUTE);
  await gateway.send({ ports: [1], texts: [text(2, "two", BEN)] }, never);
  const { desk } = gateway;
  if (!isWhole(desk)) throw new Error("no desk");
  const bodies = (endpoint: string) => requests(sim, endpoint).map(({ body }) => body);
  const targets = (endpoint: string) => requests(sim, endpoint).map(({ target }) => target);
  return { ...all, start, desk, bodies, targets };
}

describe("query_sms_result", () => {
  test("number, port, time_after, time_before and user_id reach the device, times on its own clock", async () => {
    const { desk, start, bodies } = await prepared();
    const users = async (...[tasks, filter]: [readonly string[], Parameters<typeof desk.results>[1]]) =>
      (await desk.results(tasks, filter, never)).map(({ user_id }) => user_id);
    expect(await users([], { numbers: [ANA] })).toEqual([1]);
    expect(await users([], { ports: ["1"] })).toEqual([2]);
    expect(await users([], { since: start + MINUTE })).toEqual([2]);
    expect(await users([], { until: start + MINUTE })).toEqual([1]);
    expect(
      await users(["1", "2"], { ports: ["0", "1"], numbers: [ANA, BEN], since: start, until: start }),
    ).toEqual([1]);
    expect(bodies("query_sms_result")).toEqual([
      { number: [ANA] },
      { port: [1] },
      { time_after: "2026-11-22 17:46:00" },
      { time_before: "2026-11-22 17:46:00" },
      {
        user_id: [1, 2],
        number: [ANA, BEN],
        port: [0, 1],
        time_after: "2026-11-22 17:45:00",
        time_before: "2026-11-22 17:45:00",
      },
    ]);
  });

  test.each([
    [["time_after"], [{ user_id: [1, 2], time_after: "2026-11-22 17:46:00" }, { user_id: [1, 2] }]],
    [
      ["time_after", "user_id"],
      [{ user_id: [1, 2], time_after: "2026-11-22 17:46:00" }, { user_id: [1, 2] }, {}],
    ],
  ])("firmware without %j: asked for more, and sorted out here", async (unknownFilters, asked) => {
    const { desk, start, bodies } = await prepared({ unknownFilters });
    const found = await desk.results(["1", "2"], { since: start + MINUTE }, never);
    expect(found.map(({ user_id }) => user_id)).toEqual([2]);
    expect(bodies("query_sms_result")).toEqual(asked);
  });

  test("more user ids than a query takes go in several; more numbers, or what is no id or port, are refused", async () => {
    const { desk, bodies } = await prepared();
    const ids = Array.from({ length: 33 }, (_, index) => String(index));
    expect(await desk.results(ids, {}, never)).toHaveLength(2);
    expect(bodies("query_sms_result").map((body) => (body as { user_id: unknown[] }).user_id.length)).toEqual(
      [32, 1],
    );
    for (const request of [
      desk.results([], { numbers: ids.map((id) => `+4915112345${id.padStart(3, "0")}`) }, never),
      desk.results([], { numbers: [`+${"1".repeat(24)}`] }, never),
      desk.results([], { ports: ["32"] }, never),
      desk.results([], { ports: ["1.A"] }, never),
      desk.results(["x"], {}, never),
      desk.results(["-1"], {}, never),
    ])
      expect(await failure(request)).toMatchObject({ kind: "permanent", scope: "message" });
    expect(bodies("query_sms_result")).toHaveLength(2);
  });

  test("a request that fails for good is a failure, not an empty list", async () => {
    const { sim, desk, bodies } = await prepared();
    answer(sim, "query_sms_result", { error_code: 400 }, 2);
    expect((await failure(desk.results([], { ports: ["0"] }, never))).kind).toBe("temporary");
    expect(bodies("query_sms_result")).toEqual([{ port: [0] }, {}]);
  });
});

describe("query_sms_deliver_status", () => {
  test("number, port, time_after and time_before reach the device; the newest reports only", async () => {
    const { desk, start, clock, gateway, bodies } = await prepared();
    await clock.advance(MINUTE);
    await gateway.send({ ports: [0], texts: [text(3, "three", ANA)] }, never);
    const at = { ports: ["0", "1"], numbers: [ANA, BEN] };
    const refs = async (filter: Parameters<typeof desk.receipt>[0]) =>
      (await desk.receipt(filter, never)).map(({ port, ref_id }) => [port, ref_id]);
    expect(await refs(at)).toHaveLength(3);
    expect(await refs({ ...at, count: 1 })).toEqual([[0, 1]]);
    expect(await refs({ ...at, count: 9 })).toHaveLength(3);
    expect(
      await refs({ ports: ["1"], numbers: [BEN], since: start + MINUTE, until: start + 2 * MINUTE }),
    ).toEqual([[1, 0]]);
    expect(await refs({ ports: ["1"], numbers: [BEN], until: start })).toEqual([]);
    expect(bodies("query_sms_deliver_status").slice(3)).toEqual([
      {
        number: [BEN],
        port: [1],
        time_after: "2026-11-22 17:46:00",
        time_before: "2026-11-22 17:47:00",
      },
      { number: [BEN], port: [1], time_before: "2026-11-22 17:45:00" },
    ]);
  });

  test("firmware without these filters: sorted out here", async () => {
    const { sim, desk, bodies } = await prepared();
    answer(sim, "query_sms_deliver_status", { error_code: 400 }, 2);
    expect(await desk.receipt({ ports: ["1"], numbers: [BEN] }, never)).toMatchObject([
      { port: 1, number: BEN },
    ]);
    expect(bodies("query_sms_deliver_status")).toEqual([{ number: [BEN], port: [1] }, { number: [BEN] }, {}]);
  });
});

describe("query_incoming_sms", () => {
  test("incoming_sms_id and flag reach the device; only unread ones change, and only when asked for", async () => {
    const { sim, desk, targets } = await prepared();
    for (const word of ["a", "b", "c"]) sim.phones.text(ANA, { device: sim.name, port: 2 }, word);
    const list = async (filter: Parameters<typeof desk.inbox>[0]) =>
      (await desk.inbox(filter, never)).map(({ text: body }) => body);
    expect(await list({ read: true })).toEqual([]);
    expect(await list({ after: "1" })).toEqual(["b", "c"]);
    expect(await list({ after: "0" })).toEqual(["a", "b", "c"]);
    expect(sim.unread).toBe(3);
    expect(await list({ read: false, after: "2" })).toEqual(["c"]);
    expect(sim.unread).toBe(1);
    expect(await list({ read: true })).toEqual(["b", "c"]);
    const flags = targets("query_incoming_sms").map((target) =>
      target.replace("/api/query_incoming_sms?", ""),
    );
    expect(flags).toContain("flag=read");
    expect(flags).toContain("flag=unread&incoming_sms_id=1");
    expect(flags.filter((flag) => flag.startsWith("flag=all"))).toContain("flag=all");
    for (const after of ["x", "-1"])
      expect(await failure(desk.inbox({ after }, never))).toMatchObject({ kind: "permanent" });
  });

  test("ports, numbers and times, which the API does not have, are looked at here", async () => {
    const { sim, desk, clock } = await prepared();
    const list = async (filter: Parameters<typeof desk.inbox>[0]) =>
      (await desk.inbox(filter, never)).map(({ text: body }) => body);
    sim.phones.text(ANA, { device: sim.name, port: 2 }, "a");
    sim.phones.text("INFO", { device: sim.name, port: 0 }, "b");
    const now = clock.now();
    await clock.advance(MINUTE);
    sim.phones.text(BEN, { device: sim.name, port: 2 }, "c");
    expect(await list({ ports: ["0"] })).toEqual(["b"]);
    expect(await list({ numbers: ["INFO", BEN] })).toEqual(["b", "c"]);
    expect(await list({ since: now, until: now })).toEqual(["a", "b"]);
    expect(await list({ since: now + 1_000 })).toEqual(["c"]);
  });
});

describe("get_port_info", () => {
  test("port and info_type reach the device, without a raw comma", async () => {
    const { desk, targets } = await prepared({ ports: 4, commaQuirk: true });
    expect(await desk.ports({ ports: [1, 3], details: ["imei", "iccid"] }, never)).toEqual([
      {
        port: 1,
        registered: true,
        state: "REGISTER_OK",
        busy: false,
        imei: "358967042917201",
        iccid: "89490114840400428101",
      },
      {
        port: 3,
        registered: true,
        state: "REGISTER_OK",
        busy: false,
        imei: "358967042917203",
        iccid: "89490114840400428103",
      },
    ]);
    expect(targets("get_port_info")).toEqual(["/api/get_port_info?port=1%2C3&info_type=imei%2Ciccid%2Creg"]);
  });

  test("firmware that knows neither smsc nor port is asked for all, and sorted out here", async () => {
    const { sim, desk, targets } = await prepared({ ports: 4 });
    answer(sim, "get_port_info", { error_code: 400 }, 2);
    expect((await desk.ports({ ports: [2], details: ["smsc"] }, never)).map(({ port }) => port)).toEqual([2]);
    expect(targets("get_port_info")).toEqual([
      "/api/get_port_info?port=2&info_type=smsc%2Creg",
      "/api/get_port_info?port=2&info_type=reg",
      "/api/get_port_info?info_type=reg",
    ]);
  });
});

describe("USSD on several ports", () => {
  test("send, replies and cancel are one request each; each port has its own answer", async () => {
    const { sim, desk, bodies, targets, clock } = await prepared({ ports: [{}, {}, { reg: "NO_SIM" }] });
    const { ussd } = desk;
    await ussd.cancel([0, 1], never);
    const since = clock.now();
    const dialled = await ussd.send([0, 1, 2], "*100#", never);
    expect(dialled.map(({ port, error }) => [port, error?.kind ?? null])).toEqual([
      [0, null],
      [1, null],
      [2, "permanent"],
    ]);
    const replies = await ussd.replies([0, 1, 2], since, never);
    expect([...replies.keys()]).toEqual([0, 1]);
    expect(bodies("send_ussd")).toEqual([
      { port: [0, 1], command: "cancel", text: "" },
      { port: [0, 1, 2], command: "send", text: "*100#" },
    ]);
    expect(targets("query_ussd_reply").at(-1)).toBe("/api/query_ussd_reply?port=0%2C1%2C2");
    expect(await ussd.kept([0, 2], {}, never)).toEqual([
      { port: 0, reply: replies.get(0) },
      { port: 2, reply: null },
    ]);
    expect(await failure(ussd.kept([0], { since: 0 }, never))).toMatchObject({ kind: "permanent" });
    expect(sim.ussd.log).toHaveLength(4);
  });

  test("an old answer on one port is not taken for new, another port's new one is", async () => {
    const { sim, desk, clock } = await prepared({ ussdDelay: Number.POSITIVE_INFINITY });
    sim.ussd.push(0, "old");
    await desk.ussd.send([0, 1], "*100#", never);
    const since = clock.now();
    sim.ussd.push(1, "new");
    expect([...(await desk.ussd.replies([0, 1], since, never))]).toEqual([[1, "new"]]);
    await clock.advance(20_000);
    expect([...(await desk.ussd.replies([0], since, never))]).toEqual([[0, "old"]]);
  });
});
