// SMTP AUTH: proof, and what guessing costs.
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import { turn } from "../../support/clock.ts";
import { Conversation, dial } from "../../support/transcript.ts";
import { type House, house, STRANGE } from "./mailhouse.ts";

const CERT = new URL("../../support/tls/cert.pem", import.meta.url).pathname;
const KEY = new URL("../../support/tls/key.pem", import.meta.url).pathname;
const b64 = (text: string) => Buffer.from(text).toString("base64");
const plain = (name: string, password: string) => `C: AUTH PLAIN ${b64(`\0${name}\0${password}`)}`;

const implicit = {
  listen: [{ address: "127.0.0.1", port: 0, tls: "implicit", cert: CERT, key: KEY }],
} as const;

async function secure(mail: House): Promise<Conversation> {
  const raw = connect({ port: mail.port, host: "127.0.0.1", localAddress: STRANGE });
  const socket = connectTls({ socket: raw, rejectUnauthorized: false });
  const conversation = new Conversation(socket);
  await once(socket, "secureConnect");
  return conversation;
}

/** Plays `script` while time passes. */
async function later(mail: House, client: Conversation, script: string): Promise<void> {
  let done = false;
  const played = client.play(script).finally(() => {
    done = true;
  });
  while (!done) {
    if (mail.clock.waiting > 0) await mail.clock.advance(1_000);
    await turn();
  }
  await played;
}

const MAIL = `
  C: MAIL FROM:<ana@example.org>
  S: 250 *
  C: RCPT TO:<+491701234567@sms.example.org>
  S: 250 *
  C: DATA
  S: 354 *
  C: From: ana@example.org
  C:
  C: hello
  C: .
  S: 250 2.0.0 queued as *`;

test.each(["ana", "ana@example.org", "ANA.MAIER@example.org"])(
  "AUTH PLAIN as %s from anywhere, over TLS",
  async (login) => {
    await using mail = await house(implicit);
    const client = await secure(mail);
    await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain(login, "sesame")}
    S: 235 *
    ${MAIL}`);
    expect(client.replies[1]).toContain("AUTH PLAIN LOGIN");
    expect(mail.inbox.submissions[0]?.user).toBe("ana");
    client.close();
  },
);

test("AUTH LOGIN, with letters beyond ASCII, on a trusted network without TLS", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: AUTH LOGIN
    S: 334 *
    C: ${b64("jürgen")}
    S: 334 *
    C: ${b64("öffne")}
    S: 235 *`);
  client.close();
  expect(mail.log.of("auth failed")).toEqual([]);
});

test("without TLS a stranger is not offered AUTH, and gets 538", async () => {
  await using mail = await house();
  const client = await mail.stranger();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain("ana", "sesame")}
    S: 538 5.7.11 *`);
  expect(client.replies[1]).not.toContain("AUTH");
  expect(client.replies[1]).not.toContain("STARTTLS");
  await client.play("C: STARTTLS\nS: 500 *");
  client.close();
});

test("STARTTLS with the certificate of the config, then AUTH", async () => {
  await using mail = await house({
    listen: [{ address: "127.0.0.1", port: 0, tls: "starttls", cert: CERT, key: KEY }],
  });
  const client = await dial(mail.port, STRANGE);
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain("ana", "sesame")}
    S: 538 *
    C: STARTTLS
    S: 220 *`);
  expect(client.replies[1]).toContain("STARTTLS");
  const raw = client.socket;
  raw.removeAllListeners("data");
  const socket = connectTls({ socket: raw, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  expect(socket.getPeerCertificate().subject.CN).toBe("localhost");
  client.listen(socket);
  await client.play(`
    C: EHLO client
    S: 250 *
    ${plain("ana", "sesame")}
    S: 235 *
    ${MAIL}`);
  client.close();
});

