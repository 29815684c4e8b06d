// Who gets a text that answers nobody, and who gets it when those can't be reached.
import { expect, test } from "vitest";
import type { ReceivedMail } from "../../src/demo/mailbox.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";
import { ANA } from "../support/smtp.ts";

const FROM = "+491701234567";
const to = (rig: Rig, text: string): readonly string[] =>
  rig.mailbox.mails
    .filter(({ parsed }) => parsed.text?.trim() === text)
    .flatMap(({ envelope }) => envelope.to)
    .toSorted();
const mailbox = (name: string) => `email:${name}@example.org`;

test.concurrent("the first route that matches: gateway, port, sender, text", async () => {
  await using rig = await openRig({
    devices: [...BOTH],
    routes: [
      { when: { gateway: "dinstar", port: 1 }, to: [mailbox("by-port")] },
      { when: { gateway: "synway" }, to: [mailbox("by-gateway"), "ben"] },
      { when: { from: "+4917*" }, to: [mailbox("by-sender")] },
      { when: { from: "Vodafone" }, to: [mailbox("by-name")] },
      { when: { text: "(?i)invoice|^urgent$" }, to: [mailbox("by-text")] },
      { to: ["ana"] },
    ],
  });
  rig.text(FROM, "a", 1, "dinstar");
  rig.text(FROM, "b", 2, "synway");
  rig.text(FROM, "c", 0);
  rig.text("Vodafone", "d", 0);
  rig.text("+441632960001", "Your INVOICE is here", 0);
  rig.text("+441632960001", "line\nurgent\nline", 0);
  rig.text("+441632960001", "urgently", 0);
  await rig.until("eight mails", () => rig.mailbox.mails.length >= 8);
  await rig.settled();
  const named = (name: string) => [`${name}@example.org`];
  expect(to(rig, "a")).toEqual(named("by-port"));
  expect(to(rig, "b")).toEqual(["ben@example.org", "by-gateway@example.org"]);
  expect(to(rig, "c")).toEqual(named("by-sender"));
  expect(to(rig, "d")).toEqual(named("by-name"));
  expect(to(rig, "Your INVOICE is here")).toEqual(named("by-text"));
  expect(to(rig, "line\nurgent\nline")).toEqual(named("by-text"));
  expect(to(rig, "urgently")).toEqual([ANA]);
});

test.concurrent("an open thread comes before the routes; when it is over, the routes again", async () => {
  await using rig = await openRig({ timing: { thread: "2s" } });
  await rig.send(FROM, "are you there?");
  const sms = await rig.sms("are you there?");
  rig.text(FROM, "yes", sms.port);
  await rig.letter("yes");
  expect(to(rig, "yes")).toEqual([ANA]);
  const before = Date.now();
  await rig.until("the thread is over", () => Date.now() > before + 2_500);
  rig.text(FROM, "hello?", sms.port);
  await rig.letter("hello?");
  expect(to(rig, "hello?")).toEqual(["team@example.org"]);
});

test.concurrent("whoever wrote last gets the answer", async () => {
  await using rig = await openRig();
  await rig.send(FROM, "ana's");
  await rig.sms("ana's");
  const port = rig.phones.sent[0]?.port;
  await rig.send(`${FROM}+${port}`, "ben's", { from: "ben@example.org" });
  await rig.sms("ben's");
  rig.text(FROM, "to whom?", port);
  await rig.letter("to whom?");
  expect(to(rig, "to whom?")).toEqual(["ben@example.org"]);
});

test.concurrent("a user who is gone from the config: her answers fall through to the routes", async () => {
  await using rig = await openRig();
  await rig.send(FROM, "are you there?");
  const { port } = await rig.sms("are you there?");
  await rig.settled();
  const users = { ben: { email: ["ben@example.org"], send: { allow: ["*"] } } };
  await rig.daemon.reload(rig.config({ users }));
  await rig.asked("query_incoming_sms");
  rig.text(FROM, "yes", port);
  await rig.letter("yes");
  expect(to(rig, "yes")).toEqual(["team@example.org"]);
  expect((await rig.mail({ to: FROM, text: "still me" })).rcpt[0]).toMatch(/^550 5\.7\.1/);
});

