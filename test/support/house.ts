// A house for tests of the heart: real parts where they are given, harmless ones elsewhere.
import { Bell } from "../../src/bridge/bell.ts";
import type { House, Settings } from "../../src/bridge/house.ts";
import { People } from "../../src/bridge/people.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { FakeClock } from "./clock.ts";
import { MemoryLog } from "./log.ts";

const minute = 60_000;

export const settings = (change: Partial<Settings> = {}): Settings => ({
  region: "DE",
  users: new Map([
    [
      "ana",
      {
        name: "ana",
        parties: [{ via: "email", address: "ana@example.org" }],
        reach: [{ via: "email", address: "ana@example.org" }],
        send: { allow: ["*"], deny: [], perDay: null, gateways: null },
        validity: null,
        language: null,
      },
    ],
  ]),
  routes: [],
  gateways: new Map(),
  timing: {
    validity: 24 * 60 * minute,
    unknown: 10 * minute,
    report: 72 * 60 * minute,
    ussd: minute,
    timeout: 30_000,
    warn: 30 * minute,
    thread: 7 * 24 * 60 * minute,
  },
  text: { maxParts: 6, tooLong: "truncate", transliterate: true },
  share: true,
  keep: 90 * 24 * 60 * minute,
  ...change,
});

export interface TestHouse extends House {
  readonly clock: FakeClock;
  readonly log: MemoryLog;
}

export const house = (
  store: Store,
  change: Partial<Omit<House, "clock" | "log" | "store">> = {},
): TestHouse => {
  const own = change.settings ?? settings();
  return {
    store,
    clock: new FakeClock(),
    log: new MemoryLog(),
    meter: { moved() {}, heard() {}, request() {} },
    settings: own,
    people: new People(own.users, own.routes, store),
    stations: new Map(),
    channels: new Map(),
    troubled: new Set(),
    watchers: new Set(),
    node: "test",
    random: () => 0.5,
    bell: new Bell(),
    fault: () => {},
    ...change,
  };
};
