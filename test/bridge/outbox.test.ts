// The loop that claims work: it sleeps over nothing, and what it claimed and can't send goes back at once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Outbox } from "../../src/bridge/outbox.ts";
import type { Gateway } from "../../src/bridge/ports/gateway.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { Station } from "../../src/bridge/station.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { turn } from "../support/clock.ts";
import { port } from "../support/deliveries.ts";
import { house, type TestHouse } from "../support/house.ts";

let folder: string;
let real: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-outbox-"));
  real = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

/** One text that waits for the gateway "office", and fails after `validity` milliseconds. */
async function queue(validity: number, { clock }: TestHouse): Promise<void> {
  const now = clock.now();
  const message = {
    id: "m1",
    at: now,
    from: null,
    user: null,
    text: "x",
    ref: null,
    origin: {},
    notice: null,
  };
  const delivery = {
    thread: { way: "out", phone: "+491701234567", refs: [], who: [], since: 0, pin: null, only: false },
    to: { via: "*", address: "+491701234567" },
    text: "x",
    parts: 1,
    priority: 1,
    expires: now + validity,
    deadline: now + validity,
    pool: "office",
    line: "+491701234567",
    lane: null,
    once: null,
    notify: [],
  } as const;
  await real.accept({ message, deliveries: [delivery] });
}

async function until(met: () => Promise<boolean> | boolean): Promise<void> {
  // The clock stands still, but the store's disk takes its own time.
  for (const over = Date.now() + 10_000; Date.now() < over; ) {
    if (await met()) return;
    await turn();
  }
  throw new Error("not within 10 s");
}

const state = async () => (await real.list({ limit: 1 }))[0]?.delivery.state;

test("a deadline that comes while a round goes on is seen to at once, not at the end of the longest nap", async () => {
  let slow = false;
  const store: Store = {
    ...real,
    async overdue(now, limit) {
      const found = await real.overdue(now, limit);
      if (slow) await outside.clock.advance(5);
      slow = false;
      return found;
    },
  };
  const outside = house(store);
  await queue(1_002, outside);
  const over = new AbortController();
  const running = new Outbox(outside).run(over.signal, over.signal);
  const asleep = () => until(() => outside.clock.waiting > 0);
  await asleep();
  await outside.clock.advance(1_000);
  slow = true;
  outside.bell.ring();
  await until(() => !slow);
  await asleep();
  // no longer than the loop takes a breath
  await outside.clock.advance(10);
  await until(async () => (await state()) === "failed");
  over.abort();
  await running;
  expect(await state()).toBe("failed");
});

test("the only port goes away during the claim: the text is back in the queue, and nothing was sent", async () => {
  const sent: string[] = [];
  const gateway: Gateway = {
    name: "office",
    limits: { batch: 128, sameText: false, fits: () => true, ussd: 60 },
    send: async (batch) => {
      sent.push(...batch.texts.map(({ text }) => text));
      return [];
    },
    progress: async () => [],
    inquire: async () => [],
    receive: async () => ({ texts: [], cursor: "", scan: null, more: false }),
    ports: async () => [],
    close: async () => {},
  };
  const station = new Station(gateway);
  station.learn([port({ port: 0 })]);
  station.up = true;
  let claims = 0;
  const store: Store = {
    ...real,
    async claim(query) {
      const jobs = await real.claim(query);
      if (jobs.length > 0 && claims++ === 0) station.learn([port({ port: 0, registered: false })]);
      return jobs;
    },
  };
  const outside = house(store, { stations: new Map([["office", station]]) });
  await queue(60_000, outside);
  const over = new AbortController();
  const running = new Outbox(outside).run(over.signal, over.signal);
  /** Time goes on while the condition is waited for: the loop takes a breath between two rounds. */
  const inTime = (met: () => Promise<boolean> | boolean) =>
    until(async () => {
      await outside.clock.advance(10);
      return met();
    });
  await inTime(async () => claims === 1 && !station.sending && (await state()) === "queued");
  expect(sent).toEqual([]);
  station.learn([port({ port: 0 })]);
  outside.bell.ring();
  await inTime(() => sent.length === 1);
  over.abort();
  await running;
});

test("told to stop while the store is asked what comes next, it does not lie down to sleep", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<null>();
  const store: Store = {
    ...real,
    next: () => {
      asked.resolve();
      return answer.promise;
    },
  };
  const outside = house(store);
  const over = new AbortController();
  const running = new Outbox(outside).run(over.signal, over.signal);
  await asked.promise;
  over.abort();
  answer.resolve(null);
  await running;
  expect(outside.clock.waiting).toBe(0);
});
