// What came back: reports, the older kinds, and all that is no bounce.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readBounceAddress } from "../../../src/channels/email/address.ts";
import { readBounce } from "../../../src/channels/email/bounce.ts";

const report = (status: string, encoding = "7bit") => `Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounce+25-m0abc@sms.example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4F1.1763/mx.example"

--4F1.1763/mx.example
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.

--4F1.1763/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status
Content-Transfer-Encoding: ${encoding}

${status}
--4F1.1763/mx.example
Content-Type: message/rfc822

Subject: code 550 5.1.1
Action: failed

--4F1.1763/mx.example--
`;
const STATUS = `Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4F1

Final-Recipient: rfc822; ana@example.org
Original-Recipient: rfc822;ana@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <ana@example.org>: Recipient address
    rejected: User unknown
`;

test("a report of failure is permanent, with what the other side said", () => {
  const bounce = {
    permanent: true,
    detail: "5.1.1 550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown",
  };
  expect(readBounce(report(STATUS))).toEqual(bounce);
  expect(readBounce(Buffer.from(report(STATUS).replaceAll("\n", "\r\n")))).toEqual(bounce);
  expect(readBounce(report(Buffer.from(STATUS).toString("base64"), "base64"))).toEqual(bounce);
  expect(
    readBounce(report(STATUS.replace("ana@", "a=6Ea=\n@").replace("failed", "=66ailed"), "quoted-printable"))
      ?.permanent,
  ).toBe(true);
});

test.each(["delayed", "delivered", "relayed", "expanded"])("%s is not the end", (action) => {
  const status = STATUS.replace("failed", action).replace("5.1.1\nRemote", "4.4.1\nRemote");
  expect(readBounce(report(status))).toMatchObject({ permanent: false });
});

test("one failed recipient among others makes it a failure", () => {
  const both = `${STATUS.replace("failed", "delivered")}\nFinal-Recipient: rfc822; b@example.org\nAction: failed\nStatus: 5.2.2\n`;
  expect(readBounce(report(both))).toEqual({ permanent: true, detail: "5.2.2" });
});

test("a report inside another mail is found", () => {
  const inner = report(STATUS).slice(report(STATUS).indexOf("Content-Type: multipart/report"));
  const outer = `From: x@y\nContent-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: text/plain\n\nfooter\n--out\n${inner}\n--out--\n`;
  expect(readBounce(outer)).toMatchObject({ permanent: true });
});

test("a report cut short still counts", () => {
  const cut = report(STATUS).slice(0, report(STATUS).indexOf("Remote-MTA"));
  expect(readBounce(cut)).toMatchObject({ permanent: true, detail: "5.1.1" });
});

test.each([
  [
    "qmail",
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<ana@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
    "5.1.1)",
  ],
  [
    "Exim",
    "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: ana@example.org\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\n  ana@example.org\n    unrouteable address\n",
    "Mail delivery failed: returning message to sender",
  ],
  [
    "another",
    "From: postmaster@mx.example\nSubject: Undeliverable: SMS from +49151\n\nYour message did not reach:\nana@example.org\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
    "5.1.1 RESOLVER.ADR.RecipNotFound; not found ##",
  ],
])("the old bounce of %s is permanent", (_name, source, detail) => {
  expect(readBounce(source)).toEqual({ permanent: true, detail });
});

test("a warning of the old kind is not the end", () => {
  const warning =
    "From: Mailer-Daemon@mx.example\nSubject: Warning: message 1abc delayed 24 hours\n\nStill being retried. 4.0.0\n";
  expect(readBounce(warning)).toEqual({ permanent: false, detail: "Warning: message 1abc delayed 24 hours" });
});

test.each([
  [
    "a vacation notice",
    "Return-Path: <>\nFrom: ana@example.org\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nI am away until 5.1.1 or so\n",
  ],
  [
    "a person's answer",
    "From: ana@example.org\nSubject: Re: Undelivered Mail\n\n550 5.1.1 user unknown, they said\n",
  ],
  [
    "a mailer's report on something else",
    "From: postmaster@mx.example\nSubject: Your weekly summary\n\n5.1.1\n",
  ],
  [
    "a read receipt",
    "From: ana@example.org\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n\nread\n--x\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--x--\n",
  ],
  [
    "a returned mail without its report",
    report("")
      .replace("message/delivery-status", "text/plain")
      .replaceAll(/MAILER-DAEMON.*|<>/g, "x@y"),
  ],
  ["nothing", ""],
])("%s is no bounce", (_name, source) => {
  expect(readBounce(source)).toBeNull();
});

test("never throws, always one short line", () => {
  const piece = fc.constantFrom(
    "\n",
    "\n\n",
    "--x",
    "--x--",
    "Content-Type: multipart/report; boundary=x",
    "Content-Type: message/delivery-status",
    "Action: failed",
    "From: MAILER-DAEMON",
    "Subject: failure notice",
    "5.1.1",
    "Content-Transfer-Encoding: base64",
    " ",
    "=C3=",
    ":",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))),
      fc.constantFrom("", "\n", "\r\n"),
      (pieces, glue) => {
        const bounce = readBounce(pieces.join(glue));
        expect(bounce === null || /^\P{Cc}{1,200}$/u.test(bounce.detail)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(readBounce(Buffer.from(bytes))).toBeNull();
    }),
  );
});

test("a huge or hostile mail costs little", () => {
  const started = performance.now();
  readBounce(`From: mailer-daemon\nContent-Type: multipart/report; boundary=x\n\n${"--x\n".repeat(200_000)}`);
  readBounce(`${" ".repeat(100_000)}\n${"\n \n".repeat(100_000)}`);
  readBounce(`Content-Type: message/delivery-status\n\n${"\n\t".repeat(120_000)}`);
  readBounce(`A: ${"b\n ".repeat(100_000)}`);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("a bounce's address names its delivery, in any case; no other address does", () => {
  expect(readBounceAddress("bounce+25-m0abc@sms.example.org", "sms.example.org")).toBe("25-m0abc");
  expect(readBounceAddress("BOUNCE+25-M0ABC@SMS.example.org", "sms.example.org")).toBe("25-m0abc");
  for (const other of [
    "bounce@sms.example.org",
    "bounce+25-m0abc@example.org",
    "bounce+x@sms.example.org",
    "+49@sms.example.org",
    "x",
  ]) {
    expect(readBounceAddress(other, "sms.example.org")).toBeNull();
  }
});
