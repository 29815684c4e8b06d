// Mails speak their reader's language; what machines read in them does not.
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import type { Post } from "../../../src/bridge/ports/channel.ts";
import { compose } from "../../../src/channels/email/compose.ts";
import { speechFor } from "../../../src/channels/email/speech.ts";
import { AT, noticePost, textPost } from "../../support/posts.ts";

const options = {
  domain: "sms.example.org",
  hostname: "mx.example.org",
  sims: [],
  speech: speechFor({
    users: [
      { name: "ana", email: ["Ana@example.org", "ana@bücher.example"] },
      { name: "ben", email: ["ben@example.org"] },
    ],
    language: (user) => (user === "ana" ? "de-AT" : "en"),
  }),
};
const open = (post: Post) => simpleParser(compose(post, options).raw, { keepDeliveryStatus: true });
const to = (address: string) => ({ delivery: { to: { via: "email", address } } });

test("a notice is in the language of whoever wrote the text; its machine part and the mail's headers are left alone", async () => {
  const parsed = await open(
    noticePost(
      "failed",
      [{ state: "failed", error: "the network refused it (21)", sentAt: AT, track: "7" }],
      {
        origin: {
          headers: "Subject: Hi",
          "left-out": "plan.pdf, a forwarded mail",
          cut: "quote, signature, size, other",
        },
      },
    ),
  );
  expect(parsed.subject).toBe("Deine SMS an +4915112345678 wurde nicht zugestellt");
  expect(parsed.text).toBe(`Deine SMS konnte nicht zugestellt werden:

  +4915112345678: vom Netz abgelehnt (21)

Deine SMS lautete:

  Please call back

Nicht mitgesendet: plan.pdf, eine weitergeleitete Mail, die zitierte Mail, die Signatur, das Ende eines sehr langen Textes, other.
`);
  const machine = parsed.attachments.map((one) => one.content.toString("utf8")).join("\n");
  expect(machine).toContain("Diagnostic-Code: x-simpost; the network refused it (21)");
  expect(machine).toContain("Action: failed");
  expect(machine).toContain("Subject: Hi");
});

test("whose language it is, the text's writer decides, not the mailbox", async () => {
  const post = noticePost("delayed", [{}]);
  if (!post.about) throw new Error("a notice is about something");
  const ofBen = { ...post, about: { ...post.about, message: { ...post.about.message, user: "ben" } } };
  expect((await open(post)).subject).toBe("Deine SMS an +4915112345678 wartet noch");
  expect((await open(ofBen)).subject).toBe("Your text to +4915112345678 still waits");
});

test.each([
  ["ana@example.org", "SMS von +4915112345678"],
  ["ANA@EXAMPLE.ORG", "SMS von +4915112345678"],
  ["ana@xn--bcher-kva.example", "SMS von +4915112345678"],
  ["ben@example.org", "SMS from +4915112345678"],
  ["team@example.org", "SMS from +4915112345678"],
])("a text for %s: %s", async (address, subject) => {
  expect((await open(textPost("x", to(address)))).subject).toBe(subject);
});

test("what the network answers, too; a subject of people's own stays", async () => {
  const code = { thread: { phone: "*100#" }, ...to("ana@example.org") };
  expect((await open(textPost("x", code))).subject).toBe("USSD-Code *100#");
  expect((await open(textPost("x", { ...code, topic: "Guthaben" }))).subject).toBe("Re: Guthaben");
});
