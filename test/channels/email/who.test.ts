// Who may send: nobody who was not named.
import { expect, test } from "vitest";
import { canonical, directory, mailboxes } from "../../../src/channels/email/identity.ts";
import { client, networks, plainAddress } from "../../../src/channels/email/networks.ts";
import { fromAna, house } from "./mailhouse.ts";

const RCPT = "C: RCPT TO:<+491701234567@sms.example.org>";
const hello = (sender: string) => `
  S: 220 *
  C: EHLO client
  S: 250 *
  C: MAIL FROM:<${sender}>
  S: 250 *
  ${RCPT}`;

test.each([
  ["an unknown sender on a trusted network", "trusted", "eve@example.org"],
  ["a user's address from anywhere else", "stranger", "ana@example.org"],
  ["the null sender", "trusted", ""],
  ["a stranger", "stranger", "eve@example.org"],
] as const)("%s hears one polite line, and the heart is not asked", async (_what, whence, sender) => {
  await using mail = await house();
  const visitor = await mail[whence]();
  await visitor.play(`${hello(sender)}
    S: 550 5.7.1 Not accepted from you for this recipient
    C: DATA
    S: 503 *`);
  expect(mail.inbox.checks).toEqual([]);
  expect(mail.log.of("mail refused")).toMatchObject([{ fields: { why: "unknown sender" } }]);
  visitor.close();
});

test.each([
  ["somebody else's From", "From: boss@example.org"],
  ["two people in From", "From: ana@example.org, boss@example.org"],
  ["two From fields", "From: ana@example.org\nFrom: boss@example.org"],
  ["another user's From", "From: root@example.org"],
  ["a name that looks like an address", 'From: "ana@example.org" <boss@example.org>'],
  ["an encoded word that looks like an address", "From: =?utf-8?q?ana=40example.org?= <boss@example.org>"],
  ["no From", "X-Nothing: here"],
  ["a From without a domain", "From: ana"],
])("%s: the whole mail is refused", async (_what, from) => {
  await using mail = await house();
  expect(await mail.mail(`${from}\nSubject: x\n\nhello`)).toMatch(/^550 5\.7\.1 The From header/);
  expect(mail.inbox.submissions).toEqual([]);
});

test.each([
  "From: ANA@EXAMPLE.ORG",
  'From: "Maier, Ana" <ana.maier@example.org>',
  "From: =?utf-8?b?QW5h?= <ana@example.org>",
  "From: ana@example.org (Ana, at home)",
  "From: Team: ana@example.org, Ana.Maier@example.org;",
  "from:ana@example.org",
])("%s is hers", async (from) => {
  await using mail = await house();
  expect(await mail.mail(`${from}\n\nhello`)).toMatch(/^250 /);
});

