// Pure: what a refusal by Telegram means for a delivery.
import { SendError } from "../../bridge/errors.ts";
import { Refused, type RefusedKind } from "./parts.ts";

/** One sentence each, for the person whose text could not be shown. */
const WORDS: Partial<Record<RefusedKind, string>> = {
  blocked: "The chat belongs to somebody who does not want messages from the bot.",
  kicked: "The bot is not in that group any more, or may not write there.",
  "no-chat": "There is no such chat.",
  closed: "The bot may not write into that group: it is closed.",
  rights: "The bot may not write into that group.",
};
const REFUSED = "Telegram does not take this message.";

/** `bad` and the like concern this delivery only; what concerns the bot concerns all. What may have been shown is shown again: twice is better than never. */
export function blame(error: unknown): SendError {
  if (error instanceof SendError) return error;
  if (!(error instanceof Refused))
    return new SendError("temporary", "what the bot has to remember can't be stored", {
      cause: error,
      scope: "message",
    });
  const { kind, message, retryAfter } = error;
  switch (kind) {
    case "flood":
      // One chat's, as a rule: about one message a second to a chat, 20 a minute to a group.
      return new SendError("temporary", message, {
        scope: "message",
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
    case "down":
    case "unsure":
    case "login":
    case "conflict":
      return new SendError("temporary", message, { scope: "upstream" });
    case "moved":
      return new SendError("temporary", message, { scope: "message" });
    case "blocked":
    case "kicked":
    case "no-chat":
    case "no-topic":
    case "closed":
    case "rights":
    case "gone":
    case "bad":
      return new SendError("permanent", message, { scope: "message", words: WORDS[kind] ?? REFUSED });
  }
}
