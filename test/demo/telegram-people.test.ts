// What simulated people do in Telegram, and the updates that the bot gets of it.
import { expect, test } from "vitest";
import { refusal, result, withTelegram } from "./telegram-client.ts";

test("a person begins, blocks and comes back", () =>
  withTelegram(async (api) => {
    const ben = api.person({ id: 1002, first_name: "Ben", language_code: "en" });
    expect(api.person({ id: 1002, first_name: "Ben" })).toBe(ben);
    ben.startsBot("invite_Ab-1");
    ben.blocksBot();
    expect(() => ben.says(ben.chat, "x")).toThrow("the bot is blocked");
    ben.startsBot();
    expect(await result(api, "getUpdates")).toMatchObject([
      {
        message: {
          text: "/start invite_Ab-1",
          entities: [{ type: "bot_command", offset: 0, length: 6 }],
          from: { id: 1002, is_bot: false, first_name: "Ben", language_code: "en" },
          chat: { id: 1002, type: "private" },
        },
      },
      {
        my_chat_member: {
          chat: { id: 1002 },
          from: { id: 1002 },
          old_chat_member: { status: "member", user: { id: 4242 } },
          new_chat_member: { status: "kicked" },
        },
      },
      { my_chat_member: { new_chat_member: { status: "member" } } },
      { message: { text: "/start" } },
    ]);
  }));

test("edits, captions and what is no text", () =>
  withTelegram(async (api, ana) => {
    const post = ana.says(ana.chat, "/send 0151 hello");
    ana.edits(post, "hello");
    const photo = ana.sendsPhoto(ana.chat, { caption: " look " });
    ana.edits(photo, "look there");
    for (const kind of ["voice", "sticker", "document", "video", "location", "poll"] as const)
      ana.sends(ana.chat, kind);
    ana.sharesContact(ana.chat, { phone_number: "+491511234567", first_name: "Cleo" });
    const updates = await result(api, "getUpdates");
    expect(updates.slice(1, 4)).toMatchObject([
      { edited_message: { text: "hello", message_id: post.id, edit_date: post.message.edit_date } },
      { message: { caption: "look", photo: [{ width: 320 }] } },
      { edited_message: { caption: "look there" } },
    ]);
    expect(updates[1].edited_message).not.toHaveProperty("entities");
    expect(updates.slice(4)).toMatchObject([
      { message: { voice: {} } },
      { message: { sticker: {} } },
      { message: { document: {} } },
      { message: { video: {} } },
      { message: { location: {} } },
      { message: { poll: {} } },
      { message: { contact: { phone_number: "+491511234567" } } },
    ]);
    const ben = api.person({ id: 1002, first_name: "Ben" });
    expect(() => ben.edits(post, "x")).toThrow("only the author");
    expect(() => ana.says(ana.chat, " ")).toThrow("an empty message");
    expect(() => ana.says(ana.chat, "x".repeat(4097))).toThrow("a client splits");
  }));

