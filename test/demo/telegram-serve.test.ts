// The simulated Telegram as a process of its own: a real child, real orders.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const SERVE = fileURLToPath(new URL("../../src/demo/telegram/serve.ts", import.meta.url));

let child: ChildProcess | undefined;
afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
});

test("it says where it listens, what the bot wrote, shows all of it, and obeys", async () => {
  child = spawn(process.execPath, [SERVE, "--token", "7:t", "--topics"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? "null");
  const ready = await line();
  expect(ready.event).toBe("ready");
  const order = async (name: string, body: object = {}) => {
    const response = await fetch(`${ready.control}/${name}`, { method: "POST", body: JSON.stringify(body) });
    return JSON.parse(await response.text());
  };
  const show = async (what: string) => JSON.parse(await (await fetch(`${ready.control}/${what}`)).text());
  const bot = async (method: string, params: object = {}) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${ready.url}/bot7:t/${method}`, {
      method: "POST",
      headers,
      body: JSON.stringify(params),
    });
    return JSON.parse(await response.text());
  };

  expect(await order("say", { person: 1001, text: "x" })).toEqual({ error: "no person 1001" });
  expect(await order("person", { id: 1001, first_name: "Ana" })).toEqual({
    id: 1001,
    is_bot: false,
    first_name: "Ana",
  });
  expect(await order("group", { id: -1001, title: "Team", forum: true })).toMatchObject({ is_forum: true });
  await order("start", { person: 1001, payload: "abc" });
  expect(await order("say", { person: 1001, text: "no #", count: 3 })).toMatchObject({
    text: "no 3",
    from: 1001,
  });
  const topic = await order("create-topic", { person: 1001, chat: -1001, name: "Ben" });
  await order("rename-topic", { person: 1001, chat: -1001, topic: topic.id, name: "Ben Doe" });
  await order("say", { person: 1001, chat: -1001, topic: topic.id, text: "there" });
  expect((await bot("getUpdates")).result).toMatchObject([
    { message: { text: "/start abc" } },
    { message: { text: "no 1" } },
    { message: { text: "no 2" } },
    { message: { text: "no 3" } },
    { message: { forum_topic_created: { name: "Ben" } } },
    { message: { forum_topic_edited: { name: "Ben Doe" } } },
    { message: { text: "there", message_thread_id: topic.id } },
  ]);

  const inline_keyboard = [[{ text: "Again", callback_data: "7" }]];
  await bot("sendMessage", { chat_id: 1001, text: "failed", reply_markup: { inline_keyboard } });
  const told = await line();
  expect(told).toMatchObject({ event: "message", chatId: 1001, text: "failed", from: 7 });
  const query = await order("press", { person: 1001, message: told.id, button: "Again" });
  expect((await bot("getUpdates", { offset: -1 })).result).toMatchObject([
    { callback_query: { id: query, data: "7" } },
  ]);
  await order("edit", { person: 1001, message: told.id - 1, text: "no more" });
  await order("react", { person: 1001, message: told.id, emoji: "👍" });
  await order("close-topic", { person: 1001, chat: -1001, topic: topic.id });
  expect(await show("seen?chat=1001&since=3")).toMatchObject([
    {
      id: 1001,
      messages: [
        { text: "no more", edited: true },
        { text: "failed", reactions: ["👍"] },
      ],
    },
  ]);
  expect(await show("seen?chat=-1001")).toMatchObject([{ topics: [{ name: "Ben Doe", closed: true }] }]);
  await order("block", { person: 1001 });
  await order("fault", { kind: "error", on: "getMe", times: "always" });
  expect(await bot("getMe")).toMatchObject({ error_code: 500 });
  expect(await order("clear-faults")).toEqual({});
  expect(await show("calls?method=getMe")).toMatchObject([{ method: "getMe", status: 500 }]);
  await order("down");
  await expect(bot("getMe")).rejects.toThrow("fetch failed");
  await order("up");
  expect(await bot("sendMessage", { chat_id: 1001, text: "x" })).toMatchObject({ error_code: 403 });
  expect(await show("stats")).toMatchObject({ pending: 4, polling: false, webhook: "" });
  expect(await order("dance")).toEqual({ error: "unknown order dance" });
  expect(await order("edit", { person: 1001, message: 99, text: "x" })).toEqual({ error: "no message 99" });
  expect(await show("moon")).toEqual({ error: "nothing to see: moon" });
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
