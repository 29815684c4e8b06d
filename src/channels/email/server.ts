// Mail in: opens the listeners and joins protocol, logins and transactions.
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { Logins } from "./auth.ts";
import { Crowd, type Door, openDoor } from "./door.ts";
import { directory } from "./identity.ts";
import { networks } from "./networks.ts";
import type { EmailOptions, Listener, MailInbox } from "./options.ts";
import { openProtocol, type Protocol, type ProtocolOptions } from "./protocol.ts";
import { type Desk, finish, take } from "./transaction.ts";

/** Strangers from one address, unless the options say otherwise. */
const PER_ADDRESS = 20;

/** Milliseconds. RFC 5321 section 4.5.3.2: a client waits 5 minutes for the answer to a recipient, 10 for that to its mail. */
const TIMES = { data: 5 * 60_000, stranger: 10 * 60_000, rcpt: 60_000, accept: 5 * 60_000, grace: 8_000 };

export type ServerOptions = Pick<
  EmailOptions,
  | "name"
  | "hostname"
  | "domain"
  | "listen"
  | "inherited"
  | "users"
  | "trust"
  | "subject"
  | "maxSize"
  | "maxClients"
  | "perAddress"
  | "maxRecipients"
  | "idle"
  | "verify"
  | "clock"
  | "log"
> & {
  /** Other times than TIMES, milliseconds. */
  readonly times?: Partial<typeof TIMES>;
};

export interface MailServer {
  /** Listens. Rejects when it can't: address in use, no certificate. */
  start(): Promise<void>;
  /** Takes no more; mails that are on their way in get their answer. */
  stop(): Promise<void>;
  /** Where it listens, once started. */
  readonly addresses: readonly AddressInfo[];
}

/** The receiving half of the mail channel. Throws Error for a network that is none. */
export function createServer(options: ServerOptions, inbox: MailInbox): MailServer {
  const { log } = options;
  const times = { ...TIMES, ...options.times };
  const people = directory(options.users);
  const trusted = networks(options.trust);
  const crowd = new Crowd({
    strangers: options.maxClients,
    perClient: options.perAddress ?? PER_ADDRESS,
  });
  const logins = new Logins(options, people);
  const desk: Desk = { options, people, inbox, log };
  const doors: Door[] = [];
  const protocols: Protocol[] = [];

  const open = async (listener: Listener): Promise<void> => {
    const pair = await certificate(listener);
    const tls: ProtocolOptions["tls"] =
      listener.tls === "starttls" && pair ? pair : listener.tls === "implicit" ? "implicit" : "none";
    const { hostname, maxSize, maxRecipients } = options;
    const protocol = openProtocol(
      { hostname, maxSize, maxRecipients, times: { ...times, idle: options.idle }, tls, log },
      {
        login: (caller, name, password) => logins.check(caller, name, password),
        recipient: (caller, mail, rcpt) => take(desk, caller, mail, rcpt),
        data: (caller, mail, raw) => finish(desk, caller, mail, raw),
      },
    );
    const { address, port } = listener;
    const implicit = listener.tls === "implicit" ? pair : null;
    const serve: Protocol["serve"] = (socket, isTrusted) => protocol.serve(socket, isTrusted);
    const door = await openDoor({
      address,
      port,
      inherited: options.inherited?.(address, port),
      implicit,
      handshake: options.idle,
      crowd,
      trusted,
      serve,
      log,
    });
    protocols.push(protocol);
    doors.push(door);
    log.info("listening", {
      channel: options.name,
      address: door.at.address,
      port: door.at.port,
      tls: listener.tls,
    });
  };

  const stop = async (): Promise<void> => {
    for (const door of doors.splice(0)) door.close();
    await Promise.all(protocols.splice(0).map((protocol) => protocol.stop(times.grace)));
  };

  return {
    async start() {
      try {
        for (const listener of options.listen) await open(listener);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    get addresses() {
      return doors.map((door) => door.at);
    },
  };
}

async function certificate(listener: Listener): Promise<{ cert: Buffer; key: Buffer } | null> {
  if (listener.tls === "none") return null;
  const { cert, key } = listener;
  if (cert === undefined || key === undefined) {
    throw new Error(`${listener.address}:${listener.port}: tls: ${listener.tls} needs cert and key`);
  }
  return { cert: await readFile(cert), key: await readFile(key) };
}
