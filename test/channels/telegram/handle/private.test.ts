// A private chat with the bot: who may, texts to phones, replies, what can't be sent.
import { describe, expect, test } from "vitest";
import { Rejected, type RejectedCode } from "../../../../src/bridge/errors.ts";
import { speak } from "../../../../src/words/index.ts";
import { PHONE, stage } from "./stage.ts";

describe("who", () => {
  test("a stranger gets one polite line with the id, once an hour, and nothing else happens", async () => {
    const { api, eve, settle, said, words, inbox, log, clock } = await stage();
    eve.startsBot();
    eve.says(eve.chat, `/send ${PHONE} Hi`);
    eve.says(eve.chat, "hello?");
    await settle(2);
    expect(said(eve.chat)).toEqual([words("tg-stranger", { id: "6666" })]);
    expect(inbox.checks).toEqual([]);
    expect(log.of("stranger").map(({ fields }) => fields)).toEqual([
      { via: "telegram", chat: "6666", id: "6666" },
    ]);
    await clock.advance(60 * 60_000);
    eve.says(eve.chat, "hello!");
    await settle();
    expect(said(eve.chat)).toHaveLength(2);
    expect(api.calls.filter(({ method }) => method === "sendMessage")).toHaveLength(3);
  });

  test("a stranger who can't be told is left alone", async () => {
    const { api, eve, settle, said, log } = await stage();
    api.faults.add({ kind: "error", on: "sendMessage" });
    eve.startsBot();
    await settle();
    expect(said(eve.chat)).toEqual([]);
    expect(log.of("channel failing")).toHaveLength(1);
  });

  test("users are welcome", async () => {
    const { ana, said, words } = await stage();
    expect(said(ana.chat)).toEqual([words("tg-welcome", { name: "Ana Ost" })]);
  });

  test("other bots, channels, and those who hide behind a group are left alone", async () => {
    const { api, ana, forum, settle, said, inbox, topic } = await stage();
    const id = await topic();
    const robot = api.person({ id: 1002, first_name: "Robot", is_bot: true });
    const news = api.channel({ id: -1_009_999_999_999, title: "News" });
    robot.says(forum, "/ports", { topic: id });
    ana.says(forum, "from nobody", { topic: id, anonymous: true });
    api.channelPost(news, "news", forum);
    const updates = await settle();
    expect(updates.length).toBeGreaterThanOrEqual(3);
    expect(inbox.submissions).toEqual([]);
    expect(said(forum)).toEqual([]);
  });

  test("who blocks the bot is noted", async () => {
    const { ana, settle, log } = await stage();
    ana.blocksBot();
    await settle();
    expect(log.of("chat lost").map(({ fields }) => fields)).toEqual([
      { via: "telegram", chat: "1001", why: "blocked by the user" },
    ]);
  });
});

