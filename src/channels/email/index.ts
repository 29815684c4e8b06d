// The mail channel: NUMBER@domain is a phone. Mail in is server.ts, mail out is out.ts.
import type { AddressInfo } from "node:net";
import type { Channel } from "../../bridge/ports/channel.ts";
import type { EmailOptions, MailInbox } from "./options.ts";
import { createOut } from "./out.ts";
import { createServer, type MailServer } from "./server.ts";

export type { EmailOptions } from "./options.ts";

export interface EmailChannel extends Channel {
  start(inbox: MailInbox): Promise<void>;
  /** Where it takes mail in, once started. */
  readonly addresses: readonly AddressInfo[];
}

/** Throws Error for options that can't work: a relay that is no URL, a network that is none. */
export function createEmail(options: EmailOptions): EmailChannel {
  const out = createOut(options);
  let server: MailServer | undefined;
  return {
    name: options.name,
    concurrency: out.concurrency,
    send: (post, signal) => out.send(post, signal),

    async start(inbox) {
      const opening = createServer(options, inbox);
      await opening.start();
      server = opening;
    },

    /** Mail in ends first: what it still accepts may be answered by a notice, which waits in the store for the next start. */
    async stop() {
      await server?.stop();
      await out.stop();
    },

    get addresses() {
      return server?.addresses ?? [];
    },
  };
}
