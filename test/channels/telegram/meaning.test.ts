// What Telegram's errors mean, in the words in which it says them.
import { expect, test } from "vitest";
import { meaning } from "../../../src/channels/telegram/meaning.ts";

const read = (error_code: number, description: string, parameters = {}) =>
  meaning({ error_code, description, parameters }, (text) => text.replaceAll("123:abc", "(token)"));

test.each([
  [401, "Unauthorized", "login"],
  [404, "Not Found", "login"],
  [404, "Not Found: method not found", "bad"],
  [
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    "conflict",
  ],
  [
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    "conflict",
  ],
  [500, "Internal Server Error", "down"],
  [502, "Bad Gateway", "down"],
  [403, "Forbidden: bot was blocked by the user", "blocked"],
  [403, "Forbidden: user is deactivated", "blocked"],
  [403, "Forbidden: bot can't initiate conversation with a user", "blocked"],
  [403, "Forbidden: bot can't send messages to bots", "blocked"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "kicked"],
  [403, "Forbidden: bot is not a member of the supergroup chat", "kicked"],
  [403, "Forbidden: the group chat was deleted", "kicked"],
  [400, "Bad Request: have no rights to send a message", "kicked"],
  [400, "Bad Request: not enough rights to send text messages to the chat", "kicked"],
  [400, "Bad Request: CHAT_WRITE_FORBIDDEN", "kicked"],
  [400, "Bad Request: not enough rights to create a topic", "rights"],
  [400, "Bad Request: CHAT_ADMIN_REQUIRED", "rights"],
  [400, "Bad Request: chat not found", "no-chat"],
  [400, "Bad Request: PEER_ID_INVALID", "no-chat"],
  [400, "Bad Request: message thread not found", "no-topic"],
  [400, "Bad Request: TOPIC_DELETED", "no-topic"],
  [400, "Bad Request: TOPIC_ID_INVALID", "no-topic"],
  [400, "Bad Request: the chat is not a forum", "no-topic"],
  [400, "Bad Request: TOPIC_CLOSED", "closed"],
  [400, "Bad Request: TOPIC_NOT_MODIFIED", "gone"],
  [400, "Bad Request: message to edit not found", "gone"],
  [400, "Bad Request: message to delete not found", "gone"],
  [400, "Bad Request: message to react not found", "gone"],
  [
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
    "gone",
  ],
  [400, "Bad Request: message can't be deleted", "gone"],
  [400, "Bad Request: query is too old and response timeout expired or query ID is invalid", "gone"],
  [400, "Bad Request: REACTION_INVALID", "bad"],
  [400, "Bad Request: message is too long", "bad"],
  [400, "Bad Request: something never heard of", "bad"],
])("%i %s: %s", (code, description, kind) => {
  const refused = read(code, description);
  expect(refused.kind).toBe(kind);
  expect(refused.message).toBe(description);
});

test("429 says for how long", () => {
  expect(read(429, "Too Many Requests: retry after 7", { retry_after: 7 })).toMatchObject({
    kind: "flood",
    retryAfter: 7_000,
  });
  expect(read(429, "Too Many Requests").retryAfter).toBe(5_000);
});

test("a group that became another names it", () => {
  const refused = read(400, "Bad Request: group chat was upgraded to a supergroup chat", {
    migrate_to_chat_id: -1009,
  });
  expect(refused).toMatchObject({ kind: "moved", movedTo: "-1009" });
});

test("the token is taken out, and so is what a parser quotes", () => {
  expect(read(400, "Bad Request: 123:abc").message).toBe("Bad Request: (token)");
  expect(
    read(400, `Bad Request: can't parse entities: Unsupported start tag "my secret" at byte offset 3`)
      .message,
  ).toBe(`Bad Request: can't parse entities: Unsupported start tag "…" at byte offset 3`);
});
