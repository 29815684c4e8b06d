// Ports, USSD, and what the driver offers to the command line.
import { describe, expect, test } from "vitest";
import { failure } from "../../contract/gateway.ts";
import { answer, bench, never, requests, text } from "./device.ts";

describe("ports", () => {
  test("registered are REGISTER_OK, and what later firmware calls it; port 0 is a port; empty fields are none", async () => {
    const { gateway } = await bench({
      ports: [
        { reg: "REGISTER_OK", type: "LTE", imei: "1", imsi: "2", iccid: "3", smsc: "+4", shownNumber: "+5" },
        { reg: "REGISTERED" },
        { reg: "Mobile Registered" },
        { reg: "NO_SIM" },
        { reg: "UNREGISTER" },
        { reg: "SEARCHING_NETWORK" },
      ],
    });
    const ports = await gateway.ports(never);
    expect(ports.map(({ registered }) => registered)).toEqual([true, true, true, false, false, false]);
    expect(ports[0]).toEqual({
      port: 0,
      registered: true,
      state: "REGISTER_OK",
      busy: false,
      number: "+5",
      imsi: "2",
      iccid: "3",
      imei: "1",
      type: "LTE",
      smsc: "+4",
    });
    expect(ports[2]).toEqual({
      port: 2,
      registered: true,
      state: "Mobile Registered",
      busy: false,
      type: "GSM",
    });
  });

  test("firmware that does not know smsc is asked for what the document lists", async () => {
    const infoTypes = ["type", "imei", "imsi", "iccid", "number", "reg"];
    const { sim, gateway } = await bench({ strictInfo: true, infoTypes });
    expect(await gateway.ports(never)).toHaveLength(8);
    expect(requests(sim, "get_port_info")[1]?.target).toContain("type%2Cimei%2Cimsi%2Ciccid%2Cnumber%2Creg");
  });

  test("the document's own example, and a port without a number for it", async () => {
    const { sim, gateway } = await bench();
    answer(
      sim,
      "get_port_info",
      '{"error_code":200, "info":[{"port":2,"type":"GSM","imei":"3","number":"","reg":"register_ok",},{"reg":"NO_SIM",},{"port":"1"}]}',
    );
    expect(await gateway.ports(never)).toEqual([
      { port: 1, registered: false, state: "UNKNOWN", busy: false },
      { port: 2, registered: true, state: "register_ok", busy: false, type: "GSM", imei: "3" },
    ]);
  });
});

describe("USSD", () => {
  const prepared = async (...[device, options]: Parameters<typeof bench>) => {
    const all = await bench(device, options);
    const { ussd } = all.gateway;
    if (!ussd) throw new Error("no USSD");
    return { ...all, ussd };
  };

  test.each([{}, { ussdKeyQuirk: true, emptyUssd: " " as const, sn: "x" }])(
    "a menu is walked through: %j",
    async (device) => {
      const { sim, ussd, clock } = await prepared(device);
      await ussd.cancel(0, never);
      await ussd.send(0, "*111#", never);
      expect(await ussd.reply(0, clock.now(), never)).toBe("1 balance\n2 tariff");
      await ussd.send(0, "2", never);
      expect(await ussd.reply(0, clock.now(), never)).toBe("Tariff: Prepaid\nSMS 0.09 EUR");
      expect(sim.ussd.log.map(({ command, text: code }) => [command, code])).toEqual([
        ["cancel", ""],
        ["send", "*111#"],
        ["send", "2"],
      ]);
      await ussd.cancel(0, never);
      expect(await ussd.reply(0, clock.now(), never)).toBeNull();
    },
  );

  test.each(["", " ", "NULL", " NULL ", null])("%j is not yet", async (body) => {
    const { sim, ussd, clock } = await prepared();
    answer(sim, "query_ussd_reply", { error_code: 200, reply: [{ port: 0, text: body }] });
    expect(await ussd.reply(0, clock.now(), never)).toBeNull();
  });

  test("another port's answer is not ours, and words of the network are an answer", async () => {
    const { sim, ussd, clock } = await prepared();
    const reply = [
      { port: 1, text: "other" },
      { port: 0, text: "USSD terminated by network" },
    ];
    answer(sim, "query_ussd_reply", { error_code: 200, reply }, 2);
    expect(await ussd.reply(0, clock.now(), never)).toBe("USSD terminated by network");
    expect(await ussd.reply(2, clock.now(), never)).toBeNull();
  });

  test("an answer that lay there before is not taken for the new one, until it must be", async () => {
    const { sim, ussd, clock } = await prepared({ ussdDelay: Number.POSITIVE_INFINITY });
    sim.ussd.push(0, "1 balance");
    await ussd.send(0, "*111#", never);
    sim.ussd.push(0, "1 balance");
    const since = clock.now();
    expect(await ussd.reply(0, since, never)).toBeNull();
    await clock.advance(19_999);
    expect(await ussd.reply(0, since, never)).toBeNull();
    await clock.advance(1);
    expect(await ussd.reply(0, since, never)).toBe("1 balance");
    await ussd.send(0, "9", never);
    sim.ussd.push(0, "something else");
    expect(await ussd.reply(0, clock.now(), never)).toBe("something else");
  });

  test.each([
    [{ error_code: 202, result: [{ port: 0, status: 486 }] }, "temporary"],
    [{ error_code: 202, result: [{ port: 0, status: 503 }] }, "permanent"],
    [{ error_code: 202, result: [{ port: 1, status: 200 }] }, "unsure"],
    [{ error_code: 202, result: [{ port: 0, status: 999 }] }, "unsure"],
    [{ error_code: 202 }, "unsure"],
    [{ error_code: 400 }, "permanent"],
    [{ error_code: 500 }, "unsure"],
  ])("%j is %s, for this code alone", async (body, kind) => {
    const { sim, ussd } = await prepared();
    answer(sim, "send_ussd", body);
    expect(await failure(ussd.send(0, "*100#", never))).toMatchObject({ kind, scope: "message" });
  });

  test("a port without SIM can't, a port that sends is busy", async () => {
    const { sim, gateway, ussd } = await prepared({ sendTime: Number.POSITIVE_INFINITY });
    sim.setPort(1, { reg: "NO_SIM" });
    expect((await failure(ussd.send(1, "*100#", never))).kind).toBe("permanent");
    await gateway.send({ ports: [0], texts: [text(1)] }, never);
    expect((await failure(ussd.send(0, "*100#", never))).kind).toBe("temporary");
    await ussd.cancel(1, never);
  });

  test("60 bytes at most, and not nothing", async () => {
    const { sim, gateway, ussd } = await prepared();
    expect(gateway.limits.ussd).toBe(60);
    for (const code of [`${"*1".repeat(30)}#`, "é".repeat(31), "", " "]) {
      expect(await failure(ussd.send(0, code, never))).toMatchObject({ kind: "permanent", scope: "message" });
    }
    expect(sim.requestCount).toBe(0);
    await ussd.send(0, "1".repeat(60), never);
    expect(sim.ussd.log).toHaveLength(1);
  });

  test("a code whose answer was lost may have been sent", async () => {
    const { sim, ussd } = await prepared();
    sim.faults.add({ kind: "drop-after-processing", on: "send_ussd" });
    expect((await failure(ussd.send(0, "*100#", never))).kind).toBe("unsure");
    expect(sim.ussd.log).toHaveLength(1);
  });
});