test("a pressed button is a query that is answered once", () =>
  withTelegram(async (api, ana) => {
    const inline_keyboard = [
      [{ text: "Try again", callback_data: "again:7" }],
      [{ text: "Web", url: "https://example.org" }],
    ];
    await result(api, "sendMessage", { chat_id: 1001, text: "failed", reply_markup: { inline_keyboard } });
    const post = await ana.chat.waitFor(({ buttons }) => buttons.length > 0);
    const press = ana.presses(post, "Try again");
    expect(await result(api, "getUpdates")).toMatchObject([
      {
        callback_query: {
          id: press.id,
          from: { id: 1001 },
          data: "again:7",
          message: { message_id: post.id },
        },
      },
    ]);
    const answer = { callback_query_id: press.id, text: "Under way", show_alert: true };
    await result(api, "answerCallbackQuery", answer);
    expect(await press.answer).toEqual({ text: "Under way", show_alert: true });
    expect(await refusal(api, "answerCallbackQuery", answer)).toBe(
      "400 Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    const second = ana.presses(post, "again:7");
    expect(second.id).not.toBe(press.id);
    const long = { callback_query_id: second.id, text: "x".repeat(201) };
    expect(await refusal(api, "answerCallbackQuery", long)).toBe("400 Bad Request: MESSAGE_TOO_LONG");
    expect(() => ana.presses(post, "Web")).toThrow("no button Web");
    ana.deletes(post);
    expect(() => ana.presses(post, "Try again")).toThrow("no button");
  }));

test("reactions come to administrators who asked for them", () =>
  withTelegram(async (api, ana) => {
    await result(api, "getUpdates", { allowed_updates: ["message_reaction"] });
    const group = api.group({ id: -1001, title: "G" });
    const other = api.group({ id: -1002, title: "H", bot: "member" });
    const post = ana.says(group, "x");
    ana.reacts(post, "👍");
    ana.reacts(post, "🔥");
    ana.reacts(ana.says(other, "x"), "👍");
    expect(() => ana.reacts(post, "✅")).toThrow("no reaction");
    expect(post.reactions).toEqual(["🔥"]);
    const emoji = (one: string) => [{ type: "emoji", emoji: one }];
    expect(await result(api, "getUpdates")).toMatchObject([
      {
        message_reaction: {
          chat: { id: -1001 },
          user: { id: 1001 },
          old_reaction: [],
          new_reaction: emoji("👍"),
        },
      },
      { message_reaction: { message_id: post.id, old_reaction: emoji("👍"), new_reaction: emoji("🔥") } },
    ]);
  }));

test("privacy mode: as a mere member the bot hears commands for it, answers to it and little else", () =>
  withTelegram(async (api, ana) => {
    const group = api.group({ id: -1001, title: "G", bot: "member" });
    const { message_id } = await result(api, "sendMessage", { chat_id: -1001, text: "x" });
    for (const text of ["chatter", "/help", "/help@simpost_bot", "/help@other_bot", "say /help"])
      ana.says(group, text);
    ana.says(group, "answer", { replyTo: message_id });
    const heard = async () =>
      (await result(api, "getUpdates")).map(({ message }: { message?: { text: string } }) => message?.text);
    expect(await heard()).toEqual(["/help", "/help@simpost_bot", "answer"]);
    api.set({ can_read_all_group_messages: true });
    ana.says(group, "now you hear me");
    expect((await heard()).at(-1)).toBe("now you hear me");
    ana.kicksBot(group);
    ana.says(group, "gone");
    expect((await heard()).slice(-2)).toEqual(["now you hear me", undefined]);
  }));

test("a bot is added, promoted and kicked; a group becomes a supergroup", () =>
  withTelegram(async (api, ana) => {
    const basic = api.group({ id: -50, title: "Team", bot: "left", creator: ana.user });
    ana.addsBot(basic);
    ana.promotesBot(basic);
    const big = api.migrate(basic, ana, { id: -1001, forum: true });
    expect(() => ana.says(basic, "x")).toThrow("the group has moved");
    const her = { chat_id: -1001, user_id: 1001 };
    expect(await result(api, "getChatMember", her)).toMatchObject({ status: "creator" });
    ana.kicksBot(big);
    expect(await result(api, "getUpdates")).toMatchObject([
      { my_chat_member: { old_chat_member: { status: "left" }, new_chat_member: { status: "member" } } },
      { my_chat_member: { new_chat_member: { status: "administrator", can_manage_topics: true } } },
      { message: { chat: { id: -50, type: "group" }, migrate_to_chat_id: -1001 } },
      { message: { chat: { id: -1001, type: "supergroup", is_forum: true }, migrate_from_chat_id: -50 } },
      { my_chat_member: { chat: { id: -1001 }, new_chat_member: { status: "kicked" } } },
    ]);
  }));

test("other bots, channels, discussion groups and hidden administrators", () =>
  withTelegram(async (api, ana) => {
    const group = api.group({ id: -1001, title: "G" });
    const news = api.channel({ id: -1002, title: "News" });
    api.person({ id: 77, first_name: "Spam", is_bot: true }).says(group, "buy");
    api.channelPost(news, "post", group);
    ana.says(group, "who am I", { anonymous: true });
    expect(await result(api, "getUpdates")).toMatchObject([
      { message: { from: { id: 77, is_bot: true }, text: "buy" } },
      { channel_post: { chat: { type: "channel" }, sender_chat: { id: -1002 }, text: "post" } },
      { message: { from: { id: 777000 }, sender_chat: { id: -1002 }, is_automatic_forward: true } },
      { message: { from: { username: "GroupAnonymousBot", is_bot: true }, sender_chat: { id: -1001 } } },
    ]);
  }));

test("who waits in vain is told so", () =>
  withTelegram(async (_api, ana) => {
    await expect(ana.chat.next(() => true, 1)).rejects.toThrow(
      "chat 1001: such a new message: not within 1 ms",
    );
    const coming = ana.chat.waitFor(({ text }) => text === "late");
    ana.edits(ana.says(ana.chat, "soon"), "late");
    expect(await coming).toMatchObject({ text: "late", edited: true });
  }));
