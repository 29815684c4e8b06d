// A simulated mail relay and mailbox: SMTP or LMTP on 127.0.0.1, keeps what it takes, misbehaves when told.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from "smtp-server";
import { Journal } from "./journal.ts";
import { isKept, type MailFault, MailFaults, refusal } from "./mail-faults.ts";
import { PromptServer } from "./prompt-server.ts";

export type { MailFault } from "./mail-faults.ts";

/** The envelope of one mail, with its DSN parameters (RFC 3461). */
export interface Envelope {
  /** "" is the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly ret: string | null;
  readonly envid: string | null;
  /** NOTIFY and ORCPT by recipient. */
  readonly dsn: Readonly<
    Record<string, { readonly notify: readonly string[]; readonly orcpt: string | null }>
  >;
}

export interface ReceivedMail {
  readonly envelope: Envelope;
  readonly source: Buffer;
  /** UTC milliseconds: when it was wholly read, before the answer. */
  readonly at: number;
  readonly parsed: ParsedMail;
}

export interface MailboxOptions {
  readonly port?: number;
  readonly lmtp?: boolean;
  /** Logins that AUTH takes; default: no AUTH is offered. */
  readonly logins?: Readonly<Record<string, string>>;
  /** Mails remembered; default 10,000. */
  readonly keep?: number;
  /** Whether mails are parsed; without it only `onSource` and the counts work. Default true. */
  readonly parse?: boolean;
}

type Done = (error?: Error | null) => void;
type DataDone = (error: Error | null | undefined, answer?: string | (string | Error)[]) => void;

const TAKEN = "2.0.0 taken";

export class Mailbox {
  readonly faults = new MailFaults();
  readonly #server: PromptServer;
  readonly #options: MailboxOptions;
  readonly #mails: Journal<ReceivedMail>;
  readonly #copies = new Map<string, number>();
  readonly #mailListeners = new Set<(mail: ReceivedMail) => void>();
  readonly #sourceListeners = new Set<(envelope: Envelope, source: Buffer) => void>();
  #total = 0;
  #connections = 0;
  #port = 0;

