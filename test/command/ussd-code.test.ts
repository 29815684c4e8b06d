// `simpost ussd`: a code through a real daemon and a simulated network, menus, no answer, and nobody who waits.
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { openRig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";
import { alone, beside, records } from "./beside.ts";

test.concurrent.each(BOTH)("%s: the answer is printed, and goes to the user too", async (device) => {
  await using rig = await openRig({ devices: [device] });
  expect(await beside(rig, ["ussd", "*100#"])).toEqual({
    code: 0,
    out: "Your balance is 12.34 EUR\n",
    err: "",
  });
  const mail = await rig.letter("12.34 EUR");
  expect(mail.envelope.to).toEqual(["ana@example.org"]);
});

test("the same code again: the new answer, from the SIM and for the user that were asked for", async () => {
  await using rig = await openRig();
  await beside(rig, ["ussd", "*121#"]);
  const argv = ["ussd", "*121#", "--sim", "dinstar:1", "--user", "ben", "--json"];
  const [first] = records<{ id: string; thread: number }>(await beside(rig, argv));
  const [second] = records<{ id: string; thread: number }>(await beside(rig, argv));
  expect(first).toMatchObject({ code: "*121#", reply: "MSISDN:13023569874" });
  expect(second).toMatchObject({ reply: "MSISDN:13023569874" });
  expect(second?.id).not.toBe(first?.id);
  const lanes = (await rig.jobs())
    .filter(({ message, delivery }) => message.user === "ben" && delivery.to.address === "*121#")
    .map(({ delivery }) => delivery.lane?.port);
  expect(lanes).toEqual([1, 1]);
});

test("menus are answered one after the other", async () => {
  await using rig = await openRig();
  const argv = ["ussd", "*111#", "--sim", "dinstar:1", "--answer", "2", "--answer", "0"];
  const { code, out } = await beside(rig, argv);
  expect([code, out]).toEqual([
    0,
    "1 balance\n2 tariff\nTariff: Prepaid\nSMS 0.09 EUR\n1 balance\n2 tariff\n",
  ]);
});

test("no answer: why, and exit 1", async () => {
  await using rig = await openRig({ dinstar: { ussdDelay: 3_600_000 }, timing: { ussd: "1s" } });
  const { code, out, err } = await beside(rig, ["ussd", "*100#", "--answer", "1"]);
  expect([code, out, err]).toEqual([1, "", "simpost: the network gave no answer to this code\n"]);
});

test("Ctrl-C ends the waiting only", async () => {
  await using rig = await openRig();
  await beside(rig, ["pause", "dinstar"]);
  const { code, err } = await beside(rig, ["ussd", "*100#"], { interrupt: (stop) => stop() });
  expect(code).toBe(1);
  expect(err).toBe(
    "simpost: not waited for any more; it has not been dialled yet: `simpost queue` says why. What comes goes to ana, and into `simpost messages --number '*100#'`\n",
  );
  await beside(rig, ["resume", "dinstar"]);
  await rig.letter("12.34 EUR");
});

test("who may not dial is told so by the daemon", async () => {
  await using rig = await openRig();
  await expect(beside(rig, ["ussd", "*100#", "--user", "cleo"])).rejects.toMatchObject({
    name: "Refused",
    code: "not-allowed",
  });
  await expect(beside(rig, ["ussd", "*100#", "--user", "dora"])).rejects.toThrow('There is no user "dora"');
});

test("how far it is shows on a terminal, and goes away", async () => {
  await using rig = await openRig({ dinstar: { ussdDelay: 300 } });
  const { err } = await beside(rig, ["ussd", "*100#"], { drawn: true });
  expect(err).toMatch(/waiting for/);
  expect(err.endsWith("\r\u001b[K")).toBe(true);
});

test.each([
  [["ussd", "100"], "a code begins with * or #"],
  [["ussd", "*100#", "--sim", "office:1"], 'has no gateway "office"'],
])("%j is bad usage", async (argv, message) => {
  await expect(alone(argv)).rejects.toThrow(Usage);
  await expect(alone(argv)).rejects.toThrow(message);
});

test("with several gateways it must be said which; nobody who may send is said too", async () => {
  await expect(alone(["ussd", "*100#"], { gateways: ["dinstar", "synway"] })).rejects.toThrow(
    "say --sim, a SIM of one of these gateways: dinstar, synway",
  );
  await expect(alone(["ussd", "*100#"], { users: [] })).rejects.toThrow(
    "no user of simpost.yaml may send: say --user USER",
  );
});
