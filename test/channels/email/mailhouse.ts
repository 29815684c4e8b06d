// What the tests of mail in share: a server with two users, and a mail in one call.

import { createServer, type MailServer, type ServerOptions } from "../../../src/channels/email/server.ts";
import { FakeClock } from "../../support/clock.ts";
import { FakeInbox } from "../../support/inbox.ts";
import { MemoryLog } from "../../support/log.ts";
import { type Conversation, dial } from "../../support/transcript.ts";

export interface House extends AsyncDisposable {
  readonly server: MailServer;
  readonly inbox: FakeInbox;
  readonly log: MemoryLog;
  readonly clock: FakeClock;
  readonly port: number;
  /** A client on a trusted network. */
  trusted(): Promise<Conversation>;
  /** A client on none. */
  stranger(): Promise<Conversation>;
  /** Sends one mail as Ana; resolves with the answer to DATA. `content` is the mail, lines ended as they are. */
  mail(content: string | Buffer, to?: string): Promise<string>;
}

/** Comes from an address that is not in `trust`. */
export const STRANGE = "127.0.0.2";

export async function house(options: Partial<ServerOptions> = {}): Promise<House> {
  const inbox = new FakeInbox();
  const log = new MemoryLog();
  const clock = new FakeClock();
  const server = createServer(
    {
      name: "email",
      hostname: "sms.example.org",
      domain: "sms.example.org",
      listen: [{ address: "127.0.0.1", port: 0, tls: "none" }],
      users: [
        { name: "ana", email: ["ana@example.org", "Ana.Maier@Example.org"], password: "hash of sesame" },
        { name: "jürgen", email: ["jürgen@bücher.example"], password: "hash of öffne" },
        { name: "cron", email: ["root@example.org"] },
      ],
      trust: ["127.0.0.1/32"],
      subject: "prefix",
      maxSize: 200_000,
      maxClients: 50,
      maxRecipients: 10,
      idle: 60_000,
      verify: async (hash, password) => hash === `hash of ${password}`,
      clock,
      log,
      ...options,
    },
    inbox,
  );
  await server.start();
  const port = server.addresses[0]?.port ?? 0;
  return {
    server,
    inbox,
    log,
    clock,
    port,
    trusted: () => dial(port),
    stranger: () => dial(port, STRANGE),
    async mail(content, to = "+491701234567@sms.example.org") {
      const client = await dial(port);
      await client.play(`
        S: 220 *
        C: EHLO client
        S: 250 *
        C: MAIL FROM:<ana@example.org>
        S: 250 *
        C: RCPT TO:<${to}>
        S: 250 *
        C: DATA
        S: 354 *`);
      client.socket.write(stuffed(content));
      const reply = await client.reply();
      client.close();
      return reply;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Dots doubled, lines ended with CRLF, closed with a dot. */
function stuffed(content: string | Buffer): Buffer {
  const text = (typeof content === "string" ? Buffer.from(content) : content).toString("latin1");
  return Buffer.from(
    `${text
      .replace(/\r?\n/g, "\r\n")
      .replace(/^\./gm, "..")
      .replace(/(?:\r\n)?$/, "")}\r\n.\r\n`,
    "latin1",
  );
}

/** A mail of Ana's with these headers and body. */
export const fromAna = (headers: string, body: string): string =>
  `From: Ana <ana@example.org>\nTo: <+491701234567@sms.example.org>\n${headers}${headers === "" || headers.endsWith("\n") ? "" : "\n"}\n${body}`;
