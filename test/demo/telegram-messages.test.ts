// Messages of the bot on the simulated Telegram: limits, keyboards, replies, edits, reactions, and the words it refuses with.
import { Api } from "grammy";
import { expect, test } from "vitest";
import { raw } from "./raw.ts";
import { call, refusal, request, result, TOKEN, withTelegram } from "./telegram-client.ts";

const button = (callback_data: string) => ({ inline_keyboard: [[{ text: "Try again", callback_data }]] });

test("a message is what people see: text, entities, buttons, answer, silence", () =>
  withTelegram(async (api, ana) => {
    const asked = ana.says(ana.chat, "hello?");
    const coming = ana.chat.next();
    const sent = await result(api, "sendMessage", {
      chat_id: 1001,
      text: "code <code>123456</code> &amp; more",
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
      disable_notification: true,
      reply_parameters: { message_id: asked.id },
      reply_markup: button("again:1"),
    });
    const post = await coming;
    expect(post.message).toEqual(sent);
    expect(sent).toMatchObject({
      chat: { id: 1001, type: "private", first_name: "Ana", username: "ana" },
      from: { id: 4242, is_bot: true, username: "simpost_bot" },
      link_preview_options: { is_disabled: true },
      reply_to_message: { message_id: asked.id, text: "hello?" },
    });
    expect(JSON.parse(JSON.stringify(post))).toEqual({
      id: asked.id + 1,
      chatId: 1001,
      from: 4242,
      text: "code 123456 & more",
      entities: [{ type: "code", offset: 5, length: 6 }],
      replyTo: asked.id,
      buttons: [{ text: "Try again", callback_data: "again:1" }],
      reactions: [],
      edited: false,
      deleted: false,
      service: false,
      silent: true,
    });
    expect(await result(api, "getUpdates")).toHaveLength(1);
  }));

test("grammY's client gets along with it", () =>
  withTelegram(async (api, ana) => {
    const client = new Api(TOKEN, { apiRoot: api.url });
    expect(await client.getMe()).toMatchObject({ id: 4242, is_bot: true, has_topics_enabled: false });
    const { message_id } = await client.sendMessage(1001, "<b>hi</b>", { parse_mode: "HTML" });
    await client.setMessageReaction(1001, message_id, [{ type: "emoji", emoji: "👌" }]);
    expect(ana.chat.post(message_id)?.reactions).toEqual(["👌"]);
    await expect(client.sendMessage(5, "x")).rejects.toMatchObject({
      error_code: 400,
      description: "Bad Request: chat not found",
    });
  }));

test("parameters come as JSON, as a form, in the query, by GET, in any case of the method", () =>
  withTelegram(async (api, ana) => {
    const url = `${api.url}/bot${TOKEN}/SENDmessage`;
    const form = "application/x-www-form-urlencoded";
    const body = new URLSearchParams({
      chat_id: "1001",
      text: "form",
      reply_markup: JSON.stringify(button("x")),
    });
    await raw(url, { method: "POST", headers: { "Content-Type": form }, body: body.toString() });
    await raw(`${url}?chat_id=1001&text=query+and+GET`);
    await result(api, "sendMessage", {
      chat_id: "1001",
      text: 17,
      reply_markup: JSON.stringify(button("y")),
    });
    expect(ana.chat.messages.slice(-3).map(({ text, buttons }) => [text, buttons.length])).toEqual([
      ["form", 1],
      ["query and GET", 0],
      ["17", 1],
    ]);
    const broken = await raw(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
    const list = await raw(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "[]",
    });
    expect(list.status).toBe(400);
    expect(
      (await raw(url, { method: "POST", headers: { "Content-Type": "text/plain" }, body: "x" })).status,
    ).toBe(400);
  }));

test("a wrong token is 401, an unknown method 404", () =>
  withTelegram(async (api) => {
    const wrong = await raw(`${api.url}/bot4242:other/getMe`);
    expect([wrong.status, JSON.parse(wrong.text)]).toEqual([
      401,
      { ok: false, error_code: 401, description: "Unauthorized" },
    ]);
    expect(await refusal(api, "getMoon")).toBe("404 Not Found: method not found");
    expect((await raw(`${api.url}/elsewhere`)).status).toBe(404);
    expect(api.calls.map(({ method }) => method)).toEqual(["getMe", "getMoon", ""]);
    expect(JSON.stringify(api.calls)).not.toContain(TOKEN);
  }));

