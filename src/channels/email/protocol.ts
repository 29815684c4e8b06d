// smtp-server, a sealed box: the one file that touches it. Everything it calls us with is guarded: no handler can hang a client or reject into the void.
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import type { Log } from "../../bridge/ports/system.ts";
import { Refusal, trouble } from "./answer.ts";
import { collect } from "./data.ts";
import { guard } from "./guard.ts";
import { unquoteRecipient } from "./recipient.ts";
import { begin, type Caller, type Rcpt, type Transaction } from "./transaction.ts";

export interface ProtocolOptions {
  /** The name in the greeting. */
  readonly hostname: string;
  readonly maxSize: number;
  readonly maxRecipients: number;
  /** Milliseconds: a silent client; a whole DATA; a stranger's whole connection; our answer to a recipient or login, and to a mail. */
  readonly times: {
    readonly idle: number;
    readonly data: number;
    readonly stranger: number;
    readonly rcpt: number;
    readonly accept: number;
  };
  /** TLS is there from the first byte: `implicit`; offered, with this certificate: `{ cert, key }` (PEM). */
  readonly tls: "none" | "implicit" | { readonly cert: Buffer; readonly key: Buffer };
  readonly log: Log;
}

/** What the protocol asks. All may throw Refusal or Rejected; anything else is a bug, answered 451. */
export interface Hooks {
  /** Resolves with the user's name. */
  login(caller: Caller, name: string, password: string): Promise<string>;
  recipient(caller: Caller, mail: Transaction, rcpt: Rcpt): Promise<void>;
  /** Resolves with the text of the 250. */
  data(caller: Caller, mail: Transaction, raw: Buffer): Promise<string>;
}

export interface Protocol {
  /** Speaks SMTP with whoever is at the other end. Trusted clients are greeted at once. */
  serve(socket: Socket | TLSSocket, trusted: boolean): void;
  /** Says 421 to all; mails whose DATA is under way get their answer first. Resolves when all are gone, at the latest after `grace` milliseconds. */
  stop(grace: number): Promise<void>;
}

/** Bytes of a mail from a stranger that are looked at: only what comes back to us is taken from them (its report stands early). */
const STRANGER_DATA = 256 * 1024;
/** How far beyond `maxSize` a client is listened to, so that it hears the 552. */
const OVERSIZE = 4;
/** Refusals after which a stranger is shown the door. */
const MAX_REFUSALS = 15;
/** The greeting, and the last words before TLS: those, and all before them, are written before TLS takes the socket over. */
const READY = 220;
/** What the library wants to know of a connection, and nobody asks for: else it draws random numbers for a name, and asks the system where it was reached. */
const NAMELESS = { id: "-", localAddress: "-", localPort: 1 };
const ENHANCED = /^[245]\.\d{1,3}\.\d{1,3} /;

class Connection extends SMTPConnection {
  readonly trusted: boolean;
  readonly #hideAuth: boolean;
  #greeted = false;
  #refusals = 0;
  /** The socket whose answers wait for the end of this turn. */
  #gathered: Socket | null = null;
  /** A mail's DATA is under way. */
  busy = false;

  constructor(server: SMTPServer, socket: Socket | TLSSocket, trusted: boolean) {
    super(server, socket, NAMELESS);
    this.trusted = trusted;
    this.#hideAuth = !trusted;
  }

  /** The library greets after 100 ms, to catch those who talk before it; those we trust needn't wait. */
  override init(): void {
    super.init();
    if (this.trusted) this.connectionReady();
  }

  override connectionReady(next?: () => void): void {
    if (this.#greeted) return;
    this.#greeted = true;
    super.connectionReady(next);
  }

  /** A text that brings its enhanced code keeps it. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const own = typeof data === "string" && ENHANCED.test(data);
    if (code === READY) this.#release();
    else this.#gather();
    super.send(code, data, own ? false : context);
    if (code < 500 || this.trusted || this.session.user) return;
    this.#refusals += 1;
    if (this.#refusals === MAX_REFUSALS) super.send(421, "4.7.0 Too many errors, good bye", false);
  }

  /**
   * What is answered in one turn of the event loop leaves together: to commands that came together (RFC 2920 section 3.2) in one packet, and to
   * different clients one right after the other, which wakes the other side once.
   */
  #gather(): void {
    if (this.#gathered) return;
    this.#gathered = this._socket;
    this.#gathered.cork();
    setImmediate(() => this.#release());
  }

  #release(): void {
    this.#gathered?.uncork();
    this.#gathered = null;
  }

  get #open(): boolean {
    return this.secure || !this.#hideAuth;
  }

  /** AUTH is not offered where it would show a password to the network. */
  override handler_EHLO(command: Buffer, callback: () => void): void {
    const { disabledCommands } = this._server.options;
    this.session.disabledCommands = this.#open ? disabledCommands : [...disabledCommands, "AUTH"];
    super.handler_EHLO(command, callback);
    this.session.disabledCommands = disabledCommands;
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    if (this.#open) {
      super.handler_AUTH(command, callback);
      return;
    }
    this.send(538, "5.7.11 Encryption is required to log in");
    callback();
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const line = command.toString();
    super.handler_RCPT(line.includes('"') ? Buffer.from(unquoteRecipient(line)) : command, callback);
  }
}

