// What a gateway's report, its silence and a deadline mean for a delivery, and what its sender is told.
import { describe, expect, test } from "vitest";
import type { House } from "../../src/bridge/house.ts";
import { newsOf, settle } from "../../src/bridge/outcome.ts";
import type { Report } from "../../src/bridge/ports/gateway.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { job, NOW } from "../support/deliveries.ts";
import { house, settings } from "../support/house.ts";

/** The store is not needed to judge. */
const noStore = {} as Store;
const here: House = house(noStore, {
  settings: settings({
    gateways: new Map([
      [
        "office",
        { inbox: "office", numbers: "e164", poll: 500, onUnknown: "fail", importAge: 0, ports: new Map() },
      ],
    ]),
  }),
});
const lane = { gateway: "office", port: 3 };
const out = (state: "accepted" | "sent" | "unsure", change = {}) =>
  job({ delivery: { id: 7, state, lane, sentAt: NOW - 2_000, deadline: NOW + 60_000, ...change } });
const says = (outcome: Report["outcome"], change: Partial<Report> = {}): Report => ({
  id: 7,
  outcome,
  ...change,
});

describe("reports", () => {
  test("sent: on to the delivery report, with the port that the device names; the thread gets its SIM", () => {
    const news = newsOf(
      here,
      out("accepted", { lane: { gateway: "office", port: null } }),
      says("sent", { port: 5, track: "t" }),
      NOW,
    );
    expect(news.change).toMatchObject({
      state: "sent",
      lane: { gateway: "office", port: 5 },
      track: "t",
      deadline: NOW + 72 * 3_600_000,
    });
    expect(news.bind).toEqual({ gateway: "office", port: 5 });
  });

  test("failed: the sender is told once", () => {
    const news = newsOf(here, out("accepted"), says("failed", { detail: "FAILED 0/1" }), NOW);
    expect(news.change).toMatchObject({ state: "failed", error: "the network refused it (FAILED 0/1)" });
    expect(news.follow?.[0]?.message).toMatchObject({
      from: null,
      notice: { kind: "failed", message: "m1", about: [7] },
    });
  });

  test("waiting: the device has it after all", () => {
    expect(newsOf(here, out("unsure"), says("waiting"), NOW).change).toMatchObject({
      state: "accepted",
      deadline: NOW + 600_000,
    });
  });

  test("absent: a doubtful text goes back to the queue; one that was accepted does not", () => {
    expect(newsOf(here, out("unsure"), says("absent"), NOW).change).toMatchObject({
      state: "queued",
      due: NOW,
    });
    expect(newsOf(here, out("accepted"), says("absent"), NOW).change.state).toBe("accepted");
  });

  test("unknown, or no word: asked again later, until the deadline", () => {
    for (const report of [says("unknown"), undefined]) {
      const news = newsOf(here, out("unsure"), report, NOW);
      expect(news.change.state).toBe("unsure");
      expect(news.change.due).toBeGreaterThan(NOW);
      expect(newsOf(here, out("unsure", { deadline: NOW }), report, NOW).change.state).toBe("failed");
    }
  });
});

describe("deadlines", () => {
  test("queued: the sender is warned once, then the text fails with the reason", () => {
    const waiting = job({ delivery: { deadline: NOW, error: "gateway down" } });
    const warned = settle(here, waiting, NOW);
    expect(warned.change).toMatchObject({ state: "queued", warned: true, deadline: NOW + 3_600_000 });
    expect(warned.follow?.[0]?.message).toMatchObject({ notice: { kind: "delayed" } });
    const expired = settle(
      here,
      job({ delivery: { expires: NOW, warned: true, error: "gateway down" } }),
      NOW,
    );
    expect(expired.change).toMatchObject({
      state: "failed",
      error: "it could not be sent in time (gateway down)",
    });
  });

  test("unsure: fails as outcome unknown, or is sent again if the operator chose so", () => {
    expect(settle(here, out("unsure"), NOW).change.error).toMatch(/^outcome unknown/);
    const gateways = new Map([
      [
        "office",
        { inbox: "office", numbers: "e164", poll: 500, onUnknown: "resend", importAge: 0, ports: new Map() },
      ],
    ] as const);
    expect(
      settle(house(noStore, { settings: settings({ gateways }) }), out("unsure"), NOW).change.state,
    ).toBe("queued");
  });

  test("sent without a report stays sent for good; whoever asked for success hears what is known", () => {
    const news = settle(here, out("sent", { notify: ["success"] }), NOW);
    expect(news.change).toMatchObject({ state: "sent", due: null, deadline: null });
    expect(news.follow?.[0]?.message).toMatchObject({ notice: { kind: "delivered" } });
  });

  test("sending, when its lease is over: it may have left", () => {
    expect(settle(here, job({ delivery: { state: "sending" } }), NOW).change.state).toBe("unsure");
  });
});

test("nobody is told who asked not to be, and a notice causes none", () => {
  expect(newsOf(here, out("accepted", { notify: [] }), says("failed"), NOW).follow).toEqual([]);
  const notice = job({ delivery: { id: 7, state: "accepted" }, message: { from: null, user: null } });
  expect(newsOf(here, notice, says("failed"), NOW).follow).toEqual([]);
});
