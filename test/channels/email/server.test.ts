// SMTP conversations, as transcripts.
import { expect, test } from "vitest";
import { Rejected } from "../../../src/bridge/errors.ts";
import { fromAna, house } from "./mailhouse.ts";

test("a mail becomes a submission, and 250 names it", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await client.play(`
    S: 220 sms.example.org ESMTP*
    C: EHLO client
    S: 250 SIZE 200000
    C: MAIL FROM:<ana@example.org> RET=HDRS ENVID=QQ314159 BODY=8BITMIME SMTPUTF8
    S: 250 2.1.0 *
    C: RCPT TO:<+491701234567@sms.example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;+2B491701234567@sms.example.org
    S: 250 2.1.5 *
    C: DATA
    S: 354 *
    C: From: Ana <ana@example.org>
    C: Subject: Dinner
    C: Message-ID: <one@example.org>
    C: Importance: high
    C:
    C: At eight?
    C: ..
    C: .
    S: 250 2.0.0 queued as m1: 1 recipient, 1 part
    C: QUIT
    S: 221 *`);
  expect(client.replies[1]).toContain(
    "250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-DSN\n",
  );
  expect(mail.inbox.submissions).toEqual([
    {
      user: "ana",
      from: { via: "email", address: "ana@example.org" },
      to: [
        {
          phone: "+491701234567",
          kind: "number",
          pin: null,
          raw: "+491701234567",
          notify: ["success", "delay"],
        },
      ],
      text: "Dinner\nAt eight?\n.",
      ref: "one@example.org",
      refs: [],
      priority: 0,
      origin: {
        "envelope-from": "ana@example.org",
        headers:
          "From: Ana <ana@example.org>\r\nSubject: Dinner\r\nMessage-ID: <one@example.org>\r\nImportance: high\r\n",
        envid: "QQ314159",
        ret: "HDRS",
        subject: "Dinner",
        "message-id": "one@example.org",
        "orcpt:+491701234567": "rfc822;+491701234567@sms.example.org",
      },
    },
  ]);
});

test("each recipient is answered for itself, one phone spelled three ways is one", async () => {
  await using mail = await house();
  mail.inbox.onCheck = (ask) => {
    if (ask.to === "110") throw new Rejected("not-allowed", "You are not allowed to send to 110");
    if (ask.gateway === "attic") throw new Rejected("no-such-sim", "There is no such gateway");
  };
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<Ana.Maier@EXAMPLE.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 250 *
    C: RCPT TO:<00491701234567@SMS.Example.ORG>
    S: 250 *
    C: RCPT TO:<"+49 170 1234567"@sms.example.org>
    S: 250 *
    C: RCPT TO:<110@sms.example.org>
    S: 550 5.7.1 You are not allowed to send to 110
    C: RCPT TO:<office@sms.example.org>
    S: 550 5.1.1 This is not a phone number
    C: RCPT TO:<+491701234568+attic.3@sms.example.org>
    S: 550 5.1.1 There is no such gateway
    C: RCPT TO:<+491701234567@elsewhere.example>
    S: 550 5.7.1 *
    C: RCPT TO:<postmaster>
    S: 550 5.7.1 *
    C: RCPT TO:<+491701234569+office.3@sms.example.org> NOTIFY=NEVER
    S: 250 *
    C: RCPT TO:<*100#@sms.example.org>
    S: 452 4.5.3 *
    C: DATA
    S: 354 *
    C: From: ana@example.org
    C:
    C: hello
    C: .
    S: 250 2.0.0 queued as m1: 2 recipients, 2 parts`);
  expect(mail.inbox.submissions[0]?.to).toMatchObject([
    { phone: "+491701234567", pin: null },
    { phone: "+491701234569", pin: { gateway: "office", port: 3 }, notify: [] },
  ]);
  expect(mail.inbox.checks.at(-1)?.before.map(({ phone }) => phone)).toEqual([
    "+491701234567",
    "+491701234569",
  ]);
  client.close();
});

test("a second mail on the connection starts afresh, and so does one after RSET", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  const one = (number: string) => `
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<${number}@sms.example.org>
    S: 250 *`;
  const data = `
    C: DATA
    S: 354 *
    C: From: ana@example.org
    C:
    C: hello
    C: .
    S: 250 2.0.0 queued as *`;
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${one("+491701111111")}
    C: RSET
    S: 250 *
    ${one("+491702222222")}${data}${one("+491703333333")}${data}`);
  expect(mail.inbox.submissions.map(({ to }) => to.map(({ phone }) => phone))).toEqual([
    ["+491702222222"],
    ["+491703333333"],
  ]);
  client.close();
});

