// Pure: what was lost, doubled or told, from what people sent in and what arrived at the other side.
import { phoneKey } from "../../../src/demo/phones.ts";
import type { Mails } from "./post.ts";

/** What people sent in. */
export interface Expected {
  readonly mails: {
    readonly id: string;
    readonly to: readonly string[];
    readonly text: string;
    /** The network refuses it: its sender must be told. */
    readonly fails: boolean;
  }[];
  readonly texts: string[];
}

export interface Count {
  /** Texts to phones that people mailed, texts from phones. */
  readonly out: number;
  readonly in: number;
  /** Neither arrived nor told of; one line for each. */
  readonly lost: readonly string[];
  /** Arrived more than once, told of more than once, or never written by anybody. */
  readonly doubled: readonly string[];
  /** Mailed texts whose sender was told "outcome unknown", as "ID PHONE". */
  readonly unknown: readonly string[];
  /** Of these: the text had left. */
  readonly unknownSent: number;
  /** Senders were told that it failed, though it was to work, or had left: "ID PHONE: diagnosis". */
  readonly wrong: readonly string[];
  /** Mails handed over again under the same Message-ID, and texts shown again in the chat, which has no such id. */
  readonly again: number;
  /** Mails that clients had to send again. */
  readonly resent: number;
}

/** `left`: "DIGITS TEXT" for every SMS that left. `shown`: how often the chat shows each text from a phone; null: there is no chat. `refused`: texts that the bot said it did not send. */
export function tally(
  expected: Expected,
  left: readonly string[],
  mails: Mails,
  shown: ReadonlyMap<string, number> | null,
  refused: ReadonlySet<string> = new Set(),
): Omit<Count, "resent"> {
  const lost: string[] = [];
  const doubled: string[] = [];
  const unknown: string[] = [];
  const wrong: string[] = [];
  let unknownSent = 0;
  const copies = new Map<string, number>();
  for (const key of left) copies.set(key, (copies.get(key) ?? 0) + 1);

  for (const { id, to, text, fails } of expected.mails) {
    for (const phone of to) {
      const key = `${phoneKey(phone)} ${text}`;
      const sent = copies.get(key) ?? 0;
      copies.delete(key);
      const told = [...(mails.notices.get(`${id} ${phone}`)?.values() ?? [])];
      const name = `${text} to ${phone}`;
      if (sent > 1) doubled.push(`${name}: ${sent} SMS`);
      if (told.length > 1) doubled.push(`${name}: ${told.length} notices`);
      if (sent > 0 && refused.has(text)) doubled.push(`${name}: sent, and refused in the chat`);
      if (sent === 0 && told.length === 0 && !refused.has(text)) lost.push(`${name}: neither SMS nor notice`);
      const [notice] = told;
      if (notice === undefined) continue;
      if (/outcome unknown/i.test(notice)) {
        unknown.push(`${id} ${phone}`);
        if (sent > 0) unknownSent++;
      } else if (!fails || sent > 0)
        wrong.push(`${name}: ${/^Diagnostic-Code:.*$/im.exec(notice)?.[0] ?? "no diagnosis"}`);
    }
  }
  for (const [key, count] of copies) doubled.push(`nobody mailed this: ${key} (${count})`);

  for (const text of expected.texts) {
    const ids = mails.texts.get(text)?.size ?? 0;
    // Whoever wrote last has the answer: the mailbox or the chat, and with a route both.
    if (ids === 0 && !shown?.has(text)) lost.push(`${text}: neither in the mailbox nor in the chat`);
    if (ids > 1) doubled.push(`${text}: ${ids} mails`);
  }
  const again = [...(shown?.values() ?? [])].reduce((sum, times) => sum + times - 1, mails.again);
  const out = expected.mails.reduce((sum, { to }) => sum + to.length, 0);
  return { out, in: expected.texts.length, lost, doubled, unknown, unknownSent, wrong, again };
}
