// The simulated relay, spoken to by nodemailer and by hand.
import { createConnection } from "node:net";
import { createTransport } from "nodemailer";
import { afterEach, expect, test } from "vitest";
import { Mailbox, type MailboxOptions } from "../../src/demo/mailbox.ts";

let boxes: Mailbox[] = [];
afterEach(async () => {
  await Promise.all(boxes.map((box) => box.stop()));
  boxes = [];
});

async function start(options: MailboxOptions = {}): Promise<Mailbox> {
  const box = await Mailbox.start(options);
  boxes.push(box);
  return box;
}

const MAIL = {
  from: "+491@sms.example.org",
  to: "ana@example.org",
  subject: "Hi",
  text: "Grüße",
  messageId: "<one@sms.example.org>",
};
const transport = (box: Mailbox) =>
  createTransport({ host: "127.0.0.1", port: box.port, lmtp: box.url.startsWith("lmtp") });

test("a mail is kept parsed, raw, with its envelope and DSN wishes", async () => {
  const box = await start();
  const coming = box.waitFor((mail) => mail.parsed.subject === "Hi");
  const info = await transport(box).sendMail({
    ...MAIL,
    envelope: { from: "bounce+7@sms.example.org", to: ["ana@example.org"] },
    dsn: {
      id: "env7",
      return: "headers",
      notify: ["success", "failure"],
      recipient: "rfc822;ana@example.org",
    },
  });
  expect(info.response).toBe("250 2.0.0 taken");
  const mail = await coming;
  expect(mail.parsed.text?.trim()).toBe("Grüße");
  expect(mail.source.toString()).toContain("Message-ID: <one@sms.example.org>");
  expect(mail.envelope).toEqual({
    from: "bounce+7@sms.example.org",
    to: ["ana@example.org"],
    ret: "HDRS",
    envid: "env7",
    dsn: { "ana@example.org": { notify: ["SUCCESS", "FAILURE"], orcpt: "rfc822;ana@example.org" } },
  });
});

test("doubles are counted by Message-ID, and the null sender is empty", async () => {
  const box = await start({ parse: false });
  const senders: string[] = [];
  box.onSource((envelope) => senders.push(envelope.from));
  const relay = transport(box);
  await relay.sendMail(MAIL);
  await relay.sendMail({ ...MAIL, envelope: { from: "", to: "ana@example.org" } });
  await relay.sendMail({ ...MAIL, messageId: "<two@sms.example.org>" });
  expect([box.total, box.copies("one@sms.example.org"), box.doubled]).toEqual([
    3,
    2,
    ["one@sms.example.org"],
  ]);
  expect(senders).toEqual(["+491@sms.example.org", "", "+491@sms.example.org"]);
  expect(box.mails).toEqual([]);
});

test("codes for an address, once, and then well again", async () => {
  const box = await start();
  box.faults.add({ at: "rcpt", answer: 550, address: "ana@example.org", text: "5.1.1 no such user" });
  box.faults.add({ at: "rcpt", answer: 450, address: "ana@example.org" });
  box.faults.add({ at: "data", answer: 452 });
  const relay = transport(box);
  const codes: unknown[] = [];
  for (let n = 0; n < 4; n += 1) {
    await relay.sendMail(MAIL).then(
      () => codes.push(250),
      (error: { responseCode?: number; response?: string }) => codes.push(error.response),
    );
  }
  expect(codes).toEqual(["550 5.1.1 no such user", "450 4.0.0 as told", "452 4.0.0 as told", 250]);
  expect(box.total).toBe(1);
});

test("421 at the greeting, and a connection that breaks", async () => {
  const box = await start();
  box.faults.add({ at: "connect", answer: 421 });
  box.faults.add({ at: "connect", answer: "drop" });
  const relay = transport(box);
  await expect(relay.sendMail(MAIL)).rejects.toMatchObject({ responseCode: 421 });
  await expect(relay.sendMail(MAIL)).rejects.toThrow(/closed|reset|hang up/i);
  await relay.sendMail(MAIL);
  expect([box.total, box.connectionCount]).toEqual([1, 3]);
});

test("a mail may be kept though its answer never comes", async () => {
  const box = await start();
  box.faults.add({ at: "data", answer: "drop" });
  box.faults.add({ at: "data", answer: "drop", kept: false });
  const relay = transport(box);
  await expect(relay.sendMail(MAIL)).rejects.toThrow(/closed|reset|hang up/i);
  await expect(relay.sendMail(MAIL)).rejects.toThrow(/closed|reset|hang up/i);
  expect(box.copies("<one@sms.example.org>")).toBe(1);
});

test("LMTP answers each recipient for itself", async () => {
  const box = await start({ lmtp: true });
  box.faults.add({ at: "data", answer: 550, address: "bob@example.org" });
  const info = await transport(box).sendMail({ ...MAIL, to: "ana@example.org, bob@example.org" });
  const mail = await box.waitFor(() => true);
  expect(mail.envelope.to).toEqual(["ana@example.org"]);
  expect(info.rejected).toEqual(["bob@example.org"]);
});

test("logins, where they are asked for", async () => {
  const box = await start({ logins: { me: "pw" } });
  const relay = (pass: string) =>
    createTransport({ host: "127.0.0.1", port: box.port, auth: { user: "me", pass } });
  await relay("pw").sendMail(MAIL);
  await expect(relay("no").sendMail(MAIL)).rejects.toMatchObject({ responseCode: 535 });
  expect(box.total).toBe(1);
});

test("the greeting comes without smtp-server's pause of 100 ms", async () => {
  const box = await start();
  const waits: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const begin = performance.now();
    const socket = createConnection(box.port, "127.0.0.1");
    const greeting = await new Promise<string>((resolve) =>
      socket.once("data", (data) => resolve(data.toString())),
    );
    waits.push(performance.now() - begin);
    expect(greeting).toMatch(/^220 /);
    socket.destroy();
  }
  expect(Math.min(...waits)).toBeLessThan(90);
});

test("waitFor gives up when nothing comes", async () => {
  const box = await start();
  await expect(box.waitFor(() => true, 10)).rejects.toThrow("no such mail");
});
