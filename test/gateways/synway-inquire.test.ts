// The Synway driver: did doubtful texts arrive after all? Found, absent, or unknown; never absent while there is doubt.
import { expect, test } from "vitest";
import type { Report, Submitted } from "../../src/bridge/ports/gateway.ts";
import { never, open, type Setup, setup, sms } from "./synway-setup.ts";

const ANA = "+491701000001";
const BEN = "+491701000002";
const HOUR = 3_600_000;

/** Sends a text that is known to have left: the witness. */
async function witnessOf({ gateway, clock }: Setup, id = 1, text = "witness"): Promise<Submitted> {
  const witness = sms(id, BEN, text);
  const [receipt] = await gateway.send({ ports: [1], texts: [witness] }, never);
  return open(witness, clock.now(), "sent", { track: receipt?.track ?? null });
}

/** Sends texts in one request whose answer, or which itself, is lost. */
async function doubt(
  { gateway, device, clock }: Setup,
  texts: readonly ReturnType<typeof sms>[],
  fate: "taken" | "lost",
): Promise<Submitted[]> {
  device.faults.add({
    kind: fate === "taken" ? "drop-after-processing" : "drop-before-processing",
    on: "txsms",
  });
  await gateway.send({ ports: [1], texts }, never).catch(() => undefined);
  return texts.map((text) => open(text, clock.now(), "unsure"));
}

const ask = (
  { gateway }: Pick<Setup, "gateway">,
  unsure: readonly Submitted[],
  witness: Submitted | null,
  steady = false,
): Promise<readonly Report[]> => gateway.inquire(unsure, { witness, steady }, never);

const outcomes = (reports: readonly Report[]) => reports.map(({ outcome }) => outcome);

test("found by its task, with the task to follow it by; one of several numbers too", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA), sms(6, "+491701000009")], "taken");
  const reports = await ask(rig, unsure, witness);
  expect(reports).toEqual([
    { id: 5, outcome: "sent", port: 1, track: '{"task":1,"user":5}' },
    { id: 6, outcome: "sent", port: 1, track: '{"task":1,"user":5}' },
  ]);
});

test("a text that waits inside is waiting; one that the network refused has failed", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  rig.device.modem.hold(true);
  const unsure = await doubt(rig, [sms(5, ANA)], "taken");
  expect(await ask(rig, unsure, witness)).toMatchObject([
    { outcome: "waiting", track: '{"task":1,"user":5}' },
  ]);
  rig.device.phones.behave(ANA, { refuseFrom: 0 });
  rig.device.modem.hold(false);
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["failed"]);
});

test("firmware that hides what still waits: the userid tells, and without it nothing is proven", async () => {
  const rig = await setup({ listsWaiting: false });
  const witness = await witnessOf(rig);
  rig.device.modem.hold(true);
  const unsure = await doubt(rig, [sms(5, ANA)], "taken");
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["waiting"]);
  const silent = await setup({ listsWaiting: false, userid: "never" });
  const before = await witnessOf(silent);
  silent.device.modem.hold(true);
  const hidden = await doubt(silent, [sms(5, ANA)], "taken");
  expect(outcomes(await ask(silent, hidden, before))).toEqual(["unknown"]);
});

test("absent: no task, not in the outbox, the port idle, and the witness is still there", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  expect(await ask(rig, unsure, witness)).toMatchObject([{ id: 5, outcome: "absent" }]);
  expect(rig.asked("getportinfo")).toHaveLength(1);
  // its own earlier texts to that phone do not hide it
  expect(outcomes(await ask(rig, unsure, null, true))).toEqual(["absent"]);
});

test.each([
  ["the port is in a call", (rig: Setup) => rig.device.setPort(1, { state: 3 })],
  ["the outbox can't be read", (rig: Setup) => rig.device.faults.add({ kind: "html", on: "querysxsms" })],
  [
    "the outbox is refused",
    (rig: Setup) =>
      rig.device.faults.add({
        kind: "reply",
        on: "querysxsms",
        body: '{"result":"error","content":"unknown event"}',
      }),
  ],
])("not absent when %s", async (_, spoil) => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  spoil(rig);
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
  rig.device.setPort(1, { state: 0 });
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["absent"]);
});

test("not absent while another of the ports is busy, if the device chose the port", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = (await doubt(rig, [sms(5, ANA)], "lost")).map((text) => ({ ...text, port: null }));
  rig.device.setPort(4, { state: 3 });
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
  rig.device.setPort(4, { state: 11 });
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["absent"]);
});

test("not absent before the device had its time", async () => {
  const rig = await setup({}, { settle: 2_000 });
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
  await rig.clock.advance(2_000);
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["absent"]);
});