test.each([
  [{}, "chat_id is empty"],
  [{ chat_id: 5 }, "chat not found"],
  [{ chat_id: "@nobody" }, "chat not found"],
  [{ text: "" }, "message text is empty"],
  [{ text: " \n\t" }, "text must be non-empty"],
  [{ text: "x".repeat(4097) }, "message is too long"],
  [
    { text: "<b>x", parse_mode: "HTML" },
    `can't parse entities: Can't find end tag corresponding to start tag "b"`,
  ],
  [{ text: "x", parse_mode: "Bold" }, "unsupported parse_mode"],
  [{ reply_parameters: { message_id: 999 } }, "message to be replied not found"],
  [{ reply_parameters: "{" }, "can't parse reply_parameters JSON object"],
  [{ message_thread_id: 77 }, "message thread not found"],
  [{ reply_markup: button("") }, "BUTTON_DATA_INVALID"],
  [{ reply_markup: button("ü".repeat(33)) }, "BUTTON_DATA_INVALID"],
  [
    { reply_markup: { inline_keyboard: [[{ text: "x" }]] } },
    "text buttons are unallowed in the inline keyboard",
  ],
  [
    { reply_markup: { inline_keyboard: [[{ text: "x", url: "nowhere" }]] } },
    `inline keyboard button URL '"nowhere"' is invalid: wrong HTTP URL`,
  ],
  [
    { reply_markup: { inline_keyboard: Array(101).fill([{ text: "x", callback_data: "x" }]) } },
    "reply markup is too long",
  ],
])("sendMessage with %j is refused", (params, why) =>
  withTelegram(async (api, ana) => {
    const before = ana.chat.messages.length;
    const chat = why === "chat_id is empty" ? {} : { chat_id: 1001 };
    expect(await refusal(api, "sendMessage", { ...chat, text: "x", ...params })).toBe(
      `400 Bad Request: ${why}`,
    );
    expect(ana.chat.messages).toHaveLength(before);
  }),
);

test("4096 characters and 64 bytes are just right; what may be missing is", () =>
  withTelegram(async (api, ana) => {
    await result(api, "sendMessage", {
      chat_id: 1001,
      text: `<b>${"&lt;".repeat(4096)}</b>`,
      parse_mode: "HTML",
      reply_markup: button("ü".repeat(32)),
      reply_parameters: { message_id: 999, allow_sending_without_reply: true },
    });
    expect(ana.chat.messages.at(-1)).toMatchObject({ text: "<".repeat(4096), replyTo: undefined });
  }));

test("whom the bot can't write to, and why", () =>
  withTelegram(async (api, ana) => {
    const to = (chat_id: number) => refusal(api, "sendMessage", { chat_id, text: "x" });
    const ben = api.person({ id: 1002, first_name: "Ben" });
    expect(await to(1002)).toBe("400 Bad Request: chat not found");
    const basic = api.group({ id: -50, title: "Basic" });
    const big = api.group({ id: -1001, title: "Big", type: "supergroup" });
    ben.says(basic, "I'm here");
    expect(await to(1002)).toBe("403 Forbidden: bot can't initiate conversation with a user");
    ana.blocksBot();
    expect(await to(1001)).toBe("403 Forbidden: bot was blocked by the user");
    ana.startsBot();
    expect(await to(1001)).toBe("ok");
    ben.kicksBot(big);
    expect(await to(-1001)).toBe("403 Forbidden: bot was kicked from the supergroup chat");
    await result(api, "leaveChat", { chat_id: -50 });
    expect(await to(-50)).toBe("403 Forbidden: bot is not a member of the group chat");
    ben.addsBot(basic);
    api.migrate(basic, ben, { id: -1002 });
    expect(await call(api, "sendMessage", { chat_id: -50, text: "x" })).toEqual({
      ok: false,
      error_code: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: -1002 },
    });
    expect(await to(-1002)).toBe("ok");
  }));

