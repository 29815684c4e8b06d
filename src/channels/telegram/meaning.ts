// What Telegram means by an error: its code and description, as the Bot API words them, to a kind that we act on.
import { Refused, type RefusedKind } from "./parts.ts";

/** The error half of an answer (core.telegram.org/bots/api, "Making requests" and "ResponseParameters"). */
export interface Failure {
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

/** 429 without `retry_after`, milliseconds. */
const FLOOD_PAUSE = 5_000;

/** By the words of a 400: the first that fits. Telegram's server words them itself or hands through the names of its inner errors (`TOPIC_CLOSED`). */
const WORDS: readonly (readonly [RegExp, RefusedKind])[] = [
  [
    /TOPIC_NOT_MODIFIED|not modified|to (?:edit|delete|react|be replied|reply|copy|forward) not found|reply message not found|MESSAGE_ID_INVALID|can't be (?:edited|deleted)|query is too old|query ID is invalid/i,
    "gone",
  ],
  [
    /thread not found|TOPIC_DELETED|TOPIC_ID_INVALID|topic not found|TOPIC_NOT_FOUND|not a (?:supergroup )?forum|FORUM_MISSING/i,
    "no-topic",
  ],
  [/TOPIC_CLOSED|topic is closed/i, "closed"],
  [/USER_IS_BLOCKED|USER_DEACTIVATED|blocked by the user|can't initiate conversation/i, "blocked"],
  [
    /rights to send|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|CHAT_SEND_\w+_FORBIDDEN|bot is not a member|was kicked|USER_NOT_PARTICIPANT/i,
    "kicked",
  ],
  [/not enough rights|ADMIN_REQUIRED|administrator rights|RIGHT_FORBIDDEN/i, "rights"],
  [
    /chat not found|user not found|PEER_ID_INVALID|CHAT_ID_INVALID|CHANNEL_(?:INVALID|PRIVATE)|deactivated|was deleted|was upgraded/i,
    "no-chat",
  ],
];

/** What an answer with `ok: false` means. `redact` takes out of a description what must not be shown. */
export function meaning(failure: Failure, redact: (text: string) => string): Refused {
  const { error_code: code, parameters } = failure;
  const words = redact(quiet(failure.description));
  if (parameters?.migrate_to_chat_id !== undefined)
    return new Refused("moved", words, { movedTo: String(parameters.migrate_to_chat_id) });
  if (code === 429) {
    const seconds = parameters?.retry_after;
    return new Refused("flood", words, {
      retryAfter: seconds === undefined ? FLOOD_PAUSE : Math.max(0, seconds) * 1_000,
    });
  }
  return new Refused(kindOf(code, failure.description), words);
}

function kindOf(code: number, description: string): RefusedKind {
  if (code >= 500) return "down";
  if (code === 409) return "conflict";
  // A token that is none has no path: "Not Found" and nothing more. An unknown method is named.
  if (code === 401 || (code === 404 && /^not found$/i.test(description))) return "login";
  if (code === 403)
    return /bot was blocked|deactivated|can't initiate|to bots/i.test(description) ? "blocked" : "kicked";
  return WORDS.find(([form]) => form.test(description))?.[1] ?? "bad";
}

/** A parse error quotes what it could not parse: that may be somebody's text. */
const quiet = (description: string): string =>
  /parse/i.test(description) ? description.replace(/"[^"]*"/g, '"…"') : description;

/** It may be different soon, without anybody doing anything about it. */
export const isPassing = ({ kind }: Refused): boolean =>
  kind === "down" || kind === "unsure" || kind === "flood" || kind === "login" || kind === "conflict";
