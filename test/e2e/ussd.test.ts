// USSD by mail: a code, a menu that is answered by replying, and a network that says nothing.
import { expect, test } from "vitest";
import type { ReceivedMail } from "../../src/demo/mailbox.ts";
import { openRig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";

const reply = (mail: ReceivedMail, text: string) => ({
  to: mail.parsed.from?.value[0]?.address ?? "",
  subject: mail.parsed.subject ?? "",
  text: `${text}\n\n-- \nAna\n`,
  headers: { "In-Reply-To": mail.parsed.messageId ?? "" },
});

test.concurrent.each(BOTH)("%s: a balance comes as a mail in the thread", async (device) => {
  await using rig = await openRig({ devices: [device] });
  await rig.send("*100#", "", { id: "code@client.example", subject: "balance" });
  const mail = await rig.letter("12.34 EUR");
  expect(mail.envelope.to).toEqual(["ana@example.org"]);
  expect(mail.parsed.inReplyTo).toBe("<code@client.example>");
  expect(mail.parsed.from?.value[0]?.address).toBe("*100#@sms.example.org");
  await rig.settled();
  expect(rig.mailbox.total).toBe(1);
  expect(rig.texts).toEqual([]);
});

test.concurrent.each(BOTH)(
  "%s: a menu is gone through by replying, on the SIM that was asked for",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 4 });
    const port = rig.port + 2;
    await rig.send(`*111#+${port}`, "");
    const menu = await rig.letter("1 balance");
    expect(menu.parsed.headers.get("x-simpost-port")).toBe(String(port));
    await rig.mail(reply(menu, "2"));
    const tariff = await rig.letter("SMS 0.09 EUR");
    expect(tariff.parsed.text).toContain("Tariff: Prepaid");
    await rig.mail(reply(tariff, "0"));
    await rig.until(
      "the menu again",
      () => rig.mailbox.mails.filter(({ parsed }) => parsed.text?.includes("1 balance")).length === 2,
    );
    expect(rig.notices).toEqual([]);
  },
);

test.concurrent.each(BOTH)(
  "%s: no answer by timing.ussd: a notice, and the port is free again",
  async (device) => {
    await using rig = await openRig({
      devices: [device],
      ports: 1,
      [device]: { ussdDelay: 3_600_000 },
      timing: { ussd: "1s" },
    });
    await rig.send("*100#", "");
    const notice = await rig.notice("failed");
    expect(notice.parsed.text).toMatch(/\*100#/);
    expect(notice.parsed.text).toMatch(/no answer/);
    await rig.send("+491701234567", "after");
    await rig.sms("after");
    await rig.settled();
    expect(rig.notices).toEqual(["failed"]);
  },
);

test.concurrent.each(BOTH)(
  "%s: an answer that takes its time, with texts on the same port meanwhile",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 1, [device]: { ussdDelay: 800 } });
    await rig.send("*100#", "");
    await rig.send("+491701234567", "meanwhile");
    await rig.letter("12.34 EUR");
    await rig.sms("meanwhile");
    await rig.settled();
    expect(rig.notices).toEqual([]);
  },
);

test.concurrent("dinstar: GATEWAY.PORT, an unknown one, and a code that is not allowed", async () => {
  const ana = { email: ["ana@example.org"], send: { allow: ["+49*", "\\*100#"] } };
  await using rig = await openRig({ users: { ana } });
  await rig.send("*100#+dinstar.1", "");
  expect((await rig.letter("12.34 EUR")).parsed.headers.get("x-simpost-port")).toBe("1");
  expect((await rig.mail({ to: "*100#+dinstar.9", text: "" })).rcpt[0]).toMatch(/^550 5\.1\.1/);
  expect((await rig.mail({ to: "*111#", text: "" })).rcpt[0]).toMatch(/^550 5\.7\.1/);
});
