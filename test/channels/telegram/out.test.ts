// What is posted in chats and topics, over real HTTP, and what each refusal means.
import { expect, test } from "vitest";
import { SendError } from "../../../src/bridge/errors.ts";
import type { Delivery, Message } from "../../../src/bridge/message.ts";
import type { Post } from "../../../src/bridge/ports/channel.ts";
import { createOut } from "../../../src/channels/telegram/out.ts";
import { openTopic } from "../../../src/channels/telegram/topics.ts";
import type { Chat } from "../../../src/demo/telegram/chat.ts";
import type { BotFault } from "../../../src/demo/telegram/faults.ts";
import { noticePost, textPost } from "../../support/posts.ts";
import { ANA, failure, LANE, PHONE, type Rig, withRig } from "./rig.ts";

const GROUP = -1005;
const never = new AbortController().signal;

function text(words: string, chat: number, over: Parameters<typeof textPost>[1] = {}): Post {
  const delivery = { to: { via: "telegram", address: String(chat) }, text: words, ...over.delivery };
  return textPost(words, { ...over, delivery });
}

/** What Ana wrote to the phone by mail, as others are shown it. */
const answer = (words: string, chat: number): Post =>
  text(words, chat, {
    message: { from: { via: "email", address: "ana@example.org" }, user: "ana", origin: { name: "Ana" } },
  });

/** What became of a text that Ana wrote in `chat`. */
function told(
  kind: "failed" | "delayed" | "delivered",
  about: Partial<Delivery>,
  chat: number,
  origin: Record<string, string>,
): Post {
  const post = noticePost(kind, [about], { origin: { chat: String(chat), ...origin } });
  const message: Message = { ...post.message, text: "" };
  return { ...post, message, delivery: { ...post.delivery, to: { via: "telegram", address: String(chat) } } };
}

const seen = (chat: Chat) =>
  chat.messages
    .filter((post) => post.from?.is_bot && !post.service && !post.deleted)
    .map(({ text, topic }) => (topic === undefined ? text : `${topic}: ${text}`));

const forum = ({ api, desk }: Rig, rights = {}): Chat => {
  desk.places.add(`telegram:${GROUP}`);
  return api.group({ id: GROUP, title: "Office", forum: true, bot: "administrator", rights });
};

test("in a private chat a text stands below its phone, with a code for one tap and no preview", async () => {
  await withRig(async (rig) => {
    const out = createOut(rig);
    const { ref } = await out.send(text("Your code is 123456 <b> https://example.org", ANA), never);
    const [post] = rig.ana.chat.messages.slice(-1);
    expect(ref).toBe(`${ANA}/${post?.id}`);
    expect(post?.text).toBe(`${PHONE}\nYour code is 123456 <b> https://example.org`);
    expect(post?.message.link_preview_options).toEqual({ is_disabled: true });
    expect(post?.entities.map(({ type }) => type)).toEqual(expect.arrayContaining(["bold", "code"]));
  });
});

test.each([
  [null, false, PHONE],
  ["Bob", false, `Bob (${PHONE})`],
  [null, true, `${PHONE} to sales`],
  ["Bob", true, `Bob (${PHONE}) to sales`],
])("the phone %s, several SIMs %s: %s", async (name, several, head) => {
  const sims = [
    { ...LANE, label: "sales" },
    { gateway: "office", port: 1 },
  ];
  await withRig(
    async (rig) => {
      await createOut(rig).send(text("Hi", ANA, { name }), never);
      expect(seen(rig.ana.chat)).toEqual([`${head}\nHi`]);
    },
    { sims: several ? sims : [] },
  );
});

test("a chat is spoken to in its user's language, a group in the house's", async () => {
  await withRig(
    async (rig) => {
      const group = rig.api.group({ id: GROUP, title: "Office", forum: false });
      const out = createOut(rig);
      await out.send(told("delayed", {}, ANA, {}), never);
      await out.send(told("delayed", {}, GROUP, {}), never);
      expect(seen(rig.ana.chat)[0]).toMatch(/wartet noch/);
      expect(seen(group)[0]).toMatch(/still waits/);
    },
    { languages: new Map([["ana", "de"]]) },
  );
});

