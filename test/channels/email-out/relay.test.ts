// Mail leaves over real sockets: SMTP, LMTP, TLS, logins; and what each way to fail means.
import { simpleParser } from "mailparser";
import { afterEach, describe, expect, test } from "vitest";
import { SendError } from "../../../src/bridge/errors.ts";
import { createOut } from "../../../src/channels/email/out.ts";
import { noticePost, textPost } from "../../support/posts.ts";
import { type Relay, startRelay } from "../../support/relay.ts";
import { HANG_UP, politely, type Reply, startScripted } from "../../support/scripted.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
function mailer(relay: string, connections = 1) {
  const out = createOut({
    domain: "sms.example.org",
    hostname: "mx.example.org",
    relay,
    connections,
    sims: [],
    users: [],
    language: () => "en",
  });
  cleanups.push(() => out.stop());
  return { out };
}
async function relayOn(options: Parameters<typeof startRelay>[0] = {}): Promise<Relay> {
  const relay = await startRelay(options);
  cleanups.push(() => relay.stop());
  return relay;
}
const never = (): AbortSignal => new AbortController().signal;
const post = (n: number, text = `text ${n}`) => textPost(text, { delivery: { id: n } });
async function failure(sending: Promise<unknown>): Promise<SendError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SendError) return error;
  throw new Error(`expected a SendError, got ${String(error)}`);
}

describe("SMTP", () => {
  test("a text arrives as it was written, under its envelope", async () => {
    const relay = await relayOn();
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`);
    const text = ".\r\n.dot\nFrom me\n\nÜmläut 😀 ";
    expect(await out.send(post(1, text), never())).toEqual({ ref: "1-m0abc@sms.example.org" });
    const [taken] = relay.taken;
    expect(taken).toMatchObject({ from: "bounce+1-m0abc@sms.example.org", to: ["ana@example.org"] });
    const parsed = await simpleParser(taken?.raw ?? "");
    expect(parsed.text).toBe(`${text.replace("\r\n", "\n")}\n`);
    expect(parsed.messageId).toBe("<1-m0abc@sms.example.org>");
  });

  test("a notice has the null sender", async () => {
    const relay = await relayOn();
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`);
    await out.send(noticePost("failed", [{ state: "failed" }]), never());
    expect(relay.taken[0]).toMatchObject({ from: "", to: ["ana@example.org"] });
  });

  test("one connection carries many mails, and more only when many are under way", async () => {
    const relay = await relayOn();
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`, 3);
    for (let n = 1; n <= 150; n++) await out.send(post(n), never());
    expect(relay.taken).toHaveLength(150);
    expect(relay.connections).toBe(1);
    await Promise.all(Array.from({ length: 30 }, (_, n) => out.send(post(200 + n), never())));
    expect(relay.connections).toBe(3);
  });

  test("a connection that the relay closed while it was idle costs no mail", async () => {
    const relay = await relayOn();
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`);
    await out.send(post(1), never());
    await relay.stop();
    const again = await relayOn({ port: relay.port });
    await out.send(post(2), never());
    expect(again.taken).toHaveLength(1);
  });

  test("logs in with what the URL says", async () => {
    const relay = await relayOn({ allowInsecureAuth: true, authOptional: false });
    const { out } = mailer(`smtp://ana:pass%3Aword%401@127.0.0.1:${relay.port}`);
    await out.send(post(1), never());
    expect(relay.taken[0]).toMatchObject({ user: "ana" });
  });

  test("a wrong password is not the mail's fault", async () => {
    const relay = await relayOn({ allowInsecureAuth: true, authOptional: false });
    const { out } = mailer(`smtp://ana:wrong@127.0.0.1:${relay.port}`);
    const error = await failure(out.send(post(1), never()));
    expect(error).toMatchObject({ kind: "temporary", scope: "upstream" });
    expect(error.message).not.toContain("wrong");
  });

  test("a relay that wants a login of one who has none is not the mail's fault", async () => {
    const relay = await relayOn({ allowInsecureAuth: true, authOptional: false });
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`);
    expect(await failure(out.send(post(1), never()))).toMatchObject({ kind: "temporary", scope: "upstream" });
  });

  test("encrypts when the relay offers it, whatever its certificate; not when told not to", async () => {
    const relay = await relayOn({ disabledCommands: [] });
    await mailer(`smtp://127.0.0.1:${relay.port}`).out.send(post(1), never());
    await mailer(`smtp://127.0.0.1:${relay.port}?tls=off`).out.send(post(2), never());
    expect(relay.taken.map((mail) => mail.secure)).toEqual([true, false]);
  });

  test("tls=verify takes no foreign certificate and no plain text", async () => {
    const foreign = await relayOn({ disabledCommands: [] });
    const { out } = mailer(`smtp://127.0.0.1:${foreign.port}?tls=verify`);
    expect(await failure(out.send(post(1), never()))).toMatchObject({ kind: "temporary", scope: "upstream" });
    const plain = await relayOn();
    const other = mailer(`smtp://127.0.0.1:${plain.port}?tls=verify`);
    expect(await failure(other.out.send(post(1), never()))).toMatchObject({
      kind: "temporary",
      scope: "upstream",
    });
    expect([...foreign.taken, ...plain.taken]).toEqual([]);
  });

  test("smtps:// verifies the certificate", async () => {
    const relay = await relayOn({ secure: true });
    const { out } = mailer(`smtps://127.0.0.1:${relay.port}`);
    expect(await failure(out.send(post(1), never()))).toMatchObject({ kind: "temporary", scope: "upstream" });
  });

  test.each([
    ["rcpt", 550, "5.1.1 no such user", "permanent", "message"],
    ["rcpt", 450, "4.2.0 greylisted", "temporary", "message"],
    ["rcpt", 421, "4.3.2 going down", "temporary", "upstream"],
    ["data", 554, "5.7.1 spam", "permanent", "message"],
    ["data", 552, "5.3.4 too big", "permanent", "message"],
    ["data", 451, "4.3.0 disk full", "temporary", "message"],
    ["mail", 552, "5.3.4 too big", "permanent", "message"],
    ["mail", 550, "5.7.1 sender refused", "temporary", "upstream"],
    ["mail", 451, "4.3.0 later", "temporary", "upstream"],
    ["connect", 554, "5.3.2 no", "temporary", "upstream"],
    ["connect", 421, "4.3.2 busy", "temporary", "upstream"],
  ] as const)("refused at %s with %i %s: %s, %s", async (at, code, text, kind, scope) => {
    const relay = await relayOn();
    const { out } = mailer(`smtp://127.0.0.1:${relay.port}`);
    relay.refuse = { at, code, text };
    const error = await failure(out.send(post(1), never()));
    expect(error).toMatchObject({ kind, scope });
    expect(error.words === undefined).toBe(kind !== "permanent");
    expect(error.words ?? "").not.toContain("5.");
    relay.refuse = null;
    await out.send(post(2), never());
    expect(relay.taken).toHaveLength(1);
  });

  test.each([
    ["after the mail's last dot", (line: string): Reply => (line === "." ? HANG_UP : politely(line))],
    ["before the greeting", (): Reply => HANG_UP],
    ["at RCPT", (line: string): Reply => (line.startsWith("RCPT") ? HANG_UP : politely(line))],
    [
      "with words that are no SMTP",
      (line: string): Reply => (line === "GREETING" ? "SSH-2.0-OpenSSH" : null),
    ],
    [
      "with 503 at RCPT",
      (line: string): Reply => (line.startsWith("RCPT") ? "503 5.5.1 what?" : politely(line)),
    ],
  ])(
    "a connection that ends %s is temporary: the mail is sent again, under the same id",
    async (_when, reply) => {
      const server = await startScripted(reply);
      cleanups.push(() => server.stop());
      const { out } = mailer(`smtp://127.0.0.1:${server.port}`);
      expect(await failure(out.send(post(1), never()))).toMatchObject({ kind: "temporary" });
      const ids = server.heard.filter((line) => line.startsWith("Message-ID:"));
      expect(new Set(ids).size).toBeLessThanOrEqual(1);
      // nodemailer itself never repeats what may have been taken
      expect(ids.length).toBeLessThanOrEqual(1);
    },
  );

  test("too big for the relay is refused for good", async () => {
    const server = await startScripted((line) =>
      line === "." ? "552 Message size exceeds fixed limit" : politely(line),
    );
    cleanups.push(() => server.stop());
    const { out } = mailer(`smtp://127.0.0.1:${server.port}`);
    expect(await failure(out.send(post(1), never()))).toMatchObject({ kind: "permanent", scope: "message" });
  });

  test("a service that gives mails its own Message-ID: that is the one that replies will name", async () => {
    const id = "AM9PR04MB8123F2A7@AM9PR04MB8123.eurprd04.prod.outlook.com";
    const server = await startScripted((line) =>
      line === "." ? `250 2.0.0 OK <${id}> [Hostname=AM9PR04MB8123]` : politely(line),
    );
    cleanups.push(() => server.stop());
    expect(await mailer(`smtp://127.0.0.1:${server.port}`).out.send(post(1), never())).toEqual({ ref: id });
  });
});

