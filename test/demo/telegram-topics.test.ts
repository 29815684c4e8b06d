// Forum topics on the simulated Telegram, by the bot and by people.
import { expect, test } from "vitest";
import type { BotApi } from "../../src/demo/telegram/botapi.ts";
import type { GroupSpec } from "../../src/demo/telegram/places.ts";
import { refusal, result, withTelegram } from "./telegram-client.ts";

const ID = -1001234567890;
const forum = (api: BotApi, more: Partial<GroupSpec> = {}) =>
  api.group({ id: ID, title: "Team", forum: true, ...more });

const create = (api: BotApi, name: string, chat_id = ID) =>
  result(api, "createForumTopic", { chat_id, name });

test("the bot begins a topic, writes there and hears what is written there", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api);
    const seen = chat.waitForTopic(({ name }) => name === "+49 151 1234567");
    const topic = await create(api, "+49 151 1234567");
    expect(topic).toMatchObject({ name: "+49 151 1234567", icon_color: 0x6fb9f0 });
    expect(await seen).toMatchObject({ id: topic.message_thread_id, closed: false, creator: 4242 });
    const sent = await result(api, "sendMessage", {
      chat_id: ID,
      message_thread_id: topic.message_thread_id,
      text: "hi",
    });
    const head = { message_id: topic.message_thread_id, forum_topic_created: { name: "+49 151 1234567" } };
    expect(sent).toMatchObject({
      message_thread_id: head.message_id,
      is_topic_message: true,
      reply_to_message: head,
    });
    expect(chat.post(sent.message_id)).toMatchObject({ topic: head.message_id, replyTo: undefined });
    const answer = ana.says(chat, "hello", { topic: head.message_id });
    ana.says(chat, "on top", { replyTo: answer });
    expect(await result(api, "getUpdates")).toMatchObject([
      { message: { message_id: head.message_id, from: { id: 4242 }, forum_topic_created: {} } },
      { message: { text: "hello", is_topic_message: true, reply_to_message: head } },
      {
        message: { text: "on top", message_thread_id: head.message_id, reply_to_message: { text: "hello" } },
      },
    ]);
  }));

test("people rename, close and reopen a topic; the bot hears of it, and of what it did itself", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api);
    const { message_thread_id } = await create(api, "Ben");
    const it = { chat_id: ID, message_thread_id };
    ana.renamesTopic(chat, message_thread_id, "Ben Doe");
    ana.closesTopic(chat, message_thread_id);
    expect(() => ana.says(chat, "x", { topic: message_thread_id })).toThrow("the topic is closed");
    expect(await refusal(api, "sendMessage", { ...it, text: "x" })).toBe("400 Bad Request: TOPIC_CLOSED");
    expect(await refusal(api, "closeForumTopic", it)).toBe("400 Bad Request: TOPIC_NOT_MODIFIED");
    await result(api, "reopenForumTopic", it);
    expect(await refusal(api, "sendMessage", { ...it, text: "x" })).toBe("ok");
    expect(await refusal(api, "editForumTopic", { ...it, name: "Ben Doe" })).toBe(
      "400 Bad Request: TOPIC_NOT_MODIFIED",
    );
    await result(api, "editForumTopic", { ...it, name: "Benjamin" });
    await result(api, "closeForumTopic", it);
    ana.reopensTopic(chat, message_thread_id);
    expect(chat.topics).toMatchObject([{ name: "Benjamin", closed: false }]);
    const [, ...rest] = await result(api, "getUpdates");
    expect(rest).toMatchObject([
      { message: { from: { id: 1001 }, forum_topic_edited: { name: "Ben Doe" } } },
      { message: { from: { id: 1001 }, message_thread_id, forum_topic_closed: {} } },
      { message: { from: { id: 4242 }, forum_topic_reopened: {} } },
      { message: { from: { id: 4242 }, forum_topic_edited: { name: "Benjamin" } } },
      { message: { from: { id: 4242 }, forum_topic_closed: {} } },
      { message: { from: { id: 1001 }, forum_topic_reopened: {} } },
    ]);
  }));

test("a forum may let its managers write in closed topics", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api, { closedTopics: "managers" });
    const { message_thread_id } = await create(api, "Ben");
    ana.closesTopic(chat, message_thread_id);
    expect(await refusal(api, "sendMessage", { chat_id: ID, message_thread_id, text: "x" })).toBe("ok");
  }));

