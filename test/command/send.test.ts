// `simpost send` against a real SMTP server.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { type Door, sendCommand } from "../../src/command/send.ts";
import { screen } from "./setup.ts";

/** A certificate for another name than 127.0.0.1. */
const tlsFile = (name: string): Buffer =>
  readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url));

const open: SMTPServer[] = [];
afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
});

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: string;
}

async function daemon(
  options: SMTPServerOptions = {},
  address = "127.0.0.1",
): Promise<{ door: Door; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        mails.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks).toString(),
        });
        callback(null, "2.0.0 queued as abc: 1 recipient, 1 part");
      });
    },
    ...options,
  });
  server.on("error", () => {});
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { door: { address, port, tls: "none" }, mails };
}

const TEXT = {
  domain: "sms.example.org",
  from: "ana@example.org",
  number: "+49 170/123-45 67",
  text: "Grüße €",
};

test("the text goes to the number's mailbox, and the answer is printed", async () => {
  const { door, mails } = await daemon();
  const { io, out } = screen();
  expect(await sendCommand({ ...TEXT, door }, io)).toBe(0);
  expect(out()).toBe("250 2.0.0 queued as abc: 1 recipient, 1 part\n");
  expect(mails).toMatchObject([{ from: "ana@example.org", to: ["+491701234567@sms.example.org"] }]);
  expect(mails[0]?.content).toMatch(/^Message-ID: <.+>\r$/m);
  expect(mails[0]?.content).not.toMatch(/^Subject:/m);
});

test.each([["*100#"], ["+491701234567+3"], ["+491701234567+office.3"]])(
  "%s goes as it is",
  async (number) => {
    const { door, mails } = await daemon();
    await sendCommand({ ...TEXT, number, door }, screen().io);
    expect(mails[0]?.to).toEqual([`${number}@sms.example.org`]);
  },
);

test("a listener on all addresses is reached on loopback", async () => {
  const { door } = await daemon({}, "0.0.0.0");
  expect(await sendCommand({ ...TEXT, door }, screen().io)).toBe(0);
});

test.each(["starttls", "implicit"] as const)("with tls: %s, whatever the certificate's name", async (tls) => {
  const secured = { cert: tlsFile("cert"), key: tlsFile("key") };
  const { door, mails } = await daemon({
    ...secured,
    secure: tls === "implicit",
    disabledCommands: ["AUTH"],
  });
  expect(await sendCommand({ ...TEXT, door: { ...door, tls } }, screen().io)).toBe(0);
  expect(mails).toHaveLength(1);
});

test("a refusal is printed as the daemon gave it, without what could steer a terminal", async () => {
  const { door, mails } = await daemon({
    onRcptTo(_, __, callback) {
      callback(Object.assign(new Error("5.7.1 Not accepted\x1b from you"), { responseCode: 550 }));
    },
  });
  const { io, out, err } = screen();
  expect(await sendCommand({ ...TEXT, door }, io)).toBe(1);
  expect(out()).toBe("");
  expect(err()).toBe("simpost: 550 5.7.1 Not accepted  from you\n");
  expect(mails).toEqual([]);
});

test("no daemon is said as that", async () => {
  const { door } = await daemon();
  await new Promise<void>((resolve) => open.splice(0)[0]?.close(() => resolve()));
  const { io, err } = screen();
  expect(await sendCommand({ ...TEXT, door }, io)).toBe(3);
  expect(err()).toContain(`no daemon answers at 127.0.0.1:${door.port}`);
  expect(err()).toContain("is it running?");
});