test("a text without words is shown as that; long ones are split and lead to one", async () => {
  await withRig(async (rig) => {
    const out = createOut(rig);
    await out.send(text("  ", ANA), never);
    expect(seen(rig.ana.chat)).toEqual([`${PHONE}\n(an empty text)`]);
    const { ref } = await out.send(text("word ".repeat(2000), ANA), never);
    const posts = rig.ana.chat.messages.slice(-3);
    expect(posts.map((post) => post.text.slice(0, 5))).toEqual(["(1/3)", "(2/3)", "(3/3)"]);
    expect(ref).toBe(`${ANA}/${posts[2]?.id}`);
    expect(await rig.store.notes("telegram", "also:")).toEqual(
      posts.slice(0, 2).map(({ id }) => ({ key: `also:${ANA}/${id}`, value: ref })),
    );
  });
});

test("a split text that breaks off goes on where it did", async () => {
  await withRig(async (rig) => {
    const out = createOut(rig);
    const post = text("word ".repeat(2000), ANA);
    rig.api.faults.add({ kind: "too-many", on: "sendMessage", skip: 1 });
    await failure(out.send(post, never));
    await rig.options.clock.wait(1_000);
    await out.send(post, never);
    expect(seen(rig.ana.chat).map((shown) => shown.slice(0, 5))).toEqual(["(1/3)", "(2/3)", "(3/3)"]);
  });
});

test("in a forum each phone has its topic, made once, even by two texts at the same time", async () => {
  await withRig(async (rig) => {
    const group = forum(rig);
    const out = createOut(rig);
    await Promise.all(
      [1, 2, 3].map((n) => out.send(text(`text ${n}`, GROUP, { delivery: { id: n } }), never)),
    );
    expect(group.topics.map(({ name }) => name)).toEqual([PHONE]);
    const [topic] = group.topics;
    expect(seen(group).toSorted()).toEqual([1, 2, 3].map((n) => `${topic?.id}: text ${n}`));
    expect(rig.places.topic(String(GROUP), topic?.id ?? 0)).toMatchObject({ phone: PHONE, lane: LANE });
  });
});

test("a topic is named after the phone's name, and its SIM if another SIM has one; a topic without a SIM gets it", async () => {
  await withRig(
    async (rig) => {
      const group = forum(rig);
      rig.desk.names.set(PHONE, `Bob ${"x".repeat(200)}`);
      const chat = String(GROUP);
      const first = await openTopic(rig, chat, PHONE, null);
      expect(await openTopic(rig, chat, PHONE, LANE)).toMatchObject({ id: first?.id, lane: LANE });
      rig.desk.names.set(PHONE, "Bob");
      await openTopic(rig, chat, PHONE, { gateway: "office", port: 1 });
      expect(group.topics.map(({ name }) => name)).toEqual([`Bob ${"x".repeat(123)}…`, "Bob · support"]);
    },
    { sims: [{ gateway: "office", port: 1, label: "support" }] },
  );
});

test("a topic that people deleted is made anew", async () => {
  await withRig(async (rig) => {
    const group = forum(rig);
    const out = createOut(rig);
    await out.send(text("one", GROUP), never);
    rig.ana.deletesTopic(group, group.topics[0]?.id ?? 0);
    await out.send(text("two", GROUP, { delivery: { id: 78 } }), never);
    expect(group.topics).toHaveLength(2);
    expect(seen(group)).toEqual([`${group.topics[1]?.id}: two`]);
  });
});

test("a topic that people closed opens when the phone writes; what others answer stays away", async () => {
  await withRig(async (rig) => {
    const group = forum(rig);
    const out = createOut(rig);
    await out.send(text("one", GROUP), never);
    const [topic] = group.topics;
    if (!topic) throw new Error("no topic");
    rig.ana.closesTopic(group, topic);
    // Known by its update, as the handling does it, and not known, found out by the refusal.
    await rig.places.keep({
      chat: String(GROUP),
      id: topic.id,
      phone: PHONE,
      lane: LANE,
      name: "",
      closed: true,
    });
    expect(await out.send(answer("I answered", GROUP), never)).toEqual({ ref: null });
    await out.send(text("two", GROUP, { delivery: { id: 78 } }), never);
    expect([topic.closed, rig.places.topic(String(GROUP), topic.id)?.closed]).toEqual([false, false]);
    rig.ana.closesTopic(group, topic);
    await out.send(text("three", GROUP, { delivery: { id: 79 } }), never);
    expect(topic.closed).toBe(false);
    expect(seen(group)).toEqual(["one", "two", "three"].map((words) => `${topic.id}: ${words}`));
  });
});

