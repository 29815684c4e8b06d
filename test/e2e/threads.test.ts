// One conversation is one thread, on every side: the phone, the SIM, two users and their mail clients.
import { expect, test } from "vitest";
import type { ReceivedMail } from "../../src/demo/mailbox.ts";
import { openRig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";

const PHONE = "+491701234567";

/** What a person's mail client makes of "reply". */
function reply(
  mail: ReceivedMail,
  text: string,
  more: { readonly from?: string; readonly id?: string } = {},
) {
  const { from, messageId = "", references, subject = "" } = mail.parsed;
  return {
    ...more,
    to: from?.value[0]?.address ?? "",
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    text: `${text}\n\nOn Thu, 5 Nov 2026, ${PHONE} wrote:\n> what was said before\n`,
    headers: {
      "In-Reply-To": messageId,
      References: [...[references ?? []].flat(), messageId].join(" "),
    },
  };
}
const ids = (header: string | readonly string[] | undefined): readonly string[] =>
  [header ?? []].flat().flatMap((value) => value.split(/\s+/));

test.concurrent.each(BOTH)(
  "%s: a conversation of six messages, both ways, with two users",
  async (device) => {
    await using rig = await openRig({ devices: [device], text: { subject: "prefix" } });
    const known: string[] = [];
    await rig.send(PHONE, "Shall we?", { id: "one@client.example", subject: "Lunch" });
    const { port } = await rig.sms("Lunch\nShall we?");
    known.push("<one@client.example>");

    rig.text(PHONE, "Gladly", port);
    const second = await rig.letter("Gladly");
    expect(second.envelope.to).toEqual(["ana@example.org"]);
    expect(second.parsed.subject).toBe("Re: Lunch");
    expect(second.parsed.inReplyTo).toBe("<one@client.example>");
    expect(ids(second.parsed.references)).toEqual(known);
    known.push(second.parsed.messageId ?? "");

    await rig.mail(reply(second, "At noon?", { id: "three@client.example" }));
    expect((await rig.sms("At noon?")).port).toBe(port);
    known.push("<three@client.example>");

    rig.text(PHONE, "At one", port);
    const fourth = await rig.letter("At one");
    expect(fourth.parsed.inReplyTo).toBe("<three@client.example>");
    expect(ids(fourth.parsed.references)).toEqual(known);
    expect(fourth.parsed.subject).toBe("Re: Lunch");
    known.push(fourth.parsed.messageId ?? "");

    // Ana forwarded it to Ben, who answers.
    await rig.mail(reply(fourth, "I come, too", { from: "ben@example.org", id: "five@client.example" }));
    expect((await rig.sms("I come, too")).port).toBe(port);
    known.push("<five@client.example>");

    rig.text(PHONE, "The more the merrier", port);
    const sixth = await rig.letter("The more the merrier");
    expect(sixth.envelope.to).toEqual(["ben@example.org"]);
    expect(ids(sixth.parsed.references)).toEqual(known);
    expect(new Set(known).size).toBe(5);
    expect(rig.phones.to(PHONE).map((sms) => sms.text)).toEqual([
      "Lunch\nShall we?",
      "At noon?",
      "I come, too",
    ]);
  },
);

test.concurrent.each(BOTH)("%s: the mail that a text becomes", async (device) => {
  await using rig = await openRig({
    devices: [device],
    gateway: { ports: { 1: { number: "+4915112345678", label: "sales" } } },
  });
  rig.text(PHONE, "Grüße 😀\nzweite Zeile\n.\nvierte: a;b|E;c", 1);
  const mail = await rig.letter("Grüße");
  const { parsed, envelope } = mail;
  expect(parsed.text?.replaceAll("\r\n", "\n").trimEnd()).toBe("Grüße 😀\nzweite Zeile\n.\nvierte: a;b|E;c");
  expect(parsed.from?.value).toEqual([{ name: PHONE, address: `${PHONE}@sms.example.org` }]);
  expect(parsed.headers.get("auto-submitted")).toBe("auto-generated");
  expect(envelope.from).toMatch(/^bounce\+/);
  expect(
    Object.fromEntries([...parsed.headers].filter(([name]) => name.startsWith("x-simpost-"))),
  ).toMatchObject({
    "x-simpost-gateway": device,
    "x-simpost-port": "1",
    "x-simpost-sim": "+4915112345678",
    "x-simpost-label": "sales",
    "x-simpost-time": expect.stringMatching(/\d\d/),
  });
  expect(parsed.headers.has("otp-token")).toBe(false);
});

test.concurrent("a one-time code is in OTP-Token, too", async () => {
  await using rig = await openRig();
  rig.text("22333", "Your verification code is 481516. Don't tell anybody.");
  const { parsed } = await rig.letter("481516");
  expect(parsed.headers.get("otp-token")).toMatch(/481516/);
});

test.concurrent.each(["INFO", "Vodafone", "Ärzte & Co"])(
  "a sender in letters (%s) can't be answered: 550 5.1.1, with words",
  async (name) => {
    await using rig = await openRig({ routes: [{ to: ["ana"] }] });
    rig.text(name, "Buy now");
    const mail = await rig.letter("Buy now");
    const [from] = mail.parsed.from?.value ?? [];
    expect(from?.name).toBe(name);
    expect(from?.address).toMatch(/^[a-z0-9+-]+@sms\.example\.org$/);
    const { rcpt } = await rig.mail(reply(mail, "Stop"));
    expect(rcpt[0]).toMatch(/^550 5\.1\.1 .*\w+ \w+/);
    expect(rig.texts).toEqual([]);
  },
);

test.concurrent("a user without `send` may answer an open thread, by header or by number, and begin none", async () => {
  await using rig = await openRig({ routes: [{ to: ["cleo"] }] });
  const cleo = "cleo@example.org";
  expect((await rig.mail({ to: PHONE, from: cleo, text: "x" })).rcpt[0]).toMatch(/^550 5\.7\.1/);
  rig.text(PHONE, "anybody?");
  const mail = await rig.letter("anybody?");
  expect((await rig.mail(reply(mail, "by header", { from: cleo }))).data).toMatch(/^250/);
  await rig.sms("by header");
  expect((await rig.mail({ to: PHONE, from: cleo, text: "by number" })).data).toMatch(/^250/);
  await rig.sms("by number");
  const { rcpt, data } = await rig.mail({ to: "+491709999999", from: cleo, text: "x" });
  expect([...rcpt, data].join(" ")).toMatch(/550 5\.7\.1/);
  await rig.settled();
  expect(rig.phones.total).toBe(2);
});

test.concurrent("a user without `send` can't answer somebody else's conversation by its number", async () => {
  await using rig = await openRig();
  await rig.send(PHONE, "ana's own");
  await rig.sms("ana's own");
  const { rcpt, data } = await rig.mail({ to: PHONE, from: "cleo@example.org", text: "me, too" });
  expect([...rcpt, data].join(" ")).toMatch(/550 5\.7\.1/);
  await rig.settled();
  expect(rig.texts).toEqual(["ana's own"]);
});

test.concurrent("deny and perDay hold for answers, too", async () => {
  const users = {
    cleo: { email: ["cleo@example.org"], send: { perDay: 2 } },
    dora: { email: ["dora@example.org"], send: { deny: ["+4917*"] } },
  };
  await using rig = await openRig({ users, routes: [{ to: ["cleo", "dora"] }] });
  rig.text(PHONE, "anybody?");
  const mail = await rig.letter("anybody?");
  const answer = async (from: string) => {
    const { rcpt, data } = await rig.mail(reply(mail, `by ${from}`, { from }));
    return [...rcpt, data].join(" ");
  };
  expect(await answer("dora@example.org")).toMatch(/550 5\.7\.1/);
  await answer("cleo@example.org");
  await answer("cleo@example.org");
  expect(await answer("cleo@example.org")).toMatch(/550 5\.7\.1 .*20\d\d-/);
  await rig.settled();
  expect(rig.phones.total).toBe(2);
});

test.concurrent("automatic mail: cron is sent; answers of machines, reports and our own mails never", async () => {
  await using rig = await openRig({ routes: [{ to: ["ana"] }] });
  rig.text(PHONE, "hello");
  const own = await rig.letter("hello");
  const answer = async (headers: Record<string, string>, more = {}) => {
    const { rcpt, data } = await rig.mail({ to: PHONE, text: "machine", headers, ...more });
    return [...rcpt, data].filter((line) => line !== "").at(-1) ?? "";
  };
  expect(await answer({ "Auto-Submitted": "auto-generated", Subject: "disk full" })).toMatch(/^250/);
  expect(await answer({ "Auto-Submitted": "auto-replied" })).toMatch(/^550 5\.7\.1/);
  expect(await answer({ "X-Autoreply": "yes" })).toMatch(/^550 5\.7\.1/);
  expect(await answer({ Precedence: "auto_reply" })).toMatch(/^550 5\.7\.1/);
  expect(
    await answer({ "Content-Type": "multipart/report; report-type=delivery-status; boundary=b" }),
  ).toMatch(/^550 5\.7\.1/);
  expect(
    await answer({ "Content-Type": "multipart/report; report-type=disposition-notification; boundary=b" }),
  ).toMatch(/^550 5\.7\.1/);
  expect(await answer({}, { id: own.parsed.messageId?.slice(1, -1) })).toMatch(/^550 5\.7\.1/);
  expect(await answer({}, { from: "" })).toMatch(/^550 5\.7\.1/);
  await rig.settled();
  expect(rig.texts).toEqual(["machine"]);
});
