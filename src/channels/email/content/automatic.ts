// Mails that nobody wrote and that answer other mails: they never become an SMS (RFC 3834, RFC 3464, RFC 8098). Cron and monitoring do.
import type { Headers } from "../mime/headers.ts";
import { isAutomaticSubject } from "./subject.ts";

/** Header fields of vacation programs; their presence is enough. */
const VACATION = [
  "x-autoreply",
  "x-autorespond",
  "x-autoresponse",
  "x-autoreply-from",
  "x-vacation",
  "x-mail-autoreply",
  "x-auto-reply",
];

const word = (value: string | undefined): string =>
  /^\s*([\w-]*)/.exec(value ?? "")?.[1]?.toLowerCase() ?? "";

/** What kind of automatic mail it is; null: a mail to be sent. `type` is the Content-Type's value, `subject` decoded, `own`: is this Message-ID (without brackets) one of ours? */
export function automatic(
  headers: Headers,
  type: string,
  subject: string,
  own: (messageId: string) => boolean,
): "answer" | "report" | "own" | null {
  for (const name of headers.names()) if (name.startsWith("x-simpost-")) return "own";
  const id = /<([^<>\s]+)>/.exec(headers.get("message-id") ?? "")?.[1];
  if (id !== undefined && own(id)) return "own";
  if (
    type === "multipart/report" ||
    type === "message/delivery-status" ||
    type === "message/disposition-notification"
  )
    return "report";
  const submitted = word(headers.get("auto-submitted"));
  if (submitted === "auto-replied") return "answer";
  for (const name of VACATION) {
    const value = headers.get(name);
    if (value !== undefined && !["no", "false", "0"].includes(word(value))) return "answer";
  }
  const precedence = word(headers.get("precedence"));
  if (precedence === "auto_reply") return "answer";
  // Exchange marks its absence notices `auto-generated`, others `bulk`: only together with what their subject says
  const machine =
    submitted === "auto-generated" ||
    ["bulk", "junk", "list"].includes(precedence) ||
    headers.get("x-auto-response-suppress") !== undefined;
  return machine && isAutomaticSubject(subject) ? "answer" : null;
}
