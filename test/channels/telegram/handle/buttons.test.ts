// Presses on buttons: Cancel, Try again, Other SIM, Send, Shorten; and presses that are none.
import { expect, test } from "vitest";
import { Rejected } from "../../../../src/bridge/errors.ts";
import type { PortView } from "../../../../src/bridge/ports/desk.ts";
import { measure } from "../../../../src/bridge/text.ts";
import { delivery } from "../../../support/posts.ts";
import { GROUP, PHONE, type Stage, stage } from "./stage.ts";

const LONG = "long ".repeat(120).trim();

async function written(set: Stage, text = `/send ${PHONE} Hi`) {
  const post = set.ana.says(set.ana.chat, text);
  await set.settle();
  return post;
}

const port = (gateway: string, number: number, over: Partial<PortView> = {}): PortView => ({
  gateway,
  up: true,
  port: number,
  label: null,
  number: null,
  registered: true,
  state: "REGISTER_OK",
  used: 0,
  inHand: 0,
  restsUntil: null,
  paused: false,
  sim: { imsi: null, iccid: null, imei: null, type: null },
  ...over,
});

test("Cancel takes a text back that waits", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, waits, marks } = set;
  const post = await written(set);
  const line = await waits("m1");
  const press = ana.presses(line, words("tg-button-cancel"));
  await settle(2);
  await press.answer;
  expect(inbox.withdrawn).toEqual([{ message: "m1", by: "ana" }]);
  expect(line.text).toBe(words("tg-cancelled"));
  expect(line.buttons).toEqual([]);
  expect(marks.of("1001", post.id)).toMatchObject({ final: true, waiting: null });
});

test("Cancel comes too late", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, waits, marks } = set;
  const post = await written(set);
  inbox.becomes("m1", "sent", { sentAt: 1 });
  const line = await waits("m1");
  ana.presses(line, words("tg-button-cancel"));
  await settle();
  expect(line.text).toBe(words("tg-cancel-late"));
  expect(marks.of("1001", post.id)?.final).toBe(false);
});

test("Cancel means what an edit put in the text's place", async () => {
  const set = await stage();
  const { ana, settle, words, desk, waits } = set;
  const post = await written(set);
  const line = await waits("m1");
  ana.edits(post, `/send ${PHONE} Ho`);
  await settle();
  ana.presses(line, words("tg-button-cancel"));
  await settle();
  expect(desk.messages.get("m2")?.deliveries[0]?.state).toBe("failed");
  expect(line.text).toBe(words("tg-cancelled"));
});

test("Cancel while the store is away says so", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, waits } = set;
  await written(set);
  inbox.withdraw = async () => {
    throw new Rejected("store", "x");
  };
  const press = ana.presses(await waits("m1"), words("tg-button-cancel"));
  await settle();
  expect(await press.answer).toEqual({ text: words("rejected-store"), show_alert: true });
});

test("/cancel as a reply does the same", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  const first = await written(set);
  const second = await written(set);
  inbox.becomes("m2", "sending");
  ana.says(ana.chat, "/cancel", { replyTo: first });
  await settle(2);
  expect(last(ana.chat).text).toBe(words("tg-cancelled"));
  ana.says(ana.chat, "/cancel", { replyTo: second });
  await settle();
  expect(last(ana.chat).text).toBe(words("tg-cancel-late"));
});

test("Try again writes it anew, once, however often it is pressed", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, fails, marks } = set;
  const post = await written(set);
  inbox.becomes("m1", "failed");
  const line = await fails("m1");
  const press = ana.presses(line, words("tg-button-retry"));
  ana.presses(line, words("tg-button-retry"));
  await settle(2);
  expect((await press.answer).text).toBe(words("tg-retried"));
  expect(inbox.submissions.slice(1)).toEqual([
    {
      user: "ana",
      from: { via: "telegram", address: "1001" },
      to: [expect.objectContaining({ phone: PHONE, pin: null })],
      text: "Hi",
      ref: "again:m1",
      refs: [`1001/${post.id}`],
      priority: 1,
      origin: { chat: "1001", post: String(post.id), name: "Ana Ost" },
    },
  ]);
  expect(line.buttons).toEqual([]);
  expect(marks.of("1001", post.id)).toMatchObject({ message: "m2", final: false });
});

