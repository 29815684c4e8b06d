// The half of the mail channel that sends: words a delivery and hands it over. What failed before and what to do about it, the heart remembers.
import { SendError } from "../../bridge/errors.ts";
import type { Channel } from "../../bridge/ports/channel.ts";
import { compose } from "./compose.ts";
import { createMaildir } from "./maildir.ts";
import type { EmailOptions } from "./options.ts";
import { createRelay, DEFAULT_CONNECTIONS, type Outlet } from "./relay.ts";
import { speechFor } from "./speech.ts";

export type OutOptions = Pick<
  EmailOptions,
  "domain" | "hostname" | "relay" | "connections" | "sims" | "users" | "language"
>;

const MAILDIR = "maildir:";

/** Throws Error if `relay` is no URL that mail can go to. */
export function createOut(options: OutOptions): Pick<Channel, "send" | "concurrency" | "stop"> {
  const outlet = createOutlet(options);
  const writing = { ...options, speech: speechFor(options) };
  const underWay = new Set<Promise<unknown>>();
  let stopped = false;

  return {
    concurrency: options.connections ?? DEFAULT_CONNECTIONS,

    async send(post, signal) {
      if (stopped) throw new SendError("temporary", "mail is shutting down", { scope: "upstream" });
      const handover = outlet.deliver(compose(post, writing), signal);
      underWay.add(handover);
      try {
        return { ref: await handover };
      } finally {
        underWay.delete(handover);
      }
    },

    async stop() {
      stopped = true;
      await Promise.allSettled(underWay);
      outlet.close();
    },
  };
}

function createOutlet(options: OutOptions): Outlet {
  if (!options.relay.startsWith(MAILDIR)) return createRelay(options);
  const path = options.relay.slice(MAILDIR.length);
  if (path === "") throw new Error("relay: maildir: needs a path");
  return createMaildir(path, options.domain);
}