  private constructor(options: MailboxOptions) {
    this.#options = options;
    this.#mails = new Journal(options.keep ?? 10_000);
    this.#server = new PromptServer({
      lmtp: options.lmtp ?? false,
      logger: false,
      disableReverseLookup: true,
      hideDSN: false,
      // Answers bring their own enhanced codes: smtp-server would put another one in front.
      hideENHANCEDSTATUSCODES: true,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      authOptional: true,
      closeTimeout: 1,
      disabledCommands: options.logins ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
      onAuth: ({ username = "", password }, _session, done) => {
        const right = password != null && options.logins?.[username] === password;
        done(
          right ? null : refusal(535, "5.7.8 authentication failed"),
          right ? { user: username } : undefined,
        );
      },
      onConnect: (session, done) => {
        this.#connections += 1;
        this.#step("connect", "", session, done);
      },
      onMailFrom: (address, session, done) => this.#step("mail", address.address, session, done),
      onRcptTo: (address, session, done) => this.#step("rcpt", address.address, session, done),
      onData: (stream, session, done) => this.#data(stream, session, done),
    });
    this.#server.on("error", () => undefined);
  }

  /** Listens on 127.0.0.1. */
  static async start(options: MailboxOptions = {}): Promise<Mailbox> {
    const mailbox = new Mailbox(options);
    await mailbox.#listen(options.port ?? 0);
    return mailbox;
  }

  get port(): number {
    return this.#port;
  }

  /** As the config's `relay` wants it. */
  get url(): string {
    return `${this.#options.lmtp ? "lmtp" : "smtp"}://127.0.0.1:${this.#port}`;
  }

  /** What was taken, oldest first; a mail that came twice is here twice. */
  get mails(): readonly ReceivedMail[] {
    return this.#mails.entries;
  }

  /** How many mails were ever taken. */
  get total(): number {
    return this.#total;
  }

  get connectionCount(): number {
    return this.#connections;
  }

  /** How often a mail with this Message-ID (angle brackets or not) was taken. */
  copies(messageId: string): number {
    return this.#copies.get(bare(messageId)) ?? 0;
  }

  /** Message-IDs that were taken more than once. */
  get doubled(): readonly string[] {
    return [...this.#copies].filter(([, count]) => count > 1).map(([id]) => id);
  }

  /** Calls `listener` for each mail, parsed; returns how to stop that. */
  onMail(listener: (mail: ReceivedMail) => void): () => void {
    this.#mailListeners.add(listener);
    return () => this.#mailListeners.delete(listener);
  }

  /** Calls `listener` for each mail before it is answered, unparsed; returns how to stop that. */
  onSource(listener: (envelope: Envelope, source: Buffer) => void): () => void {
    this.#sourceListeners.add(listener);
    return () => this.#sourceListeners.delete(listener);
  }

  /** Resolves with the first mail, past or coming, that `wanted` takes. Rejects after `timeout` milliseconds. */
  waitFor(wanted: (mail: ReceivedMail) => boolean, timeout = 10_000): Promise<ReceivedMail> {
    const past = this.mails.find(wanted);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`mailbox: no such mail within ${timeout} ms`));
      }, timeout);
      const stop = this.onMail((mail) => {
        if (!wanted(mail)) return;
        clearTimeout(timer);
        stop();
        resolve(mail);
      });
    });
  }

  /** Forgets the mails, not the faults. */
  forget(): void {
    this.#mails.clear();
    this.#copies.clear();
    this.#total = 0;
  }

  /** Breaks every connection and stops listening. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#server.sockets.values()) socket.destroy();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    const server = this.#server.listen(port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  #step(at: MailFault["at"], address: string, session: SMTPServerSession, done: Done): void {
    this.#answer(this.faults.take(at, address), session, done);
  }

  #answer(fault: MailFault | undefined, session: SMTPServerSession, done: Done): void {
    if (fault === undefined) done();
    if (fault === undefined || fault.answer === "hang") return;
    const socket = this.#server.sockets.get(session.remotePort);
    if (fault.answer === "drop") {
      socket?.destroy();
      return;
    }
    done(refusal(fault.answer, fault.text));
    if (fault.answer === 421) setImmediate(() => socket?.end());
  }

  #data(stream: SMTPServerDataStream, session: SMTPServerSession, done: DataDone): void {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const source = Buffer.concat(chunks);
      const { rcptTo, mailFrom } = session.envelope;
      if (this.#options.lmtp) {
        this.#dataForEach(source, session, done);
        return;
      }
      const fault = this.faults.take("data", mailFrom ? mailFrom.address : "");
      if (isKept(fault)) this.#keep(source, session, rcptTo);
      if (fault) this.#answer(fault, session, done);
      else done(null, TAKEN);
    });
  }

  /** LMTP (RFC 2033): one answer for each recipient. */
  #dataForEach(source: Buffer, session: SMTPServerSession, done: DataDone): void {
    const { rcptTo } = session.envelope;
    const faults = rcptTo.map(({ address }) => this.faults.take("data", address));
    const taken = rcptTo.filter((_, index) => isKept(faults[index]));
    if (taken.length > 0) this.#keep(source, session, taken);
    const silent = faults.find((fault) => typeof fault?.answer === "string");
    if (silent) this.#answer(silent, session, done);
    else
      done(
        null,
        faults.map((fault) =>
          typeof fault?.answer === "number" ? refusal(fault.answer, fault.text) : TAKEN,
        ),
      );
  }

  #keep(source: Buffer, session: SMTPServerSession, recipients: readonly SMTPServerAddress[]): void {
    const { mailFrom, dsn } = session.envelope;
    const envelope: Envelope = {
      from: mailFrom ? mailFrom.address : "",
      to: recipients.map(({ address }) => address),
      ret: dsn?.ret ?? null,
      envid: dsn?.envid ?? null,
      dsn: Object.fromEntries(
        recipients.map(({ address, dsn: wish }) => [
          address,
          { notify: wish?.notify ?? [], orcpt: wish?.orcpt ?? null },
        ]),
      ),
    };
    this.#total += 1;
    const id = /^message-id:\s*(\S+)/im.exec(headOf(source))?.[1];
    if (id !== undefined) this.#copies.set(bare(id), this.copies(id) + 1);
    for (const listener of this.#sourceListeners) listener(envelope, source);
    if (this.#options.parse === false) return;
    const at = Date.now();
    simpleParser(source, { skipImageLinks: true }).then(
      (parsed) => {
        const mail = { envelope, source, at, parsed };
        this.#mails.add(mail);
        for (const listener of this.#mailListeners) listener(mail);
      },
      () => undefined,
    );
  }
}

const bare = (id: string): string => id.replace(/^<|>$/g, "");

const headOf = (source: Buffer): string => {
  const end = source.indexOf("\r\n\r\n");
  return source.subarray(0, end < 0 ? source.length : end).toString("latin1");
};