test("of a text that was split only what failed goes again", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, desk, fails } = set;
  await written(set);
  const found = desk.messages.get("m1");
  if (!found) throw new Error("no message");
  const piece = (id: number, text: string, state: "failed" | "sent") =>
    delivery({ id, message: "m1", to: { via: "*", address: PHONE }, text, state });
  const copy = delivery({
    id: 9,
    message: "m1",
    to: { via: "email", address: "b@example.org" },
    state: "failed",
  });
  desk.messages.set("m1", {
    ...found,
    deliveries: [piece(1, "one", "sent"), piece(2, "two", "failed"), piece(3, "three", "failed"), copy],
  });
  ana.presses(await fails("m1"), words("tg-button-retry"));
  await settle(2);
  expect(inbox.submissions.slice(1).map(({ text, ref, to }) => [text, ref, to[0]?.phone])).toEqual([
    ["two", "again:m1", PHONE],
    ["three", "again:m1/1", PHONE],
  ]);
});

test("Try again may be refused, and may be pressed later", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, fails } = set;
  await written(set);
  inbox.becomes("m1", "failed");
  const line = await fails("m1");
  inbox.onCheck = () => {
    throw new Rejected("not-allowed", "x");
  };
  const press = ana.presses(line, words("tg-button-retry"));
  await settle();
  expect(await press.answer).toEqual({
    text: words("rejected-not-allowed", { phone: PHONE }),
    show_alert: true,
  });
  expect(line.buttons).toHaveLength(2);
});

test("Other SIM shows those that can send, and one of them sends", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, desk, fails } = set;
  await written(set);
  inbox.becomes("m1", "failed", { lane: { gateway: "office", port: 3 } });
  const long = "g".repeat(32);
  desk.shown = [
    port("office", 3),
    port("office", 4, { label: "sales" }),
    port("office", 5, { registered: false }),
    port("office", 6, { paused: true }),
    port("dark", 1, { up: false }),
    port("secret", 1),
    port(long, 31, { number: "+4930" }),
  ];
  inbox.onCheck = ({ gateway }) => {
    if (gateway === "secret") throw new Rejected("no-such-sim", "x");
  };
  const line = await fails("m1");
  ana.presses(line, words("tg-button-other-sim"));
  await settle(2);
  expect(line.buttons.map(({ text }) => text)).toEqual(["sales", "+4930", words("tg-button-retry")]);
  ana.presses(line, "+4930");
  await settle(2);
  expect(inbox.submissions.slice(1)).toEqual([
    expect.objectContaining({
      text: "Hi",
      ref: "again:m1",
      refs: [],
      to: [expect.objectContaining({ pin: { gateway: long, port: 31 } })],
    }),
  ]);
  expect(line.buttons).toEqual([]);
});

test("Other SIM where there is none", async () => {
  const set = await stage();
  const { ana, settle, words, inbox, desk, fails } = set;
  await written(set);
  inbox.becomes("m1", "failed", { lane: { gateway: "office", port: 3 } });
  desk.shown = [port("office", 3)];
  const press = ana.presses(await fails("m1"), words("tg-button-other-sim"));
  await settle();
  expect(await press.answer).toEqual({ text: words("tg-no-other-sim"), show_alert: true });
});

