// Where mail arrives: the simulated relay, or a Maildir. Counts what each mail says, once per Message-ID, and how often one came again.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Mailbox } from "../../../src/demo/mailbox.ts";

/** A text that comes from a phone is recognised by this, wherever it stands in a mail. */
export const INCOMING = /\bin-\w+-\d+\b/;

export interface Mails {
  /** Message-IDs that brought each text. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** "MESSAGE-ID PHONE" of a mail of ours, to the Message-IDs of the notices that say it failed, with what they say. */
  readonly notices: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Mails that were handed over more than once, under one Message-ID (Maildir: files). */
  readonly again: number;
}

export interface Post {
  /** As the config's `relay` wants it. */
  readonly url: string;
  /** The relay itself, to make it misbehave; null for a Maildir. */
  readonly mailbox: Mailbox | null;
  read(): Mails;
  stop(): Promise<void>;
}

export async function openRelay(): Promise<Post> {
  const mailbox = await Mailbox.start({ parse: false });
  const sources: string[] = [];
  mailbox.onSource((_, source) => sources.push(source.toString("utf8")));
  return { url: mailbox.url, mailbox, read: () => sort(sources), stop: () => mailbox.stop() };
}

export function openMaildir(folder: string): Post {
  const fresh = join(folder, "new");
  return {
    url: `maildir:${folder}`,
    mailbox: null,
    read: () => sort(files(fresh).map((name) => readFileSync(join(fresh, name), "utf8"))),
    stop: () => Promise.resolve(),
  };
}

function files(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no mail yet
  }
}

function sort(sources: readonly string[]): Mails {
  const texts = new Map<string, Set<string>>();
  const notices = new Map<string, Map<string, string>>();
  const seen = new Map<string, number>();
  for (const source of sources) {
    const end = source.search(/\r?\n\r?\n/);
    const id = /^message-id:\s*<([^>]+)>/im.exec(source.slice(0, end))?.[1] ?? "none";
    seen.set(id, (seen.get(id) ?? 0) + 1);
    if (/^Final-Recipient:/im.test(source)) notice(source, id, notices);
    else {
      const text = INCOMING.exec(source.slice(end))?.[0];
      if (text === undefined) continue;
      texts.set(text, (texts.get(text) ?? new Set()).add(id));
    }
  }
  const again = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
  return { texts, notices, again };
}

/** A notice, by the mail that it is about (its headers come last) and the phones that it names. */
function notice(source: string, id: string, notices: Map<string, Map<string, string>>): void {
  if (!/^Action: failed/im.test(source)) return;
  const about = [...source.matchAll(/^message-id:\s*<([^>]+)>/gim)].at(-1)?.[1] ?? "none";
  for (const [, phone] of source.matchAll(/^Final-Recipient: rfc822; ?([^@\s]+)@/gim)) {
    const key = `${about} ${phone}`;
    const known = notices.get(key) ?? new Map<string, string>();
    known.set(id, source.replaceAll(/\r?\n[ \t]/g, " "));
    notices.set(key, known);
  }
}
