// One conversation stays one thread: what mail clients send back, and what we answer to that.
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { compose } from "../../../src/channels/email/compose.ts";
import { references } from "../../../src/channels/email/thread.ts";
import { speak } from "../../../src/words/index.ts";
import { textPost } from "../../support/posts.ts";

const options = {
  domain: "sms.example.org",
  hostname: "sms.example.org",
  sims: [],
  speech: () => speak("en"),
};
const parse = (post: ReturnType<typeof textPost>) => simpleParser(compose(post, options).raw);

/** The headers that clients put on an answer to the mail with id `ID` and subject `SMS from +4915112345678`. */
const CLIENTS = {
  Gmail: `MIME-Version: 1.0
References: <ID>
In-Reply-To: <ID>
From: Ana Beispiel <ana@example.org>
Date: Sun, 22 Nov 2026 13:40:11 +0100
Message-ID: <CAH0a3xV=Yk7-Qb_2g@mail.gmail.com>
Subject: Re: SMS from +4915112345678
To: "+4915112345678" <+4915112345678@sms.example.org>
Content-Type: multipart/alternative; boundary="000000000000a1"`,
  Outlook: `From: Ana Beispiel <ana@example.org>
To: "+4915112345678" <+4915112345678@sms.example.org>
Subject: AW: SMS from +4915112345678
Thread-Topic: SMS from +4915112345678
Thread-Index: AQHaW1y8Zr0v2kq7f0W3nqg9
Date: Sun, 22 Nov 2026 12:40:11 +0000
Message-ID: <AM9PR04MB8123F2A7@AM9PR04MB8123.eurprd04.prod.outlook.com>
References: <ID>
In-Reply-To: <ID>
X-MS-Has-Attach:`,
  "Apple Mail": `From: Ana Beispiel <ana@example.org>
Content-Type: text/plain; charset=utf-8
Mime-Version: 1.0 (Mac OS X Mail 16.0)
Subject: Re: SMS from +4915112345678
Date: Sun, 22 Nov 2026 13:40:11 +0100
References: <ID>
To: =?utf-8?Q?=2B4915112345678?= <+4915112345678@sms.example.org>
In-Reply-To: <ID>
Message-Id: <9A6B1A2E-7C1F-4A0E-9A0B-5D1B8B7F2C11@example.org>`,
  Thunderbird: `Message-ID: <0f2b6a4e-8d0e-4b55-b7f1-1f0a2f3d4c5b@example.org>
Date: Sun, 22 Nov 2026 13:40:11 +0100
User-Agent: Mozilla Thunderbird
Subject: Re: SMS from +4915112345678
To: +4915112345678 <+4915112345678@sms.example.org>
References: <ID>
From: Ana Beispiel <ana@example.org>
In-Reply-To: <ID>`,
  "a client that sends no References": `Message-ID: <old-1@example.org>
Subject: RE: SMS from +4915112345678
In-Reply-To: <ID>
From: ana@example.org`,
};
const bare = (id: string | undefined): string => (id ?? "").replace(/^<|>$/g, "");
const withoutRe = (subject: string | undefined): string => (subject ?? "").replace(/^(?:re|aw):\s*/i, "");

test.each(Object.entries(CLIENTS))(
  "%s answers into the thread, and our next mail answers to that",
  async (_client, headers) => {
    const first = await parse(textPost("first"));
    const id = bare(first.messageId);
    const answer = await simpleParser(
      `${headers.replaceAll("ID>", `${id}>`).replaceAll(`Message-${id}`, "Message-ID")}\n\nyes`,
    );
    expect(bare(answer.inReplyTo)).toBe(id);

    const next = await parse(
      textPost("second", { refs: [id, bare(answer.messageId)], delivery: { id: 78, message: "m0next" } }),
    );
    expect(next.inReplyTo).toBe(answer.messageId);
    expect(next.references).toEqual([first.messageId, answer.messageId]);
    expect(withoutRe(next.subject)).toBe(withoutRe(answer.subject));
    expect(next.subject).toBe(first.subject);
  },
);

test.each([
  ["Lunch?", "Re: Lunch?"],
  ["Re: Lunch?", "Re: Lunch?"],
  ["AW: Mittag", "Re: AW: Mittag"],
  ["", "Re:"],
  ["Grüße 😀", "Re: Grüße 😀"],
])("a person began it as %j: ours is %j", async (topic, subject) => {
  expect((await parse(textPost("x", { topic, refs: ["a@b"] }))).subject).toBe(subject);
  expect((await parse(textPost("y", { topic, refs: ["a@b", "c@d"] }))).subject).toBe(subject);
});

test("nobody began it: the subject is the phone's, the same for every text", async () => {
  expect((await parse(textPost("x", { topic: null }))).subject).toBe("SMS from +4915112345678");
  expect((await parse(textPost("y", { refs: ["a@b"] }))).subject).toBe("SMS from +4915112345678");
  expect((await parse(textPost("z", { thread: { phone: "*100#" } }))).subject).toBe("USSD *100#");
});

test("twenty long ids are folded into lines that every relay takes", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `${"x".repeat(300)}${n}@example.org`);
  const mail = compose(textPost("x", { refs: ids }), options);
  for (const line of mail.raw.toString("latin1").split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
  expect((await simpleParser(mail.raw)).references).toEqual(ids.map((id) => `<${id}>`));
});

test("a repeated id counts where it came last, and our own is never among them", () => {
  expect(references(["a@x", "b@x", "a@x", "own@x"], "own@x")).toEqual({
    newest: "<a@x>",
    all: "<b@x> <a@x>",
  });
  expect(references(["own@x", null, ""], "own@x")).toBeNull();
});

test("whatever strangers use for ids, the headers stay headers", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (ids) => {
      const found = references(ids, "own@x");
      expect(found?.all ?? "<>").toMatch(/^(?:<[!-;=?-~]*>(?: |$))+$/);
      expect(found?.all.endsWith(found.newest) ?? true).toBe(true);
    }),
  );
});