test("where the bot may not make topics it posts beside them, and says so once in the log", async () => {
  await withRig(async (rig) => {
    const group = forum(rig, { can_manage_topics: false });
    const out = createOut(rig);
    await out.send(text("one", GROUP), never);
    await out.send(text("two", GROUP, { delivery: { id: 78 } }), never);
    expect(seen(group)).toEqual([`${PHONE}\none`, `${PHONE}\ntwo`]);
    expect(rig.log.of("channel failing")).toHaveLength(1);
    expect(rig.api.calls.filter(({ method }) => method === "createForumTopic")).toHaveLength(1);
  });
});

test("in private chats of a bot with topics each phone has one too", async () => {
  await withRig(
    async (rig) => {
      await createOut(rig).send(text("Hi", ANA), never);
      const [topic] = rig.ana.chat.topics;
      expect(topic?.name).toBe(PHONE);
      expect(seen(rig.ana.chat)).toEqual([`${topic?.id}: Hi`]);
    },
    {},
    { has_topics_enabled: true },
  );
});

test("others see who answered, and what, without a sound", async () => {
  await withRig(async (rig) => {
    const group = forum(rig);
    const out = createOut(rig);
    await out.send(answer("See you", GROUP), never);
    await out.send({ ...answer("See you", ANA), name: "Bob" }, never);
    expect(seen(group)).toEqual([`${group.topics[0]?.id}: Ana answered by mail.\nSee you`]);
    expect(seen(rig.ana.chat)).toEqual([`Bob (${PHONE})\nAna answered by mail.\nSee you`]);
    expect(rig.ana.chat.messages.at(-1)?.silent).toBe(true);
  });
});

