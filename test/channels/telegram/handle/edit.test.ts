// Edited messages: what waits changes, what left does not.
import { expect, test } from "vitest";
import { Rejected } from "../../../../src/bridge/errors.ts";
import { PHONE, type Stage, stage } from "./stage.ts";

const LONG = "long ".repeat(120).trim();

async function written(set: Stage, text = `/send ${PHONE} Twelve`) {
  const post = set.ana.says(set.ana.chat, text);
  await set.settle();
  return post;
}

test("a text that still waits is another one, and back again", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox, marks } = set;
  const post = await written(set);
  ana.edits(post, `/send ${PHONE} Thirteen`);
  await settle(2);
  expect(inbox.replaced).toEqual([
    { message: "m1", submission: expect.objectContaining({ text: "Thirteen", refs: [`1001/${post.id}`] }) },
  ]);
  expect(last(ana.chat).text).toBe(words("tg-edited"));
  ana.edits(post, `/send ${PHONE} Twelve`);
  await settle(2);
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["Twelve", "Thirteen", "Twelve"]);
  expect(marks.of("1001", post.id)?.message).toBe("m3");
});

test("a reply that waits goes on with its conversation", async () => {
  const set = await stage();
  const { ana, settle, inbox, brings } = set;
  const post = ana.says(ana.chat, "Twelve", { replyTo: await brings(ana.chat, "When?") });
  await settle();
  ana.edits(post, "Thirteen");
  await settle();
  expect(inbox.submissions[1]).toMatchObject({
    text: "Thirteen",
    refs: [`1001/${post.id}`],
    to: [{ phone: PHONE, pin: { gateway: "office", port: 3 } }],
  });
});

test("the same text, said again, is nothing", async () => {
  const set = await stage();
  const { ana, settle, said, inbox } = set;
  const post = await written(set);
  ana.edits(post, `/send  ${PHONE}  Twelve`);
  await settle();
  const code = await written(set, "/ussd *100#");
  ana.edits(code, "/ussd  *100#");
  await settle();
  expect(inbox.submissions).toHaveLength(2);
  expect(said(ana.chat)).toHaveLength(3);
});

test("what left stays as it was, and the author is told", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox, marks } = set;
  const post = await written(set);
  inbox.becomes("m1", "sent");
  ana.edits(post, `/send ${PHONE} Thirteen`);
  await settle();
  expect(inbox.submissions).toHaveLength(1);
  expect(last(ana.chat).text).toBe(words("tg-edit-late"));
  expect(marks.of("1001", post.id)?.message).toBe("m1");
});

test.each([
  ["another phone", "/send +491709999999 Twelve"],
  ["no phone", "/send"],
  ["another command", "/help"],
])("%s can't be put in its place", async (_, text) => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  const post = await written(set);
  ana.edits(post, text);
  await settle();
  expect(inbox.submissions).toHaveLength(1);
  expect(last(ana.chat).text).toBe(words("rejected-edit"));
});

test("what was taken back stays so; a code that was dialled is not edited", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  const post = await written(set);
  ana.says(ana.chat, "/cancel", { replyTo: post });
  ana.edits(post, `/send ${PHONE} Thirteen`);
  await settle();
  expect(last(ana.chat).text).toBe(words("rejected-edit"));
  const code = await written(set, "/ussd *100#");
  ana.edits(code, "/ussd *101#");
  await settle();
  expect(last(ana.chat).text).toBe(words("rejected-edit"));
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["Twelve", "*100#"]);
});

test("what is refused leaves the text as it was", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox, marks } = set;
  const post = await written(set);
  inbox.onAccept = () => {
    throw new Rejected("nothing-to-send", "x");
  };
  ana.edits(post, `/send ${PHONE} .`);
  await settle();
  expect(last(ana.chat).text).toBe(words("rejected-nothing-to-send"));
  expect(marks.of("1001", post.id)?.message).toBe("m1");
});

test("an edit is no further text: the last one of the day may still be changed", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  const post = await written(set);
  inbox.onCheck = () => {
    throw new Rejected("over-quota", "x", { retryAt: 1 });
  };
  ana.edits(post, `/send ${PHONE} Thirteen`);
  await settle();
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["Twelve", "Thirteen"]);
  expect(last(ana.chat).text).toBe(words("tg-edited"));
});

test("what never became a text is nobody's business, nor are strangers' edits", async () => {
  const { ana, eve, settle, said } = await stage();
  const talk = ana.says(ana.chat, "/help");
  const stranger = eve.says(eve.chat, "Hi");
  await settle();
  const before = [said(ana.chat), said(eve.chat)];
  ana.edits(talk, "/helq");
  eve.edits(stranger, "Hi!");
  await settle();
  expect([said(ana.chat), said(eve.chat)]).toEqual(before);
});

test("an edit that makes it long is asked about; the first text stays until then", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox, desk, marks } = set;
  const post = await written(set);
  ana.edits(post, `/send ${PHONE} ${LONG}`);
  await settle(2);
  expect(inbox.submissions).toHaveLength(1);
  const question = last(ana.chat);
  expect(question.text).toBe(words("tg-long", { parts: 4, limit: 3, encoding: "gsm7" }));
  ana.presses(question, words("tg-button-send"));
  await settle(2);
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["Twelve", LONG]);
  expect(desk.messages.get("m1")?.deliveries[0]?.state).toBe("failed");
  expect(marks.of("1001", post.id)?.message).toBe("m2");
});

test("a long text that waits for a press may be edited: to another long one, to a short one", async () => {
  const set = await stage();
  const { ana, settle, last, words, inbox } = set;
  const post = await written(set, `/send ${PHONE} ${LONG}`);
  const question = last(ana.chat);
  ana.edits(post, `/send ${PHONE} ${LONG}${LONG}`);
  await settle();
  expect(question.text).toBe(words("tg-long", { parts: 8, limit: 3, encoding: "gsm7" }));
  expect(inbox.submissions).toEqual([]);
  ana.edits(post, `/send ${PHONE} Short`);
  await settle();
  expect(inbox.submissions.map(({ text }) => text)).toEqual(["Short"]);
  expect(question.deleted).toBe(true);
  expect(last(ana.chat).text).toBe(words("tg-accepted", { phone: PHONE, parts: 1 }));
});
