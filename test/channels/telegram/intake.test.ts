// Updates on their way in: nothing is confirmed to Telegram before it is on disk, and every trouble passes.
import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { TelegramOptions } from "../../../src/channels/telegram/parts.ts";
import { hurried, ledgerWith, TOKEN, withRig } from "./rig.ts";
import { take, until } from "./taking.ts";

/** A ledger that can be told to fail. */
function breakable(store: TelegramOptions["ledger"]) {
  const state = { broken: false, tried: 0 };
  const ledger = ledgerWith(store, {
    keepUpdates: async (via, updates) => {
      state.tried += 1;
      if (state.broken) throw new Error("disk full");
      await store.keepUpdates(via, updates);
    },
  });
  return { state, ledger };
}

test("what people write is kept, confirmed and handled, in order, once", async () => {
  const points: string[] = [];
  await withRig(
    async (rig) => {
      const taking = take(rig);
      rig.ana.says(rig.ana.chat, "one");
      await taking.until(() => taking.handled.length === 1);
      rig.ana.says(rig.ana.chat, "two");
      rig.ana.says(rig.ana.chat, "three");
      await taking.until(() => taking.handled.length === 3);
      await until(() => rig.api.updates.pending.length === 0);
      await taking.stop();
      expect(taking.handled).toEqual(["one", "two", "three"]);
      expect(await rig.store.updates("telegram", 10)).toEqual([]);
      expect(rig.api.updates.allowed).toEqual([
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
      ]);
      expect(rig.log.of("bot up")).toHaveLength(1);
    },
    { fault: (point) => points.push(point) },
  );
  const keeping = points.filter((point) => point !== "after handling");
  expect(keeping.slice(0, 2)).toEqual(["before updates", "after updates"]);
  expect(points.indexOf("after handling")).toBeGreaterThan(0);
  expect(points.filter((point) => point === "after handling")).toHaveLength(3);
});

test("while the store fails nothing is confirmed; then nothing is missing", async () => {
  await withRig(async (rig) => {
    const { ledger, state } = breakable(rig.store);
    state.broken = true;
    const taking = take({ ...rig, options: { ...rig.options, ledger } });
    rig.ana.says(rig.ana.chat, "one");
    rig.ana.says(rig.ana.chat, "two");
    await until(() => state.tried >= 3);
    expect(rig.api.updates.pending).toHaveLength(2);
    expect(rig.log.of("store failing")).toHaveLength(1);
    state.broken = false;
    await taking.until(() => taking.handled.length === 2);
    await taking.stop();
    expect(taking.handled).toEqual(["one", "two"]);
    expect(rig.log.of("store recovered")).toHaveLength(1);
  });
});

test("what was kept but not handled is handled after a restart; what was handled is not", async () => {
  await withRig(async (rig) => {
    const first = take(rig, async (update) => {
      if (update.message?.text === "two") throw new Error("the store is away");
    });
    rig.ana.says(rig.ana.chat, "one");
    rig.ana.says(rig.ana.chat, "two");
    await until(() => rig.log.of("update failed").length > 0);
    await first.stop();
    expect(first.handled).toEqual(["one"]);
    const ledger = await rig.reopen();
    const second = take({ ...rig, options: { ...rig.options, ledger } });
    await second.until(() => second.handled.length === 1);
    await second.stop();
    expect(second.handled).toEqual(["two"]);
  });
});

test("an update that Telegram brings again is handled once", async () => {
  await withRig(async (rig) => {
    // The offset that would confirm the first one is lost on the way.
    rig.api.faults.add({ kind: "drop-after", on: "getUpdates", times: 2 });
    const taking = take(rig);
    rig.ana.says(rig.ana.chat, "one");
    await taking.until(() => taking.handled.length === 1);
    rig.ana.says(rig.ana.chat, "two");
    await taking.until(() => taking.handled.length === 2);
    await taking.stop();
    expect(taking.handled).toEqual(["one", "two"]);
  });
});

test("numbers that begin lower, after a long silence, are taken in too", async () => {
  await withRig(async (rig) => {
    const taking = take(rig);
    rig.ana.says(rig.ana.chat, "one");
    await taking.until(() => taking.handled.length === 1);
    await until(() => rig.api.updates.pending.length === 0);
    rig.api.updates.restartAt(5);
    rig.ana.says(rig.ana.chat, "two");
    await taking.until(() => taking.handled.length === 2);
    await taking.stop();
    expect(taking.handled).toEqual(["one", "two"]);
  });
});