test("a long text is asked about: Send sends all of it, once, also after a restart", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox, restart } = set;
  const post = await written(set, `/send ${PHONE} ${LONG}`);
  await settle();
  const question = last(ana.chat);
  expect(question.text).toBe(words("tg-long", { parts: 4, limit: 3, encoding: "gsm7" }));
  expect(inbox.submissions).toEqual([]);
  await restart();
  ana.presses(question, words("tg-button-send"));
  ana.presses(question, words("tg-button-shorten"));
  await settle(2);
  expect(inbox.submissions.map(({ text, ref }) => [text, ref])).toEqual([[LONG, `1001/${post.id}`]]);
  expect(question.text).toBe(words("tg-accepted", { phone: PHONE, parts: 4 }));
});

test("Shorten sends as much as the setting allows", async () => {
  const set = await stage({ askOver: 2 });
  const { ana, settle, last, words, inbox, brings } = set;
  ana.says(ana.chat, LONG, { replyTo: await brings(ana.chat, "And?") });
  await settle();
  ana.presses(last(ana.chat), words("tg-button-shorten"));
  await settle(2);
  const [sent] = inbox.submissions;
  expect(measure(sent?.text ?? "").parts).toBe(2);
  expect(LONG.startsWith(sent?.text.replace(/\.\.\.$/, "") ?? "?")).toBe(true);
  expect(last(ana.chat).text).toContain(words("tg-shortened", { parts: 2 }));
});

test("Send may be refused, and may be pressed later", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  await written(set, `/send ${PHONE} ${LONG}`);
  const question = last(ana.chat);
  inbox.onAccept = () => {
    throw new Rejected("automatic", "x");
  };
  ana.presses(question, words("tg-button-send"));
  await settle();
  expect(last(ana.chat).text).toBe(words("rejected-automatic"));
  inbox.onAccept = () => undefined;
  ana.presses(question, words("tg-button-send"));
  await settle();
  expect(inbox.submissions).toHaveLength(1);
});

test("in a group any user presses, and nobody else", async () => {
  const { api, desk, ana, eve, forum, settle, last, words, inbox, topic } = await stage();
  desk.users.set("telegram:1002", "bob");
  const bob = api.person({ id: 1002, first_name: "Bob" });
  ana.says(forum, LONG, { topic: await topic() });
  await settle();
  const question = last(forum);
  const press = eve.presses(question, words("tg-button-send"));
  await settle();
  expect(await press.answer).toEqual({ text: words("tg-group-only-users"), show_alert: true });
  expect(inbox.submissions).toEqual([]);
  bob.presses(question, words("tg-button-send"));
  await settle();
  expect(inbox.submissions).toEqual([
    expect.objectContaining({ user: "bob", from: { via: "telegram", address: String(GROUP) } }),
  ]);
});

test("what a button carries may be forged: what was written elsewhere is not steered", async () => {
  const { ana, desk, eve, api, settle, words, inbox, handle } = await stage();
  desk.users.set("telegram:6666", "bob");
  eve.startsBot();
  ana.says(ana.chat, `/send ${PHONE} Hi`);
  await settle();
  inbox.becomes("m1", "failed");
  const forged = [
    "again:m1",
    "cancel:m1",
    "other:m1",
    "sim:m1:office:3",
    "again:nothing",
    "long:send:7",
    "long:send:x",
    "long:",
    "sim:m1:office:",
    "sim:m1",
    "nonsense",
    ":",
  ];
  const before = inbox.submissions.length;
  const message = eve.chat.messages.at(-1)?.message;
  if (!message) throw new Error("no message");
  for (const [at, data] of forged.entries())
    await handle(
      {
        update_id: 90_000 + at,
        callback_query: { id: `forged${at}`, from: eve.user, message, chat_instance: "1", data },
      },
      new AbortController().signal,
    );
  expect(inbox.submissions).toHaveLength(before);
  expect(inbox.withdrawn).toEqual([]);
  expect(api.calls.filter(({ method }) => method === "answerCallbackQuery")).toHaveLength(forged.length);
  expect(words("tg-forgotten")).not.toBe("");
});
