// The Bot API client over real HTTP: one request a call, what a failure means, and the token nowhere.
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createBot } from "../../../src/channels/telegram/bot.ts";
import { Refused, type RefusedKind } from "../../../src/channels/telegram/parts.ts";
import type { BotFault } from "../../../src/demo/telegram/faults.ts";
import { failure, TOKEN, withRig } from "./rig.ts";

const SEND = { chat_id: 1001, text: "secret words" };

test("a call is answered with its result, and counted", async () => {
  const counted: unknown[] = [];
  const meter = {
    moved() {},
    heard() {},
    request: (...what: unknown[]) => counted.push(what.slice(0, 3)),
  };
  await withRig(
    async ({ bot, api, ana }) => {
      expect((await bot.call("getMe", undefined)).username).toBe("simpost_bot");
      const message = await bot.call("sendMessage", SEND);
      expect(ana.chat.post(message.message_id)?.text).toBe("secret words");
      await failure(bot.call("sendMessage", { chat_id: 5, text: "x" }));
      expect(api.calls.map(({ method }) => method)).toEqual(["getMe", "sendMessage", "sendMessage"]);
    },
    { meter },
  );
  expect(counted).toEqual([
    ["telegram", "getMe", true],
    ["telegram", "sendMessage", true],
    ["telegram", "sendMessage", false],
  ]);
});

const faults: readonly (readonly [BotFault, RefusedKind])[] = [
  [{ kind: "error" }, "down"],
  [{ kind: "error", status: 502, html: true }, "down"],
  [{ kind: "error", status: 404, html: true }, "down"],
  [{ kind: "error", status: 401, description: "Unauthorized" }, "login"],
  [{ kind: "too-many", retryAfter: 3 }, "flood"],
  [{ kind: "drop-before" }, "unsure"],
  [{ kind: "drop-after" }, "unsure"],
  [{ kind: "half" }, "unsure"],
  [{ kind: "hang" }, "unsure"],
];

test.each(faults)("%j: %s, and asked once", async (fault, kind) => {
  await withRig(async ({ options, api }) => {
    api.faults.add(fault);
    const bot = createBot(options, 200);
    const error = await failure(bot.call("sendMessage", SEND));
    await bot.close();
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ kind });
    expect(api.calls).toHaveLength(1);
    // Neither the token nor the text may get into a log by way of an error.
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/secret/);
  });
});

test("a Telegram that is not there was certainly not asked", async () => {
  await withRig(async ({ bot, api }) => {
    await api.close();
    const error = await failure(bot.call("sendMessage", SEND));
    expect(error).toMatchObject({ kind: "down", message: expect.stringMatching(/ECONNREFUSED/) });
    expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
  });
});

test("a name that can't be found was certainly not asked", async () => {
  await withRig(async ({ options }) => {
    const bot = createBot({ ...options, apiRoot: "http://nowhere.invalid" });
    expect(await failure(bot.call("getMe", undefined))).toMatchObject({ kind: "down" });
    await bot.close();
  });
});

test("an abort beforehand asks nothing; one during a long poll ends it", async () => {
  await withRig(async ({ bot, api }) => {
    expect(await failure(bot.call("sendMessage", SEND, AbortSignal.abort()))).toMatchObject({ kind: "down" });
    expect(api.calls).toEqual([]);
    const stop = new AbortController();
    const polling = failure(bot.call("getUpdates", { timeout: 50 }, stop.signal));
    // As soon as the poll waits there, an update would answer it.
    while (!api.updates.polling) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await polling).toMatchObject({ kind: "unsure", message: "stopped while it was under way" });
  });
});

test("a long poll may take as long as it asked for, and some more", async () => {
  await withRig(async ({ options, api }) => {
    const bot = createBot(options, 50);
    api.faults.add({ kind: "slow", delay: 300 });
    expect(await bot.call("getUpdates", { timeout: 1, limit: 1 })).toEqual([]);
    await bot.close();
  });
});

test("a wrong API root is said at once", async () => {
  await withRig(async ({ options }) => {
    expect(() => createBot({ ...options, apiRoot: "telegram" })).toThrow(/apiRoot/);
  });
});