describe("LMTP", () => {
  test("a mail arrives", async () => {
    const relay = await relayOn({ lmtp: true });
    const { out } = mailer(`lmtp://127.0.0.1:${relay.port}`);
    expect(await out.send(post(1), never())).toEqual({ ref: "1-m0abc@sms.example.org" });
    expect(relay.taken).toHaveLength(1);
  });

  test.each([
    [550, "permanent"],
    [452, "temporary"],
  ] as const)("the answer for the recipient after the data counts: %i is %s", async (code, kind) => {
    const relay = await relayOn({ lmtp: true });
    const { out } = mailer(`lmtp://127.0.0.1:${relay.port}`);
    relay.refuse = { at: "data", code, text: "mailbox full" };
    expect(await failure(out.send(post(1), never()))).toMatchObject({ kind, scope: "message" });
    expect(relay.taken).toEqual([]);
  });
});

test.each([
  "",
  "relay.example.org",
  "http://relay",
  "smtp://",
  "maildir:",
  "smtp://relay?tls=maybe",
  "smtp//x",
])("%j is no relay", (relay) => {
  expect(() => mailer(relay)).toThrow(/^relay: /);
});

test.each(["smtp://relay.example.org", "lmtp://[::1]:24", "smtps://ana:x@relay.example.org"])(
  "%s is a relay",
  (relay) => {
    expect(() => mailer(relay)).not.toThrow();
  },
);
