// What goes wrong on the simulated Telegram when told: refusals, lost answers, silence, an outage.
import { expect, test } from "vitest";
import { call, refusal, request, result, withTelegram } from "./telegram-client.ts";

/** What a client sees of a connection that broke, or that it gave up itself. */
const BROKEN = /ECONNRESET|socket hang up|aborted/;
const SEND = { chat_id: 1001, text: "x" };

test("429 for so many requests of a method, after so many good ones, to one chat", () =>
  withTelegram(async (api, ana) => {
    api.faults.add({ kind: "too-many", on: "sendmessage", chat: 1001, retryAfter: 7, skip: 1, times: 2 });
    expect(await refusal(api, "getMe")).toBe("ok");
    expect(await refusal(api, "sendMessage", SEND)).toBe("ok");
    expect(await refusal(api, "sendMessage", { ...SEND, chat_id: 1 })).toBe(
      "400 Bad Request: chat not found",
    );
    const answer = await request(api, "sendMessage", SEND);
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "7"]);
    expect(JSON.parse(answer.text)).toMatchObject({
      description: "Too Many Requests: retry after 7",
      parameters: { retry_after: 7 },
    });
    expect(await refusal(api, "sendMessage", SEND)).toMatch(/^429 /);
    expect(await refusal(api, "sendMessage", SEND)).toBe("ok");
    expect(ana.chat.messages.filter(({ text }) => text === "x")).toHaveLength(2);
    expect(api.faults.armed).toEqual([]);
  }));

test("errors, as JSON or as a page, with the effect or without", () =>
  withTelegram(async (api, ana) => {
    api.faults.add({ kind: "error" });
    api.faults.add({ kind: "error", status: 502, html: true, processed: true });
    api.faults.add({ kind: "error", status: 403, description: "Forbidden: user is deactivated" });
    expect(await refusal(api, "sendMessage", SEND)).toBe("500 Internal Server Error");
    expect(ana.chat.messages).toHaveLength(1);
    const page = await request(api, "sendMessage", SEND);
    expect([page.status, page.headers["content-type"]]).toEqual([502, "text/html"]);
    expect(ana.chat.messages).toHaveLength(2);
    expect(await refusal(api, "sendMessage", SEND)).toBe("403 Forbidden: user is deactivated");
  }));

test.each([
  ["drop-before", 0],
  ["drop-after", 1],
  ["half", 1],
] as const)("%s: the answer is lost, the message is there %i times", (kind, times) =>
  withTelegram(async (api, ana) => {
    api.faults.add({ kind, on: ["sendMessage"] });
    await expect(call(api, "sendMessage", SEND)).rejects.toThrow(BROKEN);
    expect(ana.chat.messages.filter(({ text }) => text === "x")).toHaveLength(times);
    const lost = await api.waitForCall(({ method }) => method === "sendMessage");
    expect(lost).toMatchObject({ status: 0, params: SEND });
    expect(lost.answer === undefined).toBe(times === 0);
    expect(await refusal(api, "sendMessage", SEND)).toBe("ok");
  }),
);

test("a confirmation holds though its answer was lost", () =>
  withTelegram(async (api, ana) => {
    ana.says(ana.chat, "one");
    const [{ update_id }] = await result(api, "getUpdates");
    ana.says(ana.chat, "two");
    api.faults.add({ kind: "drop-after", on: "getUpdates" });
    await expect(call(api, "getUpdates", { offset: update_id + 1 })).rejects.toThrow(BROKEN);
    expect(await result(api, "getUpdates")).toMatchObject([{ message: { text: "two" } }]);
  }));

test("no answer at all, and a late one", () =>
  withTelegram(async (api, ana) => {
    api.faults.add({ kind: "hang", processed: true });
    const patience = new AbortController();
    const hanging = call(api, "sendMessage", SEND, patience.signal);
    await ana.chat.waitFor(({ text }) => text === "x");
    await api.waitForCall(({ method, status }) => method === "sendMessage" && status === 0);
    patience.abort();
    await expect(hanging).rejects.toThrow(BROKEN);
    api.faults.add({ kind: "slow", delay: 30 });
    const before = performance.now();
    expect(await refusal(api, "sendMessage", SEND)).toBe("ok");
    expect(performance.now() - before).toBeGreaterThanOrEqual(25);
    api.faults.add({ kind: "error", times: Number.POSITIVE_INFINITY });
    api.faults.clear();
    expect(await refusal(api, "getMe")).toBe("ok");
  }));

test("down: connections break and are refused; back on the same port with all that was written meanwhile", () =>
  withTelegram(async (api, ana) => {
    const poll = call(api, "getUpdates", { timeout: 50 });
    const broken = poll.then(() => "answered", String);
    await api.updates.waitFor(({ polling }) => polling);
    const { url } = api;
    await api.down();
    expect(await broken).toMatch(BROKEN);
    await expect(call(api, "getMe")).rejects.toThrow("ECONNREFUSED");
    ana.says(ana.chat, "meanwhile");
    await api.up();
    expect(api.url).toBe(url);
    expect(await result(api, "getUpdates")).toMatchObject([{ message: { text: "meanwhile" } }]);
  }));
