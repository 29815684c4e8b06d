// No handler hangs a client, no crowd of strangers keeps the trusted out.
import { expect, test } from "vitest";
import type { Conversation } from "../../support/transcript.ts";
import { fromAna, house } from "./mailhouse.ts";

const never = () => new Promise<never>(() => undefined);

test.each([
  [
    "throws",
    () => {
      throw new Error("bug");
    },
  ],
  [
    "throws something odd",
    () => {
      throw "bug";
    },
  ],
  ["rejects", () => Promise.reject(new TypeError("undefined is not a function"))],
  ["hangs", never],
])("an inbox that %s at DATA: 451, and the connection goes on", async (_how, fail) => {
  await using mail = await house({ times: { accept: 30 } });
  mail.inbox.onAccept = fail;
  expect(await mail.mail(fromAna("", "hello"))).toBe(
    "451 4.3.0 Something went wrong here; please try again later",
  );
  expect(mail.log.of("bug")).toMatchObject([{ level: "error", fields: { where: "data" } }]);
  mail.inbox.onAccept = () => undefined;
  expect(await mail.mail(fromAna("", "hello"))).toMatch(/^250 /);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("bug");
    },
  ],
  ["rejects", () => Promise.reject(new Error("bug"))],
  ["hangs", never],
])("an inbox that %s at RCPT: 451, and the connection goes on", async (_how, fail) => {
  await using mail = await house({ times: { rcpt: 30 } });
  mail.inbox.onCheck = fail;
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 451 4.3.0 *
    C: NOOP
    S: 250 *`);
  client.close();
  expect(mail.log.of("bug")).toMatchObject([{ fields: { where: "rcpt" } }]);
});

test("a silent client is let go", async () => {
  await using mail = await house({ idle: 50 });
  const client = await mail.trusted();
  await client.play("S: 220 *\nS: 421 *");
  await client.closed();
  expect(client.replies.at(-1)).toContain("Timeout");
});

test("a mail that trickles in is let go too", async () => {
  await using mail = await house({ times: { data: 60 } });
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 250 *
    C: DATA
    S: 354 *
    C: From: ana@example.org
    S: 421 4.4.2 *`);
  await client.closed();
  expect(mail.inbox.submissions).toEqual([]);
});

test("a stranger's connection has an end, and so has our patience with errors", async () => {
  await using mail = await house({ times: { stranger: 150 } });
  const patient = await mail.stranger();
  await patient.play("S: 220 *\nS: 421 *");
  await using other = await house();
  const prober = await other.stranger();
  await prober.play("S: 220 *\nC: EHLO x\nS: 250 *\nC: MAIL FROM:<>\nS: 250 *");
  for (let i = 0; i < 15; i++)
    await prober.play("C: RCPT TO:<+491701234567@sms.example.org>\nS: 550 5.7.1 *");
  await prober.play("S: 421 4.7.0 *");
  await prober.closed();
  expect([patient.replies.length, prober.replies.length]).toEqual([2, 19]);
});

test("who talks before the greeting is sent away, unless on a trusted network", async () => {
  await using mail = await house();
  const spammer = await mail.stranger();
  spammer.send("EHLO early");
  await spammer.play("S: 421 *");
  const friend = await mail.trusted();
  friend.send("EHLO early");
  await friend.play("S: 220 *\nS: 250 *");
  friend.close();
  expect(friend.replies[1]).toContain("PIPELINING");
});

test("the trusted are greeted before a stranger who came first", async () => {
  await using mail = await house();
  const order: string[] = [];
  const stranger = await mail.stranger();
  const waited = stranger.reply().then(() => order.push("stranger"));
  for (let i = 0; i < 5; i++) {
    const friend = await mail.trusted();
    await friend.play("S: 220 *");
    order.push("friend");
    friend.close();
  }
  await waited;
  expect(order).toEqual(["friend", "friend", "friend", "friend", "friend", "stranger"]);
  stranger.close();
});

test("too many strangers: 421 for the next, not for the trusted; who leaves makes room", async () => {
  await using mail = await house({ maxClients: 3 });
  const crowd: Conversation[] = [];
  for (let i = 0; i < 3; i++) crowd.push(await mail.stranger());
  const next = await mail.stranger();
  await next.play("S: 421 4.7.0 Too many connections*");
  expect(mail.log.of("connection refused")).toMatchObject([{ fields: { client: "127.0.0.2" } }]);
  expect(await mail.mail(fromAna("", "hello"))).toMatch(/^250 /);
  for (const one of crowd) await one.play("S: 220 *\nC: QUIT\nS: 221 *");
  for (const one of crowd) await one.closed();
  const again = await mail.stranger();
  await again.play("S: 220 *");
  again.close();
});

test("too many from one address", async () => {
  await using mail = await house({ perAddress: 1 });
  const first = await mail.stranger();
  const second = await mail.stranger();
  await second.play("S: 421 4.7.0 *");
  await first.play("S: 220 *");
  expect(mail.log.of("connection refused")).toHaveLength(1);
  first.close();
});

test("2,000 idle connections don't stop the next sender on a trusted network", {
  timeout: 60_000,
}, async () => {
  await using mail = await house();
  const idle: Conversation[] = [];
  for (let i = 0; i < 20; i++)
    idle.push(...(await Promise.all(Array.from({ length: 100 }, () => mail.trusted()))));
  await Promise.all(idle.map((one) => one.play("S: 220 *")));
  expect(idle).toHaveLength(2_000);
  expect(await mail.mail(fromAna("", "hello"))).toMatch(/^250 /);
  for (const one of idle) one.close();
});

test("more recipients than allowed: 452 for the rest", async () => {
  await using mail = await house({ maxRecipients: 2 });
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<+491701111111@sms.example.org>
    S: 250 *
    C: RCPT TO:<+491702222222@sms.example.org>
    S: 250 *
    C: RCPT TO:<+491703333333@sms.example.org>
    S: 452 4.5.3 *`);
  client.close();
  expect(mail.inbox.checks).toHaveLength(2);
});
