// The loopback gateway: a driver without a device. Sends nothing, reports everything as delivered, echoes on request. Read it first to write another one.
import { randomUUID } from "node:crypto";
import { SendError } from "../../bridge/errors.ts";
import type {
  Gateway,
  GatewayOptions,
  InboxFilter,
  Incoming,
  Submitted,
} from "../../bridge/ports/gateway.ts";
import { toLocal } from "../localtime.ts";

const PORTS = 4;
const MAX_TEXTS = 128;
const MAX_USSD_BYTES = 160;

/** A text that begins with this comes back from the phone that it was sent to, without it. */
const ECHO = "echo ";

interface Sent {
  readonly port: number;
  readonly number: string;
  readonly text: string;
  readonly at: number;
}

/** What it holds is gone when the process ends: a cursor names the life that it is from, and in a new life everything is new. */
export function loopback(options: GatewayOptions): Gateway {
  const { name, clock, timezone } = options;
  const life = randomUUID();
  const outbox = new Map<number, Sent>();
  const inbox: Incoming[] = [];
  const answers = new Map<number, string>();

  const hear = (port: number, number: string, text: string): void => {
    const at = clock.now();
    inbox.push({
      at,
      stamp: toLocal(at, timezone),
      port,
      number,
      text,
      ref: `${life}-${inbox.length}`,
      old: false,
    });
  };

  const found = ({ id }: Submitted) => {
    const port = outbox.get(id)?.port;
    return port === undefined ? undefined : { id, outcome: "delivered" as const, port };
  };

  return {
    name,
    limits: { batch: MAX_TEXTS, sameText: false, fits: () => true, ussd: MAX_USSD_BYTES },

    async send({ ports, texts }, signal) {
      heed(signal);
      for (const [index, { id, number, text }] of texts.entries()) {
        const port = ports[index % ports.length] ?? 0;
        outbox.set(id, { port, number, text, at: clock.now() });
        if (text.startsWith(ECHO)) hear(port, number, text.slice(ECHO.length));
      }
      return texts.map(({ id }) => ({ id, track: null }));
    },

    async progress(open) {
      return open.flatMap((text) => found(text) ?? []);
    },

    async inquire(unsure, { witness, steady }) {
      const remembers = witness ? outbox.has(witness.id) : steady;
      const missing = remembers ? "absent" : "unknown";
      return unsure.map((text) => found(text) ?? { id: text.id, outcome: missing });
    },

    async receive(cursor, signal) {
      heed(signal);
      const [from, read] = cursor?.split(" ") ?? [];
      const start = from === life ? Number(read) : 0;
      const texts = inbox.slice(start).map((text) => ({ ...text, old: cursor === undefined }));
      return { texts, cursor: `${life} ${inbox.length}`, scan: null, more: false };
    },

    async ports() {
      return Array.from({ length: PORTS }, (_, port) => ({
        port,
        registered: true,
        state: "LOOPBACK",
        busy: false,
        imsi: `00101000000000${port}`,
        type: "LOOPBACK",
      }));
    },

    ussd: {
      async send(port, code) {
        answers.set(port, `You dialled ${code}`);
      },
      async reply(port) {
        return answers.get(port) ?? null;
      },
      async cancel(port) {
        answers.delete(port);
      },
    },

    desk: {
      async inbox(filter) {
        return inbox
          .filter(meets(filter))
          .map(({ stamp, port, number, text }) => ({ time: stamp, port, number, text }));
      },
      async outbox(filter) {
        const meeting = meets(filter);
        return [...outbox]
          .filter(([, sent]) => meeting(sent))
          .map(([id, { at, port, number, text }]) => ({
            id,
            time: toLocal(at, timezone),
            port,
            number,
            text,
          }));
      },
    },

    async close() {
      outbox.clear();
      inbox.length = 0;
      answers.clear();
    },
  };
}

/** What a device can't be asked for its driver sorts out; a condition that neither can judge is refused. */
function meets({ ports, numbers, since, until, ...others }: InboxFilter) {
  const refused = Object.keys(others)[0];
  if (refused !== undefined) throw new SendError("permanent", `loopback texts have nothing for "${refused}"`);
  return ({ at, port, number }: Pick<Sent, "at" | "port" | "number">): boolean =>
    (ports?.includes(String(port)) ?? true) &&
    (numbers?.includes(number) ?? true) &&
    at >= (since ?? at) &&
    at <= (until ?? at);
}

/** A driver starts nothing for a caller who has given up. */
function heed(signal: AbortSignal): void {
  if (signal.aborted) throw new SendError("temporary", "stopped before anything was done");
}