test.concurrent("a bounce: that delivery failed, the next route steps in, and the log says when there is none", async () => {
  await using rig = await openRig({ routes: [{ to: ["ana"] }, { to: [mailbox("second")] }] });
  const bounce = ({ envelope }: ReceivedMail, action: string) =>
    rig.mail({
      from: "",
      to: envelope.from,
      headers: { "Content-Type": 'multipart/report; report-type=delivery-status; boundary="b"' },
      text: `--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@y\nAction: ${action}\nStatus: 5.1.1\n\n--b--`,
    });
  rig.text(FROM, "hello");
  const first = await rig.letter("hello");
  expect(first.envelope.from).toMatch(/^bounce\+[a-z0-9-]+@sms\.example\.org$/);
  expect((await bounce(first, "delayed")).data).toMatch(/^250/);
  expect((await bounce(first, "failed")).data).toMatch(/^250/);
  const second = await rig.post(({ envelope }) => envelope.to.includes("second@example.org"));
  expect(second.parsed.text).toContain("hello");
  expect((await bounce(first, "failed")).data).toMatch(/^250/);
  expect((await bounce(second, "failed")).data).toMatch(/^250/);
  await rig.logged("no route");
  expect(rig.mailbox.total).toBe(2);
  expect(rig.texts).toEqual([]);
  const forged = first.envelope.from.replace(/\+([a-z0-9]+)-/, "+$1-x");
  expect((await rig.mail({ from: "", to: forged, text: "x" })).data).toMatch(/^250/);
  // The three true ones; a repeated one changes nothing.
  expect(rig.log.of("bounce")).toHaveLength(3);
});

test.concurrent("no route at all: the text is kept, and the log says so loudly", async () => {
  await using rig = await openRig({ routes: [] });
  rig.text(FROM, "anybody?");
  const line = await rig.logged("no route");
  expect(line.level).toBe("error");
  const kept = await rig.until("kept", async () => (await rig.jobs()).at(0));
  expect(kept.message.text).toBe("anybody?");
  expect(kept.delivery.state).toBe("failed");
  expect(rig.mailbox.total).toBe(0);
});

test.concurrent("the relay refuses an address for good: the next route gets it", async () => {
  await using rig = await openRig({ routes: [{ to: ["ana"] }, { to: [mailbox("second")] }] });
  rig.mailbox.faults.add({ at: "rcpt", answer: 550, address: ANA, times: Number.POSITIVE_INFINITY });
  rig.text(FROM, "hello");
  await rig.letter("hello");
  await rig.settled();
  expect(to(rig, "hello")).toEqual(["second@example.org"]);
});

test.concurrent.each([
  { at: "rcpt", answer: 450 },
  { at: "data", answer: 451 },
  { at: "connect", answer: 421 },
  { at: "mail", answer: "drop" },
  { at: "data", answer: "drop", kept: false },
] as const)("the relay says %o twice: it is tried again, and arrives once", async (fault) => {
  await using rig = await openRig();
  rig.mailbox.faults.add({ ...fault, times: 2 });
  rig.text(FROM, "hello");
  await rig.letter("hello");
  await rig.settled();
  expect(to(rig, "hello")).toEqual(["team@example.org"]);
});

test.concurrent("a relay that took a mail and hung up before it said so gets it again under the same Message-ID", async () => {
  await using rig = await openRig();
  rig.mailbox.faults.add({ at: "data", answer: "drop", kept: true });
  rig.text(FROM, "hello");
  await rig.until("again", () => rig.mailbox.mails.length === 2);
  await rig.settled();
  expect(new Set(rig.mailbox.mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
});

test.concurrent("the relay is away: texts wait, mail goes on being taken, all arrives when it is back", async () => {
  await using rig = await openRig({ relayDown: true });
  const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
  for (const text of texts) rig.text(FROM, text);
  await rig.logged("relay down");
  await rig.send("+491709999999", "out");
  await rig.sms("out");
  await rig.relayUp();
  await rig.until("all of them", () => rig.mailbox.mails.length === 20);
  await rig.settled();
  expect(rig.mailbox.mails.map(({ parsed }) => parsed.text?.trim())).toEqual(texts);
});
