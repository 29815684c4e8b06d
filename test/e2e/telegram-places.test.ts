// Chats and what becomes of them, from end to end: names, closed topics, blocked bots, moved groups, invitations, webhooks, texts that wait.
import { expect, test } from "vitest";
import { invitationOf } from "../../src/assembly/invite.ts";
import type { Chat } from "../../src/demo/telegram/chat.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { TOKEN } from "../support/rig-config.ts";

const PHONE = "+491701234567";
const GROUP = -1001234567890;
const users = { ana: { email: ["ana@example.org"], telegram: [1001], send: { allow: ["+49*"] } } };
const ana = (rig: Rig) => rig.telegram.person({ id: 1001, first_name: "Ana" });
const bots = (chat: Chat, text: string | RegExp) =>
  chat.waitFor(
    (post) =>
      (post.from?.is_bot ?? false) &&
      (typeof text === "string" ? post.text.includes(text) : text.test(post.text)),
  );

test.concurrent("who blocked the bot gets the text by mail, the next in line", async () => {
  await using rig = await openRig({
    telegram: {},
    users,
    routes: [{ to: ["telegram:1001"] }, { to: ["email:team@example.org"] }],
  });
  const person = ana(rig);
  person.startsBot();
  await rig.logged("bot up");
  person.blocksBot();
  rig.text(PHONE, "anybody there?", rig.port);
  const mail = await rig.letter("anybody there?");
  expect(mail.envelope.to).toEqual(["team@example.org"]);
  expect((await rig.logged("failed")).fields).toMatchObject({ via: "telegram" });
});

test.concurrent("renaming a topic names the contact, in the mail too; a closed one opens when the phone writes", async () => {
  await using rig = await openRig({
    telegram: {},
    users,
    routes: [{ to: [`telegram:${GROUP}`, "email:team@example.org"] }],
  });
  const group = rig.telegram.group({ id: GROUP, title: "Texts", forum: true });
  const person = ana(rig);
  rig.text(PHONE, "one", rig.port);
  await bots(group, "one");
  const [topic] = group.topics;
  if (!topic) throw new Error("no topic");
  person.renamesTopic(group, topic, "Bob the builder");
  await bots(group, "Bob the builder");
  person.closesTopic(group, topic);
  rig.text(PHONE, "three", rig.port);
  const post = await bots(group, "three");
  expect(post.topic).toBe(topic.id);
  await rig.until("the topic is open again", () => !group.topics[0]?.closed);
  rig.text(PHONE, "four", rig.port);
  expect((await rig.letter("four")).parsed.from?.text).toContain("Bob the builder");
});

test.concurrent("a group that became a supergroup is followed, and stays the place that the config names", async () => {
  const plain = -4242;
  await using rig = await openRig({ telegram: {}, users, routes: [{ to: [`telegram:${plain}`] }] });
  const group = rig.telegram.group({ id: plain, title: "Texts" });
  const person = ana(rig);
  rig.text(PHONE, "before", rig.port);
  await bots(group, "before");
  const moved = rig.telegram.migrate(group, person, { id: -1009999, forum: false });
  rig.text(PHONE, "after", rig.port);
  const post = await bots(moved, "after");
  person.says(moved, "answered", { replyTo: post });
  expect((await rig.sms("answered")).to).toBe(PHONE);
});

test.concurrent("an invitation ties an account to a user, once", async () => {
  await using rig = await openRig({ telegram: {}, users: { ben: { send: { allow: ["+49*"] } } } });
  const { token: payload } = invitationOf(TOKEN, "ben", Date.now());
  const ben = rig.telegram.person({ id: 2002, first_name: "Ben" });
  ben.startsBot(payload);
  await bots(ben.chat, /ben/i);
  ben.says(ben.chat, `/send ${PHONE} it is me`);
  await rig.sms("it is me");
  const eve = rig.telegram.person({ id: 6666, first_name: "Eve" });
  eve.startsBot(payload);
  eve.says(eve.chat, `/send ${PHONE} me too`);
  await bots(eve.chat, "6666");
  await rig.stop();
  await rig.start();
  ben.says(ben.chat, `/send ${PHONE} still me`);
  await rig.sms("still me");
  expect(rig.texts).toEqual(["it is me", "still me"]);
});

test.concurrent("one topic for everything, where the config names it; answered by replying", async () => {
  const route = { to: ["telegram:-1001234567890:7"] };
  await using rig = await openRig({ telegram: { firstUpdate: 5 }, users, routes: [route] });
  const group = rig.telegram.group({ id: GROUP, title: "Alerts", forum: true });
  const person = ana(rig);
  let made = person.createsTopic(group, "Texts");
  for (let n = 0; made.id !== 7 && n < 10; n += 1) made = person.createsTopic(group, `Other ${n}`);
  expect(made.id).toBe(7);
  rig.text(PHONE, "into the one topic", rig.port);
  const post = await bots(group, "into the one topic");
  expect(post.topic).toBe(7);
  person.says(group, "answered there", { topic: made, replyTo: post });
  expect((await rig.sms("answered there")).to).toBe(PHONE);
});
