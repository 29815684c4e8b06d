// The mails that ana writes, remembered: what a mail client has in its folder of sent mail.
import { Journal } from "./journal.ts";
import { type Letter, type Posted, post } from "./post.ts";

export interface SentLetter extends Letter {
  readonly id: string;
  /** UTC milliseconds. */
  readonly at: number;
}

const KEEP = 500;

export class Letters {
  readonly #sent = new Journal<SentLetter>(KEEP);

  /** What was taken, oldest first. */
  get sent(): readonly SentLetter[] {
    return this.#sent.entries;
  }

  /** Sends one to 127.0.0.1. Rejects with the server's words when it is refused. */
  async send(port: number, letter: Letter): Promise<Posted> {
    const posted = await post(port, letter);
    this.#sent.add({ ...letter, id: posted.id, at: Date.now() });
    return posted;
  }
}