test("a Telegram that is down, from the start and later: said once, and nothing is lost", async () => {
  await withRig(
    async (rig) => {
      await rig.api.down();
      const taking = take(rig);
      await until(() => rig.log.of("bot down").length === 1);
      rig.ana.says(rig.ana.chat, "one");
      await rig.api.up();
      await taking.until(() => taking.handled.length === 1);
      expect(rig.log.lines.map(({ event }) => event)).toEqual(["bot down", "bot up"]);
      await rig.api.down();
      await until(() => rig.log.of("bot down").length === 2);
      rig.ana.says(rig.ana.chat, "two");
      // Long enough for many tries, which are all said once.
      const back = rig.options.clock.now() + 3_600_000;
      await until(() => rig.options.clock.now() > back);
      await rig.api.up();
      await taking.until(() => taking.handled.length === 2);
      await taking.stop();
      expect(rig.log.lines.map(({ event }) => event)).toEqual(["bot down", "bot up", "bot down", "bot up"]);
      expect(inspect(rig.log.lines, { depth: 9 })).not.toContain(TOKEN);
    },
    { clock: hurried(5_000) },
  );
});

test.each([
  [{ kind: "error", status: 502, html: true }, "bot down"],
  [{ kind: "error", status: 401, description: "Unauthorized" }, "bot login refused"],
  [{ kind: "drop-before" }, "bot down"],
] as const)("%j: %s, and it goes on", async (fault, event) => {
  await withRig(
    async (rig) => {
      rig.api.faults.add({ ...fault, on: "getUpdates", times: 3 });
      const taking = take(rig);
      rig.ana.says(rig.ana.chat, "one");
      await taking.until(() => taking.handled.length === 1);
      await taking.stop();
      expect(rig.log.of(event)).toHaveLength(1);
      expect(rig.log.of("bot up")).toHaveLength(2);
    },
    { clock: hurried(1_000) },
  );
});

test("429: waits as long as it is told, and says nothing", async () => {
  await withRig(async (rig) => {
    rig.api.faults.add({ kind: "too-many", on: "getUpdates", retryAfter: 5 });
    const began = rig.options.clock.now();
    const taking = take(rig);
    rig.ana.says(rig.ana.chat, "one");
    await taking.until(() => taking.handled.length === 1);
    await taking.stop();
    expect(rig.options.clock.now() - began).toBeGreaterThanOrEqual(5_000);
    expect(rig.log.lines.map(({ event }) => event)).toEqual(["bot up"]);
  });
});

test("a webhook that was set before is taken away, with nothing dropped", async () => {
  await withRig(async (rig) => {
    await rig.bot.call("setWebhook", { url: "http://127.0.0.1:1/hook" });
    rig.ana.says(rig.ana.chat, "one");
    const taking = take(rig);
    await taking.until(() => taking.handled.length === 1);
    await taking.stop();
    expect((await rig.bot.call("getWebhookInfo", undefined)).url).toBe("");
    expect(rig.log.of("bot conflict")).toEqual([]);
  });
});

test("another program that fetches with the same token: said once, in plain words, and it goes on beside it", async () => {
  await withRig(
    async (rig) => {
      const taking = take(rig);
      await until(() => rig.api.updates.polling);
      for (let n = 1; n <= 3; n += 1) {
        await rig.bot.call("getUpdates", { timeout: 0 });
        await until(() => rig.api.updates.polling);
      }
      rig.ana.says(rig.ana.chat, "one");
      await taking.until(() => taking.handled.length === 1);
      await taking.stop();
      expect(rig.log.of("bot conflict")).toHaveLength(1);
      expect(rig.log.of("bot conflict")[0]?.fields.problem).toMatch(/another program fetches/);
      expect(rig.log.of("bot up")).toHaveLength(1);
    },
    { clock: hurried(500) },
  );
});

test("of two nodes on one store one fetches; the other takes over when it stops", async () => {
  await withRig(async (rig) => {
    const first = take(rig);
    rig.ana.says(rig.ana.chat, "one");
    await first.until(() => first.handled.length === 1);
    const second = take({ ...rig, options: { ...rig.options, node: "other" } });
    rig.ana.says(rig.ana.chat, "two");
    await first.until(() => first.handled.length === 2);
    await first.stop();
    rig.ana.says(rig.ana.chat, "three");
    await second.until(() => second.handled.length === 1);
    await second.stop();
    expect([first.handled, second.handled]).toEqual([["one", "two"], ["three"]]);
    expect(rig.log.of("bot conflict")).toEqual([]);
  });
});

test("a lease that another one took ends the work at once; it is done again when the lease is back", async () => {
  await withRig(async (rig) => {
    const state = { lost: false };
    const ledger = ledgerWith(rig.store, {
      lease: async (...what) => !state.lost && rig.store.lease(...what),
    });
    const taking = take({ ...rig, options: { ...rig.options, ledger } });
    await until(() => rig.api.updates.polling);
    state.lost = true;
    await until(() => !rig.api.updates.polling);
    state.lost = false;
    await until(() => rig.api.updates.polling);
    await taking.stop();
    expect(rig.log.of("bot up").length).toBeGreaterThanOrEqual(2);
  });
});

test("it stops at once in the middle of a long poll", async () => {
  await withRig(
    async (rig) => {
      const taking = take(rig);
      await until(() => rig.api.updates.polling);
      const began = performance.now();
      await taking.stop();
      expect(performance.now() - began).toBeLessThan(1_000);
    },
    { clock: hurried(1) },
  );
});