describe("the desk", () => {
  const prepared = async (...[device, options]: Parameters<typeof bench>) => {
    const all = await bench(device, options);
    const { desk } = all.gateway;
    if (!desk) throw new Error("no desk");
    return { ...all, desk };
  };

  test("queue, and cancelling a task, were it number 0", async () => {
    const { sim, gateway, desk } = await prepared();
    sim.modem.hold(true);
    await gateway.send({ ports: [0], texts: [text(1), text(2)] }, never);
    expect(await desk.queue?.(never)).toEqual([{ waiting: 2 }]);
    expect(await desk.cancel?.("0", never)).toBe(true);
    expect(await desk.queue?.(never)).toEqual([{ waiting: 0 }]);
    for (const task of ["0", "7", "x", "-1", ""]) expect(await desk.cancel?.(task, never)).toBe(false);
    answer(sim, "stop_sms", { error_code: 500 });
    expect((await failure(desk.cancel?.("0", never) ?? Promise.resolve())).kind).toBe("temporary");
  });

  test("inbox, through all its pages", async () => {
    const { sim, desk } = await prepared({ inboxCut: 300 });
    for (let i = 0; i < 30; i++)
      sim.phones.text("INFO", { device: sim.name, port: 3 }, `text ${i}`, { smsc: "+1" });
    const rows = await desk.inbox({}, never);
    expect(rows).toHaveLength(30);
    expect(rows[29]).toEqual({
      id: "30",
      port: 3,
      number: "INFO",
      time: "2026-11-22 12:00:00",
      smsc: "+1",
      text: "text 29",
    });
    expect(sim.unread).toBe(30);
  });

  test("results, all of them or those of some deliveries; reports for one phone and port", async () => {
    const { sim, gateway, desk } = await prepared({}, { numbers: "digits" });
    sim.phones.behave("+4915112345678", { reports: [48] });
    await gateway.send({ ports: [0], texts: [text(1), text(2)] }, never);
    await gateway.send({ ports: [1], texts: [text(3)] }, never);
    expect(await desk.results?.([], {}, never)).toHaveLength(3);
    expect(await desk.results?.(["2"], {}, never)).toEqual([
      {
        user_id: 2,
        port: 0,
        number: "4915112345678",
        time: "2026-11-22 12:00:00",
        status: "SENT_OK",
        count: 1,
        succ_count: 1,
        ref_id: 1,
      },
    ]);
    const reports = (await desk.receipt?.({ ports: ["0"], numbers: ["+4915112345678"] }, never)) ?? [];
    expect(reports.map(({ ref_id, status_code, meaning }) => [ref_id, status_code, meaning])).toEqual([
      [0, 48, "trying"],
      [1, 48, "trying"],
    ]);
    expect(await desk.receipt?.({ ports: ["5"], numbers: ["+4915112345678"] }, never)).toEqual([]);
    expect("clear" in desk).toBe(false);
  });
});

test("an odd answer is told once per kind, without its words", async () => {
  const { sim, gateway, log } = await bench();
  answer(sim, "get_port_info", '{"error_code":200,"info":[{"port":0,"number":"secret",}]}', 5);
  for (let i = 0; i < 5; i++) await gateway.ports(never);
  expect(log.of("gateway odd answer").map(({ fields }) => fields)).toEqual([
    { gateway: "office", path: "/api/get_port_info", what: "faulty JSON" },
  ]);
});
