// SMTP load: many sessions over plain sockets, one command at a time, with the moments of each mail.
import { connect, type Socket } from "node:net";
import { monotonic } from "./figures.ts";

export interface Order {
  readonly port: number;
  readonly sessions: number;
  readonly mails: number;
  /** One connection for all mails of a session; else a new one for each. */
  readonly reuse: boolean;
  readonly from: string;
  /** "#" becomes eight digits, others for each mail. */
  readonly rcpt: string;
  /** Number of the first mail: it stands in the text as ZQ<number>Q. */
  readonly first: number;
  /** Mails begun per second at most; default: as fast as it goes. */
  readonly rate?: number;
}

/** One mail. Moments in milliseconds of CLOCK_MONOTONIC. */
export interface Mail {
  readonly number: number;
  /** MAIL FROM was said; with a new connection: it was begun. */
  start: number;
  /** The end of DATA was said; 0: never. */
  dot: number;
  /** Its answer came. */
  end: number;
  /** `unknown`: the end of DATA was said, and no answer came. */
  outcome: "accepted" | "refused" | "unknown";
}

const PAUSE = 50;
const DATE = "Date: Sun, 22 Nov 2026 16:00:00 +0000";
/** Fills a mail up to about 1 KB. */
const PADDING = Array.from({ length: 11 }, (_, line) =>
  Array.from({ length: 70 }, (_, at) => String.fromCharCode(97 + ((line * 70 + at) % 26))).join(""),
).join("\r\n");

/** Eight digits, another row of them for each number below 100 million. */
const digits = (number: number): string => String((number * 7_919_993) % 100_000_000).padStart(8, "0");

/** Sends them all. Resolves with the mails in order; rejects when the server greets nobody. */
export function load(order: Order): Promise<readonly Mail[]> {
  const began = monotonic();
  const mails: Mail[] = [];
  /** The next mail's number; null: there is none left; a number below 0: not for so many milliseconds. */
  const next = (): Mail | number | null => {
    if (mails.length === order.mails) return null;
    const wait = order.rate ? began + (mails.length * 1_000) / order.rate - monotonic() : 0;
    if (wait > 0) return -wait;
    const number = order.first + mails.length;
    const mail: Mail = { number, start: monotonic(), dot: 0, end: 0, outcome: "refused" };
    mails.push(mail);
    return mail;
  };
  const sessions = Array.from({ length: order.sessions }, () => new Session(order, next).run());
  return Promise.all(sessions).then(() => mails);
}

type Step = "greeting" | "ehlo" | "mail" | "rcpt" | "data" | "dot" | "idle";

/** One client: as long as there are mails it sends one after the other. */
class Session {
  readonly #order: Order;
  readonly #next: () => Mail | number | null;
  readonly #done = Promise.withResolvers<void>();
  #socket: Socket | null = null;
  #step: Step = "idle";
  #mail: Mail | null = null;
  #rest = "";

  constructor(order: Order, next: () => Mail | number | null) {
    this.#order = order;
    this.#next = next;
  }

  run(): Promise<void> {
    this.#take();
    return this.#done.promise;
  }

  #take(): void {
    const mail = this.#next();
    if (typeof mail === "number") {
      setTimeout(() => this.#take(), -mail);
      return;
    }
    this.#mail = mail;
    if (mail === null) {
      this.#socket?.end("QUIT\r\n");
      this.#done.resolve();
    } else if (this.#socket) this.#begin(this.#socket);
    else this.#connect();
  }

  #connect(): void {
    this.#step = "greeting";
    this.#rest = "";
    const socket = connect({ port: this.#order.port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (data: string) => {
      if (socket === this.#socket) this.#read(socket, data);
    });
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      if (socket === this.#socket) this.#lost();
    });
  }

  #read(socket: Socket, data: string): void {
    const lines = (this.#rest + data).split("\r\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line[3] !== "-" && socket === this.#socket) this.#hear(socket, line);
  }

  #hear(socket: Socket, line: string): void {
    const fine = line.startsWith(this.#step === "data" ? "354" : "2");
    const mail = this.#mail;
    if (!fine && this.#step !== "dot") this.#refused(socket, line);
    else if (this.#step === "greeting") this.#say(socket, "ehlo", "EHLO load.example.net\r\n");
    else if (this.#step === "ehlo") this.#begin(socket);
    else if (mail) this.#answered(socket, mail, line, fine);
  }

  #answered(socket: Socket, mail: Mail, line: string, fine: boolean): void {
    const { rcpt, reuse } = this.#order;
    if (this.#step === "mail")
      this.#say(socket, "rcpt", `RCPT TO:<${rcpt.replace("#", digits(mail.number))}>\r\n`);
    else if (this.#step === "rcpt") this.#say(socket, "data", "DATA\r\n");
    else if (this.#step === "data") {
      mail.dot = monotonic();
      mail.outcome = "unknown";
      this.#say(socket, "dot", this.#content(mail));
    } else if (this.#step === "dot") {
      mail.end = monotonic();
      mail.outcome = fine ? "accepted" : "refused";
      if (!fine) process.stderr.write(`${line}\n`);
      if (!reuse) this.#leave(socket);
      this.#step = "idle";
      this.#take();
    }
  }

  #content({ number, start }: Mail): string {
    const { from, rcpt } = this.#order;
    const id = `Message-ID: <${number}.${process.pid}.${Math.round(start)}@load.example.net>`;
    const head = `From: <${from}>\r\nTo: <${rcpt}>\r\nSubject: ZQ${number}Q\r\n${DATE}\r\n${id}`;
    return `${head}\r\n\r\nZQ${number}Q hello\r\n${PADDING}\r\n.\r\n`;
  }

  #begin(socket: Socket): void {
    // A reused connection's time counts from here; a new one's from its beginning.
    if (this.#order.reuse && this.#mail) this.#mail.start = monotonic();
    this.#say(socket, "mail", `MAIL FROM:<${this.#order.from}>\r\n`);
  }

  #say(socket: Socket, step: Step, words: string): void {
    this.#step = step;
    socket.write(words);
  }

  #refused(socket: Socket, line: string): void {
    process.stderr.write(`${line}\n`);
    this.#leave(socket);
    this.#step = "idle";
    setTimeout(() => this.#take(), PAUSE);
  }

  /** Says good-bye and does not wait for the answer. */
  #leave(socket: Socket): void {
    this.#socket = null;
    socket.end("QUIT\r\n");
  }

  /** The connection is gone: a mail whose end was not yet said goes again, another's fate is unknown. */
  #lost(): void {
    this.#socket = null;
    const again = this.#mail !== null && this.#step !== "dot" && this.#step !== "idle";
    setTimeout(() => (again ? this.#connect() : this.#take()), PAUSE);
  }
}
