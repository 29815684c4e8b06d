// A notice to the writer of a mail: a delivery status notification (RFC 3464) in a multipart/report (RFC 6522).
import { bounceToken, type Delivery, type Message, type NoticeKind } from "../../bridge/message.ts";
import type { Post } from "../../bridge/ports/channel.ts";
import type { MessageId, Words } from "../../words/index.ts";
import { noticeText } from "../../words/notice.ts";
import { recipient } from "./address.ts";
import type { EmailOptions } from "./options.ts";
import { messageId, references } from "./thread.ts";
import { date, entity, field, isAscii, mailbox, oneLine, textPart, words } from "./write.ts";

/** The fields and content of a notice's mail, in the language of `speak`; what machines read in it stays as the RFC has it. */
export function notice(post: Post, options: Pick<EmailOptions, "domain" | "hostname">, speak: Words) {
  const { message, delivery, about } = post;
  const { domain } = options;
  const id = messageId(post, domain);
  const token = bounceToken(delivery);
  const answers = references([...post.refs, about?.message.ref ?? null], id);
  const kind = message.notice?.kind ?? "failed";
  const said = noticeText(speak, post);
  const fields = [
    field("From", mailbox("simpost", `MAILER-DAEMON@${domain}`)),
    field("To", `<${recipient(delivery.to.address)}>`),
    words("Subject", said.subject),
    field("Date", date(message.at)),
    field("Message-ID", `<${id}>`),
    ...(answers ? [field("In-Reply-To", answers.newest), field("References", answers.all)] : []),
    "Auto-Submitted: auto-replied",
    "X-Auto-Response-Suppress: All",
    field("X-Simpost-Id", token),
  ];
  const human = textPart(explain(said.text, post, speak));
  if (!about) return { fields, content: human };
  // `=_` can't appear in quoted-printable or base64 (RFC 2045 6.7), and the token can't be guessed.
  const boundary = `=_${token}`;
  const parts = [
    entity(human.fields, human.body),
    entity(["Content-Type: message/delivery-status"], status(post, about, kind, options)),
    ...original(about.message),
  ];
  const body = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
  const type = `multipart/report; report-type=delivery-status; boundary="${boundary}"`;
  return { fields, content: { fields: [field("Content-Type", type)], body } };
}

/** What `origin.cut` and `origin["left-out"]` name, in words. */
const CUT: Readonly<Record<string, MessageId>> = {
  quote: "mail-cut-quote",
  signature: "mail-cut-signature",
  size: "mail-cut-size",
};
const LEFT: Readonly<Record<string, MessageId>> = { "a forwarded mail": "mail-left-mail" };

/** The human part: what became of the text, and what of the mail never went out. */
function explain(said: string, { about }: Post, words: Words): string {
  const { "left-out": left, cut } = about?.message.origin ?? {};
  const missing = [...named(left, LEFT, words), ...named(cut, CUT, words)];
  const text = said.trimEnd();
  return missing.length > 0 ? `${text}\n\n${words("mail-left-out", { what: missing.join(", ") })}` : text;
}

/** A list as the mail's origin keeps it. Files have names of their own, which stay. */
const named = (
  list: string | undefined,
  names: Readonly<Record<string, MessageId>>,
  words: Words,
): string[] =>
  (list ? list.split(", ") : []).map((name) => {
    const id = Object.hasOwn(names, name) ? names[name] : undefined;
    return id ? words(id) : name;
  });

/** The machine part: RFC 3464 2.1. Groups end in an empty line. */
function status(
  post: Post,
  about: NonNullable<Post["about"]>,
  kind: NoticeKind,
  options: Pick<EmailOptions, "domain" | "hostname">,
): string {
  const { origin } = about.message;
  const phones = Map.groupBy(about.deliveries, (one) => one.to.address);
  const groups = [
    [
      field("Reporting-MTA", `dns; ${options.hostname}`),
      ...(origin.envid ? [field("Original-Envelope-Id", machine(origin.envid))] : []),
      field("Arrival-Date", date(about.message.at)),
    ],
    ...[...phones].map(([phone, deliveries]) =>
      perPhone(phone, deliveries, post, about.message, kind, options.domain),
    ),
  ];
  return groups.map((group) => `${group.join("\r\n")}\r\n`).join("\r\n");
}

/** RFC 3464 2.3: one group for a phone, however many texts the mail became. */
function perPhone(
  phone: string,
  deliveries: readonly Delivery[],
  post: Post,
  original: Message,
  kind: NoticeKind,
  domain: string,
): string[] {
  const orcpt = original.origin[`orcpt:${phone}`];
  const error = deliveries.findLast((one) => one.error !== null)?.error;
  const last = Math.max(...deliveries.map((one) => one.sentAt ?? 0));
  const expires = Math.max(...deliveries.map((one) => one.expires));
  const [action, code] = verdict(kind, deliveries, expires <= post.message.at);
  return [
    ...(orcpt
      ? [field("Original-Recipient", orcpt.includes(";") ? machine(orcpt) : `rfc822; ${machine(orcpt)}`)]
      : []),
    field("Final-Recipient", `rfc822; ${machine(phone)}@${domain}`),
    field("Action", action),
    field("Status", code),
    ...(error && kind !== "delivered" ? [field("Diagnostic-Code", `x-simpost; ${machine(error)}`)] : []),
    ...(last > 0 ? [field("Last-Attempt-Date", date(last))] : []),
    ...(kind === "delayed" ? [field("Will-Retry-Until", date(expires))] : []),
  ];
}

/** Action (RFC 3464 2.3.3) and Status (RFC 3463: x.4.7 is "delivery time expired"). `relayed`: the network took it, and sent no report. */
function verdict(
  kind: NoticeKind,
  deliveries: readonly Delivery[],
  expired: boolean,
): readonly [string, string] {
  switch (kind) {
    case "failed":
      return ["failed", expired ? "5.4.7" : "5.0.0"];
    case "delayed":
      return ["delayed", "4.4.7"];
    case "delivered":
      return [deliveries.every((one) => one.state === "delivered") ? "delivered" : "relayed", "2.0.0"];
  }
}

/** RFC 3464 2.1: these fields are ASCII. */
const machine = (value: string): string =>
  oneLine(value)
    .replace(/[^ -~]/g, "?")
    .slice(0, 500);

/** The headers of the mail, RFC 6522 3 (c); nothing if the text did not come by mail. */
function original(message: Message): readonly string[] {
  const headers = message.origin.headers?.replace(/\r\n|\r|\n/g, "\r\n").trimEnd();
  if (!headers) return [];
  const plain = headers
    .split("\r\n")
    .every((line) => isAscii(line.replaceAll("\t", " ")) && line.length <= 998);
  if (plain) return [entity(["Content-Type: text/rfc822-headers"], `${headers}\r\n`)];
  const part = textPart(headers, "text/rfc822-headers");
  return [entity(part.fields, part.body)];
}
