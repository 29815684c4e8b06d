// Groups: topics that are conversations, commands elsewhere, and people who are no users.
import { expect, test } from "vitest";
import { GROUP, PHONE, stage } from "./stage.ts";

test("what a user writes in a topic goes to its phone through its SIM, without a word", async () => {
  const { ana, forum, settle, said, inbox, marks, topic } = await stage();
  const id = await topic();
  const post = ana.says(forum, "Hello", { topic: id });
  await settle(2);
  expect(inbox.checks[0]).toMatchObject({
    user: "ana",
    from: { via: "telegram", address: String(GROUP) },
    to: PHONE,
    gateway: "office",
    port: 3,
  });
  expect(inbox.submissions).toEqual([
    expect.objectContaining({
      text: "Hello",
      ref: `${GROUP}/${post.id}`,
      refs: [],
      origin: { chat: String(GROUP), post: String(post.id), topic: String(id), name: "Ana Ost" },
    }),
  ]);
  expect(marks.of(String(GROUP), post.id)).toMatchObject({ topic: id, phone: PHONE });
  expect(said(forum)).toEqual([]);
});

test("an answer in a topic names what it answers; a word to a colleague goes out as well", async () => {
  const { ana, forum, settle, inbox, topic, brings } = await stage();
  const id = await topic();
  const text = await brings(forum, "How are you?", {}, id);
  const mine = ana.says(forum, "Fine", { topic: id, replyTo: text });
  await settle();
  ana.says(forum, "And you?", { topic: id, replyTo: mine });
  await settle();
  expect(inbox.submissions.map(({ refs }) => refs)).toEqual([
    [`${GROUP}/${text.id}`],
    [`${GROUP}/${mine.id}`],
  ]);
});

test("elsewhere in a forum people talk with each other", async () => {
  const { ana, forum, settle, said, inbox } = await stage();
  const coffee = ana.createsTopic(forum, "Coffee");
  const first = ana.says(forum, "Who is in today?");
  ana.says(forum, "Me", { replyTo: first });
  ana.says(forum, "Hot!", { topic: coffee });
  ana.sendsPhoto(forum, { caption: "Look" });
  ana.sharesContact(forum, { phone_number: PHONE, first_name: "Bo" });
  ana.says(forum, "/weather");
  await settle();
  expect(inbox.submissions).toEqual([]);
  expect(said(forum)).toEqual([]);
});

test("/send opens the phone's topic and shows there what was sent", async () => {
  const { ana, forum, settle, said, words, inbox, places } = await stage();
  ana.says(forum, `/send ${PHONE} Hello <b>`);
  await settle(2);
  expect(inbox.submissions).toHaveLength(1);
  const topic = places.topicFor(String(GROUP), PHONE, null);
  expect(forum.topics.map(({ id, name }) => [id, name])).toEqual([[topic?.id, PHONE]]);
  expect(said(forum)).toEqual([
    words("tg-accepted", { phone: PHONE, parts: 1 }),
    `${words("tg-wrote", { name: "Ana Ost" })}\nHello <b>`,
  ]);
  expect(forum.messages.at(-1)?.topic).toBe(topic?.id);
});

test("/send works where no topics may be made, and while Telegram fails to make one", async () => {
  const { api, ana, forum, settle, said, words, inbox } = await stage();
  api.faults.add({ kind: "error", on: "createForumTopic" });
  ana.says(forum, `/send ${PHONE} One`);
  await settle();
  ana.promotesBot(forum, { can_manage_topics: false });
  ana.says(forum, `/send ${PHONE} Two`);
  await settle();
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["One", "Two"]);
  const line = words("tg-accepted", { phone: PHONE, parts: 1 });
  expect(said(forum)).toEqual([line, line]);
});

test("/send without a text asks: only a reply by the same person is the text", async () => {
  const { api, desk, ana, forum, settle, last, inbox, topic } = await stage();
  desk.users.set("telegram:1002", "bob");
  const bob = api.person({ id: 1002, first_name: "Bob" });
  const id = await topic();
  ana.says(forum, "/send +491709999999", { topic: id });
  await settle();
  const question = last(forum);
  ana.says(forum, "for the topic", { topic: id });
  bob.says(forum, "not mine", { topic: id, replyTo: question });
  ana.says(forum, "for the other", { topic: id, replyTo: question });
  await settle();
  expect(inbox.submissions.map(({ text, to }) => [text, to[0]?.phone])).toEqual([
    ["for the topic", PHONE],
    ["not mine", PHONE],
    ["for the other", "+491709999999"],
  ]);
});

test("in a group without topics texts are answered by replies", async () => {
  const { api, desk, ana, settle, inbox, brings } = await stage();
  const team = api.group({ id: -4_001, title: "Team", creator: ana.user });
  desk.places.add("telegram:-4001");
  const text = await brings(team, "How are you?");
  ana.says(team, "I don't know");
  ana.says(team, "Fine", { replyTo: text });
  await settle();
  expect(inbox.submissions.map(({ text: said }) => said)).toEqual(["Fine"]);
});

