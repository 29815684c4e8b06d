// Results and delivery reports: few requests, nothing mixed up, nothing made up; and what became of a doubtful send.
import { describe, expect, test } from "vitest";
import type { Submitted } from "../../../src/bridge/ports/gateway.ts";
import { meaning } from "../../../src/gateways/dinstar/receipts.ts";
import { answer, bench, never, open, outcome, requests, sent, text } from "./device.ts";

const TIME = "2026-11-22 12:00:00";
const later = (seconds: number) =>
  `2026-11-22 12:${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
const result = (user_id: number, status: string, more: object = {}) => ({
  port: 0,
  user_id,
  number: "+4915112345678",
  time: TIME,
  status,
  count: 1,
  succ_count: 1,
  ref_id: 0,
  ...more,
});
const report = (ref_id: number, status_code: number, more: object = {}) => ({
  port: 0,
  number: "+4915112345678",
  time: TIME,
  ref_id,
  status_code,
  ...more,
});
const track = { port: 0, ref: 0, count: 1, time: TIME };

describe("results", () => {
  test("each status, with port 0, reference 0 and task 0 kept", async () => {
    const { sim, gateway } = await bench();
    const all = [1, 2, 3, 4, 5].map((id) => open(text(id), { track: '{"task":0}' }));
    const rows = ["SENDING", "SENT_OK", "DELIVERED", "FAILED", "ODD"].map((status, index) =>
      result(index + 1, status),
    );
    answer(sim, "query_sms_result", { error_code: 200, result: rows });
    const reports = await gateway.progress(all, never);
    expect(reports.map(({ id, outcome: what, port }) => [id, what, port])).toEqual([
      [1, "waiting", 0],
      [2, "sent", 0],
      [3, "delivered", 0],
      [4, "failed", 0],
    ]);
    expect(reports[1]?.track).toBe(JSON.stringify({ task: 0, port: 0, ref: 0, count: 1, time: TIME }));
    expect(requests(sim, "query_sms_result")[0]?.body).toEqual({ user_id: [1, 2, 3, 4, 5] });
  });

  test("a failure says how many parts were sent", async () => {
    const { sim, gateway } = await bench();
    answer(sim, "query_sms_result", {
      error_code: 200,
      result: [result(1, "FAILED", { count: 3, succ_count: 2 })],
    });
    expect(await gateway.progress([open(text(1))], never)).toMatchObject([
      { detail: "FAILED, 2 of 3 parts were sent" },
    ]);
  });

  test("100 texts are four requests, 32 in each at most", async () => {
    const { sim, gateway } = await bench();
    const texts = Array.from({ length: 100 }, (_, index) =>
      text(index + 1, "x", `+49151${10_000_000 + index}`),
    );
    await gateway.send({ ports: [0, 1], texts }, never);
    const reports = await gateway.progress(
      texts.map((one) => open(one)),
      never,
    );
    expect(reports.filter(({ outcome: what }) => what === "delivered")).toHaveLength(100);
    expect(requests(sim, "query_sms_result")).toHaveLength(4);
  });

  test("a record under our id but to another number is of an earlier life; of two records the newer one counts", async () => {
    const { sim, gateway } = await bench();
    const rows = [
      result(1, "DELIVERED", { number: "015799999999" }),
      result(2, "SENT_OK", { number: "015112345678", time: later(9) }),
      result(2, "FAILED", { number: "4915112345678", time: later(1) }),
      result(77, "FAILED"),
    ];
    answer(sim, "query_sms_result", { error_code: 200, result: rows });
    const reports = await gateway.progress([open(text(1)), open(text(2))], never);
    expect(reports.map(({ id, outcome: what }) => [id, what])).toEqual([[2, "sent"]]);
  });

  test("a device that refuses the filter is asked by number, then without any; and the better filter gets another chance", async () => {
    const { sim, gateway } = await bench({ unknownFilters: ["user_id", "number"] });
    const [one] = [text(1)];
    sim.phones.behave("*", { reports: [] });
    answer(sim, "send_sms", { error_code: 202, task_id: 1 });
    await expect(gateway.progress([open(one)], never)).resolves.toEqual([]);
    expect(requests(sim, "query_sms_result").map(({ body }) => body)).toEqual([
      { user_id: [1] },
      { number: ["+4915112345678"] },
      {},
    ]);
    for (let i = 0; i < 70; i++) await gateway.progress([open(one)], never);
    const bodies = requests(sim, "query_sms_result").map(({ body }) => JSON.stringify(body));
    expect(bodies.filter((body) => body.includes("user_id"))).toHaveLength(2);
  });

  test("what a device takes is remembered", async () => {
    const { sim, gateway } = await bench({ unknownFilters: ["user_id"] });
    await gateway.send({ ports: [0], texts: [text(1)] }, never);
    for (let i = 0; i < 3; i++) expect(await gateway.progress([open(text(1))], never)).toHaveLength(1);
    const numbers = { number: ["+4915112345678"] };
    expect(requests(sim, "query_sms_result").map(({ body }) => body)).toEqual([
      { user_id: [1] },
      numbers,
      numbers,
      numbers,
    ]);
  });

  test("a fault of the device is temporary: a question changes nothing", async () => {
    const { sim, gateway } = await bench();
    for (const kind of ["drop-after-processing", "half", "error"] as const) {
      sim.faults.add({ kind, on: "query_sms_result" });
      await expect(gateway.progress([open(text(1))], never)).rejects.toMatchObject({ kind: "temporary" });
    }
    answer(sim, "query_sms_result", { error_code: 500 });
    await expect(gateway.progress([open(text(1))], never)).rejects.toMatchObject({ kind: "temporary" });
    sim.faults.add({ kind: "garbage", on: "query_sms_result" });
    await expect(gateway.progress([open(text(1))], never)).rejects.toMatchObject({ name: "Unreadable" });
  });
});

describe("delivery reports", () => {
  const judge = async (waiting: readonly Submitted[], rows: readonly object[]) => {
    const { sim, gateway } = await bench();
    answer(sim, "query_sms_deliver_status", { error_code: 200, result: rows });
    const reports = await gateway.progress(waiting, never);
    return { sim, outcomes: waiting.map(({ id }) => outcome(reports, id)), reports };
  };

  test("status codes as in 3GPP TS 23.040 section 9.2.3.15", () => {
    expect([0, 1, 31].map(meaning)).toEqual(["delivered", "delivered", "delivered"]);
    expect([32, 48, 63].map(meaning)).toEqual(["trying", "trying", "trying"]);
    expect([64, 95, 96, 127, 128, 255].map(meaning)).toEqual(Array(6).fill("failed"));
  });

  test.each([
    ["delivered", [report(0, 0)], "delivered"],
    ["still trying", [report(0, 32)], undefined],
    ["tried, then delivered", [report(0, 48), report(0, 0)], "delivered"],
    ["failed for good", [report(0, 70)], "failed"],
    ["given up", [report(0, 99)], "failed"],
    ["delivered stays delivered", [report(0, 0), report(0, 70)], "delivered"],
    ["another port", [report(0, 0, { port: 1 })], undefined],
    ["another reference", [report(1, 0)], undefined],
    ["another phone", [report(0, 0, { number: "015799999999" })], undefined],
    ["the number in another form", [report(0, 0, { number: "015112345678" })], "delivered"],
    ["an older text's, with the same reference", [report(0, 0, { time: "2026-11-22 11:20:00" })], undefined],
    ["a newer text's, with the same reference", [report(0, 0, { time: "2026-11-22 12:45:00" })], undefined],
    [
      "no time, no status",
      [report(0, 0, { time: "" }), { port: 0, number: "+4915112345678", ref_id: 0 }],
      undefined,
    ],
  ])("%s", async (_, rows, expected) => {
    const { outcomes } = await judge([sent(text(1), track)], rows);
    expect(outcomes).toEqual([expected]);
  });

  test("of several parts all must be in; one that failed for good fails all; references wrap at 256", async () => {
    const long = sent(text(1), { port: 3, ref: 254, count: 4, time: TIME });
    const part = (ref: number, status: number) => report(ref, status, { port: 3 });
    expect((await judge([long], [part(254, 0), part(255, 0), part(0, 0)])).outcomes).toEqual([undefined]);
    expect((await judge([long], [part(1, 0), part(255, 0), part(0, 0), part(254, 0)])).outcomes).toEqual([
      "delivered",
    ]);
    expect((await judge([long], [part(254, 0), part(255, 0), part(0, 33), part(1, 0)])).outcomes).toEqual([
      undefined,
    ]);
    const failed = await judge([long], [part(254, 0), part(0, 66)]);
    expect(failed.reports).toEqual([
      { id: 1, outcome: "failed", port: 3, detail: "delivery report 66 for one of 4 parts" },
    ]);
    expect((await judge([long], [part(2, 0), part(253, 0)])).outcomes).toEqual([undefined]);
  });

  test("several texts to one phone within one minute are not mixed up", async () => {
    const waiting = [
      sent(text(1), { port: 0, ref: 10, count: 2, time: later(0) }),
      sent(text(2), { port: 0, ref: 12, count: 1, time: later(10) }),
      sent(text(3), { port: 1, ref: 10, count: 1, time: later(10) }),
      sent(text(4), { port: 0, ref: 13, count: 1, time: later(20) }),
    ];
    const rows = [
      report(12, 0, { time: later(10) }),
      report(10, 0, { time: later(0) }),
      report(10, 70, { port: 1, time: later(10) }),
      report(13, 40, { time: later(20) }),
    ];
    const { outcomes, sim } = await judge(waiting, rows);
    expect(outcomes).toEqual([undefined, "delivered", "failed", undefined]);
    expect(requests(sim, "query_sms_deliver_status")[0]?.body).toEqual({
      number: ["+4915112345678"],
      time_after: "2026-11-22 11:58:00",
    });
  });

  test("one reference used twice on a port: the nearer time decides", async () => {
    const waiting = [
      sent(text(1), { port: 0, ref: 5, count: 1, time: later(0) }),
      sent(text(2), { port: 0, ref: 5, count: 1, time: later(600) }),
    ];
    expect((await judge(waiting, [report(5, 0, { time: later(598) })])).outcomes).toEqual([
      undefined,
      "delivered",
    ]);
    expect((await judge(waiting.toReversed(), [report(5, 0, { time: later(598) })])).outcomes).toEqual([
      "delivered",
      undefined,
    ]);
    expect((await judge(waiting, [report(5, 70, { time: later(3) })])).outcomes).toEqual([
      "failed",
      undefined,
    ]);
  });

  test("a text without report for a minute is looked up in the results, sooner it is not", async () => {
    const { sim, gateway, clock } = await bench({ showsDelivered: true });
    await gateway.send({ ports: [0], texts: [text(1)] }, never);
    const lost = open(text(1), { state: "sent", at: clock.now() });
    expect(await gateway.progress([lost], never)).toEqual([]);
    expect(requests(sim, "query_sms_result")).toHaveLength(0);
    await clock.advance(60_000);
    expect(await gateway.progress([lost], never)).toMatchObject([{ id: 1, outcome: "delivered", port: 0 }]);
    answer(sim, "query_sms_result", { error_code: 200, result: [result(1, "SENT_OK")] });
    expect(await gateway.progress([lost], never)).toEqual([]);
  });

  test("a device that knows neither filter", async () => {
    const { sim, gateway, clock } = await bench({
      unknownFilters: ["time_after", "number"],
      showsDelivered: false,
    });
    await gateway.send({ ports: [2], texts: [text(1, "x".repeat(400))] }, never);
    const [first] = await gateway.progress([open(text(1))], never);
    expect(first?.outcome).toBe("sent");
    const waiting = open(text(1), { state: "sent", track: first?.track ?? null, at: clock.now() });
    expect(await gateway.progress([waiting], never)).toEqual([{ id: 1, outcome: "delivered", port: 2 }]);
    expect(requests(sim, "query_sms_deliver_status")).toHaveLength(3);
  });

  test("the device's zone and skew don't matter: its times are compared with its times", async () => {
    const { gateway, clock } = await bench({ timezone: "Asia/Tokyo", skew: -9e9, showsDelivered: false });
    await gateway.send({ ports: [0], texts: [text(1)] }, never);
    const [first] = await gateway.progress([open(text(1))], never);
    const waiting = open(text(1), { state: "sent", track: first?.track ?? null, at: clock.now() });
    expect(await gateway.progress([waiting], never)).toMatchObject([{ outcome: "delivered" }]);
  });
});

describe("a doubtful send", () => {
  const doubtful = open(text(5, "doubtful", "+4915700000005"), { state: "unsure" });
  const witness = open(text(4), { state: "delivered" });
  const listed = { error_code: 200, result: [result(4, "DELIVERED")] };

  const ask = async (
    queue: object,
    results: object,
    context: { witness: Submitted | null; steady: boolean },
  ) => {
    const { sim, gateway } = await bench();
    answer(sim, "query_sms_in_queue", queue);
    answer(sim, "query_sms_result", results);
    const [found] = await gateway.inquire([doubtful], context, never);
    return { what: found?.outcome, detail: found?.detail, sim };
  };
  const empty = { error_code: 200, in_queue: 0 };
  const none = { error_code: 200, result: [] };

  test("listed: its report", async () => {
    const row = result(5, "SENT_OK", { number: "4915700000005" });
    const { what, sim } = await ask(
      { error_code: 200, in_queue: 9 },
      { error_code: 200, result: [row] },
      { witness, steady: false },
    );
    expect(what).toBe("sent");
    expect(sim.requests.filter(({ status }) => status === 200).map(({ endpoint }) => endpoint)).toEqual([
      "query_sms_in_queue",
      "query_sms_result",
    ]);
    expect(requests(sim, "query_sms_result")[0]?.body).toEqual({ user_id: [5, 4] });
    const odd = await ask(
      empty,
      { error_code: 200, result: [{ ...row, status: "WHATEVER" }] },
      { witness, steady: false },
    );
    expect(odd.what).toBe("waiting");
  });

  test("not listed, the queue empty, the witness listed: absent", async () => {
    expect((await ask(empty, listed, { witness, steady: false })).what).toBe("absent");
  });

  test("not listed, the queue empty, no witness but never out of reach: absent", async () => {
    expect((await ask(empty, none, { witness: null, steady: true })).what).toBe("absent");
  });

  test.each([
    ["texts wait in the device", { error_code: 200, in_queue: 1 }, listed, { witness, steady: true }],
    ["the device does not say whether texts wait", { error_code: 200 }, listed, { witness, steady: true }],
    ["the device forgot the witness", empty, none, { witness, steady: true }],
    ["no witness, and it was out of reach", empty, none, { witness: null, steady: false }],
    [
      "the list is so long that it may be cut",
      empty,
      { ...listed, pad: "x".repeat(8000) },
      { witness, steady: true },
    ],
  ])("not listed, but %s: unknown", async (_, queue, results, context) => {
    const { what, detail } = await ask(queue, results, context);
    expect([what, typeof detail]).toEqual(["unknown", "string"]);
  });

  test("a list cut in the middle proves nothing", async () => {
    const { sim, gateway } = await bench();
    const cut = `${JSON.stringify(listed).slice(0, -2)},{"port":0,"user_id":5,"numb`;
    answer(sim, "query_sms_in_queue", empty);
    answer(sim, "query_sms_result", cut);
    expect(await gateway.inquire([doubtful], { witness, steady: true }, never)).toMatchObject([
      { outcome: "unknown" },
    ]);
  });

  test("a text that waits in the device's queue is not called absent, and is found when it leaves", async () => {
    const { sim, gateway } = await bench();
    await gateway.ports(never);
    sim.modem.hold(true);
    sim.faults.add({ kind: "drop-after-processing", on: "send_sms" });
    await expect(gateway.send({ ports: [0], texts: [doubtful] }, never)).rejects.toMatchObject({
      kind: "unsure",
    });
    const context = { witness: null, steady: true };
    expect((await gateway.inquire([doubtful], context, never))[0]?.outcome).toBe("unknown");
    sim.modem.hold(false);
    expect((await gateway.inquire([doubtful], context, never))[0]?.outcome).toBe("delivered");
  });

  test("many doubtful texts: the witness in every question, at most 32 in each", async () => {
    const { sim, gateway } = await bench();
    const many = Array.from({ length: 70 }, (_, index) => open(text(100 + index), { state: "unsure" }));
    answer(sim, "query_sms_result", listed, 3);
    const reports = await gateway.inquire(many, { witness, steady: false }, never);
    expect(reports.map(({ outcome: what }) => what)).toEqual(Array(70).fill("absent"));
    const asked = requests(sim, "query_sms_result").map(({ body }) => JSON.stringify(body).split(","));
    expect(asked.map((ids) => [ids.length, ids.at(-1)])).toEqual([
      [32, "4]}"],
      [32, "4]}"],
      [9, "4]}"],
    ]);
    expect(sim.phones.sent).toEqual([]);
  });
});
