// The desk: what people see of ports and of the house, what they find, what a text would cost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDesk } from "../../src/bridge/desk.ts";
import { SendError } from "../../src/bridge/errors.ts";
import { openInbox } from "../../src/bridge/inbox.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { markDown, markUp, Station } from "../../src/bridge/station.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { port } from "../support/deliveries.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { house, settings, type TestHouse } from "../support/house.ts";

let folder: string;
let store: Store;
let own: TestHouse;
let station: Station;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-desk-"));
  store = openSqlite(join(folder, "simpost.db"));
  const { clock, log } = house(store);
  station = new Station(loopback(gatewayOptions({ name: "office", clock, log })));
  const ports = new Map([[1, { number: "+4930123456", label: "sales" }]]);
  const gateway = {
    inbox: "office",
    numbers: "e164",
    poll: 500,
    onUnknown: "fail",
    importAge: 0,
    ports,
  } as const;
  own = house(store, {
    settings: settings({ gateways: new Map([["office", gateway]]) }),
    stations: new Map([["office", station]]),
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const write = async (phone: string, text: string): Promise<string> => {
  const to = { phone, kind: "number", pin: null, raw: phone, notify: [] } as const;
  const from = { via: "email", address: "ana@example.org" };
  const { id } = await openInbox(own).accept({
    user: "ana",
    from,
    to: [to],
    text,
    ref: null,
    refs: [],
    priority: 1,
    origin: {},
  });
  return id;
};

test("ports by number, with the config's names, the SIM's facts, and why one is left alone", () => {
  station.learn([
    port({ port: 1, number: "+49301", imsi: "26201", type: "GSM" }),
    port({ port: 0, registered: false, state: "NO_SIM" }),
  ]);
  for (const id of [1, 2, 3]) {
    station.hold(id, 1);
    station.release(id, "failed", own.clock.now(), `+4917${id}`);
  }
  const views = openDesk(own).ports();
  expect(views).toEqual([
    expect.objectContaining({
      gateway: "office",
      port: 0,
      registered: false,
      state: "NO_SIM",
      label: null,
      restsUntil: null,
    }),
    expect.objectContaining({
      port: 1,
      registered: true,
      number: "+4930123456",
      label: "sales",
      restsUntil: own.clock.now() + 60_000,
    }),
  ]);
  expect(views[1]?.sim).toEqual({ imsi: "26201", iccid: null, imei: null, type: "GSM" });
});

test("how the house stands: what waits, what is down and why", async () => {
  await write("+4915112345678", "hello");
  const desk = openDesk(own);
  markUp(own, station);
  expect(await desk.standing()).toMatchObject({
    depth: { queued: 1, failed: 0 },
    gateways: [{ name: "office", up: true, error: null }],
  });
  markDown(own, station, new SendError("temporary", "connection refused"));
  expect((await desk.standing()).gateways).toEqual([
    { name: "office", up: false, error: "connection refused" },
  ]);
});

test("found by number in any form, and by words; of one's own conversations only", async () => {
  await write("+4915112345678", "the red bicycle");
  await write("+4915187654321", "the blue bicycle");
  const desk = openDesk(own);
  const texts = async (user: string | null, what: string) =>
    (await desk.find(user, what, 10)).map(({ delivery }) => delivery.text);
  expect(await texts("ana", "0151 12345678")).toEqual(["the red bicycle"]);
  expect(await texts("ana", "BICYCLE")).toEqual(["the blue bicycle", "the red bicycle"]);
  expect(await texts(null, "red")).toEqual(["the red bicycle"]);
  expect(await texts("ben", "bicycle")).toEqual([]);
  expect(await texts("ana", "100%")).toEqual([]);
});

test("a message with its deliveries, or null", async () => {
  const id = await write("+4915112345678", "hello");
  const desk = openDesk(own);
  expect(await desk.message(id)).toMatchObject({
    message: { id, text: "hello" },
    deliveries: [{ to: { address: "+4915112345678" } }],
  });
  expect(await desk.message("unknown")).toBeNull();
});

test("a text is priced as it would be sent: a curly quote does not double it", () => {
  expect(openDesk(own).price("it’s")).toEqual({ encoding: "gsm7", units: 4, parts: 1, maxParts: 6 });
  const dear = { ...own, settings: settings({ text: { ...own.settings.text, transliterate: false } }) };
  expect(openDesk(dear).price("it’s")).toMatchObject({ encoding: "ucs2" });
});

test("a tie is in the log, without which nobody would know who let whom in", async () => {
  const desk = openDesk(own);
  await desk.tie("ana", { via: "telegram", address: "1001" });
  expect(desk.userOf({ via: "telegram", address: "1001" })).toBe("ana");
  expect(own.log.of("tied")[0]?.fields).toMatchObject({ user: "ana", via: "telegram" });
});