test("a device that rebooted and kept its outbox: found there, else absent by the witness", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const taken = await doubt(rig, [sms(5, ANA)], "taken");
  const lost = await doubt(rig, [sms(6, ANA, "other")], "lost");
  await rig.device.reboot();
  await rig.gateway.ports(never).catch(() => undefined);
  expect(await ask(rig, [...taken, ...lost], witness)).toMatchObject([
    { id: 5, outcome: "sent", port: 1, detail: "found in the outbox" },
    { id: 6, outcome: "absent" },
  ]);
});

test("a device that forgot everything proves nothing, and neither does one without a witness that was away", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  await rig.device.reboot({ inbox: "wipe" });
  await rig.gateway.ports(never).catch(() => undefined);
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
  expect(outcomes(await ask(rig, unsure, null, false))).toEqual(["unknown"]);
  expect(outcomes(await ask(rig, unsure, null, true))).toEqual(["absent"]);
});

test("firmware that does not give the userid back: the outbox decides", async () => {
  const rig = await setup({ userid: "never", echo: "digits" });
  const witness = await witnessOf(rig);
  const taken = await doubt(rig, [sms(5, ANA)], "taken");
  expect(await ask(rig, taken, witness)).toMatchObject([{ outcome: "sent", detail: "found in the outbox" }]);
  const lost = await doubt(rig, [sms(6, "+491701000003")], "lost");
  expect(outcomes(await ask(rig, lost, witness))).toEqual(["absent"]);
  // a task to its number that does not say whose it is
  rig.device.modem.hold(true);
  await rig.gateway.send({ ports: [1], texts: [sms(7, ANA, "another")] }, never);
  const third = await doubt(rig, [sms(8, ANA, "third")], "lost");
  expect(outcomes(await ask(rig, third, witness))).toEqual(["unknown"]);
});

test("a task that does not say whose it is may be that of a whole request", async () => {
  const rig = await setup({ userid: "never", listsWaiting: false });
  const witness = await witnessOf(rig);
  const port = { ports: [1, 2] };
  rig.device.modem.sendTime = Number.POSITIVE_INFINITY;
  rig.device.faults.add({ kind: "drop-after-processing", on: "txsms" });
  const texts = [sms(5, ANA), sms(6, BEN), sms(7, "+491701000003")];
  await rig.gateway.send({ ...port, texts }, never).catch(() => undefined);
  const unsure = texts.map((text) => open(text, rig.clock.now(), "unsure"));
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown", "unknown", "unknown"]);
  // an equal text of another time is another request's
  await rig.clock.advance(1_000);
  const later = await doubt(rig, [sms(8, "+491701000004")], "lost");
  expect(outcomes(await ask(rig, [...unsure, ...later], witness)).at(-1)).toBe("absent");
});

test("equal texts to one number are counted", async () => {
  const rig = await setup({ userid: "never" });
  const witness = await witnessOf(rig);
  const both = [...(await doubt(rig, [sms(5, ANA)], "taken")), ...(await doubt(rig, [sms(6, ANA)], "taken"))];
  expect(outcomes(await ask(rig, both, witness))).toEqual(["sent", "sent"]);
  const third = await doubt(rig, [sms(7, ANA)], "lost");
  expect(outcomes(await ask(rig, [...both, ...third], witness))).toEqual(["unknown", "unknown", "unknown"]);
  expect(outcomes(await ask(rig, third, witness))).toEqual(["unknown"]);
});

test("an equal text from a little earlier leaves it unknown, one from long before does not", async () => {
  const rig = await setup({ userid: "never" });
  await rig.gateway.send({ ports: [1], texts: [sms(1, ANA, "alarm")] }, never);
  await rig.clock.advance(10 * 60_000);
  let witness = await witnessOf(rig, 2);
  await rig.device.reboot(); // its tasks are gone, its outbox is not
  await rig.gateway.ports(never).catch(() => undefined);
  const soon = await doubt(rig, [sms(3, ANA, "alarm")], "lost");
  expect(outcomes(await ask(rig, soon, witness))).toEqual(["unknown"]);
  await rig.clock.advance(2 * HOUR);
  witness = await witnessOf(rig, 4, "another witness");
  const late = await doubt(rig, [sms(5, ANA, "alarm")], "lost");
  expect(outcomes(await ask(rig, late, witness))).toEqual(["absent"]);
  expect(outcomes(await ask(rig, late, null, true))).toEqual(["unknown"]);
});

test("a text that the device changed leaves it unknown", async () => {
  const rig = await setup({ userid: "never" });
  const witness = await witnessOf(rig);
  await rig.gateway.send({ ports: [1], texts: [sms(5, ANA, "Gru? aus K?ln")] }, never);
  await rig.device.reboot();
  await rig.gateway.ports(never).catch(() => undefined);
  const unsure = [open(sms(6, ANA, "Gruß aus Köln"), rig.clock.now(), "unsure")];
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
});

test("an outbox that lists what no task knows, though all tasks are known, leaves it unknown", async () => {
  const rig = await setup();
  await rig.gateway.send({ ports: [1], texts: [sms(4, ANA)] }, never);
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
});

