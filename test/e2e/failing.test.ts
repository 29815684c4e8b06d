// What can't be sent is told once, in words; what may have been sent is never sent twice.
import { expect, test } from "vitest";
import type { FaultKind } from "../../src/demo/devices/faults.ts";
import type { ReceivedMail } from "../../src/demo/mailbox.ts";
import { openRig } from "../support/rig.ts";
import { BOTH, type DeviceName } from "../support/rig-config.ts";

const TO = "+491701234567";
const SEND = { dinstar: "send_sms", synway: "txsms" } as const;

const devices = <const T extends string>(kinds: readonly T[]) =>
  BOTH.flatMap((device) => kinds.map((kind) => ({ device, kind })));

/** The machine part of a notice. */
const status = ({ source }: ReceivedMail): string =>
  /Content-Type: message\/delivery-status\r\n\r\n([\s\S]*?)\r\n--=_/.exec(source.toString("latin1"))?.[1] ??
  "";

test.concurrent.each(BOTH)(
  "%s: the network refuses: one RFC 3464 notice to the envelope sender",
  async (device) => {
    await using rig = await openRig({ devices: [device] });
    rig.phones.behave(TO, { refuseFrom: 0 });
    await rig.send(TO, "never", {
      id: "the-mail@client.example",
      subject: "Lunch",
      headers: { "X-Mine": "kept" },
    });
    const mail = await rig.notice("failed");
    expect(mail.envelope).toMatchObject({ from: "", to: ["ana@example.org"] });
    const { headers, text, inReplyTo, references } = mail.parsed;
    expect(headers.get("content-type")).toMatchObject({
      value: "multipart/report",
      params: { "report-type": "delivery-status" },
    });
    expect(headers.get("auto-submitted")).toBe("auto-replied");
    expect([inReplyTo, references].flat().join(" ")).toContain("<the-mail@client.example>");
    expect(text).toContain(TO);
    expect(text).toMatch(/refused/);
    expect(status(mail)).toMatch(/^Reporting-MTA: dns; sms\.example\.org\r\n/);
    expect(status(mail)).toContain(`\r\nFinal-Recipient: rfc822; ${TO}@sms.example.org\r\n`);
    expect(status(mail)).toMatch(/\r\nAction: failed\r\nStatus: 5\.\d+\.\d+\r\nDiagnostic-Code: /);
    const source = mail.source.toString("latin1");
    expect(source).toMatch(/Content-Type: (?:text\/rfc822-headers|message\/rfc822)/);
    expect(source).toContain("X-Mine: kept");
    await rig.settled();
    expect(rig.notices).toEqual(["failed"]);
  },
);

test.concurrent("a mail to three phones of which two fail: one notice may name several, each is named once", async () => {
  await using rig = await openRig();
  const [good, bad, worse] = ["+491701111111", "+491702222222", "+491703333333"] as const;
  for (const number of [bad, worse]) rig.phones.behave(number, { refuseFrom: 0 });
  await rig.mail({ to: [good, bad, worse], text: "hello" });
  await rig.sms("hello");
  const all = () => rig.mailbox.mails.map(status).join("");
  await rig.until("both named", () => all().includes(bad) && all().includes(worse));
  await rig.settled();
  expect(all().split(bad)).toHaveLength(2);
  expect(all().split(worse)).toHaveLength(2);
  expect(all()).not.toContain(good);
});

test.concurrent.each(BOTH)("%s: a refusal in the middle of a long text is one failure", async (device) => {
  await using rig = await openRig({ devices: [device] });
  rig.phones.behave(TO, { refuseFrom: 1 });
  await rig.send(TO, "x".repeat(400));
  await rig.notice("failed");
  await rig.settled();
  expect(rig.notices).toEqual(["failed"]);
});

test.concurrent.each(
  devices([
    "drop-before-reading",
    "drop-before-processing",
    "drop-after-processing",
    "hang",
    "half",
    "garbage",
    "error",
    "html",
  ]),
)("$device: $kind while it is sent: exactly one SMS, no notice", async ({ device, kind }) => {
  await using rig = await openRig({ devices: [device], timing: { timeout: "300ms", unknown: "6s" } });
  await rig.send("+491709999999", "witness");
  await rig.sms("witness");
  await rig.settled();
  rig.device.faults.add({ kind, on: SEND[device] });
  await rig.send(TO, "once");
  await rig.settled();
  expect(rig.texts).toEqual(["witness", "once"]);
  expect(rig.notices).toEqual([]);
});

