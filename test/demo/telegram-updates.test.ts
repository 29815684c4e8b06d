// How the simulated Bot API gives updates: offsets, long polls, conflicts, kinds, webhooks.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BotApi } from "../../src/demo/telegram/botapi.ts";
import { call, refusal, result, withTelegram } from "./telegram-client.ts";

interface Given {
  readonly update_id: number;
  readonly message: { readonly text: string };
}

const texts = (updates: readonly Given[]): readonly string[] => updates.map(({ message }) => message.text);

const polling = (api: BotApi): Promise<void> => api.updates.waitFor((updates) => updates.polling);
const quiet = (api: BotApi): Promise<void> => api.updates.waitFor((updates) => !updates.polling);

test("an update is given again until an offset above it confirms it, and never after", () =>
  withTelegram(async (api, ana) => {
    for (const text of ["one", "two", "three"]) ana.says(ana.chat, text);
    const first: Given[] = await result(api, "getUpdates");
    expect(texts(first)).toEqual(["one", "two", "three"]);
    expect(texts(await result(api, "getUpdates", { offset: 0 }))).toEqual(["one", "two", "three"]);
    const ids = first.map(({ update_id }) => update_id);
    expect(ids).toEqual([ids[0], (ids[0] ?? 0) + 1, (ids[0] ?? 0) + 2]);
    expect(texts(await result(api, "getUpdates", { offset: ids[1] }))).toEqual(["two", "three"]);
    expect(texts(await result(api, "getUpdates"))).toEqual(["two", "three"]);
    expect(await result(api, "getUpdates", { offset: (ids[2] ?? 0) + 1 })).toEqual([]);
    expect(await result(api, "getUpdates", { offset: ids[0] })).toEqual([]);
  }));

test("limit, a negative offset, and numbers left out", () =>
  withTelegram(async (api, ana) => {
    for (let n = 1; n <= 105; n += 1) ana.says(ana.chat, `t${n}`);
    expect(await result(api, "getUpdates", { limit: 2 })).toHaveLength(2);
    expect(await result(api, "getUpdates", { limit: 1000 })).toHaveLength(100);
    expect(await result(api, "getUpdates", { limit: 0 })).toHaveLength(1);
    expect(texts(await result(api, "getUpdates", { offset: -2 }))).toEqual(["t104", "t105"]);
    expect(texts(await result(api, "getUpdates"))).toEqual(["t104", "t105"]);
    api.updates.skipIds(7);
    ana.says(ana.chat, "later");
    const [, a, b]: Given[] = await result(api, "getUpdates");
    expect((b?.update_id ?? 0) - (a?.update_id ?? 0)).toBe(8);
  }));

test("after a week the numbers begin anew, and an old offset hides nothing", () =>
  withTelegram(
    async (api, ana) => {
      ana.says(ana.chat, "old");
      const [old]: Given[] = await result(api, "getUpdates");
      expect(await result(api, "getUpdates", { offset: (old?.update_id ?? 0) + 1 })).toEqual([]);
      api.updates.restartAt(17);
      ana.says(ana.chat, "new");
      const again = await result(api, "getUpdates", { offset: (old?.update_id ?? 0) + 1 });
      expect(again).toMatchObject([{ update_id: 17, message: { text: "new" } }]);
      expect(await result(api, "getUpdates", { offset: 18 })).toEqual([]);
    },
    { firstUpdate: 500_000 },
  ));

test("updates are kept for 24 hours", async () => {
  let now = Date.UTC(2026, 10, 1);
  await withTelegram(
    async (api, ana) => {
      ana.says(ana.chat, "yesterday");
      now += 23 * 3600_000;
      ana.says(ana.chat, "today");
      expect(texts(await result(api, "getUpdates"))).toEqual(["yesterday", "today"]);
      now += 2 * 3600_000;
      expect(texts(await result(api, "getUpdates"))).toEqual(["today"]);
    },
    { clock: { now: () => now } },
  );
});

test("a long poll answers as soon as something comes, and empty at its end", () =>
  withTelegram(async (api, ana) => {
    const poll = call(api, "getUpdates", { timeout: 50 });
    await polling(api);
    ana.says(ana.chat, "now");
    expect(texts((await poll).result)).toEqual(["now"]);
    const [last]: Given[] = await result(api, "getUpdates");
    expect(await result(api, "getUpdates", { offset: (last?.update_id ?? 0) + 1, timeout: 1 })).toEqual([]);
  }));

test("a second poll ends the first with 409; one whose client went away ends by itself", () =>
  withTelegram(async (api, ana) => {
    const first = call(api, "getUpdates", { timeout: 50 });
    await polling(api);
    const second = call(api, "getUpdates", { timeout: 50 });
    expect(await first).toEqual({
      ok: false,
      error_code: 409,
      description:
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    });
    await polling(api);
    ana.says(ana.chat, "for the second");
    expect(texts((await second).result)).toEqual(["for the second"]);
    const [{ update_id }] = await result(api, "getUpdates");

    const leaving = new AbortController();
    const third = call(api, "getUpdates", { offset: update_id + 1, timeout: 50 }, leaving.signal);
    await polling(api);
    leaving.abort();
    await expect(third).rejects.toThrow("aborted");
    await quiet(api);
    ana.says(ana.chat, "for whoever comes");
    expect(texts(await result(api, "getUpdates", { offset: update_id + 1 }))).toEqual(["for whoever comes"]);
  }));