test.each([
  ["Asia/Kathmandu", 5.75],
  ["America/Los_Angeles", -8],
])("a device in %s that is configured as UTC: the witness tells", async (timezone) => {
  const rig = await setup({ userid: "never", timezone }, {}, { timezone: "UTC" });
  const witness = await witnessOf(rig);
  const taken = await doubt(rig, [sms(5, ANA)], "taken");
  expect(outcomes(await ask(rig, taken, witness))).toEqual(["sent"]);
  const lost = await doubt(rig, [sms(6, "+491701000003", "other")], "lost");
  expect(outcomes(await ask(rig, lost, witness))).toEqual(["absent"]);
});

test("firmware that refuses a whole query over one unknown task is asked task by task", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "taken");
  rig.device.faults.add({
    kind: "reply",
    on: "querytxsms",
    body: '{"result":"error","content":"taskid error"}',
  });
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["sent"]);
});

test("one event for both boxes: the outbox is told by its form", async () => {
  const rig = await setup({ outbox: "mixed", userid: "never" }, { outboxEvent: "queryrxsms" });
  const witness = await witnessOf(rig);
  rig.device.phones.text(ANA, { device: rig.device.name, port: 1 }, "a reply");
  const taken = await doubt(rig, [sms(5, ANA)], "taken");
  const lost = await doubt(rig, [sms(6, "+491701000003", "other")], "lost");
  expect(outcomes(await ask(rig, [...taken, ...lost], witness))).toEqual(["sent", "absent"]);
  expect((await rig.gateway.receive(undefined, never)).texts.map(({ text }) => text)).toEqual(["a reply"]);
});

test("an earlier text that is only like it hides nothing where the tasks tell, and proves nothing where they don't", async () => {
  for (const [userid, outcome] of [
    ["as-given", "absent"],
    ["never", "unknown"],
  ] as const) {
    const rig = await setup({ userid });
    const witness = await witnessOf(rig, 1);
    await rig.gateway.send({ ports: [1], texts: [sms(2, ANA, "Alarm at pump 1")] }, never);
    const unsure = await doubt(rig, [sms(5, ANA, "Alarm at pump 12")], "lost");
    const later = {
      ...witness,
      ...open(sms(2, ANA, "Alarm at pump 1"), witness.at, "sent", { track: '{"task":1,"user":2}' }),
    };
    expect(outcomes(await ask(rig, unsure, later))).toEqual([outcome]);
  }
});

test("a task that carries another text to the same phone hides nothing, once that text was asked about too", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const taken = open(sms(4, ANA, "one"), rig.clock.now(), "accepted", { track: '{"task":1,"user":4}' });
  await rig.gateway.send({ ports: [1], texts: [taken] }, never);
  const unsure = await doubt(rig, [sms(5, ANA, "two")], "lost");
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["absent"]);
  const restarted = { gateway: rig.again() };
  expect(outcomes(await ask(restarted, unsure, witness))).toEqual(["unknown"]);
  await restarted.gateway.progress([taken], never);
  expect(outcomes(await ask(restarted, unsure, witness))).toEqual(["absent"]);
  // an equal text may have been the second one in that request
  const equal = [open(sms(6, ANA, "one"), rig.clock.now(), "unsure")];
  expect(outcomes(await ask(restarted, equal, witness))).toEqual(["unknown"]);
});

test("after a restart the store recalls what earlier texts said: they hide nothing; one that said the same does", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  await rig.gateway.send({ ports: [1], texts: [sms(2, ANA, "earlier")] }, never);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  const asked: (readonly number[])[] = [];
  const recalling = async (text: string) => {
    const recall = async (ids: readonly number[]) => {
      asked.push(ids);
      return ids.includes(2) ? [{ id: 2, text }] : [];
    };
    return outcomes(await rig.again().inquire(unsure, { witness, steady: false, recall }, never));
  };
  expect(await recalling("earlier")).toEqual(["absent"]);
  expect(await recalling("hello")).toEqual(["unknown"]);
  expect(asked[0]).toContain(2);
  expect(asked[0]).not.toContain(5);
});

test("hundreds of tasks since the witness are looked through in a few requests; thousands are too many", async () => {
  const rig = await setup();
  const witness = await witnessOf(rig);
  const unsure = await doubt(rig, [sms(5, ANA)], "lost");
  const many = async (from: number, to: number) => {
    for (let id = from; id < to; id++)
      await rig.gateway.send({ ports: [1], texts: [sms(id, BEN, `${id}`)] }, never);
  };
  await many(100, 400);
  const before = rig.asked("querytxsms").length;
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["absent"]);
  expect(rig.asked("querytxsms").length - before).toBeLessThan(15);
  await many(400, 700);
  expect(outcomes(await ask(rig, unsure, witness))).toEqual(["unknown"]);
});
