// What makes mail clients show one conversation: ids, references, and a subject that stays (RFC 5322 3.6.4).
// Gmail wants the references *and* the same subject but for `Re:`; Outlook, Apple Mail and Thunderbird take the references.
import { bounceToken } from "../../bridge/message.ts";
import type { Post } from "../../bridge/ports/channel.ts";
import type { Words } from "../../words/index.ts";
import { isAscii } from "./write.ts";

/** Ids longer than this, or with characters that no id has, are left out: a header can't carry them. */
const ID_MAX = 400;
const SUBJECT_MAX = 250;

const isId = (id: string): boolean => id !== "" && id.length <= ID_MAX && isAscii(id) && !/[\s<>]/.test(id);

/** Our Message-ID, without brackets: the same whenever this delivery is sent, so that the receiving side can see a repetition. */
export const messageId = (post: Post, domain: string): string => `${bounceToken(post.delivery)}@${domain}`;

/** What `In-Reply-To` and `References` say, from ids without brackets, oldest first; null: it answers nothing. `own` is never among them. */
export function references(
  ids: readonly (string | null)[],
  own: string,
): { readonly newest: string; readonly all: string } | null {
  const known = new Set<string>();
  for (const id of ids) {
    if (id === null || !isId(id) || id === own) continue;
    known.delete(id);
    known.add(id);
  }
  const newest = [...known].at(-1);
  return newest === undefined
    ? null
    : { newest: `<${newest}>`, all: [...known].map((id) => `<${id}>`).join(" ") };
}

/** The conversation's subject: the people's own, answered; else one made of the phone. It stays the same within a thread. */
export function subject(post: Post, words: Words): string {
  const { phone } = post.thread;
  // Only `Re:` is put before it, and whatever else a client wrote there stays: that is what Gmail compares.
  const text =
    post.topic == null
      ? words(/^[*#]/.test(phone) ? "mail-subject-ussd" : "mail-subject-text", { phone })
      : /^\s*re:/i.test(post.topic)
        ? post.topic
        : `Re: ${post.topic}`;
  return Array.from(text.toWellFormed().trim()).slice(0, SUBJECT_MAX).join("");
}
