// One mail on its way in, apart from how SMTP words it: who writes, to whom, what.
import { Rejected } from "../../bridge/errors.ts";
import type { Recipient } from "../../bridge/ports/channel.ts";
import type { Log } from "../../bridge/ports/system.ts";
import { readBounceAddress } from "./address.ts";
import { Refusal, stranger } from "./answer.ts";
import { readBounce } from "./bounce.ts";
import { type Envelope, notifyOf, originOf } from "./envelope.ts";
import { canonical, type Directory } from "./identity.ts";
import { type Letter, readLetter, wordsOf } from "./letter.ts";
import type { EmailOptions, MailInbox, MailUser } from "./options.ts";
import { readLocalPart } from "./recipient.ts";

/** Who is at the other end of a connection. */
export interface Caller {
  readonly address: string;
  readonly trusted: boolean;
  /** The user who logged in. */
  readonly user: string | null;
}

export interface Transaction {
  readonly envelope: Envelope;
  readonly recipients: Recipient[];
  /** ORCPT by phone. */
  readonly orcpt: Map<string, string>;
  /** Deliveries that come back. */
  readonly bounces: string[];
  user: MailUser | null;
}

/** A recipient as RCPT names it. */
export interface Rcpt {
  readonly address: string;
  readonly notify?: readonly string[] | undefined;
  readonly orcpt?: string | undefined;
}

export interface Desk {
  readonly options: Pick<EmailOptions, "name" | "domain" | "subject">;
  readonly people: Directory;
  readonly inbox: MailInbox;
  readonly log: Log;
}

export const begin = (envelope: Envelope): Transaction => ({
  envelope,
  recipients: [],
  orcpt: new Map(),
  bounces: [],
  user: null,
});

/** Whose mail it is: whoever logged in, or on a trusted network the owner of the envelope sender. Null: nobody's. */
function writer(desk: Desk, caller: Caller, sender: string): MailUser | null {
  const owner = sender === "" ? null : desk.people.owner(sender);
  if (caller.user === null) return caller.trusted ? owner : null;
  return owner !== null && owner.name === caller.user ? owner : null;
}

const alone = (): Refusal => new Refusal(452, "4.5.3 Please send to this recipient in a mail of its own");

/** Takes one recipient, or throws Refusal or Rejected. A phone that was named before is taken once. */
export async function take(desk: Desk, caller: Caller, mail: Transaction, rcpt: Rcpt): Promise<void> {
  const at = rcpt.address.lastIndexOf("@");
  const local = at < 0 ? rcpt.address : rcpt.address.slice(0, at);
  const ours = at >= 0 && canonical(rcpt.address).endsWith(`@${desk.options.domain}`);
  const token = ours ? readBounceAddress(`${local}@${desk.options.domain}`, desk.options.domain) : null;
  if (token !== null) {
    if (mail.recipients.length > 0) throw alone();
    if (!mail.bounces.includes(token)) mail.bounces.push(token);
    return;
  }
  const user = writer(desk, caller, mail.envelope.sender);
  if (!ours || user === null) {
    desk.log.info("mail refused", {
      client: caller.address,
      why: ours ? "unknown sender" : "another domain",
    });
    throw stranger();
  }
  const dialled = readLocalPart(local);
  if (dialled === null) throw new Rejected("not-a-number", "This is not a phone number");
  if (mail.bounces.length > 0) throw alone();
  const notify = notifyOf(rcpt.notify);
  const recipient = await desk.inbox.check({
    user: user.name,
    from: { via: desk.options.name, address: mail.envelope.sender },
    before: [...mail.recipients],
    ...dialled,
    ...(notify === undefined ? {} : { notify }),
  });
  const [first] = mail.recipients;
  // a mail has one text: to a USSD code that is the code itself
  if (first && (first.kind === "ussd" || recipient.kind === "ussd") && first.phone !== recipient.phone)
    throw alone();
  mail.user = user;
  if (rcpt.orcpt !== undefined && !mail.orcpt.has(recipient.phone))
    mail.orcpt.set(recipient.phone, rcpt.orcpt);
  if (mail.recipients.some((other) => other.phone === recipient.phone)) return;
  mail.recipients.push(recipient);
}

/** Takes the mail's content; resolves with the text of the 250 once it is stored. Throws Refusal or Rejected. */
export async function finish(desk: Desk, caller: Caller, mail: Transaction, raw: Buffer): Promise<string> {
  if (mail.bounces.length > 0) return comeBack(desk, mail, raw);
  const letter = await readLetter(raw, desk.options.domain);
  const { user } = mail;
  const [first] = mail.recipients;
  if (user === null || first === undefined || user !== writer(desk, caller, mail.envelope.sender))
    throw stranger();
  if (letter.from.length === 0 || !letter.from.every((address) => desk.people.owns(user, address))) {
    desk.log.info("mail refused", {
      client: caller.address,
      user: user.name,
      why: "From is not the sender's",
    });
    throw new Refusal(550, "5.7.1 The From header must name an address of yours, and nobody else's");
  }
  if (letter.automatic !== null) throw new Rejected("automatic", "Automatic answers are not sent as texts");
  const words = await wordsOf(letter, desk.options.subject);
  const text = first.kind === "ussd" ? ussdText(first, letter, words.body) : words.text;
  if (text === "") throw new Rejected("nothing-to-send", "There is no text to send in this mail");
  const accepted = await desk.inbox.accept({
    user: user.name,
    from: { via: desk.options.name, address: mail.envelope.sender },
    to: mail.recipients,
    text,
    ref: letter.id,
    refs: letter.refs,
    priority: letter.priority,
    origin: originOf(mail.envelope, mail.orcpt, letter, words),
  });
  return `2.0.0 queued as ${accepted.id}: ${count(accepted.recipients, "recipient")}, ${count(accepted.parts, "part")}${accepted.cut ? ", shortened to fit" : ""}`;
}

/** A fresh mail dials the code; an answer goes on with the menu by its first line. */
function ussdText(code: Recipient, letter: Letter, body: string): string {
  const line = letter.refs.length > 0 ? body.split("\n").find((one) => one.trim() !== "") : undefined;
  return line?.trim() ?? code.phone;
}

/** What we sent came back: a failure for good is told to the heart, all else (delays, vacation notices, junk) is taken and forgotten. */
async function comeBack(desk: Desk, mail: Transaction, raw: Buffer): Promise<string> {
  const bounce = readBounce(raw);
  if (bounce?.permanent) for (const token of mail.bounces) await desk.inbox.bounced(token, bounce.detail);
  return "2.0.0 noted";
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