test("messages are numbered per account, in supergroups per chat", () =>
  withTelegram(async (api, ana) => {
    const ben = api.person({ id: 1002, first_name: "Ben" });
    const start = ben.startsBot();
    const own = api.group({ id: -1001, title: "Big", type: "supergroup", username: "big" });
    expect(ana.says(ana.chat, "x").id).toBe(start.id + 1);
    expect(ana.says(api.group({ id: -50, title: "Basic" }), "x").id).toBe(start.id + 2);
    expect(ana.says(own, "x").id).toBe(2);
    expect((await result(api, "sendMessage", { chat_id: "@big", text: "x" })).message_id).toBe(3);
  }));

test("the bot edits its own messages only, and only into something else", () =>
  withTelegram(async (api, ana) => {
    const { message_id } = await result(api, "sendMessage", {
      chat_id: 1001,
      text: "<b>a</b>",
      parse_mode: "HTML",
      reply_markup: button("x"),
    });
    const it = { chat_id: 1001, message_id };
    const post = ana.chat.post(message_id);
    const unchanged = /^400 Bad Request: message is not modified: specified new message content/;
    expect(await refusal(api, "editMessageReplyMarkup", { ...it, reply_markup: button("x") })).toMatch(
      unchanged,
    );
    expect(
      await refusal(api, "editMessageText", {
        ...it,
        text: "<b>a</b>",
        parse_mode: "HTML",
        reply_markup: button("x"),
      }),
    ).toMatch(unchanged);
    await result(api, "editMessageReplyMarkup", it);
    expect(post).toMatchObject({ text: "a", entities: [{ type: "bold" }], buttons: [], edited: true });
    await result(api, "editMessageText", { ...it, text: "a" });
    expect(post).toMatchObject({ text: "a", entities: [] });
    expect(await refusal(api, "editMessageText", { ...it, text: "x".repeat(4097) })).toBe(
      "400 Bad Request: MESSAGE_TOO_LONG",
    );
    const hers = ana.says(ana.chat, "mine");
    expect(await refusal(api, "editMessageText", { ...it, message_id: hers.id, text: "b" })).toBe(
      "400 Bad Request: message can't be edited",
    );
    expect(await refusal(api, "editMessageText", { chat_id: 1001, text: "b" })).toBe(
      "400 Bad Request: message identifier is not specified",
    );
    await result(api, "deleteMessage", it);
    expect(post?.deleted).toBe(true);
    expect(await refusal(api, "editMessageText", { ...it, text: "b" })).toBe(
      "400 Bad Request: message to edit not found",
    );
    expect(await refusal(api, "deleteMessage", it)).toBe("400 Bad Request: message to delete not found");
  }));

test("after two days, or without the right, a message stays", async () => {
  let now = Date.UTC(2026, 10, 1);
  await withTelegram(
    async (api, ana) => {
      const group = api.group({ id: -1001, title: "G", rights: { can_delete_messages: false } });
      const hers = ana.says(group, "x");
      const mine = await result(api, "sendMessage", { chat_id: -1001, text: "x" });
      const it = { chat_id: -1001, message_id: mine.message_id };
      expect(await refusal(api, "deleteMessage", { ...it, message_id: hers.id })).toBe(
        "400 Bad Request: message can't be deleted",
      );
      now += 49 * 3600_000;
      expect(await refusal(api, "deleteMessage", it)).toBe("400 Bad Request: message can't be deleted");
      ana.promotesBot(group);
      expect(await refusal(api, "deleteMessage", it)).toBe("ok");
    },
    { clock: { now: () => now } },
  );
});

test("reactions: one of the list, in place of the one before", () =>
  withTelegram(async (api, ana) => {
    const post = ana.says(ana.chat, "x");
    const react = (...emoji: string[]) =>
      refusal(api, "setMessageReaction", {
        chat_id: 1001,
        message_id: post.id,
        reaction: emoji.map((one) => ({ type: "emoji", emoji: one })),
      });
    const seen = ana.chat.waitFor(({ reactions }) => reactions.includes("🕊"));
    expect(await react("👌")).toBe("ok");
    expect(await react("🕊")).toBe("ok");
    expect((await seen).reactions).toEqual(["🕊"]);
    expect(await react("✅")).toBe("400 Bad Request: REACTION_INVALID");
    expect(await react("👌", "👍")).toBe("400 Bad Request: REACTIONS_TOO_MANY");
    expect(post.reactions).toEqual(["🕊"]);
    expect(await react()).toBe("ok");
    expect(post.reactions).toEqual([]);
    expect(await refusal(api, "setMessageReaction", { chat_id: 1001, message_id: 99 })).toBe(
      "400 Bad Request: message to react not found",
    );
  }));

