// What of a mail becomes the text: HTML, attachments, quotes, charsets, budgets, typography.
import { expect, test } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";

const TO = "+491701234567";

async function sent(rig: Rig, text: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const before = rig.phones.total;
  await rig.send(TO, text, { headers });
  await rig.until("one more", () => rig.phones.total > before);
  return rig.texts[before] ?? "";
}

test.concurrent("HTML only, another charset and encoding, format=flowed, a signature, a quote", async () => {
  await using rig = await openRig();
  const html =
    "<html><style>p{color:red}</style><p>Hello <b>you</b> &amp; me</p><p>Bye</p><script>x()</script></html>";
  expect(await sent(rig, html, { "Content-Type": "text/html; charset=utf-8" })).toMatch(
    /^Hello you & me\n+Bye$/,
  );
  const latin = {
    "Content-Type": "text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding": "quoted-printable",
  };
  expect(await sent(rig, "Gr=FC=DFe aus K=F6ln", latin)).toBe("Grüße aus Köln");
  const base64 = { "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "base64" };
  expect(await sent(rig, Buffer.from("Привет").toString("base64"), base64)).toBe("Привет");
  const flowed = { "Content-Type": "text/plain; charset=utf-8; format=flowed" };
  expect(await sent(rig, "one \nline\nand another", flowed)).toBe("one line\nand another");
  expect(await sent(rig, "Text\n\n-- \nAna\nCompany")).toBe("Text");
  const answer = { "In-Reply-To": "<x@y>", Subject: "Re: x" };
  expect(await sent(rig, "Yes\n\nOn Monday, Bob <bob@example.org> wrote:\n> really?\n> sure?", answer)).toBe(
    "Yes",
  );
  expect(
    await sent(rig, "Ja\n\nAm 05.11.2026 um 10:00 schrieb Bob <bob@example.org>:\n> wirklich?", answer),
  ).toBe("Ja");
});

test.concurrent("attachments are left out, and the notice says so", async () => {
  await using rig = await openRig();
  const boundary = { "Content-Type": 'multipart/mixed; boundary="b"' };
  const parts =
    "--b\nContent-Type: text/plain\n\nSee there\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=photo.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--";
  expect(await sent(rig, parts, boundary)).toBe("See there");
  rig.phones.behave(TO, { refuseFrom: 0 });
  await rig.send(TO, parts, { headers: boundary });
  expect((await rig.notice("failed")).parsed.text).toContain("photo.png");
});

const LONG = Array.from({ length: 100 }, (_, n) => `word${n}`)
  .join(" ")
  .slice(0, 500);

test.concurrent("tooLong: truncate: one text within the budget, with an ellipsis", async () => {
  await using rig = await openRig({ text: { maxParts: 2, tooLong: "truncate" } });
  await rig.send(TO, LONG);
  await rig.until("one", () => rig.phones.total === 1);
  await rig.settled();
  expect(rig.phones.sent.map((sms) => sms.parts)).toEqual([2]);
  expect(rig.texts[0]).toMatch(/^word0 .*(?:…|\.\.\.)$/s);
});

test.concurrent("tooLong: split: several texts, each within the budget, nothing missing", async () => {
  await using rig = await openRig({ text: { maxParts: 2, tooLong: "split" } });
  await rig.send(TO, LONG);
  await rig.until("two", () => rig.phones.total === 2);
  await rig.settled();
  expect(rig.phones.sent.every((sms) => sms.parts <= 2)).toBe(true);
  expect(rig.texts.join(" ").replaceAll(/\s+/g, " ")).toBe(LONG);
});

test.concurrent("tooLong: reject: 552 5.3.4", async () => {
  await using rig = await openRig({ text: { maxParts: 2, tooLong: "reject" } });
  expect((await rig.mail({ to: TO, text: "x".repeat(307) })).data).toMatch(/^552 5\.3\.4 /);
  await rig.send(TO, "x".repeat(306));
  await rig.until("one", () => rig.phones.total === 1);
});

test.concurrent("a mail over maxSize: 552 5.3.4", async () => {
  await using rig = await openRig({ channel: { maxSize: "2kB" } });
  expect((await rig.mail({ to: TO, text: "x\n".repeat(3_000) })).data).toMatch(/^552 5\.3\.4 /);
  expect(rig.texts).toEqual([]);
});

test.concurrent("transliterate: curly quotes cost nothing; what needs UCS-2 anyway stays as it is; false leaves all", async () => {
  await using rig = await openRig();
  expect(await sent(rig, "“It’s” – fine…\u00a0ok")).toBe('"It\'s" - fine... ok');
  expect(await sent(rig, "“Да” – fine")).toBe("“Да” – fine");
  await rig.daemon.reload(rig.config({ text: { subject: "never", transliterate: false } }));
  expect(await sent(rig, "“It’s” – fine…")).toBe("“It’s” – fine…");
});
