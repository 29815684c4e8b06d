// Updates that Telegram brings: 200 only once they are on disk, and only to who knows the secret.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { Intake } from "../../../src/channels/telegram/intake.ts";
import { hurried, ledgerWith, type Rig, withRig } from "./rig.ts";
import { take, until } from "./taking.ts";

const SECRET = "hook-Secret_1";

/** The daemon's listener, as far as a webhook needs it. */
async function listen(
  hook: () => Intake["webhook"],
): Promise<{ url: string; server: Server; statuses: number[] }> {
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const secret = request.headers["x-telegram-bot-api-secret-token"];
      const body = Buffer.concat(chunks).toString();
      const answer = hook()?.handle(typeof secret === "string" ? secret : null, body) ?? Promise.resolve(503);
      answer.then(
        (status) => {
          statuses.push(status);
          response.writeHead(status).end();
        },
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, server, statuses };
}

/** Runs `act` with an intake to which Telegram brings what people write. */
async function hooked(
  act: (rig: Rig, taking: ReturnType<typeof take>, at: Awaited<ReturnType<typeof listen>>) => Promise<void>,
  ledgerOf: (rig: Rig) => Rig["options"]["ledger"] = (rig) => rig.store,
): Promise<void> {
  await withRig(
    async (rig) => {
      let taking: ReturnType<typeof take> | undefined;
      const at = await listen(() => taking?.intake.webhook ?? null);
      const options = { ...rig.options, webhook: { url: at.url, secret: SECRET }, ledger: ledgerOf(rig) };
      taking = take({ ...rig, options });
      try {
        await act(rig, taking, at);
      } finally {
        await taking.stop();
        at.server.closeAllConnections();
        at.server.close();
      }
    },
    { clock: hurried(1_000) },
  );
}

test("what Telegram brings is kept and handled, in order", async () => {
  await hooked(async (rig, taking, { url, statuses }) => {
    for (const text of ["one", "two", "three"]) rig.ana.says(rig.ana.chat, text);
    await taking.until(() => taking.handled.length === 3);
    expect(taking.handled).toEqual(["one", "two", "three"]);
    await until(() => rig.api.updates.pending.length === 0);
    expect(statuses).toEqual([200, 200, 200]);
    expect((await rig.bot.call("getWebhookInfo", undefined)).url).toBe(url);
    expect(rig.api.updates.allowed).toContain("callback_query");
    expect(rig.log.of("bot up")).toHaveLength(1);
  });
});

test("while the store fails Telegram keeps it and brings it again", async () => {
  let broken = true;
  await hooked(
    async (rig, taking, { statuses }) => {
      rig.ana.says(rig.ana.chat, "one");
      await until(() => statuses.filter((status) => status === 503).length >= 2);
      expect(rig.api.updates.pending).toHaveLength(1);
      broken = false;
      await taking.until(() => taking.handled.length === 1);
      expect(rig.log.of("store failing")).toHaveLength(1);
    },
    ({ store }) =>
      ledgerWith(store, {
        keepUpdates: (via, all) =>
          broken ? Promise.reject(new Error("disk full")) : store.keepUpdates(via, all),
      }),
  );
});

test("a stranger without the secret is turned away; what is no update is refused; the same update twice is one", async () => {
  await hooked(async (_, taking) => {
    const hook = taking.intake.webhook;
    const body = JSON.stringify({
      update_id: 7,
      message: { message_id: 1, date: 0, chat: { id: 1001 }, text: "one" },
    });
    const answers = [];
    for (const secret of [null, "", "x", `${SECRET}x`, SECRET.toUpperCase()])
      answers.push(await hook?.handle(secret, body));
    expect(answers).toEqual([401, 401, 401, 401, 401]);
    expect(await hook?.handle(SECRET, "{")).toBe(400);
    expect(await hook?.handle(SECRET, '{"update_id":"7"}')).toBe(400);
    expect(taking.handled).toEqual([]);
    expect([await hook?.handle(SECRET, body), await hook?.handle(SECRET, body)]).toEqual([200, 200]);
    await taking.until(() => taking.handled.length > 0);
    await taking.stop();
    expect(taking.handled).toEqual(["one"]);
    // Stopped: Telegram is to bring it again later.
    expect(await hook?.handle(SECRET, body)).toBe(503);
  });
});

test("a webhook that another program took is taken back, and said", async () => {
  await hooked(async (rig, taking, { url }) => {
    await rig.api.waitForCall(({ method }) => method === "setWebhook");
    await rig.bot.call("deleteWebhook", {});
    await until(() => rig.log.of("bot conflict").length === 1);
    rig.ana.says(rig.ana.chat, "one");
    await taking.until(() => taking.handled.length === 1);
    expect((await rig.bot.call("getWebhookInfo", undefined)).url).toBe(url);
  });
});

test("a Telegram that is down at the start is told of the webhook when it is there", async () => {
  await withRig(
    async (rig) => {
      await rig.api.down();
      const taking = take({
        ...rig,
        options: { ...rig.options, webhook: { url: "http://127.0.0.1:1/", secret: SECRET } },
      });
      await until(() => rig.log.of("bot down").length === 1);
      await rig.api.up();
      await rig.api.waitForCall(({ method }) => method === "setWebhook");
      await until(() => rig.log.of("bot up").length > 0);
      await taking.stop();
      expect(JSON.stringify(rig.log.lines)).not.toContain(SECRET);
    },
    { clock: hurried(1_000) },
  );
});

test("that Telegram can't bring updates is said, in its own words", async () => {
  await withRig(
    async (rig) => {
      const webhook = { url: "http://127.0.0.1:1/", secret: SECRET };
      const taking = take({ ...rig, options: { ...rig.options, webhook } });
      rig.ana.says(rig.ana.chat, "one");
      await until(() => rig.log.of("channel failing").length > 0);
      await taking.stop();
      expect(rig.log.of("channel failing")[0]?.fields.error).toMatch(/ECONNREFUSED/);
      expect(rig.api.updates.pending).toHaveLength(1);
    },
    { clock: hurried(10_000) },
  );
});