test("commands in one packet are answered one by one", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await client.play("S: 220 *");
  client.socket.write(
    "EHLO c\r\nMAIL FROM:<ana@example.org>\r\nRCPT TO:<+491701111111@sms.example.org>\r\nRCPT TO:<nobody@sms.example.org>\r\nDATA\r\n" +
      "From: ana@example.org\r\n\r\nhello\r\n.\r\nQUIT\r\n",
  );
  await client.play(
    "S: 250 *\nS: 250 2.1.0 *\nS: 250 2.1.5 *\nS: 550 5.1.1 *\nS: 354 *\nS: 250 2.0.0 queued as m1: *\nS: 221 *",
  );
  expect(mail.inbox.text).toBe("hello");
});

test.each([
  ["not-allowed", "550 5.7.1"],
  ["over-quota", "550 5.7.1"],
  ["not-a-number", "550 5.1.1"],
  ["no-such-sim", "550 5.1.1"],
  ["automatic", "550 5.7.1"],
  ["nothing-to-send", "554 5.6.0"],
  ["too-long", "552 5.3.4"],
  ["store", "451 4.3.0"],
  ["busy", "451 4.3.2"],
] as const)("the heart says %s, the client hears %s", async (code, answer) => {
  await using mail = await house();
  mail.inbox.onAccept = () => {
    throw new Rejected(code, "So\r\n250 it is", { cause: new Error("secret") });
  };
  expect(await mail.mail(fromAna("", "hello"))).toBe(`${answer} So?250 it is`);
  expect(mail.log.of("bug")).toEqual([]);
});

test("over the quota: the answer says when it frees", async () => {
  await using mail = await house();
  mail.inbox.onAccept = () => {
    throw new Rejected("over-quota", "Enough for today", { retryAt: Date.UTC(2026, 10, 23, 12) });
  };
  expect(await mail.mail(fromAna("", "hello"))).toBe(
    "550 5.7.1 Enough for today; again from 2026-11-23T12:00:00.000Z",
  );
});

test("too big: refused at MAIL by its SIZE, and at the end of DATA", async () => {
  await using mail = await house({ maxSize: 5_000 });
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org> SIZE=5001
    S: 552 5.3.4 *`);
  client.close();
  expect(await mail.mail(fromAna("", "x".repeat(900).concat("\n").repeat(7)))).toMatch(/^552 5\.3\.4 /);
  expect(await mail.mail(fromAna("", "x".repeat(900).concat("\n").repeat(5)))).toMatch(/^250 /);
  // one that does not stop is cut off
  expect(await mail.mail(fromAna("", "x".repeat(900).concat("\n").repeat(100)))).toMatch(/^552 5\.3\.4 /);
  expect(mail.inbox.submissions).toHaveLength(1);
});

test("a client that goes away in the middle of DATA leaves nothing behind", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 250 *
    C: DATA
    S: 354 *
    C: From: ana@example.org
    C:
    C: half a ma`);
  client.close();
  expect(await mail.mail(fromAna("", "whole"))).toMatch(/^250 /);
  expect(mail.inbox.submissions.map(({ text }) => text)).toEqual(["whole"]);
  expect(mail.log.of("bug")).toEqual([]);
});

test("stopping: a mail under way gets its answer, idle clients hear 421, nobody new comes in", async () => {
  const mail = await house();
  const idle = await mail.trusted();
  await idle.play("S: 220 *\nC: EHLO client\nS: 250 *");
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  mail.inbox.onAccept = () => {
    reached.resolve();
    return held.promise;
  };
  const sent = mail.mail(fromAna("", "last one"));
  await reached.promise;
  const stopped = mail.server.stop();
  await idle.play("S: 421 4.3.2 *");
  await idle.closed();
  await expect(mail.trusted()).rejects.toThrow("ECONNREFUSED");
  held.resolve();
  expect(await sent).toMatch(/^250 2\.0\.0 queued/);
  await stopped;
  expect(mail.inbox.text).toBe("last one");
});

test("a port in use is an error at the start", async () => {
  await using mail = await house();
  await expect(house({ listen: [{ address: "127.0.0.1", port: mail.port, tls: "none" }] })).rejects.toThrow(
    "EADDRINUSE",
  );
});
