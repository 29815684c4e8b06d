// Which texts a device is asked about: those whose time has come; when it says that it has news, the next ones too, but none that is in doubt.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../src/bridge/ask.ts";
import type { State } from "../../src/bridge/message.ts";
import type { Gateway } from "../../src/bridge/ports/gateway.ts";
import type { Job, Store } from "../../src/bridge/ports/store.ts";
import { Station } from "../../src/bridge/station.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { house } from "../support/house.ts";
import { delivery, message, thread } from "../support/posts.ts";

let folder: string;
let real: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-ask-"));
  real = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

const PHONE = "+4915112345678";

test.each([
  { told: false, asked: [1] },
  { told: true, asked: [1, 2, 3] },
])("told: $told", async ({ told, asked }) => {
  const given: number[] = [];
  const doubted: number[] = [];
  const gateway: Gateway = {
    name: "office",
    limits: { batch: 128, sameText: false, fits: () => true, ussd: 60 },
    send: async () => [],
    progress: async (open) => {
      given.push(...open.map(({ id }) => id));
      return [];
    },
    inquire: async (unsure) => {
      doubted.push(...unsure.map(({ id }) => id));
      return [];
    },
    receive: async () => ({ texts: [], cursor: "", scan: null, more: false }),
    ports: async () => [],
    close: async () => {},
  };
  const known: Job[] = [];
  const open: Store["open"] = async (_, now, limit) =>
    known.filter((job) => (job.delivery.due ?? Infinity) <= now).slice(0, limit);
  const own = house({ ...real, open });
  const now = own.clock.now();
  const job = (id: number, state: State, due: number): Job => ({
    delivery: delivery({ id, state, due, to: { via: "*", address: PHONE }, sentAt: now - 1_000, parts: 1 }),
    message: message(),
    thread: thread(),
  });
  known.push(job(1, "accepted", now), job(2, "accepted", now + 1), job(3, "sent", now + 60_000));
  known.push(job(4, "unsure", now + 60_000));
  await ask(own, new Station(gateway), new AbortController().signal, told);
  expect({ given, doubted }).toEqual({ given: asked, doubted: [] });
});
