// Commands that come together are answered together (RFC 2920 section 3.2).
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { openProtocol } from "../../../src/channels/email/protocol.ts";
import { MemoryLog } from "../../support/log.ts";
import { dial } from "../../support/transcript.ts";

async function stand() {
  const served = Promise.withResolvers<Socket>();
  const protocol = openProtocol(
    {
      hostname: "sms.example.org",
      maxSize: 10_000,
      maxRecipients: 10,
      times: { idle: 60_000, data: 60_000, stranger: 60_000, rcpt: 60_000, accept: 60_000 },
      tls: "none",
      log: new MemoryLog(),
    },
    {
      login: () => Promise.reject(new Error("nobody logs in")),
      recipient: async () => undefined,
      data: async () => "2.0.0 queued",
    },
  );
  const door = createServer((socket) => {
    served.resolve(socket);
    protocol.serve(socket, true);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  const client = await dial(typeof address === "object" && address ? address.port : 0);
  const socket = await served.promise;
  const one = vi.spyOn(socket, "_write");
  const many = vi.spyOn(socket, "_writev");
  return {
    client,
    socket,
    /** Writes to the client since the last time this was asked. */
    writes: () => {
      const count = one.mock.calls.length + many.mock.calls.length;
      one.mockClear();
      many.mockClear();
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      await protocol.stop(0);
      door.close();
    },
  };
}

test("MAIL, RCPT and DATA that come in one packet are answered in one write, and a mail in one of its own", async () => {
  await using own = await stand();
  await own.client.play("S: 220 *\nC: EHLO client\nS: 250 *");
  own.writes();
  own.client.socket.write(
    "MAIL FROM:<ana@example.org>\r\nRCPT TO:<1@sms.example.org>\r\nRCPT TO:<2@sms.example.org>\r\nDATA\r\n",
  );
  await own.client.play("S: 250 *\nS: 250 *\nS: 250 *\nS: 354 *");
  expect(own.writes()).toBe(1);
  own.client.socket.write("\r\nhello\r\n.\r\n");
  await own.client.play("S: 250 2.0.0 queued");
  expect(own.writes()).toBe(1);
  expect(own.socket.writableCorked).toBe(0);
});

test("one after the other they are answered one after the other, and the last words come before the end", async () => {
  await using own = await stand();
  await own.client.play(`
    S: 220 *
    C: EHLO client
    S: 250 *
    C: MAIL FROM:<ana@example.org>
    S: 250 *
    C: RCPT TO:<1@sms.example.org>
    S: 250 *
    C: RSET
    S: 250 *`);
  own.client.socket.write("NOOP\r\nQUIT\r\n");
  expect(await own.client.reply()).toMatch(/^250 /);
  expect(await own.client.reply()).toMatch(/^221 /);
  await own.client.closed();
});