describe("/send", () => {
  test("a text is handed in with all that it takes, marked, and said in one line", async () => {
    const { ana, settle, last, words, inbox, marks, clock } = await stage();
    const post = ana.says(ana.chat, "/send +49 170 1234567 See you\nat eight");
    await settle(3);
    expect(inbox.submissions).toEqual([
      {
        user: "ana",
        from: { via: "telegram", address: "1001" },
        to: [expect.objectContaining({ phone: PHONE, pin: null })],
        text: "See you\nat eight",
        ref: `1001/${post.id}`,
        refs: [],
        priority: 1,
        origin: { chat: "1001", post: String(post.id), name: "Ana Ost" },
      },
    ]);
    expect(marks.of("1001", post.id)).toMatchObject({
      message: "m1",
      phone: PHONE,
      user: "ana",
      topic: null,
      at: clock.now(),
      final: false,
    });
    const line = last(ana.chat);
    expect(line.text).toBe(words("tg-accepted", { phone: PHONE, parts: 1 }));
    expect(line.replyTo).toBe(post.id);
    expect(ana.chat.messages.filter(({ replyTo }) => replyTo === post.id)).toHaveLength(1);
  });

  test("a SIM may be asked for", async () => {
    const { ana, settle, inbox } = await stage();
    ana.says(ana.chat, `/send ${PHONE}+office.3 Hi`);
    await settle();
    expect(inbox.checks[0]).toMatchObject({ to: PHONE, gateway: "office", port: 3 });
    expect(inbox.submissions[0]?.to[0]?.pin).toEqual({ gateway: "office", port: 3 });
  });

  test.each([
    ["/send", "tg-send-usage", {}],
    [
      "/send +49 170 1234567 8 Uhr",
      "tg-number-unclear",
      { first: "+49 170 1234567", second: "+49 170 1234567 8" },
    ],
    ["/send Bob Hi", "rejected-not-a-number", { what: "Bob" }],
    ["/sned +491701234567 Hi", "tg-unknown-command", {}],
    ["Hi there", "tg-no-phone-here", {}],
    ["/help", "tg-help", {}],
    ["/ussd", "tg-ussd-usage", {}],
    ["/cancel", "tg-cancel-usage", {}],
  ] as const)("%j is answered by %s", async (text, id, values) => {
    const { ana, settle, last, words, inbox } = await stage();
    ana.says(ana.chat, text);
    await settle();
    expect(last(ana.chat).text).toBe(words(id, values));
    expect(inbox.submissions).toEqual([]);
  });

  test("commands for other bots are left alone, ours may carry our name", async () => {
    const { ana, settle, said, words } = await stage();
    ana.says(ana.chat, "/help@other_bot");
    ana.says(ana.chat, "/help@Simpost_Bot");
    await settle();
    expect(said(ana.chat).slice(1)).toEqual([words("tg-help")]);
  });

  test("first the number, then the text: the next message, once", async () => {
    const { ana, settle, last, said, words, inbox } = await stage();
    ana.says(ana.chat, `/send ${PHONE}`);
    await settle(2);
    expect(said(ana.chat).slice(1)).toEqual([words("tg-send-ask-text", { phone: PHONE })]);
    expect(last(ana.chat).message.reply_markup).toBeUndefined();
    ana.says(ana.chat, "Hello");
    await settle(2);
    expect(inbox.submissions.map(({ text, to }) => [to[0]?.phone, text])).toEqual([[PHONE, "Hello"]]);
    ana.says(ana.chat, "And more");
    await settle();
    expect(inbox.submissions).toHaveLength(1);
    expect(last(ana.chat).text).toBe(words("tg-no-phone-here"));
  });

  test("the question holds ten minutes, a reply to it longer; it survives a restart", async () => {
    const { ana, settle, last, words, inbox, clock, restart } = await stage();
    ana.says(ana.chat, `/send ${PHONE}`);
    await settle();
    const question = last(ana.chat);
    await restart();
    await clock.advance(11 * 60_000);
    ana.says(ana.chat, "Hello");
    await settle();
    expect(last(ana.chat).text).toBe(words("tg-no-phone-here"));
    ana.says(ana.chat, "Hello then", { replyTo: question });
    await settle();
    expect(inbox.submissions.map(({ text }) => text)).toEqual(["Hello then"]);
  });

  test("/cancel takes the question back", async () => {
    const { ana, settle, last, words, inbox } = await stage();
    ana.says(ana.chat, `/send ${PHONE}`);
    ana.says(ana.chat, "/cancel");
    await settle();
    expect(last(ana.chat).text).toBe(words("tg-cancelled"));
    ana.says(ana.chat, "Hello");
    await settle();
    expect(inbox.submissions).toEqual([]);
  });

  test("a contact offers to write to it", async () => {
    const { ana, settle, last, words, inbox } = await stage();
    ana.sharesContact(ana.chat, { phone_number: "491701234567", first_name: "Bo" });
    await settle();
    const offer = last(ana.chat);
    expect(offer.text).toBe(words("tg-contact-offer", { name: "Bo", phone: PHONE }));
    const press = ana.presses(offer, words("tg-button-write"));
    await settle();
    await press.answer;
    expect(last(ana.chat).text).toBe(words("tg-send-ask-text", { phone: PHONE }));
    ana.says(ana.chat, "Hello Bo");
    await settle();
    expect(inbox.submissions.map(({ text, to }) => [to[0]?.phone, text])).toEqual([[PHONE, "Hello Bo"]]);
  });

  test("/ussd dials, from a certain SIM", async () => {
    const { ana, settle, last, words, inbox } = await stage();
    ana.says(ana.chat, "/ussd *100# office:3");
    await settle(2);
    expect(inbox.submissions).toEqual([
      expect.objectContaining({
        text: "*100#",
        to: [expect.objectContaining({ phone: "*100#", kind: "ussd", pin: { gateway: "office", port: 3 } })],
      }),
    ]);
    expect(last(ana.chat).text).toBe(words("tg-ussd-sent", { code: "*100#" }));
  });
});

