// From a whole mail to the words of an SMS.
import { expect, test } from "vitest";
import { readLetter, wordsOf } from "../../../src/channels/email/letter.ts";
import type { EmailOptions } from "../../../src/channels/email/options.ts";
import { fromAna, house } from "./mailhouse.ts";

const read = (mail: string) => readLetter(Buffer.from(mail), "sms.example.org");
const words = async (mail: string, policy: EmailOptions["subject"] = "prefix") =>
  wordsOf(await read(mail), policy);
const refs = async (header: string) => (await read(fromAna(header, ""))).refs;

test.each([
  ["prefix", "Dinner", "At eight?", "Dinner\nAt eight?"],
  ["prefix", "Dinner", "", "Dinner"],
  ["prefix", "", "At eight?", "At eight?"],
  ["prefix", "Re: Dinner", "At eight?", "At eight?"],
  ["prefix", "AW: Dinner", "At eight?", "At eight?"],
  ["prefix", "Re[2]: Dinner", "At eight?", "At eight?"],
  ["prefix", "回复：晚餐", "八点？", "八点？"],
  ["prefix", "Reminder: dinner", "At eight?", "Reminder: dinner\nAt eight?"],
  ["prefix", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "x", "Grüße\nx"],
  ["never", "Dinner", "At eight?", "At eight?"],
  ["never", "Dinner", "", ""],
  ["only-if-empty-body", "Dinner", "At eight?", "At eight?"],
  ["only-if-empty-body", "Dinner", " \n", "Dinner"],
] as const)("subject %s: %j and %j", async (policy, subject, body, expected) => {
  expect((await words(fromAna(subject === "" ? "" : `Subject: ${subject}`, body), policy)).text).toBe(
    expected,
  );
});

test("a mail with In-Reply-To is an answer whatever its subject says", async () => {
  expect((await words(fromAna("Subject: Dinner\nIn-Reply-To: <a@b>", "Yes"))).text).toBe("Yes");
});

test("a forwarded mail is sent whole, with its subject", async () => {
  const body =
    "FYI\n\n---------- Forwarded message ---------\nFrom: Bob <b@example.org>\nDate: Mon, 4 May 2026\nSubject: x\nTo: Ana\n\n> old\n\n-- \nBob";
  const found = await words(fromAna("Subject: Fwd: x\nReferences: <a@b>", body));
  expect(found.text).toBe(`Fwd: x\n${body.replace("-- \n", "--\n")}`);
  expect(found.cut).toEqual([]);
});

test("what was cut is known", async () => {
  const found = await words(
    fromAna(
      "Subject: Re: x",
      "Yes\n-- \nAna\n\nOn Mon, 4 May 2026 at 10:12, Bob <b@c.d> wrote:\n> Coming?\n",
    ),
  );
  expect(found).toEqual({ body: "Yes", text: "Yes", leftOut: [], cut: ["signature"] });
  expect(
    (
      await words(
        fromAna("Subject: Re: x", "Yes\n\nOn Mon, 4 May 2026 at 10:12, Bob <b@c.d> wrote:\n> Coming?\n"),
      )
    ).cut,
  ).toEqual(["quote"]);
});

test("an answer below the quote, with a signature", async () => {
  const body =
    "On Mon, 4 May 2026 at 10:12, Bob <b@c.d> wrote:\n> Coming?\n> -- \n> Bob\n\nYes\n\n-- \nAna\nExample Ltd";
  expect((await words(fromAna("Subject: Re: x", body))).text).toBe("Yes");
});

test("an answer in HTML", async () => {
  const html =
    '<div dir="ltr">Yes, at eight.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, May 4, 2026 at 10:12 AM Bob &lt;<a href="mailto:b@c.d">b@c.d</a>&gt; wrote:<br></div><blockquote>Coming?<br>Bob</blockquote></div>';
  expect((await words(fromAna("Subject: Re: x\nContent-Type: text/html", html))).text).toBe("Yes, at eight.");
});

test("blank lines, blanks at ends, control characters", async () => {
  expect(
    (await words(fromAna("Subject: Re: x", "\n\na  \r\nb\n\n\n\n\nc\u0000\u0007\n\n\nd\t\n\n"))).text,
  ).toBe("a\nb\n\nc\n\n\nd");
});

test.each([
  ["Importance: high", 0],
  ["X-Priority: 1 (Highest)", 0],
  ["X-Priority: 2", 0],
  ["Priority: urgent", 0],
  ["X-Priority: 3", 1],
  ["Importance: normal", 1],
  ["Importance: Low", 2],
  ["X-Priority: 5", 2],
  ["Priority: non-urgent", 2],
])("%s", async (header, priority) => {
  expect((await read(fromAna(header, "x"))).priority).toBe(priority);
});

