// Notices are RFC 3464 reports that machines and people can read.
import fc from "fast-check";
import { type ParsedMail, simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { readBounce } from "../../../src/channels/email/bounce.ts";
import { compose } from "../../../src/channels/email/compose.ts";
import { speak } from "../../../src/words/index.ts";
import { AT, noticePost } from "../../support/posts.ts";

const options = {
  domain: "sms.example.org",
  hostname: "mx.example.org",
  sims: [],
  speech: () => speak("en"),
};
const HEADERS =
  "From: Ana <ana@example.org>\r\nTo: +4915112345678@sms.example.org\r\nSubject: Hi\r\nMessage-ID: <mail-1@client.example>";

async function open(post: ReturnType<typeof noticePost>) {
  const mail = compose(post, options);
  const parsed = await simpleParser(mail.raw, { keepDeliveryStatus: true });
  const source = mail.raw.toString("utf8");
  return { mail, parsed, source, parts: partsOf(source), groups: groupsOf(source) };
}
const partsOf = (source: string): string[] => {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1];
  return boundary === undefined ? [] : source.split(`--${boundary}`).slice(1, -1);
};
/** The fields of each group of the machine-readable part. */
function groupsOf(source: string): Record<string, string>[] {
  const part = partsOf(source).find((one) => one.includes("message/delivery-status")) ?? "";
  const body = part.slice(part.indexOf("\r\n\r\n") + 4).trimEnd();
  return body.split("\r\n\r\n").map((group) =>
    Object.fromEntries(
      group
        .replace(/\r\n[ \t]/g, " ")
        .split("\r\n")
        .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
    ),
  );
}
const header = (parsed: ParsedMail, name: string): string =>
  parsed.headerLines.find((line) => line.key === name)?.line ?? "";

test("a failure: who, what, why, and the headers of the mail", async () => {
  const post = noticePost(
    "failed",
    [{ state: "failed", error: "the network refused it (21)", sentAt: AT - 60_000, track: "7" }],
    {
      origin: {
        headers: HEADERS,
        envid: "QQ314159",
        "orcpt:+4915112345678": "rfc822;015112345678@sms.example.org",
        "left-out": "2 attachments",
        cut: "quote, signature",
      },
      text: "Your text could not be delivered:\n\n  +4915112345678: the network refused it (21)\n",
      refs: ["mail-1@client.example", "ours@sms.example.org"],
    },
  );
  const { mail, parsed, parts, groups } = await open(post);
  expect(mail.from).toBe("");
  expect(mail.to).toBe("ana@example.org");
  expect(parsed.from?.value[0]).toEqual({ name: "simpost", address: "MAILER-DAEMON@sms.example.org" });
  expect(parsed.subject).toBe("Your text to +4915112345678 was not delivered");
  expect(header(parsed, "auto-submitted")).toBe("Auto-Submitted: auto-replied");
  expect(header(parsed, "x-simpost-id")).toBe("X-Simpost-Id: 26-m0notice");
  expect(parsed.inReplyTo).toBe("<mail-1@client.example>");
  expect(parsed.references).toEqual(["<ours@sms.example.org>", "<mail-1@client.example>"]);
  expect(header(parsed, "content-type").replace(/\r\n/g, "")).toContain(
    "multipart/report; report-type=delivery-status;",
  );

  expect(parts).toHaveLength(3);
  expect(parsed.text).toContain("+4915112345678: the network refused it (21)");
  expect(parsed.text).toContain("Not sent along: 2 attachments, the quoted mail, the signature.");
  expect(groups).toEqual([
    {
      "Reporting-MTA": "dns; mx.example.org",
      "Original-Envelope-Id": "QQ314159",
      "Arrival-Date": "Sun, 22 Nov 2026 11:30:05 +0000",
    },
    {
      "Original-Recipient": "rfc822;015112345678@sms.example.org",
      "Final-Recipient": "rfc822; +4915112345678@sms.example.org",
      Action: "failed",
      Status: "5.0.0",
      "Diagnostic-Code": "x-simpost; the network refused it (21)",
      "Last-Attempt-Date": "Sun, 22 Nov 2026 12:29:05 +0000",
    },
  ]);
  expect(parts[2]?.trim()).toBe(`Content-Type: text/rfc822-headers\r\n\r\n${HEADERS}`);
});

