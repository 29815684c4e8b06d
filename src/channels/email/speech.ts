// In whose language a mail is written: a notice in that of whoever wrote the text, a text from a phone in that of the mailbox's owner.
import type { Post } from "../../bridge/ports/channel.ts";
import { speak, type Words } from "../../words/index.ts";
import { directory } from "./identity.ts";
import type { EmailOptions } from "./options.ts";

/** The words for a mail. */
export type Speech = (post: Post) => Words;

export function speechFor({ users, language }: Pick<EmailOptions, "users" | "language">): Speech {
  const people = directory(users);
  return ({ about, delivery }) =>
    speak(language(about ? about.message.user : (people.owner(delivery.to.address)?.name ?? null)));
}