test("the answer to a code stands beside the last thing said about it", async () => {
  await withRig(async (rig) => {
    const asked = rig.ana.says(rig.ana.chat, "/ussd *100#");
    const post = text("Balance: 5 EUR", ANA, {
      refs: ["again:m1:2", "77/1", `${ANA}/${asked.id}`],
      message: { from: { via: "office", address: "*100#" }, origin: { ussd: "yes" } },
      thread: { phone: "*100#" },
    });
    await createOut(rig).send(post, never);
    const shown = rig.ana.chat.messages.at(-1);
    expect(shown?.replyTo).toBe(asked.id);
    expect(shown?.text).toMatch(/\*100#.*\nBalance: 5 EUR$/);
  });
});

test("a failure is told beside the text, with buttons, in its topic", async () => {
  await withRig(async (rig) => {
    const group = forum(rig);
    const topic = await openTopic(rig, String(GROUP), PHONE, LANE);
    const written = rig.ana.says(group, "Please call back", { topic: topic?.id ?? 0 });
    const origin = { post: String(written.id), topic: String(topic?.id) };
    const failed = told("failed", { state: "failed", error: "the network refused it" }, GROUP, origin);
    const { ref } = await createOut(rig).send(failed, never);
    const shown = group.messages.at(-1);
    expect(ref).toBe(`${GROUP}/${shown?.id}`);
    expect([shown?.replyTo, shown?.topic]).toEqual([written.id, topic?.id]);
    expect(shown?.text).toBe(`Your text to ${PHONE} failed: the network refused it`);
    expect(shown?.buttons).toEqual([
      { text: "Try again", callback_data: "again:m0original" },
      { text: "Other SIM", callback_data: "other:m0original" },
    ]);
  });
});

test("an outcome that can't be known is told as that; a wait has a Cancel; a delivery is only seen", async () => {
  await withRig(async (rig) => {
    const out = createOut(rig);
    await out.send(
      told("failed", { state: "failed", error: "outcome unknown: no answer" }, ANA, { post: "99" }),
      never,
    );
    await out.send(told("delayed", { state: "queued" }, ANA, {}), never);
    expect(await out.send(told("delivered", { state: "delivered" }, ANA, {}), never)).toEqual({ ref: null });
    const [unknown, waits, ...rest] = rig.ana.chat.messages.filter((post) => post.from?.is_bot);
    expect(unknown?.text).toMatch(/can't be found out/);
    expect(waits?.buttons).toEqual([{ text: "Cancel", callback_data: "cancel:m0original" }]);
    expect(rest).toEqual([]);
  });
});

test.each(["closes", "deletes"] as const)(
  "a notice for a topic that somebody %s stands beside the topics",
  async (what) => {
    await withRig(async (rig) => {
      const group = forum(rig, { can_manage_topics: true });
      const topic = await openTopic(rig, String(GROUP), PHONE, LANE);
      const written = rig.ana.says(group, "Please call back", { topic: topic?.id ?? 0 });
      rig.ana[`${what}Topic`](group, topic?.id ?? 0);
      const origin = { post: String(written.id), topic: String(topic?.id) };
      await createOut(rig).send(told("failed", { state: "failed", error: "x" }, GROUP, origin), never);
      expect(seen(group)).toEqual([`Your text to ${PHONE} failed: x`]);
    });
  },
);

test("a group that became another chat is followed", async () => {
  await withRig(async (rig) => {
    const group = rig.api.group({ id: -500, title: "Plain", forum: false, type: "group" });
    const moved = rig.api.migrate(group, rig.ana, { id: -1006 });
    const { ref } = await createOut(rig).send(text("Hi", -500), never);
    expect(seen(moved)).toEqual([`${PHONE}\nHi`]);
    // Its name here stays the config's.
    expect(ref).toMatch(/^-500\//);
    expect(rig.places.now("-500")).toBe("-1006");
    expect(rig.log.of("chat moved")).toHaveLength(1);
  });
});

test.each([
  ["blocked", (rig: Rig) => rig.ana.blocksBot(), ANA],
  ["kicked", (rig: Rig) => rig.ana.kicksBot(rig.api.group({ id: -500, title: "x", forum: false })), -500],
  ["no such chat", () => undefined, -7],
])("%s: permanent, for this delivery only, and logged", async (_, act, chat) => {
  await withRig(async (rig) => {
    act(rig);
    const error = await failure(createOut(rig).send(text("Hi", chat), never));
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ kind: "permanent", scope: "message", words: expect.stringMatching(/\.$/) });
    expect(rig.log.of("chat lost")).toHaveLength(1);
  });
});

const passing: readonly (readonly [BotFault, object])[] = [
  [
    { kind: "too-many", retryAfter: 7 },
    { scope: "message", retryAfter: 7_000 },
  ],
  [{ kind: "error", status: 500 }, { scope: "upstream" }],
  [{ kind: "error", status: 401, description: "Unauthorized" }, { scope: "upstream" }],
  [{ kind: "error", status: 409, description: "Conflict: x" }, { scope: "upstream" }],
  [{ kind: "drop-after" }, { scope: "upstream" }],
];
test.each(passing)("%j is temporary: %j", async (fault, expected) => {
  await withRig(async (rig) => {
    rig.api.faults.add({ ...fault, on: "sendMessage" });
    const error = await failure(createOut(rig).send(text("Hi", ANA), never));
    expect(error).toMatchObject({ kind: "temporary", ...expected });
  });
});

test("a store that can't remember a topic makes it temporary, for this delivery only", async () => {
  await withRig(async (rig) => {
    forum(rig);
    await rig.places.hasTopics(String(GROUP));
    const places = { ...rig.places, keep: () => Promise.reject(new Error("disk full")) };
    const error = await failure(createOut({ ...rig, places }).send(text("Hi", GROUP), never));
    expect(error).toMatchObject({ kind: "temporary", scope: "message" });
  });
});

test("a chat that had too many is left alone for as long as Telegram says; others are not", async () => {
  await withRig(async (rig) => {
    const out = createOut(rig);
    const bea = rig.api.person({ id: 1002, first_name: "Bea" });
    bea.startsBot();
    rig.api.faults.add({ kind: "too-many", on: "sendMessage", retryAfter: 30 });
    await failure(out.send(text("Hi", ANA), never));
    const before = rig.api.calls.length;
    const error = await failure(out.send(text("Hi", ANA), never));
    expect(error).toMatchObject({ kind: "temporary", scope: "message" });
    expect(rig.api.calls).toHaveLength(before);
    await out.send(text("Hi", bea.id), never);
    await rig.options.clock.wait(30_000);
    await out.send(text("Hi", ANA), never);
    expect([seen(rig.ana.chat), seen(bea.chat)]).toEqual([[`${PHONE}\nHi`], [`${PHONE}\nHi`]]);
  });
});
