// What the page "Try it" shows: what stands on the phones, in the mailbox and in the chat at this moment.
import type { ParsedMail } from "mailparser";
import { Journal } from "../journal.ts";
import type { ReceivedMail } from "../mailbox.ts";
import { phoneKey } from "../phones.ts";
import { ANA, BEN, EMMA } from "../scenery.ts";
import type { Post } from "../telegram/post.ts";
import type { World } from "../world.ts";

/** A text on the screen of a phone. */
interface Line {
  readonly at: number;
  /** Written on this phone. */
  readonly own: boolean;
  readonly text: string;
  /** The SIM at the other end; "" for own ones. */
  readonly sim: string;
}

interface Phone {
  readonly number: string;
  readonly name: string;
  readonly lines: readonly Line[];
}

interface Mail {
  readonly id: string;
  readonly at: number;
  readonly own: boolean;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What a reply needs; null: this is nothing to reply to. */
  readonly reply: {
    readonly to: string;
    readonly subject: string;
    readonly inReplyTo: string;
    readonly references: readonly string[];
  } | null;
}

interface Said {
  readonly id: number;
  readonly own: boolean;
  readonly text: string;
  readonly reactions: readonly string[];
  readonly buttons: readonly string[];
  /** The text that it answers; "": none. */
  readonly answers: string;
}

export interface State {
  readonly phones: readonly Phone[];
  readonly mails: readonly Mail[];
  /** Null: the chat is a real one. */
  readonly chat: readonly Said[] | null;
}

/** So many of the newest lines, mails and messages are shown. */
const SHOWN = 50;
const KEEP = 500;
const NAMES = new Map([
  [phoneKey(BEN), "Ben"],
  [phoneKey(EMMA), "Emma"],
]);

/** Remembers what phones write, from now on; the function shows how everything stands. */
export function watch(world: World): () => State {
  const written = new Journal<{ readonly from: string; readonly line: Line }>(KEEP);
  world.people.onText((from, text) => {
    written.add({ from: phoneKey(from), line: { at: Date.now(), own: true, text, sim: "" } });
  });
  return () => ({
    phones: phonesOf(world, written.entries),
    mails: mailsOf(world),
    chat: world.chat.ana && saidIn(world.chat.ana.chat.messages),
  });
}

function phonesOf(
  { phones }: World,
  written: readonly { readonly from: string; readonly line: Line }[],
): readonly Phone[] {
  const heard = phones.sent.map(({ to, at, text, ownNumber }) => ({
    from: phoneKey(to),
    line: { at, own: false, text, sim: ownNumber },
  }));
  const all = Map.groupBy([...heard, ...written], ({ from }) => from);
  const keys = [...new Set([...NAMES.keys(), ...all.keys()])];
  return keys.map((key) => ({
    number: key.length > 6 ? `+${key}` : key,
    name: NAMES.get(key) ?? "",
    lines: (all.get(key) ?? [])
      .map(({ line }) => line)
      .toSorted((a, b) => a.at - b.at)
      .slice(-SHOWN),
  }));
}

function mailsOf({ mailbox, letters }: World): readonly Mail[] {
  const sent = letters.sent.map(
    ({ id, at, to, subject = "", text }): Mail => ({
      ...{ id, at, own: true, from: ANA, to, subject, text },
      reply: null,
    }),
  );
  return [...sent, ...mailbox.mails.map(received)].toSorted((a, b) => a.at - b.at).slice(-SHOWN);
}

function received({ envelope, parsed, at }: ReceivedMail): Mail {
  const id = parsed.messageId ?? `${at}`;
  const subject = parsed.subject ?? "";
  const to = parsed.from?.value[0]?.address ?? "";
  const reply = {
    to,
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    inReplyTo: id,
    references: [...referencesOf(parsed), id],
  };
  return {
    ...{ id, at, own: false, subject, text: (parsed.text ?? "").trim() },
    from: parsed.from?.text ?? "",
    to: envelope.to.join(", "),
    reply: envelope.from === "" || to === "" ? null : reply,
  };
}

const referencesOf = ({ references }: ParsedMail): readonly string[] =>
  references === undefined ? [] : typeof references === "string" ? [references] : references;

function saidIn(posts: readonly Post[]): readonly Said[] {
  const shown = posts.filter(({ deleted, service, text }) => !deleted && !service && text !== "");
  return shown.slice(-SHOWN).map((post) => ({
    id: post.id,
    own: post.from?.is_bot === false,
    text: post.text,
    reactions: post.reactions,
    buttons: post.buttons.flatMap((button) => ("callback_data" in button ? [button.text] : [])),
    answers: posts.find(({ id }) => id === post.replyTo)?.text ?? "",
  }));
}