test("an international address is the same in both spellings", async () => {
  await using mail = await house();
  const visitor = await mail.trusted();
  await visitor.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<jürgen@xn--bcher-kva.example> SMTPUTF8
    S: 250 *
    ${RCPT}
    S: 250 *
    C: DATA
    S: 354 *
    C: From: Jürgen <JÜRGEN@bücher.example>
    C:
    C: Grüße
    C: .
    S: 250 *`);
  expect(mail.inbox.submissions[0]).toMatchObject({ user: "jürgen", text: "Grüße" });
  visitor.close();
});

test("a dual-stack client is on the network of its IPv4 address", async () => {
  await using mail = await house({ listen: [{ address: "::", port: 0, tls: "none" }] });
  const visitor = await mail.trusted();
  await visitor.play(`${hello("ana@example.org")}\nS: 250 *`);
  visitor.close();
  expect(mail.inbox.checks).toMatchObject([{ user: "ana", to: "+491701234567" }]);
});

test("bounces come in from anyone, and only bounces", async () => {
  await using mail = await house();
  const report = (action: string) => `From: MAILER-DAEMON@relay.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ana@example.org
Action: ${action}
Status: ${action === "failed" ? "5.1.1" : "4.4.1"}
Diagnostic-Code: smtp; 550 no such user

--b--`;
  const send = async (content: string) => {
    const relay = await mail.stranger();
    await relay.play(`
      S: 220 *
      C: EHLO relay
      S: 250 *
      C: MAIL FROM:<>
      S: 250 *
      C: RCPT TO:<bounce+2s-01jd0abc@sms.example.org>
      S: 250 *
      ${RCPT}
      S: 550 5.7.1 *
      C: DATA
      S: 354 *
      ${content
        .split("\n")
        .map((line) => `C: ${line}`)
        .join("\n")}
      C: .
      S: 250 2.0.0 noted`);
    relay.close();
  };
  await send(report("failed"));
  expect(mail.inbox.bounces).toMatchObject([
    { token: "2s-01jd0abc", detail: expect.stringContaining("no such user") },
  ]);
  await send(report("delayed"));
  await send("From: ana@example.org\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.");
  expect(mail.inbox.bounces).toHaveLength(1);
  expect(mail.inbox.submissions).toEqual([]);
});

test("a bounce and a phone don't share a mail", async () => {
  await using mail = await house();
  const visitor = await mail.trusted();
  await visitor.play(`${hello("ana@example.org")}
    S: 250 *
    C: RCPT TO:<bounce+2s-01jd0abc@sms.example.org>
    S: 452 4.5.3 *`);
  visitor.close();
  expect(mail.inbox.bounces).toEqual([]);
});

test("a store that fails is told to whoever brings a bounce", async () => {
  await using mail = await house();
  mail.inbox.onBounced = () => {
    throw new Error("disk full");
  };
  const relay = await mail.stranger();
  await relay.play(`
    S: 220 *
    C: EHLO relay
    S: 250 *
    C: MAIL FROM:<>
    S: 250 *
    C: RCPT TO:<bounce+2s-01jd0abc@sms.example.org>
    S: 250 *
    C: DATA
    S: 354 *
    C: Content-Type: message/delivery-status
    C:
    C: Final-Recipient: rfc822; ana@example.org
    C: Action: failed
    C: Status: 5.1.1
    C: .
    S: 451 4.3.0 *`);
  relay.close();
  expect(mail.log.of("bug")).toHaveLength(1);
});

test.each([
  ["null sender's kin: auto-replied", "Auto-Submitted: auto-replied (vacation)\n"],
  ["a vacation notice", "X-Autoreply: yes\n"],
  ["an old vacation notice", "Precedence: auto_reply\n"],
  [
    "Exchange's absence notice",
    "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nSubject: Automatische Antwort: SMS\n",
  ],
  ["a delivery report", "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n"],
  ["a read receipt", "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n"],
  ["our own mail", "X-Simpost-Id: 1-abc\n"],
  ["our own mail, its other marks lost", "Message-ID: <2s-01jd0abc9xyz0000@sms.example.org>\n"],
])("%s never becomes an SMS", async (_what, headers) => {
  await using mail = await house();
  expect(await mail.mail(fromAna(headers, "I am away"))).toMatch(/^550 5\.7\.1 /);
  expect(mail.inbox.submissions).toEqual([]);
});

test.each([
  [
    "cron",
    "Auto-Submitted: auto-generated\nSubject: Cron <root@host> backup\nPrecedence: bulk\nX-Cron-Env: <SHELL=/bin/sh>\n",
  ],
  [
    "Outlook, which suppresses others' answers",
    "X-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: Lunch\n",
  ],
  ["a person on vacation", "Subject: Vacation is over\n"],
  [
    "an answer from an address at our domain",
    "Message-ID: <CAF=abc@sms.example.org>\nAuto-Submitted: no\nSubject: x\n",
  ],
])("%s does", async (_what, headers) => {
  await using mail = await house();
  expect(await mail.mail(fromAna(headers, "disk full"))).toMatch(/^250 /);
});

test("networks: IPv4, IPv6, mapped, and what is none", () => {
  const trusted = networks(["10.0.0.0/8", "::1", "2001:db8::/32", "::ffff:192.0.2.0/120", "198.51.100.7"]);
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "::1", "2001:db8:1::5", "192.0.2.9", "198.51.100.7"])
    expect(trusted(address)).toBe(true);
  for (const address of ["11.1.2.3", "::2", "192.0.3.1", "198.51.100.8", "", "x"])
    expect(trusted(address)).toBe(false);
  for (const wrong of ["10.0.0.0/33", "hello", "10.0.0.0/x", ""])
    expect(() => networks([wrong])).toThrow("not a network");
  expect(plainAddress("::ffff:10.0.0.1")).toBe("10.0.0.1");
  expect(client("2001:db8:1:2:3:4:5:6")).toBe(client("2001:db8:1:2::9"));
  expect(client("2001:db8:1:2::9")).not.toBe(client("2001:db8:1:3::9"));
});

test("mailboxes and their owners", async () => {
  const people = directory([{ name: "Ana", email: ["Ana@Example.org"] }]);
  expect(people.login("ANA")?.name).toBe("Ana");
  expect(people.login("ana@example.ORG")?.name).toBe("Ana");
  expect(people.owner("ana@example.com")).toBeNull();
  expect(canonical("JÜRGEN@Bücher.example")).toBe("jürgen@xn--bcher-kva.example");
  expect(await mailboxes(["a@b.c, D <d@e.f>", "<g@h.i>"])).toEqual(["a@b.c", "d@e.f", "g@h.i"]);
});