test("a deleted topic is gone with its messages, and nothing tells the bot", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api);
    const { message_thread_id } = await create(api, "Ben");
    const post = ana.says(chat, "x", { topic: message_thread_id });
    const updates = api.updates.pending.length;
    ana.deletesTopic(chat, message_thread_id);
    expect(post.deleted).toBe(true);
    expect(chat.topics).toMatchObject([{ name: "Ben", deleted: true }]);
    const it = { chat_id: ID, message_thread_id };
    expect(await refusal(api, "sendMessage", { ...it, text: "x" })).toBe(
      "400 Bad Request: message thread not found",
    );
    expect(await refusal(api, "editForumTopic", { ...it, name: "x" })).toBe(
      "400 Bad Request: TOPIC_ID_INVALID",
    );
    expect(api.updates.pending).toHaveLength(updates);
    const other = await create(api, "Cleo");
    await result(api, "deleteForumTopic", { chat_id: ID, message_thread_id: other.message_thread_id });
    expect(chat.topics.every(({ deleted }) => deleted)).toBe(true);
  }));

test("General has no number; a reply goes where the answered message stands, never elsewhere", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api);
    const { message_thread_id } = await create(api, "Ben");
    const there = ana.says(chat, "there", { topic: message_thread_id });
    const general = ana.says(chat, "general");
    expect(general.message).not.toHaveProperty("message_thread_id");
    expect(await refusal(api, "sendMessage", { chat_id: ID, message_thread_id: 1, text: "x" })).toBe(
      "400 Bad Request: message thread not found",
    );
    const reply = await result(api, "sendMessage", {
      chat_id: ID,
      text: "x",
      reply_parameters: { message_id: there.id },
    });
    expect(reply).toMatchObject({ message_thread_id, is_topic_message: true });
    const inGeneral = await result(api, "sendMessage", {
      chat_id: ID,
      text: "x",
      reply_parameters: { message_id: general.id },
    });
    expect(inGeneral).toMatchObject({ message_thread_id: general.id });
    expect(inGeneral).not.toHaveProperty("is_topic_message");
    const across = { message_id: general.id, allow_sending_without_reply: true };
    expect(
      await refusal(api, "sendMessage", {
        chat_id: ID,
        message_thread_id,
        text: "x",
        reply_parameters: across,
      }),
    ).toBe("400 Bad Request: message to be replied not found");
  }));

test("rights and names", () =>
  withTelegram(async (api, ana) => {
    const chat = forum(api, { rights: { can_delete_messages: false } });
    const mine = await create(api, "Mine");
    const hers = ana.createsTopic(chat, "Hers");
    ana.promotesBot(chat, { can_manage_topics: false, can_delete_messages: false });
    const by = (method: string, message_thread_id: number, name = "x") =>
      refusal(api, method, { chat_id: ID, message_thread_id, name });
    expect(await by("createForumTopic", 0)).toBe("400 Bad Request: not enough rights to create a topic");
    expect(await by("editForumTopic", hers.id)).toBe("400 Bad Request: not enough rights to edit the topic");
    expect(await by("editForumTopic", mine.message_thread_id)).toBe("ok");
    expect(await by("deleteForumTopic", mine.message_thread_id)).toBe(
      "400 Bad Request: not enough rights to delete the topic",
    );
    ana.promotesBot(chat);
    expect(await by("createForumTopic", 0, "  ")).toBe("400 Bad Request: TOPIC_TITLE_EMPTY");
    expect(await by("createForumTopic", 0, "x".repeat(129))).toBe("400 Bad Request: TOPIC_TITLE_TOO_LONG");
    expect(await by("createForumTopic", 0, "x".repeat(128))).toBe("ok");
    expect(await by("editForumTopic", mine.message_thread_id, "")).toBe("ok");
    const colour = { chat_id: ID, name: "x", icon_color: 1 };
    expect(await refusal(api, "createForumTopic", colour)).toBe("400 Bad Request: TOPIC_ICON_COLOR_INVALID");
  }));

test("private chats have topics when the bot has them enabled", () =>
  withTelegram(async (api, ana) => {
    const refused = await refusal(api, "createForumTopic", { chat_id: 1001, name: "x" });
    expect(refused).toBe("400 Bad Request: the chat is not a forum");
    api.set({ has_topics_enabled: true });
    expect(await result(api, "getMe")).toMatchObject({ has_topics_enabled: true });
    const { message_thread_id } = await create(api, "+49 151", 1001);
    const it = { chat_id: 1001, message_thread_id };
    const sent = await result(api, "sendMessage", { ...it, text: "hi" });
    expect(sent).toMatchObject({ message_thread_id, is_topic_message: true });
    expect(sent).not.toHaveProperty("reply_to_message");
    ana.says(ana.chat, "back", { topic: message_thread_id });
    expect(await result(api, "getUpdates", { offset: -1 })).toMatchObject([
      { message: { text: "back", message_thread_id } },
    ]);
    expect(await refusal(api, "closeForumTopic", it)).toBe(
      "400 Bad Request: the chat is not a supergroup forum",
    );
    expect(await refusal(api, "deleteForumTopic", it)).toBe("ok");
    const plain = api.group({ id: -1002, title: "Plain", type: "supergroup" });
    expect(() => ana.createsTopic(plain, "x")).toThrow("no topics here");
  }));