test("STARTTLS in one packet with EHLO: both are answered before TLS begins", async () => {
  await using mail = await house({
    listen: [{ address: "127.0.0.1", port: 0, tls: "starttls", cert: CERT, key: KEY }],
  });
  const client = await mail.trusted();
  await client.play("S: 220 *");
  const raw = client.socket;
  raw.write("EHLO client\r\nSTARTTLS\r\n");
  await client.play("S: 250 *\nS: 220 *");
  raw.removeAllListeners("data");
  const socket = connectTls({ socket: raw, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  client.listen(socket);
  await client.play("C: EHLO client\nS: 250 *");
  expect(client.replies.at(-1)).not.toContain("STARTTLS");
  client.close();
});

test("TLS without a certificate is refused at the start", async () => {
  await expect(house({ listen: [{ address: "127.0.0.1", port: 0, tls: "starttls" }] })).rejects.toThrow(
    "needs cert and key",
  );
});

test.each([
  ["a wrong password", "ana", "open"],
  ["an unknown user", "nobody", "sesame"],
  ["a user without a password", "cron", "sesame"],
  ["no password", "ana", ""],
])("%s: the same answer, a second later", async (_what, name, password) => {
  let checked = 0;
  await using mail = await house({
    verify: async (hash, given) => {
      checked += 1;
      return hash === `hash of ${given}`;
    },
  });
  const client = await mail.trusted();
  const start = mail.clock.now();
  await later(
    mail,
    client,
    `
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain(name, password)}
    S: 535 5.7.8 Wrong user name or password`,
  );
  expect(mail.clock.now() - start).toBeGreaterThanOrEqual(1_000);
  expect(checked).toBe(password === "" ? 0 : 1);
  expect(mail.log.of("auth failed")).toHaveLength(1);
  expect(JSON.stringify(mail.log.lines)).not.toContain("sesame");
  client.close();
});

test("who guesses too often is not listened to, until later", async () => {
  await using mail = await house(implicit);
  for (let round = 0; round < 5; round++) {
    const client = await secure(mail);
    await later(
      mail,
      client,
      `
      S: 220 *
      C: EHLO client
      S: 250 *
      ${plain("ana", "a")}
      S: 535 *
      ${plain("ana", "b")}
      S: 535 *`,
    );
    client.close();
  }
  const client = await secure(mail);
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain("ana", "sesame")}
    S: 454 4.7.0 *`);
  await mail.clock.advance(15 * 60_000);
  await client.play(`${plain("ana", "sesame")}\nS: 235 *`);
  client.close();
  expect(mail.log.of("auth failed")).toHaveLength(10);
});

test("to log in as one and act for another is refused", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await later(
    mail,
    client,
    `
    S: 220 *
    C: EHLO client
    S: 250 *
    C: AUTH PLAIN ${b64("cron\0ana\0sesame")}
    S: 535 *
    C: AUTH PLAIN ${b64("Ana\0ana\0sesame")}
    S: 235 *`,
  );
  client.close();
  expect(mail.log.of("auth failed")).toHaveLength(1);
});

test("whoever logged in writes as herself only, even on a trusted network", async () => {
  await using mail = await house();
  const client = await mail.trusted();
  await client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    ${plain("ana", "sesame")}
    S: 235 *
    C: MAIL FROM:<root@example.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 550 5.7.1 *
    C: RSET
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<+491701234567@sms.example.org>
    S: 250 *
    C: DATA
    S: 354 *
    C: From: root@example.org
    C:
    C: hello
    C: .
    S: 550 5.7.1 The From header *`);
  client.close();
  expect(mail.inbox.submissions).toEqual([]);
});

test("a password check that breaks or hangs is 451", async () => {
  await using broken = await house({
    verify: () => {
      throw new Error("out of memory");
    },
  });
  const first = await broken.trusted();
  await first.play(
    `S: 220 *\nC: EHLO client\nS: 250 *\n${plain("ana", "sesame")}\nS: 451 4.3.0 *\nC: NOOP\nS: 250 *`,
  );
  first.close();
  await using hanging = await house({ verify: () => new Promise(() => undefined), times: { rcpt: 20 } });
  const second = await hanging.trusted();
  await second.play(`S: 220 *\nC: EHLO client\nS: 250 *\n${plain("ana", "sesame")}\nS: 451 4.3.0 *`);
  second.close();
  expect([broken.log.of("bug").length, hanging.log.of("bug").length]).toEqual([1, 1]);
});