test("other programs read the same in it: our own reader of bounces", async () => {
  const { source } = await open(
    noticePost("failed", [{ state: "failed", error: "no" }], { origin: { headers: HEADERS } }),
  );
  expect(readBounce(source)).toEqual({ permanent: true, detail: "5.0.0 no" });
  const delayed = await open(noticePost("delayed", [{ error: "no port" }]));
  expect(readBounce(delayed.source)).toEqual({ permanent: false, detail: "4.4.7 no port" });
});

test("a delay says until when it is tried", async () => {
  const { parsed, groups } = await open(
    noticePost("delayed", [{ state: "queued", expires: AT + 3_600_000 }]),
  );
  expect(parsed.subject).toBe("Your text to +4915112345678 still waits");
  expect(groups[1]).toMatchObject({
    Action: "delayed",
    Status: "4.4.7",
    "Will-Retry-Until": "Sun, 22 Nov 2026 13:30:05 +0000",
  });
});

test("a text that ran out of time says so in its status", async () => {
  const { parsed, groups } = await open(noticePost("failed", [{ state: "failed", expires: AT - 1 }]));
  expect(groups[1]).toMatchObject({ Action: "failed", Status: "5.4.7" });
  expect(parsed.subject).toBe("Your text to +4915112345678 was not sent");
});

test("nobody claims what is not known", async () => {
  const { parsed } = await open(
    noticePost("failed", [{ state: "failed", error: "outcome unknown: it was not sent again" }]),
  );
  expect(parsed.subject).toBe("Your text to +4915112345678 may not have been sent");
});

test("delivered is what the phone confirmed, relayed what only the network did", async () => {
  const phone = { via: "*", address: "+4915100000002" };
  const { parsed, groups } = await open(
    noticePost("delivered", [{ state: "delivered" }, { state: "sent", to: phone }]),
  );
  expect(groups.slice(1).map((group) => [group["Final-Recipient"], group.Action, group.Status])).toEqual([
    ["rfc822; +4915112345678@sms.example.org", "delivered", "2.0.0"],
    ["rfc822; +4915100000002@sms.example.org", "relayed", "2.0.0"],
  ]);
  expect(parsed.subject).toBe("Your text to 2 numbers was sent");
});

test("a text that was split is one recipient", async () => {
  const { groups } = await open(
    noticePost("failed", [{ state: "failed" }, { state: "failed", error: "x" }, { state: "failed" }]),
  );
  expect(groups).toHaveLength(2);
  expect(groups[1]).toMatchObject({ "Diagnostic-Code": "x-simpost; x" });
});

test("a USSD code that got no answer is called a code", async () => {
  const { parsed, groups } = await open(
    noticePost("failed", [{ state: "failed", to: { via: "*", address: "*100#" } }]),
  );
  expect(parsed.subject).toBe("Your code *100# got no answer");
  expect(groups[1]?.["Final-Recipient"]).toBe("rfc822; *100#@sms.example.org");
});

test("a text that did not come by mail has no headers to return", async () => {
  const { parts } = await open(noticePost("failed", [{ state: "failed" }]));
  expect(parts).toHaveLength(2);
});

test("headers that are not ASCII are returned all the same, in ASCII", async () => {
  const { parts, source, parsed } = await open(
    noticePost("failed", [{}], { origin: { headers: "Subject: Grüße\nX: y" } }),
  );
  expect(source).toMatch(/^[\t\r\n -~]*$/);
  expect(parts[2]).toContain("Content-Type: text/rfc822-headers; charset=utf-8");
  const returned = parsed.attachments.find((one) => one.contentType === "text/rfc822-headers");
  expect(returned?.content.toString("utf8")).toBe("Subject: Grüße\r\nX: y\r\n");
});

test("a notice about a message that is gone is a plain mail", async () => {
  const post = { ...noticePost("failed", [], { text: "It failed." }), about: null };
  const { mail, parsed } = await open(post);
  expect(mail.from).toBe("");
  expect(parsed.text).toBe("It failed.\n");
  expect(header(parsed, "content-type")).toContain("text/plain");
});

test("nothing in a report can forge a field or a part", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (one, two) => {
      const evil = `${one}\r\nAction: delivered\r\n\r\n--=_26-m0notic\r\n${two}`;
      const post = noticePost("failed", [{ error: evil }], {
        origin: { envid: evil, "orcpt:+4915112345678": evil, "left-out": evil },
        text: evil,
      });
      const { groups, source } = await open(post);
      expect(groups).toHaveLength(2);
      expect(groups[1]?.Action).toBe("failed");
      expect(source).toMatch(/^[\t\r\n -~]*$/);
    }),
    { numRuns: 100 },
  );
});