test("copies, actions, chats, members", () =>
  withTelegram(async (api, ana) => {
    const group = api.group({
      id: -1001,
      title: "G",
      forum: true,
      creator: ana.user,
      rights: { can_pin_messages: false },
    });
    const post = ana.says(ana.chat, "/copy me");
    const copy = await result(api, "copyMessage", {
      chat_id: -1001,
      from_chat_id: 1001,
      message_id: post.id,
    });
    expect(group.post(copy.message_id)?.text).toBe("/copy me");
    expect(await refusal(api, "sendChatAction", { chat_id: 1001, action: "typing" })).toBe("ok");
    expect(await refusal(api, "sendChatAction", { chat_id: 1001, action: "sing" })).toBe(
      "400 Bad Request: wrong parameter action in request",
    );
    expect(await result(api, "getChat", { chat_id: -1001 })).toMatchObject({
      title: "G",
      type: "supergroup",
      is_forum: true,
    });
    const member = (user_id: number) => result(api, "getChatMember", { chat_id: -1001, user_id });
    expect(await member(1001)).toMatchObject({ status: "creator", user: { id: 1001 } });
    expect(await member(4242)).toMatchObject({
      status: "administrator",
      can_manage_topics: true,
      can_pin_messages: false,
    });
    await expect(member(7)).rejects.toThrow("member not found");
  }));

test("commands are kept by scope and language", () =>
  withTelegram(async (api) => {
    const commands = [{ command: "send", description: "Sends a text" }];
    const scope = { type: "all_private_chats" };
    await result(api, "setMyCommands", { commands, scope, language_code: "de" });
    expect(await result(api, "getMyCommands", { scope, language_code: "de" })).toEqual(commands);
    expect(await result(api, "getMyCommands")).toEqual([]);
    expect(api.commands(scope, "de")).toEqual(commands);
    await result(api, "deleteMyCommands", { scope, language_code: "de" });
    expect(api.commands(scope, "de")).toEqual([]);
    const set = (params: object) => refusal(api, "setMyCommands", { commands, ...params });
    expect(await set({ commands: [{ command: "Send it", description: "x" }] })).toBe(
      "400 Bad Request: BOT_COMMAND_INVALID",
    );
    expect(await set({ commands: [{ command: "x", description: "" }] })).toBe(
      "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
    );
    expect(await set({ commands: Array(101).fill(commands[0]) })).toBe(
      "400 Bad Request: BOT_COMMANDS_TOO_MUCH",
    );
    expect(await set({ scope: { type: "moon" } })).toMatch(/^400 .*unsupported type/);
    expect(await set({ scope: { type: "chat" } })).toMatch(/^400 .*chat_id is not specified/);
    expect(await set({ language_code: "deutsch" })).toBe("400 Bad Request: invalid language code specified");
  }));

test("a flood is answered with 429 until it is time again, for each chat", async () => {
  let now = Date.UTC(2026, 10, 1);
  await withTelegram(
    async (api, ana) => {
      const ben = api.person({ id: 1002, first_name: "Ben" });
      ben.startsBot();
      const send = (chat_id: number) => call(api, "sendMessage", { chat_id, text: "x" });
      for (let n = 0; n < 3; n += 1) expect(await send(1001)).toMatchObject({ ok: true });
      expect(await send(1001)).toEqual({
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 2",
        parameters: { retry_after: 2 },
      });
      expect(await send(1002)).toMatchObject({ ok: true });
      now += 2000;
      expect(await send(1001)).toMatchObject({ ok: true });
      const refused = await request(api, "sendMessage", { chat_id: 1001, text: "x" });
      expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "2"]);
      expect(ana.chat.messages.filter(({ from }) => from?.is_bot)).toHaveLength(4);
      api.flood = undefined;
      expect(await send(1001)).toMatchObject({ ok: true });
    },
    { flood: { burst: 3, interval: 2000 }, clock: { now: () => now } },
  );
});