test("refs: newest last, each once, at most 50, none too long", async () => {
  expect(await refs("References: <a@x> <b@x>\n <c@x>\nIn-Reply-To: <b@x>")).toEqual(["a@x", "c@x", "b@x"]);
  expect(await refs("In-Reply-To: Your mail of today <a@x> (really)")).toEqual(["a@x"]);
  const many = Array.from({ length: 80 }, (_, n) => `<${n}@x>`);
  expect(await refs(`References: ${many.join("\n ")}`)).toEqual(many.slice(-50).map((id) => id.slice(1, -1)));
  expect(await refs(`References: <${"a".repeat(999)}> <b@x>`)).toEqual(["b@x"]);
  expect((await read(fromAna("Message-ID: <x y>", ""))).id).toBeNull();
});

test("nothing left: 554; attachments are remembered", async () => {
  await using mail = await house();
  expect(await mail.mail(fromAna("", " \n"))).toMatch(/^554 5\.6\.0 /);
  const parts =
    'Content-Type: multipart/mixed; boundary=b\nSubject: Re: x\n\n--b\n\nsee there\n--b\nContent-Type: application/pdf; name="plan.pdf"\n\n%PDF\n--b--';
  expect(await mail.mail(`From: ana@example.org\n${parts}`)).toMatch(/^250 /);
  expect(mail.inbox.submissions[0]).toMatchObject({ text: "see there", origin: { "left-out": "plan.pdf" } });
});

test("what is kept of a long header block", async () => {
  await using mail = await house();
  await mail.mail(fromAna(`Subject: x\n${"X-Long: grüße\n".repeat(2_000)}`, "hello"));
  const kept = mail.inbox.submissions[0]?.origin.headers ?? "";
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(8 * 1024);
  expect(kept.endsWith("X-Long: grüße\r\n")).toBe(true);
});

test("USSD: a fresh mail dials the code, an answer answers the menu", async () => {
  await using mail = await house();
  expect(await mail.mail(fromAna("Subject: balance", "please"), "*100#+office.3@sms.example.org")).toMatch(
    /^250 /,
  );
  expect(mail.inbox.text).toBe("*100#");
  const answer =
    "\n1 \n\nOn Mon, 4 May 2026 at 10:12, <*100#@sms.example.org> wrote:\n> 1 Balance\n> 2 Bundles\n";
  await mail.mail(
    fromAna("Subject: Re: USSD *100#\nIn-Reply-To: <1-abc@sms.example.org>", answer),
    "*100#@sms.example.org",
  );
  expect(mail.inbox.text).toBe("1");
  expect(mail.inbox.submissions[1]).toMatchObject({
    refs: ["1-abc@sms.example.org"],
    to: [{ kind: "ussd", phone: "*100#" }],
  });
  await mail.mail(fromAna("Subject: x", ""), "*100#@sms.example.org");
  expect(mail.inbox.text).toBe("*100#");
});

const MONITORS = [
  [
    "Zabbix",
    "Subject: Problem: High CPU on db1\nX-Mailer: Zabbix\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\nAuto-Submitted: auto-generated",
    Buffer.from("Problem started at 10:12:13 on 2026.05.04\nHost: db1\nSeverity: High").toString("base64"),
    "Problem: High CPU on db1\nProblem started at 10:12:13 on 2026.05.04\nHost: db1\nSeverity: High",
  ],
  [
    "cron",
    "Subject: Cron <root@db1> /usr/local/bin/backup\nContent-Type: text/plain; charset=US-ASCII\nAuto-Submitted: auto-generated\nX-Cron-Env: <SHELL=/bin/sh>",
    "backup: no space left on device\n",
    "Cron <root@db1> /usr/local/bin/backup\nbackup: no space left on device",
  ],
  [
    "Thunderbird",
    "Subject: Re: x\nReferences: <a@b>\nContent-Type: text/plain; charset=UTF-8; format=flowed",
    "A long line that goes \non here.\n\nAm 04.05.26 um 10:12 schrieb +491701234567:\n> Kommst du?\n",
    "A long line that goes on here.",
  ],
] as const;

test.each(MONITORS)("%s", async (_program, headers, body, expected) => {
  await using mail = await house();
  expect(await mail.mail(fromAna(headers, body))).toMatch(/^250 /);
  expect(mail.inbox.text).toBe(expected);
});
