// The whole Telegram channel: started and stopped, with a Telegram that is there or not.
import { expect, test } from "vitest";
import { createTelegram } from "../../../src/channels/telegram/index.ts";
import { FakeInbox } from "../../support/inbox.ts";
import { delivery, message, textPost } from "../../support/posts.ts";
import { ANA, failure, hurried, ledgerWith, PHONE, type Rig, withRig } from "./rig.ts";
import { until } from "./taking.ts";

const never = new AbortController().signal;
const post = () => textPost("Hi", { delivery: { to: { via: "telegram", address: String(ANA) } } });

/** Runs `act` with a started channel. */
async function started(
  act: (rig: Rig, channel: ReturnType<typeof createTelegram>, inbox: FakeInbox) => Promise<void>,
  over: Parameters<typeof withRig>[1] = {},
): Promise<void> {
  await withRig(async (rig) => {
    const inbox = new FakeInbox();
    const channel = createTelegram(rig.options);
    await channel.start(inbox, rig.desk);
    try {
      await act(rig, channel, inbox);
    } finally {
      await channel.stop();
    }
  }, over);
}

test("what a user sends goes to the inbox; its state shows; a text of the phone comes back", async () => {
  await started(async (rig, channel, inbox) => {
    const written = rig.ana.says(rig.ana.chat, "/send +4915112345678 Hello");
    await until(() => inbox.submissions.length === 1);
    expect(inbox.submissions[0]).toMatchObject({ user: "ana", text: "Hello", ref: `${ANA}/${written.id}` });
    const sent = delivery({ message: "m1", to: { via: "office", address: PHONE }, state: "delivered" });
    rig.desk.messages.set("m1", { message: message({ id: "m1", user: "ana" }), deliveries: [sent] });
    channel.moved?.(sent);
    await rig.ana.chat.waitFor((shown) => shown.id === written.id && shown.reactions.includes("👍"));
    const { ref } = await channel.send(post(), never);
    expect(ref).toBe(`${ANA}/${rig.ana.chat.messages.at(-1)?.id}`);
  });
});

test("it knows who it is, and shows its commands, in the languages of the house", async () => {
  await started(
    async (rig, channel) => {
      await until(() => channel.me() !== null && rig.api.updates.polling);
      expect(channel.me()?.username).toBe("simpost_bot");
      for (const type of ["all_private_chats", "all_group_chats"]) {
        const names = rig.api.commands({ type }).map(({ command }) => command);
        expect(names).toEqual(expect.arrayContaining(["send", "ussd", "find", "ports", "status", "help"]));
        expect(rig.api.commands({ type }, "en")[0]?.description).toMatch(/^Send a text/);
        expect(rig.api.commands({ type })[0]?.description).toBe(
          rig.api.commands({ type }, "de")[0]?.description,
        );
      }
    },
    { language: "de" },
  );
});

test("a menu of commands that is refused stops nothing", async () => {
  await withRig(async (rig) => {
    rig.api.faults.add({
      kind: "error",
      on: "setMyCommands",
      status: 400,
      description: "Bad Request: as told",
    });
    const channel = createTelegram(rig.options);
    await channel.start(new FakeInbox(), rig.desk);
    await until(() => rig.api.updates.polling);
    await channel.stop();
    expect(rig.log.of("channel failing")).toHaveLength(1);
  });
});

test("a Telegram that is down is no reason not to start, nor to stop", async () => {
  await withRig(
    async (rig) => {
      await rig.api.down();
      const channel = createTelegram(rig.options);
      await channel.start(new FakeInbox(), rig.desk);
      expect(channel.me()).toBeNull();
      expect(await failure(channel.send(post(), never))).toMatchObject({
        kind: "temporary",
        scope: "upstream",
      });
      await until(() => rig.log.of("bot down").length === 1);
      const began = performance.now();
      await channel.stop();
      expect(performance.now() - began).toBeLessThan(1_000);
    },
    { clock: hurried(1) },
  );
});

test("what is to be sent before the start waits for it, unless it is aborted", async () => {
  await withRig(async (rig) => {
    const channel = createTelegram(rig.options);
    const waiting = channel.send(post(), never);
    const stop = new AbortController();
    const given = failure(channel.send(post(), stop.signal));
    stop.abort();
    expect(await given).toMatchObject({ kind: "temporary", scope: "message" });
    expect(await failure(channel.send(post(), AbortSignal.abort()))).toMatchObject({ kind: "temporary" });
    channel.moved?.(delivery());
    await channel.start(new FakeInbox(), rig.desk);
    expect((await waiting).ref).toMatch(new RegExp(`^${ANA}/`));
    await channel.stop();
    expect(await failure(channel.send(post(), never))).toMatchObject({ kind: "temporary" });
  });
});

test("a webhook before the start is asked to come again; fetching has none", async () => {
  await withRig(async (rig) => {
    const channel = createTelegram({ ...rig.options, webhook: { url: "http://127.0.0.1:1/", secret: "x" } });
    expect(await channel.webhook?.handle("x", "{}")).toBe(503);
    await channel.stop();
    expect(createTelegram(rig.options).webhook).toBeNull();
  });
});

test("what a chat is remembered by is read at the start; a ledger that can't be read ends it", async () => {
  await withRig(async (rig) => {
    const ledger = ledgerWith(rig.store, { notes: () => Promise.reject(new Error("disk full")) });
    const channel = createTelegram({ ...rig.options, ledger });
    await expect(channel.start(new FakeInbox(), rig.desk)).rejects.toThrow("disk full");
    await channel.stop();
  });
});