export function openProtocol(options: ProtocolOptions, hooks: Hooks): Protocol {
  const { log, times } = options;
  const connections = new Map<SMTPServerSession, Connection>();
  const mails = new WeakMap<object, Transaction>();
  let stopping: (() => void) | null = null;

  const caller = (session: SMTPServerSession): Caller => ({
    address: session.remoteAddress,
    trusted: connections.get(session)?.trusted ?? false,
    user: typeof session.user === "string" ? session.user : null,
  });

  const settings: SMTPServerOptions = {
    name: options.hostname,
    heloResponse: "%s",
    banner: "simpost",
    size: options.maxSize,
    rejectOversized: true,
    maxRecipients: options.maxRecipients,
    socketTimeout: times.idle,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    logger: false,
    authOptional: true,
    authMethods: ["PLAIN", "LOGIN"],
    // `Connection` decides where
    allowInsecureAuth: true,
    // without a certificate of ours there is no STARTTLS: the library would take its own, whose key everybody has
    disabledCommands: [
      "WIZ",
      "SHELL",
      "KILL",
      "XCLIENT",
      "XFORWARD",
      ...(typeof options.tls === "string" ? ["STARTTLS"] : []),
    ],
    ...(options.tls === "implicit" ? { secure: true, secured: true } : {}),
    ...(typeof options.tls === "object" ? { ...options.tls, minVersion: "TLSv1.2" } : {}),
    onConnect: (_session, callback) => callback(),
    onSecure: (_socket, _session, callback) => callback(),
    onAuth(auth, session, callback) {
      const { authzid, username = "" } = auth;
      guard(
        log,
        "auth",
        times.rcpt,
        () => {
          // to act for somebody else (RFC 4616) is nobody's right here
          const other =
            authzid !== undefined && authzid !== "" && authzid.toLowerCase() !== username.toLowerCase();
          return hooks.login(caller(session), username, other ? "" : (auth.password ?? ""));
        },
        (error, user) => (error ? callback(error) : callback(null, { user })),
      );
    },
    onMailFrom(from, session, callback) {
      const { dsn } = session.envelope;
      mails.set(
        session.envelope,
        begin({ sender: from.address, ret: dsn?.ret ?? null, envid: dsn?.envid ?? null }),
      );
      callback();
    },
    onRcptTo({ address, dsn }, session, callback) {
      const mail = mails.get(session.envelope);
      guard(
        log,
        "rcpt",
        times.rcpt,
        () =>
          mail
            ? hooks.recipient(caller(session), mail, { address, notify: dsn?.notify, orcpt: dsn?.orcpt })
            : Promise.reject(trouble()),
        callback,
      );
    },
    onData(stream, session, callback) {
      const mail = mails.get(session.envelope);
      const connection = connections.get(session);
      const who = caller(session);
      const known = who.trusted || who.user !== null;
      if (connection) connection.busy = true;
      const slow = setTimeout(() => connection?.send(421, "4.4.2 This mail takes too long"), times.data);
      const finish = (error: Error | null, text?: string) => {
        clearTimeout(slow);
        if (connection) connection.busy = false;
        callback(error, text);
        if (stopping) leave(connection);
      };
      const tooMuch = () => {
        connection?.send(552, "5.3.4 This mail is too big");
        connection?.close();
      };
      const limit = known ? options.maxSize : Math.min(STRANGER_DATA, options.maxSize);
      collect(stream, limit, options.maxSize * OVERSIZE, tooMuch).then(
        (raw) => {
          clearTimeout(slow);
          if (!raw || !mail) return finish(trouble());
          guard(log, "data", times.accept, () => hooks.data(who, mail, raw), finish);
        },
        () => finish(new Refusal(451, "4.4.2 Connection lost")),
      );
    },
    onClose(session) {
      connections.delete(session);
      if (connections.size === 0) stopping?.();
    },
  };

  const leave = (connection: Connection | undefined) =>
    connection?.send(421, "4.3.2 Closing down, please try again later");
  const server = new SMTPServer(settings);
  server.on("error", () => {
    // a client that went away in the middle, a handshake that failed: nothing to be done, and nothing is lost
  });

  return {
    serve(socket, trusted) {
      const connection = new Connection(server, socket, trusted);
      server.connections.add(connection);
      connections.set(connection.session, connection);
      connection.on("error", () => connection.close());
      if (!trusted) {
        const life = setTimeout(() => {
          if (!connection.session.user && !connection.busy) connection.send(421, "4.4.2 Good bye");
        }, times.stranger);
        socket.once("close", () => clearTimeout(life));
      }
      connection.init();
      if (stopping) leave(connection);
    },
    stop(grace) {
      return new Promise((resolve) => {
        const end = setTimeout(() => {
          for (const connection of connections.values()) connection._socket.destroy();
          resolve();
        }, grace);
        stopping = () => {
          clearTimeout(end);
          resolve();
        };
        if (connections.size === 0) return stopping();
        for (const connection of connections.values()) if (!connection.busy) leave(connection);
      });
    },
  };
}
