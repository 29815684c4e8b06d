// What receivers are told: texts, answers to codes, what people answered; never notices.
import { expect, test } from "vitest";
import { idOf, payloadOf } from "../../../src/channels/webhook/payload.ts";
import { AT, noticePost, textPost } from "../../support/posts.ts";

const SIMS = [
  { gateway: "office", port: 2, number: "+4915100000002", label: "sales" },
  { gateway: "depot", port: 0 },
];
const told = (post: Parameters<typeof payloadOf>[0]): unknown => JSON.parse(payloadOf(post, SIMS));

test("a text of a phone", () => {
  const text = 'Grüße 👋🏽 "<&>\u2028\n';
  const origin = { port: "2", heard: String(AT - 4_000) };
  const post = textPost(text, { name: "Bo", message: { origin } });
  expect(told(post)).toEqual({
    type: "text.received",
    timestamp: "2026-11-22T12:30:05.000Z",
    data: {
      id: "m0abc",
      thread: 3,
      sim: { gateway: "office", port: 2, number: "+4915100000002", label: "sales" },
      text,
      at: "2026-11-22T12:30:05.000Z",
      from: "+4915112345678",
      name: "Bo",
      heardAt: "2026-11-22T12:30:01.000Z",
    },
  });
});

test.each(["", "soon", "1e99"])("a device that did not say when (%j)", (heard) => {
  expect(told(textPost("x", { message: { origin: { port: "", heard } } }))).toMatchObject({
    data: { heardAt: null, sim: { gateway: "office", port: null, number: null, label: null } },
  });
});

test("the network's answer to a code", () => {
  const from = { via: "depot", address: "*100#" };
  const post = textPost("Balance: 5", {
    message: { from, origin: { ussd: "yes", port: "0" } },
    thread: { phone: "*100#" },
  });
  expect(told(post)).toMatchObject({
    type: "ussd.received",
    data: { from: "*100#", text: "Balance: 5", sim: { gateway: "depot", port: 0, number: null } },
  });
});

test("what somebody answered to the phone", () => {
  const message = { from: { via: "email", address: "ana@example.org" }, user: "ana" };
  const post = textPost("on my way", { message, thread: { lane: null } });
  expect(told(post)).toEqual({
    type: "text.answered",
    timestamp: "2026-11-22T12:30:05.000Z",
    data: {
      id: "m0abc",
      thread: 3,
      sim: null,
      text: "on my way",
      at: "2026-11-22T12:30:05.000Z",
      phone: "+4915112345678",
      name: null,
      by: { user: "ana", via: "email" },
    },
  });
});

test("no notice", () => {
  expect(() => payloadOf(noticePost("failed", [{}]), SIMS)).toThrow("notices are not for webhooks");
});

test("the id is a delivery's: the same for every try, without a dot", () => {
  const post = textPost("x");
  expect(idOf(post)).toBe("msg_m0abc_77");
  expect(idOf({ ...post, delivery: { ...post.delivery, attempts: 9 } })).toBe(idOf(post));
  expect(idOf({ ...post, delivery: { ...post.delivery, id: 78 } })).not.toBe(idOf(post));
});