test("only the kinds that were asked for come; the wish is remembered", () =>
  withTelegram(async (api, ana) => {
    const post = ana.says(ana.chat, "hello");
    ana.reacts(post, "👍");
    await result(api, "getUpdates", { allowed_updates: ["message_reaction"] });
    ana.says(ana.chat, "not wanted");
    ana.reacts(post, "🔥");
    const kinds = (await result(api, "getUpdates")).map((update: object) => Object.keys(update)[1]);
    expect(kinds).toEqual(["message", "message_reaction"]);
    expect(await result(api, "getWebhookInfo")).toMatchObject({ allowed_updates: ["message_reaction"] });
    await result(api, "getUpdates", { offset: -1, allowed_updates: [] });
    ana.edits(post, "edited");
    ana.reacts(post, undefined);
    const [, later, ...more] = await result(api, "getUpdates");
    expect(later).toMatchObject({ edited_message: { text: "edited", message_id: post.id } });
    expect(more).toEqual([]);
  }));

/** A bot's webhook: each request waits for the test to answer it. */
async function listening() {
  const waiting: { request: IncomingMessage; body: Given; response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      waiting.push({ request, response, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
      server.emit("update");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    next: async () => {
      while (waiting.length === 0) await once(server, "update");
      const one = waiting.shift();
      if (!one) throw new Error("nothing came");
      return one;
    },
    waiting,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test("a webhook gets one update after the other, the same one until it took it", () =>
  withTelegram(
    async (api, ana) => {
      const hook = await listening();
      await result(api, "setWebhook", { url: hook.url, secret_token: "s3cret_-" });
      ana.says(ana.chat, "one");
      ana.says(ana.chat, "two");
      const first = await hook.next();
      expect(first.request.headers["x-telegram-bot-api-secret-token"]).toBe("s3cret_-");
      expect(first.body.message.text).toBe("one");
      first.response.writeHead(500).end();
      const again = await hook.next();
      expect(again.body).toEqual(first.body);
      const info = await result(api, "getWebhookInfo");
      expect(info).toMatchObject({ url: hook.url, pending_update_count: 2 });
      expect(info.last_error_message).toBe("Wrong response from the webhook: 500");
      again.request.socket.destroy();
      const third = await hook.next();
      expect(third.body).toEqual(first.body);
      expect(hook.waiting).toEqual([]);
      third.response.end();
      const next = await hook.next();
      expect(next.body.message.text).toBe("two");
      next.response.writeHead(204).end();
      await api.updates.waitFor(({ pending }) => pending.length === 0);
      await result(api, "deleteWebhook");
      await hook.close();
    },
    { webhookRetry: 1 },
  ));

test("a webhook and getUpdates exclude each other", () =>
  withTelegram(async (api, ana) => {
    const poll = refusal(api, "getUpdates", { timeout: 50 });
    await polling(api);
    const hook = await listening();
    expect(await call(api, "setWebhook", { url: hook.url })).toMatchObject({ ok: true, result: true });
    expect(await poll).toBe("409 Conflict: terminated by setWebhook request");
    expect(await refusal(api, "getUpdates")).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    ana.says(ana.chat, "kept");
    (await hook.next()).response.writeHead(503).end();
    await result(api, "deleteWebhook");
    await hook.close();
    expect(texts(await result(api, "getUpdates"))).toEqual(["kept"]);
    await result(api, "deleteWebhook", { drop_pending_updates: true });
    expect(await result(api, "getUpdates")).toEqual([]);
    expect(await refusal(api, "setWebhook", { url: "ftp://x" })).toMatch(/^400 Bad Request: bad webhook/);
    expect(await refusal(api, "setWebhook", { url: hook.url, secret_token: "no spaces" })).toMatch(/^400 /);
  }));

type Step = "write" | "poll" | "confirm" | "skip";

test("whatever the order: each update is given until it is confirmed, in order, and none after", async () => {
  const steps = fc.array(
    fc.record({
      step: fc.constantFrom<Step>("write", "write", "poll", "confirm", "skip"),
      n: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, (all) =>
      withTelegram(async (api, ana) => {
        const open: string[] = [];
        let offset = 0;
        let written = 0;
        for (const { step, n } of all) {
          if (step === "skip") api.updates.skipIds(n);
          if (step === "write") {
            written += 1;
            ana.says(ana.chat, `t${written}`);
            open.push(`t${written}`);
          }
          if (step === "write" || step === "skip") continue;
          // Confirms as far as the last poll of n showed, or asks again with the offset of before.
          const given: Given[] = await result(api, "getUpdates", { offset, limit: n });
          expect(texts(given)).toEqual(open.slice(0, n));
          if (step === "poll") continue;
          offset = (given.at(-1)?.update_id ?? offset - 1) + 1;
          open.splice(0, given.length);
        }
        expect(texts(await result(api, "getUpdates", { offset }))).toEqual(open);
      }),
    ),
    { numRuns: 40 },
  );
});