test.concurrent.each(devices(["drop-after-processing", "hang", "half"]))(
  "$device: $kind, carried out, as the very first thing: exactly one SMS",
  async ({ device, kind }) => {
    await using rig = await openRig({ devices: [device], timing: { timeout: "300ms", unknown: "6s" } });
    rig.device.faults.add({ kind, on: SEND[device], processed: true });
    await rig.send(TO, "once");
    await rig.settled();
    expect(rig.texts).toEqual(["once"]);
    expect(rig.notices).toEqual([]);
  },
);

test.concurrent("a text that had to be split and fails piece by piece: one notice", async () => {
  await using rig = await openRig({ text: { maxParts: 1, tooLong: "split" } });
  rig.phones.behave(TO, { refuseFrom: 0 });
  await rig.send(TO, "abc ".repeat(120));
  const mail = await rig.notice("failed");
  expect(status(mail).split(TO)).toHaveLength(2);
  await rig.settled();
  expect((await rig.jobs()).filter(({ delivery }) => delivery.state === "failed")).toHaveLength(3);
  expect(rig.notices).toEqual(["failed"]);
});

/** Makes the outcome of one send unknowable: it may have been carried out, and the device has forgotten. */
async function forget(device: DeviceName, onUnknown: "fail" | "resend") {
  const rig = await openRig({
    devices: [device],
    // After the second sending the gateway may have to be tried again first, which takes up to 2 s.
    timing: { timeout: "300ms", unknown: onUnknown === "resend" ? "5s" : "2s" },
    gateway: { onUnknown },
  });
  await rig.send("+491709999999", "witness");
  await rig.settled();
  const kind: FaultKind = "drop-after-processing";
  rig.device.faults.add({ kind, on: SEND[device] });
  const asks =
    device === "dinstar" ? ["query_sms_result", "query_sms_in_queue"] : ["querytxsms", "querysxsms"];
  // What would tell is not to be had: garbage for answers.
  rig.device.faults.add({
    kind: "reply",
    on: asks,
    times: Number.POSITIVE_INFINITY,
    body: '{"error_code":500,"result":"error"}',
  });
  return rig;
}

test.concurrent.each(BOTH)(
  "%s: outcome unknown until the deadline: the sender is told so, nothing is sent again",
  async (device) => {
    await using rig = await forget(device, "fail");
    await rig.send(TO, "perhaps");
    const mail = await rig.notice("failed");
    expect(mail.parsed.text).toMatch(/outcome unknown/);
    expect(mail.parsed.text).toContain(TO);
    rig.device.faults.clear();
    await rig.send(TO, "after");
    await rig.sms("after");
    await rig.settled();
    expect(rig.texts).toEqual(["witness", "perhaps", "after"]);
    expect(rig.notices).toEqual(["failed"]);
  },
);

test.concurrent.each(BOTH)("%s: onUnknown: resend sends it again, and tells nobody", async (device) => {
  await using rig = await forget(device, "resend");
  await rig.send(TO, "perhaps");
  await rig.until("a second SMS", () => rig.texts.filter((text) => text === "perhaps").length === 2);
  rig.device.faults.clear();
  await rig.settled();
  expect(rig.texts).toEqual(["witness", "perhaps", "perhaps"]);
  expect(rig.notices).toEqual([]);
});

test.concurrent.each(BOTH)(
  "%s: a reboot that forgets what it had taken: never two, and the sender is told of none",
  async (device) => {
    await using rig = await openRig({
      devices: [device],
      [device]: { sendTime: Number.POSITIVE_INFINITY },
      timing: { unknown: "2s" },
    });
    await rig.send(TO, "in the air");
    await rig.until(
      "in the device",
      () => rig.device.modem.busy(rig.port) || rig.device.modem.busy(rig.port + 1),
    );
    await rig.device.reboot();
    rig.device.modem.sendTime = 0;
    await rig.until("an end", () => rig.texts.length > 0 || rig.notices.length > 0);
    await rig.settled();
    expect(rig.texts.length + rig.notices.length).toBe(1);
    await rig.send(TO, "after");
    await rig.sms("after");
  },
);