describe("replies", () => {
  test("to a text go to its phone through its SIM, without a word", async () => {
    const { ana, settle, said, inbox, brings } = await stage();
    const text = await brings(ana.chat, "How are you?");
    ana.says(ana.chat, "Fine", { replyTo: text });
    await settle(2);
    expect(inbox.checks[0]).toMatchObject({ to: PHONE, gateway: "office", port: 3 });
    expect(inbox.submissions).toEqual([expect.objectContaining({ text: "Fine", refs: [`1001/${text.id}`] })]);
    expect(said(ana.chat)).toHaveLength(2);
  });

  test("to a long text that took several posts, each of them", async () => {
    const { ana, settle, inbox, brings, store } = await stage();
    const text = await brings(ana.chat, "(2/2) the end");
    const first = ana.says(ana.chat, "stands for the first post");
    await store.note("telegram", [{ key: `also:1001/${first.id}`, value: `1001/${text.id}` }]);
    await settle();
    ana.says(ana.chat, "Fine", { replyTo: first });
    await settle();
    expect(inbox.submissions.map(({ refs }) => refs)).toEqual([[`1001/${text.id}`]]);
  });

  test("to an own text go on with it", async () => {
    const { ana, settle, inbox } = await stage();
    const own = ana.says(ana.chat, `/send ${PHONE} Hello`);
    await settle();
    ana.says(ana.chat, "One more thing", { replyTo: own });
    await settle();
    expect(inbox.submissions[1]).toMatchObject({
      text: "One more thing",
      refs: [`1001/${own.id}`],
      to: [{ phone: PHONE }],
    });
  });

  test("to the network's menu go on with it", async () => {
    const { ana, settle, inbox, brings } = await stage();
    const menu = await brings(ana.chat, "1 balance 2 offers", { phone: "*100#" });
    ana.says(ana.chat, "1", { replyTo: menu });
    await settle();
    expect(inbox.submissions).toEqual([
      expect.objectContaining({ text: "1", to: [expect.objectContaining({ phone: "*100#", kind: "ussd" })] }),
    ]);
  });

  test("to what belongs to nobody, or comes from a name, are answered", async () => {
    const { ana, settle, last, words, inbox, brings } = await stage();
    ana.says(ana.chat, "Hm", { replyTo: last(ana.chat) });
    await settle();
    expect(last(ana.chat).text).toBe(words("tg-not-in-thread"));
    ana.says(ana.chat, "Stop", { replyTo: await brings(ana.chat, "Sale!", { phone: "SHOP" }) });
    await settle();
    expect(last(ana.chat).text).toBe(words("tg-reply-odd", { phone: "SHOP" }));
    expect(inbox.submissions).toEqual([]);
  });

  test("go on from another gateway when theirs is gone, and only then", async () => {
    const { ana, settle, last, words, inbox, brings } = await stage();
    inbox.onCheck = ({ gateway }) => {
      if (gateway !== undefined) throw new Rejected("no-such-sim", "none");
    };
    const old = await brings(ana.chat, "Hi", { lane: { gateway: "sold", port: 1 } });
    ana.says(ana.chat, "Hello", { replyTo: old });
    await settle();
    expect(inbox.submissions.map(({ to }) => to[0]?.pin)).toEqual([null]);
    ana.says(ana.chat, "Hello", { replyTo: await brings(ana.chat, "Hi") });
    await settle();
    expect(inbox.submissions).toHaveLength(1);
    expect(last(ana.chat).text).toBe(words("rejected-no-such-sim", { sim: "office:3" }));
  });
});

