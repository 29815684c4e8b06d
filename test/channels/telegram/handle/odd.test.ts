// Whatever Telegram says, nothing breaks, and nothing is sent that no user wrote.
import fc from "fast-check";
import type { Update } from "grammy/types";
import { expect, test } from "vitest";
import { Rejected } from "../../../../src/bridge/errors.ts";
import { GROUP, PHONE, stage } from "./stage.ts";

const from = fc.constantFrom(
  { id: 1001, is_bot: false, first_name: "Ana" },
  { id: 6666, is_bot: false, first_name: "Eve", language_code: "xx" },
  { id: 777, is_bot: true, first_name: "Robot" },
);
const chat = fc.constantFrom(
  { id: 1001, type: "private", first_name: "Ana" },
  { id: 6666, type: "private", first_name: "Eve" },
  { id: GROUP, type: "supergroup", title: "Desk", is_forum: true },
  { id: -5, type: "group", title: "Other" },
  { id: -1_009, type: "channel", title: "News" },
);
const text = fc.oneof(
  fc.constantFrom(
    "/send",
    `/send ${PHONE}`,
    `/send ${PHONE} Hi`,
    "/ussd *1#",
    "/cancel",
    "/find x",
    "/ports@me",
    "Hi",
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
);
const base = { message_id: fc.integer({ min: 1, max: 9 }), date: fc.constant(1), from, chat };
const inner = fc.record({ ...base, text }, { requiredKeys: ["message_id", "date", "chat"] });
const message = fc.record(
  {
    ...base,
    text,
    caption: text,
    photo: fc.constant([]),
    poll: fc.constant({}),
    contact: fc.record({ phone_number: text, first_name: text }),
    media_group_id: fc.constant("album"),
    message_thread_id: fc.integer({ min: 1, max: 3 }),
    is_topic_message: fc.constant(true),
    reply_to_message: inner,
    sender_chat: chat,
    is_automatic_forward: fc.constant(true),
    forum_topic_edited: fc.record({ name: text }, { requiredKeys: [] }),
    forum_topic_closed: fc.constant({}),
    forum_topic_reopened: fc.constant({}),
    new_chat_title: text,
  },
  { requiredKeys: ["message_id", "date", "chat"] },
);
const update_id = fc.integer({ min: 1, max: 1_000_000 });
const update = fc.oneof(
  fc.record({ update_id, message }),
  fc.record({ update_id, edited_message: message }),
  fc.record({ update_id, channel_post: message }),
  fc.record({
    update_id,
    callback_query: fc.record(
      {
        id: fc.constant("1"),
        from,
        chat_instance: fc.constant("1"),
        message: inner,
        data: fc.oneof(
          text,
          fc.constantFrom(
            "long:send:1",
            "long:cut:2",
            "again:m1",
            "other:m1",
            "cancel:m1",
            "sim:m1:a:1",
            `write:${PHONE}`,
          ),
        ),
      },
      { requiredKeys: ["id", "from", "chat_instance"] },
    ),
  }),
  fc.record({ update_id, poll: fc.constant({}) }),
);

test("no update breaks it, and only users write", { timeout: 60_000 }, async () => {
  const { handle, inbox, places } = await stage({ askOver: 1 });
  await places.keep({ chat: String(GROUP), id: 2, phone: PHONE, lane: null, name: "", closed: false });
  const { signal } = new AbortController();
  let broken = 0;
  await fc.assert(
    fc.asyncProperty(update, async (odd) => {
      const before = inbox.submissions.length;
      // What Telegram really says has these shapes, if seldom these values.
      const outcome = await handle(JSON.parse(JSON.stringify(odd)) as Update, signal).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error && !(outcome instanceof Rejected)) broken += 1;
      expect(broken).toBe(0);
      const by =
        "message" in odd ? odd.message.from : "callback_query" in odd ? odd.callback_query.from : undefined;
      const edited = "edited_message" in odd ? odd.edited_message.from : undefined;
      expect(inbox.submissions.length === before || (by ?? edited)?.id === 1001).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect(inbox.submissions.every(({ user }) => user === "ana")).toBe(true);
});

test("kinds of updates that came after this was written are left alone", async () => {
  const { handle, inbox, api } = await stage();
  const before = api.calls.length;
  await handle(
    JSON.parse('{"update_id": 1, "telepathy": {"thought": "send it"}}'),
    new AbortController().signal,
  );
  expect(api.calls).toHaveLength(before);
  expect(inbox.checks).toEqual([]);
});
