// A chat with a phone, from end to end: the simulated Telegram at one side, the simulated devices at the other.
import { expect, test } from "vitest";
import type { Chat } from "../../src/demo/telegram/chat.ts";
import { freePort } from "../support/free-port.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { TOKEN } from "../support/rig-config.ts";

const PHONE = "+491701234567";
const GROUP = -1001234567890;
const users = {
  ana: { email: ["ana@example.org"], telegram: [1001], send: { allow: ["+49*", "*100#"] } },
  ben: { telegram: [1002] },
};
const ana = (rig: Rig) => rig.telegram.person({ id: 1001, first_name: "Ana" });
const said = (chat: Chat): readonly string[] => chat.messages.map(({ text }) => text);
const bots = (chat: Chat, text: string | RegExp) =>
  chat.waitFor(
    (post) =>
      (post.from?.is_bot ?? false) &&
      (typeof text === "string" ? post.text.includes(text) : text.test(post.text)),
  );

test.concurrent("a text is sent from a private chat, its state shown, answered by the phone, and the answer answered", async () => {
  await using rig = await openRig({ telegram: {}, users, routes: [{ to: ["ana"] }] });
  const person = ana(rig);
  person.startsBot();
  const asked = person.says(person.chat, `/send ${PHONE} are you there?`);
  const sms = await rig.sms("are you there?");
  expect(sms.to).toBe(PHONE);
  await rig.until("a reaction", () => asked.reactions.length > 0);
  rig.text(PHONE, "yes & <no>", sms.port);
  const answer = await bots(person.chat, "yes & <no>");
  person.says(person.chat, "which?", { replyTo: answer });
  const second = await rig.sms("which?");
  expect([second.to, second.port]).toEqual([PHONE, sms.port]);
  expect(rig.texts).toEqual(["are you there?", "which?"]);
  // nothing went to her mailbox: she wrote last in the chat
  expect(rig.mailbox.mails).toEqual([]);
});

test.concurrent("in a forum every phone has its topic, and what is written there goes to it", async () => {
  await using rig = await openRig({ telegram: {}, users, routes: [{ to: [`telegram:${GROUP}`] }] });
  const group = rig.telegram.group({ id: GROUP, title: "Texts", forum: true });
  const person = ana(rig);
  rig.text(PHONE, "hello", rig.port);
  const first = await bots(group, "hello");
  const [topic] = group.topics;
  expect(topic?.name).toContain(PHONE);
  person.says(group, "hi, who is it?", topic ? { topic } : {});
  const sms = await rig.sms("hi, who is it?");
  expect([sms.to, sms.port]).toEqual([PHONE, rig.port]);
  rig.text(PHONE, "it is me", sms.port);
  const second = await bots(group, "it is me");
  expect(second.topic).toBe(first.topic);
  expect(group.topics).toHaveLength(1);
});

test.concurrent("strangers hear their id and nothing else, and nothing is sent", async () => {
  await using rig = await openRig({ telegram: {}, users });
  const stranger = rig.telegram.person({ id: 6666, first_name: "Eve" });
  stranger.startsBot();
  stranger.says(stranger.chat, `/send ${PHONE} let me in`);
  await bots(stranger.chat, "6666");
  await rig.settled();
  expect(rig.texts).toEqual([]);
  expect(said(stranger.chat).filter((text) => text.includes("6666"))).toHaveLength(1);
});

test.concurrent("mail and chat are one conversation: each sees what the other answered", async () => {
  await using rig = await openRig({
    telegram: {},
    users,
    routes: [{ to: ["ana", "email:team@example.org"] }],
  });
  const person = ana(rig);
  person.startsBot();
  rig.text(PHONE, "is the shop open?", rig.port);
  const post = await bots(person.chat, "is the shop open?");
  await rig.letter("is the shop open?");
  person.says(person.chat, "until six", { replyTo: post });
  await rig.sms("until six");
  const copy = await rig.post(
    ({ parsed, envelope }) =>
      envelope.to.includes("team@example.org") && (parsed.text ?? "").includes("until six"),
  );
  expect(copy.parsed.headers.get("x-simpost-answered-by")).toContain("ana");
  expect(rig.texts).toEqual(["until six"]);
});

test.concurrent("a failure is told with the text it belongs to, and Try again sends it once more", async () => {
  await using rig = await openRig({ telegram: {}, users });
  const person = ana(rig);
  person.startsBot();
  rig.phones.behave(PHONE, { refuseFrom: 0 });
  const asked = person.says(person.chat, `/send ${PHONE} hello`);
  const failed = await person.chat.waitFor((post) => (post.from?.is_bot ?? false) && post.buttons.length > 0);
  expect(failed.replyTo).toBe(asked.id);
  rig.phones.behave(PHONE, {});
  const [button] = failed.buttons;
  person.presses(failed, button?.text ?? "");
  expect((await rig.sms("hello")).to).toBe(PHONE);
});

test.concurrent("a Telegram that is away: mail goes on, nothing is lost, and the token is in no log line", async () => {
  await using rig = await openRig({ telegram: {}, users, routes: [{ to: [`telegram:1001`] }] });
  const person = ana(rig);
  person.startsBot();
  await rig.logged("bot up");
  await rig.telegram.down();
  await rig.send(PHONE, "by mail");
  await rig.sms("by mail");
  rig.text("+491709999999", "for the chat", rig.port);
  await rig.logged("bot down");
  await rig.telegram.up();
  await bots(person.chat, "for the chat");
  person.says(person.chat, `/send ${PHONE} after it`);
  await rig.sms("after it");
  expect(JSON.stringify(rig.log.lines)).not.toContain(TOKEN.split(":")[1]);
});

test.concurrent("a code of the network is answered in the chat", async () => {
  await using rig = await openRig({ telegram: {}, users });
  const person = ana(rig);
  person.startsBot();
  person.says(person.chat, "/ussd *100#");
  const answer = await bots(person.chat, /balance/i);
  expect(answer.text).toContain("*100#");
});

test.concurrent("Telegram may bring updates itself: a text is sent, and nobody else can bring one", async () => {
  const port = await freePort();
  const webhook = { url: `http://127.0.0.1:${port}/telegram-updates`, secret: "rig-webhook" };
  await using rig = await openRig({ telegram: {}, bot: { webhook }, http: `127.0.0.1:${port}`, users });
  await rig.until("a webhook", () => rig.telegram.webhookUrl === webhook.url);
  const person = ana(rig);
  person.startsBot();
  person.says(person.chat, `/send ${PHONE} brought`);
  await rig.sms("brought");
  const from = { id: 1001, is_bot: false, first_name: "Ana" };
  const chat = { id: 1001, type: "private", first_name: "Ana" };
  const message = { message_id: 999, date: 1, from, chat, text: `/send ${PHONE} forged` };
  const forged = await fetch(webhook.url, {
    method: "POST",
    headers: { "X-Telegram-Bot-Api-Secret-Token": "wrong" },
    body: JSON.stringify({ update_id: 1, message }),
  });
  expect(forged.status).toBe(401);
  await rig.settled();
  expect(rig.texts).toEqual(["brought"]);
});