describe("what was not taken", () => {
  const when = Date.UTC(2026, 10, 23, 9);
  test.each([
    ["not-allowed", "x", "rejected-not-allowed", { phone: PHONE }],
    ["not-allowed", "answers only", "rejected-no-begin", { phone: PHONE }],
    ["over-quota", "x", "rejected-over-quota", { when: new Date(when) }],
    ["no-such-sim", "x", "rejected-no-sim", {}],
    ["nothing-to-send", "x", "rejected-nothing-to-send", {}],
    ["too-long", "x", "rejected-too-long-plain", {}],
    ["automatic", "x", "rejected-automatic", {}],
  ] as const)("%s: %s", async (code: RejectedCode, text, id, values) => {
    const { ana, settle, last, words, inbox, marks } = await stage();
    inbox.onAccept = () => {
      throw new Rejected(code, text, { retryAt: when, answersOnly: text === "answers only" });
    };
    const post = ana.says(ana.chat, `/send ${PHONE} Hi`);
    await settle();
    expect(last(ana.chat).text).toBe(words(id, values));
    expect(last(ana.chat).replyTo).toBe(post.id);
    expect(marks.of("1001", post.id)).toBeNull();
  });

  test("what a person writes is escaped", async () => {
    const { ana, settle, last, words } = await stage();
    ana.says(ana.chat, "/send <b>&x Hi");
    await settle();
    expect(last(ana.chat).text).toBe(words("rejected-not-a-number", { what: "<b>&x" }));
  });

  test.each(["store", "busy"] as const)("%s: told once, given again until it works", async (code) => {
    const { ana, settle, said, words, inbox } = await stage();
    inbox.onAccept = () => {
      throw new Rejected(code, "later");
    };
    ana.says(ana.chat, `/send ${PHONE} Hi`);
    await expect(settle()).rejects.toMatchObject({ code });
    await expect(settle()).rejects.toMatchObject({ code });
    expect(said(ana.chat).slice(1)).toEqual([words("tg-store-later")]);
    inbox.onAccept = () => undefined;
    await settle();
    expect(inbox.submissions).toHaveLength(1);
    expect(said(ana.chat).slice(2)).toEqual([words("tg-accepted", { phone: PHONE, parts: 1 })]);
  });

  test("a refusal is said once Telegram is back; a mere remark is left out", async () => {
    const { api, ana, settle, said, words, inbox } = await stage();
    api.faults.add({ kind: "drop-before", on: "sendMessage" });
    ana.says(ana.chat, "/send Bob Hi");
    await expect(settle()).rejects.toMatchObject({ name: "Refused" });
    await settle();
    expect(said(ana.chat).slice(1)).toEqual([words("rejected-not-a-number", { what: "Bob" })]);
    api.faults.add({ kind: "too-many", on: "sendMessage" });
    ana.says(ana.chat, `/send ${PHONE} Hi`);
    await settle();
    expect(inbox.submissions).toHaveLength(1);
    expect(said(ana.chat)).toHaveLength(2);
  });
});

describe("what is no text", () => {
  test.each(["photo", "voice", "sticker", "document", "video", "location", "poll"] as const)(
    "a %s can't be sent",
    async (kind) => {
      const { ana, settle, last, words, inbox, brings } = await stage();
      ana.sends(ana.chat, kind, { replyTo: await brings(ana.chat, "Hi") });
      await settle();
      expect(last(ana.chat).text).toBe(words("tg-text-only"));
      expect(inbox.submissions).toEqual([]);
    },
  );

  test("a caption is offered as text, where it is clear for whom", async () => {
    const { ana, settle, last, words, inbox, brings, marks } = await stage();
    const text = await brings(ana.chat, "Which one?");
    const photo = ana.sendsPhoto(ana.chat, { replyTo: text, caption: "The red one" });
    await settle(2);
    const offer = last(ana.chat);
    expect(offer.text).toBe(words("tg-caption-offer", { text: "The red one" }));
    expect(inbox.submissions).toEqual([]);
    ana.presses(offer, words("tg-button-send"));
    ana.presses(offer, words("tg-button-send"));
    await settle(2);
    expect(inbox.submissions).toEqual([
      expect.objectContaining({
        text: "The red one",
        ref: `1001/${photo.id}`,
        refs: [`1001/${text.id}`],
        origin: expect.objectContaining({ post: String(photo.id) }),
      }),
    ]);
    expect(marks.of("1001", photo.id)?.message).toBe("m1");
    expect(offer.text).toBe(words("tg-accepted", { phone: PHONE, parts: 1 }));
    expect(offer.buttons).toEqual([]);
  });

  test("a caption for nobody is not", async () => {
    const { ana, settle, last, words } = await stage();
    ana.sendsPhoto(ana.chat, { caption: "A cat" });
    await settle();
    expect(last(ana.chat).text).toBe(words("tg-text-only"));
  });
});

test("the user's language comes first, then Telegram's, then the house's", async () => {
  const german = await stage({ language: "de" });
  german.eve.startsBot();
  german.ana.says(german.ana.chat, "/send");
  await german.settle();
  expect(german.said(german.eve.chat)).toEqual([speak("de")("tg-stranger", { id: "6666" })]);
  expect(german.last(german.ana.chat).text).toBe(speak("en")("tg-send-usage"));
});
