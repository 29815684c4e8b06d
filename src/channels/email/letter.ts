// A mail read: what its headers say, and the text that becomes an SMS.
import { PRIORITY, type Priority } from "../../bridge/message.ts";
import { automatic } from "./content/automatic.ts";
import { bodyOf } from "./content/body.ts";
import { cutQuote } from "./content/quote.ts";
import { cutAdded, cutDelimited } from "./content/signature.ts";
import { isAnswerSubject, isForwardSubject } from "./content/subject.ts";
import { mailboxes } from "./identity.ts";
import { type Entity, readEntity } from "./mime/entity.ts";
import type { Headers } from "./mime/headers.ts";
import { decodeWords } from "./mime/words.ts";
import type { EmailOptions } from "./options.ts";

/** Ids of earlier mails that are looked at, and the longest that is one (RFC 5322 section 2.1.1). */
const MAX_REFS = 50;
const MAX_ID = 998;
const MAX_SUBJECT = 500;

export interface Letter {
  readonly mail: Entity;
  readonly headers: Headers;
  /** Mailboxes of From, canonical. */
  readonly from: readonly string[];
  readonly subject: string;
  /** Message-ID without brackets. */
  readonly id: string | null;
  /** What it answers to, newest last, without brackets. */
  readonly refs: readonly string[];
  /** It answers a mail (and does not forward one). */
  readonly answer: boolean;
  readonly forward: boolean;
  readonly priority: Priority;
  /** Nobody wrote it, and it answers something: see automatic.ts. */
  readonly automatic: ReturnType<typeof automatic>;
}

const ids = (fields: readonly string[]): string[] =>
  fields.flatMap((field) =>
    [...field.slice(0, 64 * 1024).matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? ""),
  );

/** Reads a mail. `domain`: ours. Never throws. */
export async function readLetter(raw: Buffer, domain: string): Promise<Letter> {
  const mail = readEntity(raw);
  const { headers } = mail;
  const subject = decodeWords(headers.get("subject") ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MAX_SUBJECT);
  const refs = [...new Set([...ids(headers.all("references")), ...ids(headers.all("in-reply-to"))].reverse())]
    .filter((id) => id.length <= MAX_ID)
    .slice(0, MAX_REFS)
    .reverse();
  const forward = isForwardSubject(subject);
  const id = ids(headers.all("message-id").slice(0, 1))[0] ?? null;
  const mine = `@${domain}`;
  return {
    mail,
    headers,
    from: await mailboxes(headers.all("from")),
    subject,
    id: id !== null && id.length <= MAX_ID ? id : null,
    refs,
    answer: !forward && (refs.length > 0 || isAnswerSubject(subject)),
    forward,
    priority: priorityOf(headers),
    automatic: automatic(
      headers,
      mail.type.value,
      subject,
      // what `bounceToken` makes, at our domain: see thread.ts
      (own) => own.endsWith(mine) && /^[a-z0-9]+-[a-z0-9]{10,}$/.test(own.slice(0, -mine.length)),
    ),
  };
}

/** Importance (RFC 2156), Priority (RFC 2156), X-Priority. */
function priorityOf(headers: Headers): Priority {
  const says = (name: string) => headers.get(name)?.trim().toLowerCase() ?? "";
  const number = says("x-priority").charAt(0);
  if (says("importance") === "high" || number === "1" || number === "2" || says("priority") === "urgent")
    return PRIORITY.urgent;
  if (says("importance") === "low" || number === "4" || number === "5" || says("priority") === "non-urgent")
    return PRIORITY.low;
  return PRIORITY.normal;
}

export interface Words {
  /** What was written, without history and signature. */
  readonly body: string;
  /** What is sent: the body, with the subject if the policy wants it. */
  readonly text: string;
  readonly leftOut: readonly string[];
  /** What was cut: "quote", "signature", "size". */
  readonly cut: readonly string[];
}

/** Lines without blanks at their end, no control characters. */
function tidy(text: string): string {
  const clean = text.replaceAll("\r\n", "\n").replace(/[^\P{Cc}\t\n]|\u200b|\ufeff/gu, "");
  if (!/[^\S\n]\n/.test(clean)) return clean.trim();
  return clean
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** The words of a mail. A forwarded mail is left whole. Never throws; `text` may be empty. */
export async function wordsOf(letter: Letter, policy: EmailOptions["subject"]): Promise<Words> {
  const { text: whole, leftOut, cut: long } = await bodyOf(letter.mail);
  const cut = long ? ["size"] : [];
  // first, so that emptiness costs nothing
  let body = whole.replace(/\n(?:[ \t]*\n){3,}/g, "\n\n");
  const step = (name: string, after: string) => {
    if (after !== body && !cut.includes(name)) cut.push(name);
    body = after;
  };
  if (!letter.forward) {
    step("signature", cutDelimited(body));
    step("quote", cutQuote(body, letter.answer));
    step("signature", cutAdded(cutDelimited(body)));
  }
  body = tidy(body);
  const prefix =
    policy === "prefix"
      ? !letter.answer
      : policy === "only-if-empty-body"
        ? body === "" && !letter.answer
        : false;
  const text = prefix && letter.subject !== "" ? `${letter.subject}\n${body}`.trim() : body;
  return { body, text, leftOut, cut };
}
