// The loop that claims work: it sleeps over nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Bell } from "../../src/bridge/bell.ts";
import { Outbox } from "../../src/bridge/outbox.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { turn } from "../support/clock.ts";
import { house } from "../support/house.ts";

test("a deadline that comes while a round goes on is seen to at once, not at the end of the longest nap", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-outbox-"));
  const real = openSqlite(join(folder, "simpost.db"));
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
  const outside = house(store, { bell: new Bell() });
  const now = outside.clock.now();
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
  await real.accept({
    message,
    deliveries: [
      {
        thread: { way: "out", phone: "+491701234567", refs: [], who: [], since: 0, pin: null, only: false },
        to: { via: "*", address: "+491701234567" },
        text: "x",
        parts: 1,
        priority: 1,
        expires: now + 1_002,
        deadline: now + 1_002,
        pool: "office",
        line: "+491701234567",
        lane: null,
        once: null,
        notify: [],
      },
    ],
  });
  const over = new AbortController();
  const running = new Outbox(outside).run(over.signal, over.signal);
  const asleep = async (): Promise<void> => {
    while (outside.clock.waiting === 0) await turn();
  };
  await asleep();
  await outside.clock.advance(1_000);
  slow = true;
  outside.bell.ring();
  while (slow) await turn();
  await asleep();
  await outside.clock.advance(0);
  for (let turns = 0; turns < 50; turns += 1) await turn();
  expect((await real.list({ limit: 1 }))[0]?.delivery.state).toBe("failed");
  over.abort();
  await running;
  await real.close();
  rmSync(folder, { recursive: true });
});
