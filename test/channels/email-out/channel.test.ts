// Both halves of the mail channel together: what goes out comes back as a bounce, an answer, or not at all.
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Inbox, Recipient, Submission } from "../../../src/bridge/ports/channel.ts";
import { createEmail, type EmailChannel } from "../../../src/channels/email/index.ts";
import { FakeClock } from "../../support/clock.ts";
import { MemoryLog } from "../../support/log.ts";
import { textPost } from "../../support/posts.ts";
import { type Relay, startRelay } from "../../support/relay.ts";

class Notebook implements Pick<Inbox, "check" | "accept" | "bounced"> {
  readonly submissions: Submission[] = [];
  readonly bounces: [string, string][] = [];
  check(ask: Parameters<Inbox["check"]>[0]): Promise<Recipient> {
    return Promise.resolve({ phone: ask.to, kind: "number", pin: null, raw: ask.to, notify: [] });
  }
  accept(submission: Submission) {
    this.submissions.push(submission);
    return Promise.resolve({
      id: "m1",
      repeated: false,
      recipients: submission.to.length,
      parts: 1,
      cut: false,
    });
  }
  bounced(token: string, detail: string): Promise<boolean> {
    this.bounces.push([token, detail]);
    return Promise.resolve(true);
  }
}

let relay: Relay;
let channel: EmailChannel;
let inbox: Notebook;
const options = () => ({
  name: "email",
  domain: "sms.example.org",
  hostname: "mx.example.org",
  listen: [{ address: "127.0.0.1", port: 0, tls: "none" as const }],
  users: [{ name: "ana", email: ["ana@example.org"] }],
  trust: ["127.0.0.0/8"],
  subject: "prefix" as const,
  maxSize: 1_000_000,
  maxClients: 10,
  maxRecipients: 10,
  idle: 10_000,
  sims: [],
  language: () => "en",
  relay: `smtp://127.0.0.1:${relay.port}`,
  verify: () => Promise.resolve(false),
  clock: new FakeClock(),
  log: new MemoryLog(),
});
beforeEach(async () => {
  relay = await startRelay();
  inbox = new Notebook();
  channel = createEmail(options());
  await channel.start(inbox);
});
afterEach(async () => {
  await channel.stop();
  await relay.stop();
});

/** Hands a mail in, as a mail program does; the server's last answer. */
async function submit(from: string, to: string, mail: string): Promise<string> {
  const socket = connect(channel.addresses[0]?.port ?? 0, "127.0.0.1");
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    for (;;) {
      const answer = await answers.next();
      if (answer.done) return "closed";
      if (answer.value[3] !== "-") return answer.value;
    }
  };
  let answer = await next();
  for (const line of [
    "EHLO client.example",
    `MAIL FROM:<${from}>`,
    `RCPT TO:<${to}>`,
    "DATA",
    `${mail}\r\n.`,
  ]) {
    socket.write(`${line}\r\n`);
    answer = await next();
    if (/^[45]/.test(answer)) break;
  }
  socket.end("QUIT\r\n");
  await once(socket, "close");
  return answer;
}
async function sent(): Promise<{ raw: string; from: string; ref: string }> {
  const { ref } = await channel.send(textPost("Are you there?"), new AbortController().signal);
  const [taken] = relay.taken;
  return { raw: taken?.raw.toString() ?? "", from: taken?.from ?? "", ref: ref ?? "" };
}

test("a bounce to what we sent names its delivery", async () => {
  const { from } = await sent();
  const report = [
    "From: MAILER-DAEMON@mx.example",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    "",
    "--x",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example",
    "",
    "Final-Recipient: rfc822; ana@example.org",
    "Action: failed",
    "Status: 5.1.1",
    "--x--",
  ].join("\r\n");
  expect(await submit("", from, report)).toMatch(/^250 /);
  expect(inbox.bounces).toEqual([["25-m0abc", "5.1.1"]]);
  expect(inbox.submissions).toEqual([]);
});

test("an answer to what we sent goes back to the phone, and names our mail", async () => {
  const { ref } = await sent();
  const answer = [
    "From: ana@example.org",
    "Message-ID: <answer@example.org>",
    "Subject: Re: SMS from +4915112345678",
    `In-Reply-To: <${ref}>`,
    `References: <${ref}>`,
    "",
    "Yes",
  ].join("\r\n");
  expect(await submit("ana@example.org", "+4915112345678@sms.example.org", answer)).toMatch(/^250 /);
  expect(inbox.submissions).toHaveLength(1);
  expect(inbox.submissions[0]).toMatchObject({ text: "Yes", ref: "answer@example.org", refs: [ref] });
});

test("our own mail, sent back to us by a filter, is no answer", async () => {
  const { raw } = await sent();
  expect(await submit("ana@example.org", "+4915112345678@sms.example.org", raw.trimEnd())).toMatch(/^550 /);
  expect(inbox.submissions).toEqual([]);
});

test("a sender that can't be answered is refused as one", async () => {
  expect(await submit("ana@example.org", "no-reply+vodafone@sms.example.org", "x")).toMatch(/^55\d /);
  expect(inbox.submissions).toEqual([]);
});

test("an address in use is an error at start, and what was opened is closed again", async () => {
  const port = channel.addresses[0]?.port ?? 0;
  const second = createEmail({ ...options(), listen: [{ address: "127.0.0.1", port, tls: "none" }] });
  await expect(second.start(inbox)).rejects.toThrow(/EADDRINUSE/);
  expect(second.addresses).toEqual([]);
  await second.stop();
});