test.concurrent.each(BOTH)(
  "%s: a text that can't leave: one warning, then one failure when its validity ends",
  async (device) => {
    await using rig = await openRig({ devices: [device], timing: { validity: "3s", warn: "1s" } });
    await rig.device.unplug();
    await rig.send(TO, "too late");
    const warning = await rig.notice("delayed");
    expect(status(warning)).toMatch(/\r\nAction: delayed\r\nStatus: 4\.\d+\.\d+\r\n/);
    expect(status(warning)).toContain("Will-Retry-Until: ");
    const failure = await rig.notice("failed");
    expect(failure.envelope.from).toBe("");
    expect(status(failure)).toContain("Status: 5.4.7");
    expect(failure.parsed.text).toContain(TO);
    await rig.device.plug();
    await rig.until("up again", () => rig.log.of("gateway up").length === 2);
    await rig.send(TO, "in time");
    await rig.sms("in time");
    await rig.settled();
    expect(rig.notices).toEqual(["delayed", "failed"]);
    expect(rig.texts).toEqual(["in time"]);
  },
);

test.concurrent("a warning, and then it leaves all the same", async () => {
  await using rig = await openRig({ timing: { validity: "1h", warn: "500ms" } });
  await rig.device.unplug();
  await rig.send(TO, "patience");
  await rig.notice("delayed");
  await rig.device.plug();
  await rig.sms("patience");
  await rig.settled();
  expect(rig.notices).toEqual(["delayed"]);
});

test.concurrent("a user's own validity", async () => {
  const ana = { email: ["ana@example.org"], send: { allow: ["*"] }, validity: "1s" };
  const ben = { email: ["ben@example.org"], send: { allow: ["*"] } };
  await using rig = await openRig({ users: { ana, ben } });
  await rig.device.unplug();
  await rig.send(TO, "ana's");
  await rig.send("+491701111111", "ben's", { from: "ben@example.org" });
  expect((await rig.notice("failed")).envelope.to).toEqual(["ana@example.org"]);
  await rig.device.plug();
  await rig.sms("ben's");
  await rig.settled();
  expect(rig.texts).toEqual(["ben's"]);
});

test.concurrent("NOTIFY=NEVER: no word. NOTIFY=SUCCESS: word of the handset's report. None given: only of failures", async () => {
  await using rig = await openRig();
  rig.phones.behave("+491702222222", { refuseFrom: 0 });
  await rig.send("+491702222222", "never", { rcpt: "NOTIFY=NEVER" });
  await rig.send(TO, "quiet");
  await rig.send("+491703333333", "yes", {
    rcpt: "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;+2B491703333333@sms.example.org",
  });
  const mail = await rig.notice("delivered");
  expect(status(mail)).toContain("Final-Recipient: rfc822; +491703333333@sms.example.org");
  expect(status(mail)).toContain("Original-Recipient: rfc822;+491703333333@sms.example.org");
  expect(status(mail)).toContain("Action: delivered");
  await rig.settled();
  expect(rig.notices).toEqual(["delivered"]);
});

test.concurrent("NOTIFY=SUCCESS without any report by timing.report: relayed", async () => {
  await using rig = await openRig({ timing: { report: "1s" } });
  rig.phones.behave("*", { reports: [] });
  await rig.send(TO, "yes", { rcpt: "NOTIFY=SUCCESS" });
  expect(status(await rig.notice("relayed"))).toContain("Status: 2.");
});

test.concurrent("a report of permanent failure after it was sent: the sender is told", async () => {
  await using rig = await openRig();
  rig.phones.behave(TO, { reports: [0x41] });
  await rig.send(TO, "no such phone");
  expect((await rig.notice("failed")).parsed.text).toContain(TO);
});

test.concurrent.each(BOTH)(
  "%s: a gateway that is overloaded for a while: it waits, no notice, exactly one",
  async (device) => {
    await using rig = await openRig({ devices: [device] });
    const body = device === "dinstar" ? '{"error_code":500}' : '{"result":"error","content":"busy"}';
    rig.device.faults.add({ kind: "reply", on: SEND[device], times: 2, body });
    await rig.send(TO, "later");
    await rig.sms("later");
    await rig.settled();
    expect(rig.texts).toEqual(["later"]);
    expect(rig.notices).toEqual([]);
  },
);
