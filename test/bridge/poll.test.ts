// The loop that watches a gateway: it ends when it is told to, whatever it is waiting for.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watch } from "../../src/bridge/poll.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { Station } from "../../src/bridge/station.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { house } from "../support/house.ts";

let folder: string;
let real: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-poll-"));
  real = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

test("told to stop while the store is asked for its lease, it does not lie down to sleep", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<boolean>();
  const store: Store = {
    ...real,
    lease: () => {
      asked.resolve();
      return answer.promise;
    },
  };
  const outside = house(store);
  const station = new Station(
    loopback(gatewayOptions({ name: "office", clock: outside.clock, log: outside.log })),
  );
  const over = new AbortController();
  const running = watch(outside, station, over.signal);
  await asked.promise;
  over.abort();
  answer.resolve(false);
  await running;
  expect(outside.clock.waiting).toBe(0);
});
