// The half of the mail channel that sends: words a delivery, hands it over, tells the operator when the relay goes down or comes back.
import { SendError } from "../../bridge/errors.ts";
import type { Channel } from "../../bridge/ports/channel.ts";
import { compose } from "./compose.ts";
import { createMaildir } from "./maildir.ts";
import type { EmailOptions } from "./options.ts";
import { createRelay, DEFAULT_CONNECTIONS, type Outlet } from "./relay.ts";

export type OutOptions = Pick<
  EmailOptions,
  "name" | "domain" | "hostname" | "relay" | "connections" | "sims" | "clock" | "log" | "meter"
>;

const MAILDIR = "maildir:";

/** Throws Error if `relay` is no URL that mail can go to. */
export function createOut(options: OutOptions): Pick<Channel, "send" | "concurrency" | "stop"> {
  const { clock, log, meter, name } = options;
  const outlet = createOutlet(options);
  const underWay = new Set<Promise<unknown>>();
  let stopped = false;
  /** What the last mail said of the relay; null: none was tried yet. */
  let up: boolean | null = null;

  function seen(now: boolean, detail?: string): void {
    if (up === now) return;
    up = now;
    if (now) log.info("relay up", { channel: name });
    else log.error("relay down", { channel: name, detail });
  }

  return {
    concurrency: options.connections ?? DEFAULT_CONNECTIONS,

    async send(post, signal) {
      if (stopped) throw new SendError("temporary", "mail is shutting down", { scope: "upstream" });
      const mail = compose(post, options);
      const started = clock.now();
      const handover = outlet.deliver(mail, signal);
      underWay.add(handover);
      try {
        const ref = await handover;
        meter.request(name, "mail", true, clock.now() - started);
        seen(true);
        return { ref };
      } catch (error) {
        meter.request(name, "mail", false, clock.now() - started);
        // A refusal of this one mail shows that the relay is there.
        if (error instanceof SendError && !signal.aborted) seen(error.scope === "message", error.message);
        throw error;
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