test("who is no user is told once where it counts, and nothing is sent", async () => {
  const { eve, forum, settle, said, words, inbox, topic, last } = await stage();
  const id = await topic();
  eve.says(forum, "Nice weather");
  await settle();
  expect(said(forum)).toEqual([]);
  eve.says(forum, "Hello phone", { topic: id });
  await settle();
  expect(said(forum)).toEqual([words("tg-group-only-users")]);
  eve.says(forum, "Let me", { replyTo: last(forum) });
  eve.says(forum, `/send ${PHONE} Hi`);
  eve.says(forum, `/start token`);
  await settle();
  expect(said(forum)).toHaveLength(1);
  expect(inbox.checks).toEqual([]);
});

test("a group that the config does not name is left alone; a user is told its id", async () => {
  const { api, ana, eve, settle, said, words, inbox } = await stage();
  const other = api.group({ id: -1_007_777_777_777, title: "Other", forum: true });
  eve.says(other, `/send ${PHONE} Hi`);
  ana.says(other, "Hello");
  await settle();
  expect(said(other)).toEqual([]);
  ana.says(other, `/send ${PHONE} Hi`);
  await settle();
  expect(said(other)).toEqual([words("tg-group-id", { id: "-1007777777777" })]);
  expect(inbox.checks).toEqual([]);
});

test("renaming a topic names the phone", async () => {
  const { ana, forum, settle, said, words, desk, places, topic } = await stage();
  const id = await topic();
  ana.renamesTopic(forum, id, " Bo <Taxi> ");
  await settle(2);
  expect(desk.names.get(PHONE)).toBe("Bo <Taxi>");
  expect(places.topic(String(GROUP), id)?.name).toBe("Bo <Taxi>");
  expect(said(forum)).toEqual([words("tg-topic-named", { name: "Bo <Taxi>" })]);
});

test("only users name phones", async () => {
  const { api, eve, forum, settle, said, desk, topic } = await stage();
  const id = await topic();
  api.person({ id: 6666, first_name: "Eve" });
  forum.members.set(6666, { user: eve.user, status: "administrator" });
  eve.renamesTopic(forum, id, "Mine");
  await settle();
  expect(desk.names.size).toBe(0);
  expect(said(forum)).toEqual([]);
});

test("whoever closes a topic mutes it, until it is opened again", async () => {
  const { ana, eve, forum, settle, places, topic } = await stage();
  const id = await topic();
  forum.members.set(6666, { user: eve.user, status: "administrator" });
  eve.closesTopic(forum, id);
  await settle(2);
  expect(places.topic(String(GROUP), id)?.closed).toBe(true);
  ana.reopensTopic(forum, id);
  await settle(2);
  expect(places.topic(String(GROUP), id)?.closed).toBe(false);
});

test("a group that gets another id keeps its name in the config, and its conversations", async () => {
  const { api, desk, ana, settle, said, inbox, brings, words } = await stage();
  const team = api.group({ id: -4_001, title: "Team", creator: ana.user });
  desk.places.add("telegram:-4001");
  await brings(team, "How are you?");
  const moved = api.migrate(team, ana, { id: -1_005_000_000_000 });
  ana.says(moved, `/send ${PHONE} Fine`);
  await settle(2);
  expect(inbox.submissions).toEqual([
    expect.objectContaining({ from: { via: "telegram", address: "-4001" } }),
  ]);
  expect(said(moved)).toEqual([words("tg-accepted", { phone: PHONE, parts: 1 })]);
});

test("a group from which the bot was put out is noted", async () => {
  const { ana, forum, settle, log } = await stage();
  ana.kicksBot(forum);
  await settle();
  expect(log.of("chat lost").map(({ fields }) => fields)).toEqual([
    { via: "telegram", chat: String(GROUP), why: "put out of the group" },
  ]);
});

test("a private chat with topics is like a forum", async () => {
  const { api, ana, settle, last, words, inbox, places } = await stage({ topicsInPrivate: true });
  ana.says(ana.chat, `/send ${PHONE} Hello`);
  await settle();
  const topic = places.topicFor("1001", PHONE, null);
  expect(topic).not.toBeNull();
  ana.says(ana.chat, "And this", { topic: topic?.id ?? 0 });
  await settle();
  expect(inbox.submissions[1]).toMatchObject({ text: "And this", origin: { topic: String(topic?.id) } });
  ana.says(ana.chat, "And that");
  await settle();
  expect(last(ana.chat).text).toBe(words("tg-no-phone-here"));
  expect(api.calls.filter(({ method }) => method === "createForumTopic")).toHaveLength(1);
});
