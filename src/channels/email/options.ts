// What the mail channel is made with. Plain values: the channel knows no config.
import type { AddressInfo, Socket } from "node:net";
import type { Inbox } from "../../bridge/ports/channel.ts";
import type { Clock, Log } from "../../bridge/ports/system.ts";

/** Of the inbox, what mail can do: nobody edits or takes back a mail. */
export type MailInbox = Pick<Inbox, "check" | "accept" | "bounced">;

/** A socket that takes mail in. */
export interface Listener {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: "none" | "starttls" | "implicit";
  /** Paths of PEM files; needed unless `tls` is none. */
  readonly cert?: string;
  readonly key?: string;
}

/** A listening socket that somebody else opened and keeps open. */
export interface Inherited {
  readonly at: AddressInfo;
  /** Gives its connections to `meet`; what it returns ends that. */
  serve(meet: (socket: Socket) => void): () => void;
}

/** A person of the config, as far as mail is concerned. */
export interface MailUser {
  readonly name: string;
  /** Mailboxes, as written in the config. */
  readonly email: readonly string[];
  /** For SMTP AUTH: what `EmailOptions.verify` understands. */
  readonly password?: string;
}

/** What a SIM is called. */
export interface SimLabel {
  readonly gateway: string;
  readonly port: number;
  /** Its own number, E.164. */
  readonly number?: string;
  readonly label?: string;
}

/** Where mail goes out. */
export interface RelayOptions {
  /**
   * `smtp://`, `smtps://` or `lmtp://` with `user:password@`, or `maildir:PATH` (absolute). `?tls=` may be added to the first and the last:
   * `verify` (encrypted, valid certificate), `any` (encrypted when offered, whatever the certificate: RFC 7435), `off`.
   * Default: `verify` when a password would leave this machine, else `any`. `smtps://` always verifies.
   */
  readonly relay: string;
  /** The name that we give in EHLO. */
  readonly hostname: string;
  /** Connections to the relay at once, 1 or more. Default 5. */
  readonly connections?: number;
}

export interface EmailOptions extends RelayOptions {
  /** The endpoint's name in the config. */
  readonly name: string;
  /** NUMBER@domain is a phone. Lower case. */
  readonly domain: string;
  readonly listen: readonly Listener[];
  /** A socket with this address and port that is open already; undefined: none, then the channel opens its own. Default: none. */
  readonly inherited?: (address: string, port: number) => Inherited | undefined;
  readonly users: readonly MailUser[];
  /** Clients that may use a user's mail address without AUTH, CIDR. */
  readonly trust: readonly string[];
  /** SUBJECT, newline, TEXT | TEXT | SUBJECT if there is no text. */
  readonly subject: "prefix" | "never" | "only-if-empty-body";
  /** The biggest mail taken in, bytes (SIZE, RFC 1870). */
  readonly maxSize: number;
  /** Connections at once from strangers; trusted networks are not counted. */
  readonly maxClients: number;
  /** Of these, from one address (IPv6: one /64). Default 20. */
  readonly perAddress?: number;
  /** Recipients of one mail. */
  readonly maxRecipients: number;
  /** A client that says nothing for this long is let go, milliseconds. */
  readonly idle: number;
  readonly sims: readonly SimLabel[];
  /** The language that a user is spoken to in, as a tag (`de`); null: somebody who is no user. */
  language(user: string | null): string;
  /** Is `password` the one that `hash` was made of? */
  verify(hash: string, password: string): Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}
