// A mail becomes an SMS: the exact text to the exact number, each recipient answered for itself, and only for those who may.
import { expect, test } from "vitest";
import { hash } from "../../src/config/hash.ts";
import { openRig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";

const FORMS = { e164: "+491701234567", digits: "491701234567", national: "01701234567" } as const;
const NUMBERS = ["e164", "digits", "national"] as const;

test.each(BOTH.flatMap((device) => NUMBERS.map((numbers) => ({ device, numbers }))))(
  "$device, numbers: $numbers: the text arrives as written",
  async ({ device, numbers }) => {
    await using rig = await openRig({ devices: [device], gateway: { numbers } });
    const text = 'Grüße: 12 € [für] {alle} #param# \\ "quoted" it\'s 50% & <b>\nzweite Zeile ~ ^ |';
    const answer = await rig.send("+491701234567", text);
    expect(answer).toMatch(/^250 2\.0\.0 .*\b[a-z0-9]{10,}\b.*1 recipient, 1 part$/);
    const sms = await rig.sms(text);
    expect(sms.to).toBe(FORMS[numbers]);
    await rig.settled();
    expect(rig.texts).toEqual([text]);
    const [job] = await rig.jobs();
    expect(answer).toContain(job?.message.id);
  },
);

test.each(BOTH)("%s: any letters, and more than one part", async (device) => {
  await using rig = await openRig({ devices: [device] });
  const text = `Привет 😀 ${"日本語 ".repeat(60).trim()}`;
  expect(await rig.send("+491701234567", text)).toContain("1 recipient, 4 parts");
  expect((await rig.sms(text)).parts).toBe(4);
  const state = async () => (await rig.jobs())[0]?.delivery.state;
  await rig.until("reports of all parts", async () => (await state()) === "delivered");
  expect(rig.texts).toEqual([text]);
});

test("a part is missing among the delivery reports: not delivered", async () => {
  await using rig = await openRig();
  rig.phones.behave("*", { reports: [] });
  const text = "a".repeat(300);
  await rig.send("+491701234567", text);
  await rig.sms(text);
  await rig.settled();
  expect((await rig.jobs())[0]?.delivery.state).toBe("sent");
});

test("several recipients, each answered for itself; one phone spelled five ways is one SMS", async () => {
  await using rig = await openRig();
  const to = ["+491701234567", "00491701234567", "01701234567", "491701234567", "0170-1234567"];
  const others = ["hello", "+4917099", "22333", "someone@elsewhere.example", "+12125550123"];
  const { rcpt, data } = await rig.mail({ to: [...to, ...others], text: "all" });
  expect(rcpt.slice(0, 5).every((answer) => answer.startsWith("250 "))).toBe(true);
  expect(rcpt.slice(5).map((answer) => answer.slice(0, 9))).toEqual([
    "550 5.1.1",
    expect.stringMatching(/^(?:250 |550 5\.1\.1)/),
    expect.stringMatching(/^250 /),
    "550 5.7.1",
    expect.stringMatching(/^250 /),
  ]);
  expect(data).toMatch(/^250 2\.0\.0 /);
  await rig.settled();
  const numbers = rig.phones.sent.map((sms) => sms.to);
  expect(numbers.filter((number) => number === "+491701234567")).toHaveLength(1);
  expect(numbers).toEqual(expect.arrayContaining(["22333", "+12125550123"]));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test.each([
  ["prefix", "Alarm", "disk full", {}, "Alarm\ndisk full"],
  ["prefix", "Alarm", "", {}, "Alarm"],
  ["prefix", "Re: Alarm", "disk full", { "In-Reply-To": "<x@y>" }, "disk full"],
  ["never", "Alarm", "disk full", {}, "disk full"],
  ["only-if-empty-body", "Alarm", "disk full", {}, "disk full"],
  ["only-if-empty-body", "Alarm", "", {}, "Alarm"],
] as const)("subject: %s, %j and %j", async (policy, subject, text, headers, sent) => {
  await using rig = await openRig({ text: { subject: policy } });
  await rig.send("+491701234567", text, { subject, headers });
  expect((await rig.sms(sent)).text).toBe(sent);
});

test("nothing to send: 554 5.6.0", async () => {
  await using rig = await openRig();
  expect((await rig.mail({ to: "+491701234567", subject: "x", text: " \n" })).data).toMatch(/^554 5\.6\.0 /);
});

test("strangers and their likes: 550 5.7.1, and nothing is sent", async () => {
  await using rig = await openRig({ trust: ["127.0.0.1/32"] });
  const refused = async (letter: Parameters<typeof rig.mail>[0]) => {
    const { rcpt, data } = await rig.mail({ text: "hi", ...letter });
    return [...rcpt, data].filter((answer) => !answer.startsWith("250")).join(" ");
  };
  const to = "+491701234567";
  expect(await refused({ to, from: "eve@example.org" })).toMatch(/550 5\.7\.1/);
  expect(await refused({ to, from: "" })).toMatch(/550 5\.7\.1/);
  expect(await refused({ to, via: "127.0.0.2" })).toMatch(/550 5\.7\.1/);
  expect(await refused({ to, headers: { From: "ben@example.org" } })).toMatch(/550 5\.7\.1/);
  expect(await refused({ to: `${to}@elsewhere.example` })).toMatch(/550 5\.7\.1/);
  expect(rig.texts).toEqual([]);
  expect(await rig.jobs()).toEqual([]);
});

test("a login: the name or an address, the right password, one's own addresses only", async () => {
  const password = await hash("correct horse");
  const ana = { email: ["ana@example.org"], password, send: { allow: ["*"] } };
  const ben = { email: ["ben@example.org"], send: { allow: ["*"] } };
  await using rig = await openRig({ users: { ana, ben } });
  const as = (name: string, secret: string, from = "ana@example.org") =>
    rig.mail({ to: "+491701234567", text: `by ${name}`, from, login: [name, secret] });
  expect((await as("ana", "correct horse")).data).toMatch(/^250 /);
  expect((await as("Ana@example.org", "correct horse")).data).toMatch(/^250 /);
  expect((await as("ana", "wrong")).auth).toMatch(/^535 5\.7\.8/);
  expect((await as("ben", "correct horse")).auth).toMatch(/^535 5\.7\.8/);
  expect((await as("ana", "correct horse", "ben@example.org")).rcpt[0]).toMatch(/^550 5\.7\.1/);
  await rig.settled();
  expect(rig.texts).toEqual(["by ana", "by Ana@example.org"]);
});

test("off the trusted networks there is no login without TLS", async () => {
  const password = await hash("correct horse");
  const ana = { email: ["ana@example.org"], password, send: { allow: ["*"] } };
  await using rig = await openRig({ users: { ana }, trust: [] });
  const { auth } = await rig.mail({ to: "+491701234567", login: ["ana", "correct horse"], text: "x" });
  expect(auth).toMatch(/^5\d\d /);
  expect((await rig.mail({ to: "+491701234567", text: "x" })).rcpt[0]).toMatch(/^550 5\.7\.1/);
});

test("allow and deny", async () => {
  const ana = { email: ["ana@example.org"], send: { allow: ["+49*", "22333"], deny: ["+49900*"] } };
  await using rig = await openRig({ users: { ana } });
  const to = ["+491701234567", "+499001234567", "+441632960001", "22333", "22334", "*100#"];
  const { rcpt } = await rig.mail({ to, text: "hi" });
  expect(rcpt.map((answer) => answer.slice(0, 3))).toEqual(["250", "550", "550", "250", "550", "550"]);
  expect(rcpt[1]).toMatch(/^550 5\.7\.1 /);
});

test("perDay: 550 5.7.1 with when it frees, and other users are not affected", async () => {
  const ana = { email: ["ana@example.org"], send: { allow: ["*"], perDay: 3 } };
  const ben = { email: ["ben@example.org"], send: { allow: ["*"] } };
  await using rig = await openRig({ users: { ana, ben } });
  await rig.send("+491701234567", "one");
  const { rcpt, data } = await rig.mail({
    to: ["+491701234568", "+491701234569", "+491701234560"],
    text: "two",
  });
  expect(rcpt.map((answer) => answer.slice(0, 9))).toEqual([
    expect.stringMatching(/^250/),
    expect.stringMatching(/^250/),
    "550 5.7.1",
  ]);
  expect(rcpt[2]).toMatch(/20\d\d-\d\d-\d\dT\d\d:/);
  expect(data).toMatch(/^250 /);
  const late = await rig.mail({ to: "+491701234561", text: "three" });
  expect(late.rcpt[0]).toMatch(/^550 5\.7\.1 .*20\d\d-\d\d-\d\dT\d\d:/);
  await rig.send("+491701234567", "ben's", { from: "ben@example.org" });
  await rig.settled();
  expect(rig.texts.toSorted()).toEqual(["ben's", "one", "two", "two"]);
});
