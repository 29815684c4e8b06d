// A real SMTP or LMTP server that remembers what it took and refuses what it is told to.
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface Taken {
  /** Envelope sender; "" is the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  /** Number of the connection that it came over, from 1. */
  readonly connection: number;
  readonly secure: boolean;
  readonly user: string | null;
}

export interface Refusal {
  readonly at: "connect" | "mail" | "rcpt" | "data";
  readonly code: number;
  readonly text: string;
}

export interface Relay {
  readonly port: number;
  readonly taken: Taken[];
  readonly connections: number;
  /** Said to every mail from now on; null: all are taken. */
  refuse: Refusal | null;
  /** From now on the answer to DATA waits for `release`. */
  hold(): void;
  release(): void;
  /** Resolves once `count` mails are taken. */
  until(count: number): Promise<readonly Taken[]>;
  /** Resolves once a mail waits for its answer (see `hold`). */
  held(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a relay on a free port of 127.0.0.1; `port`: on this one (a relay that comes back). */
export async function startRelay(
  options: SMTPServerOptions & { readonly port?: number } = {},
): Promise<Relay> {
  const taken: Taken[] = [];
  const users = new Map<string, string>();
  const numbers = new Map<string, number>();
  let waiting: { readonly count: number; readonly go: () => void }[] = [];
  let gate = Promise.resolve();
  let open = (): void => undefined;
  let arrived = (): void => undefined;
  let isHeld = new Promise<void>(() => undefined);
  let refuse: Refusal | null = null;
  const no = (at: Refusal["at"]): Error | null =>
    refuse?.at === at ? Object.assign(new Error(refuse.text), { responseCode: refuse.code }) : null;

  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    closeTimeout: 200,
    onConnect(session, done) {
      numbers.set(session.id, numbers.size + 1);
      done(no("connect"));
    },
    onAuth(auth, session, done) {
      const good = auth.username === "ana" && auth.password === "pass:word@1";
      users.set(session.id, auth.username ?? "");
      done(
        good ? null : Object.assign(new Error("no"), { responseCode: 535 }),
        good ? { user: "ana" } : undefined,
      );
    },
    onMailFrom: (_address, _session, done) => done(no("mail")),
    onRcptTo: (_address, _session, done) => done(no("rcpt")),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        arrived();
        const answer = (): void => {
          const refused = no("data");
          if (refused) {
            if (options.lmtp) done(null, [refused]);
            else done(refused);
            return;
          }
          const from = session.envelope.mailFrom;
          taken.push({
            from: from ? from.address : "",
            to: session.envelope.rcptTo.map((to) => to.address),
            raw: Buffer.concat(chunks),
            connection: numbers.get(session.id) ?? 0,
            secure: session.secure,
            user: users.get(session.id) ?? null,
          });
          done(null, options.lmtp ? ["taken"] : "taken");
          for (const one of waiting) if (taken.length >= one.count) one.go();
          waiting = waiting.filter((one) => taken.length < one.count);
        };
        void gate.then(answer);
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    taken,
    get connections() {
      return numbers.size;
    },
    get refuse() {
      return refuse;
    },
    set refuse(next) {
      refuse = next;
    },
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
      isHeld = new Promise((resolve) => {
        arrived = resolve;
      });
    },
    release: () => open(),
    held: () => isHeld,
    until: (count) =>
      taken.length >= count
        ? Promise.resolve(taken)
        : new Promise((resolve) => waiting.push({ count, go: () => resolve(taken) })),
    stop: () =>
      new Promise((resolve) => {
        open();
        server.close(() => resolve());
      }),
  };
}
