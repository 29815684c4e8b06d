// `simpost status`, `queue`, `users`, `ports`, `pause` and `resume`, against a daemon that runs, and one that does not.
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { openRig } from "../support/rig.ts";
import { alone, beside, records } from "./beside.ts";

const TO = "+491701234567";

test("how the daemon stands, as tables and as JSON", async () => {
  await using rig = await openRig();
  await rig.send(TO, "hello");
  await rig.settled();
  const { code, out, err } = await beside(rig, ["status"]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^simpost \S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/);
  expect(out).toMatch(/^QUEUED {2}SENDING {2}ACCEPTED {2}SENT {2}DELIVERED {2}UNSURE {2}FAILED$/m);
  expect(out).toMatch(/^gateway +dinstar +up$/m);
  expect(out).toMatch(/^channel +email +up$/m);
  expect(records(await beside(rig, ["status", "--json"]))).toEqual([
    expect.objectContaining({
      running: true,
      paused: [],
      gateways: [{ name: "dinstar", up: true, error: null, paused: false }],
    }),
  ]);
});

test("a gateway that is down is told with its reason", async () => {
  await using rig = await openRig();
  await rig.devices.dinstar.unplug();
  await rig.logged("gateway down");
  expect((await beside(rig, ["status"])).out).toMatch(/^gateway +dinstar +down +\S/m);
});

test("pausing, what waits and why, resuming", async () => {
  await using rig = await openRig();
  expect(await beside(rig, ["pause", "dinstar:1", "dinstar"])).toMatchObject({
    code: 0,
    out: "paused: dinstar:1, dinstar\n",
  });
  await rig.send(TO, "later");
  const { out } = await beside(rig, ["queue", "--text"]);
  expect(out).toMatch(/^ACCEPTED +ID +FROM +TO +SIM +STATE +WHY +PARTS +TRIES +NEXT +ERROR +TEXT$/m);
  expect(out).toMatch(/^\S+ \S+ +\S+ +ana +\+491701234567 +- +queued +paused +1 +0 .* later$/m);
  expect((await beside(rig, ["queue"])).out).not.toContain("later");
  expect((await beside(rig, ["status"])).out).toMatch(/up, paused\n[\s\S]*\npaused: dinstar:1, dinstar\n/);
  expect((await beside(rig, ["ports"])).out).toMatch(/^dinstar +0 .* yes +-$/m);
  expect(records(await beside(rig, ["queue", "--json"]))).toMatchObject([{ why: "paused", phone: TO }]);
  expect((await beside(rig, ["queue", "--limit", "1"])).err).toBe("the oldest 1: --limit shows more\n");
  expect(records(await beside(rig, ["resume", "dinstar", "--json"]))).toEqual([{ paused: [] }]);
  await rig.sms("later");
  await rig.settled();
  expect(await beside(rig, ["queue"])).toEqual({ code: 0, out: "", err: "nothing waits\n" });
  expect((await beside(rig, ["resume", "dinstar:0"])).out).toBe("nothing is paused\n");
});

test.each([
  [["pause", "dinster"], 'has no gateway "dinster": did you mean "dinstar"?'],
  [["pause", "office:1"], 'has no gateway "office": only: dinstar'],
  [["resume", "dinstar:x"], '"dinstar:x" is no SIM'],
  [["ports", "office"], 'has no gateway "office"'],
  [["queue", "--limit", "0"], "--limit is a number from 1 to 500"],
  [["queue", "--limit", "501"], "--limit is a number from 1 to 500"],
])("%j is bad usage", async (argv, message) => {
  await expect(alone(argv)).rejects.toThrow(Usage);
  await expect(alone(argv)).rejects.toThrow(message);
});

test("a port that the gateway has not is refused by the daemon, and named", async () => {
  await using rig = await openRig();
  await expect(beside(rig, ["pause", "dinstar:9"])).rejects.toThrow(
    "dinstar:9: There is no such gateway or port here",
  );
});

test("ports: a table, with details, and as JSON", async () => {
  await using rig = await openRig();
  const plain = await beside(rig, ["ports", "dinstar"]);
  expect(plain.out).toMatch(
    /^GATEWAY +PORT +LABEL +NUMBER +REGISTERED +STATE +TODAY +IN HAND +PAUSED +RESTS$/m,
  );
  expect(plain.out.trimEnd().split("\n")).toHaveLength(3);
  const details = await beside(rig, ["ports", "--details"]);
  expect(details.out).toMatch(/ IMSI +ICCID +IMEI +TYPE$/m);
  expect(details.out).toContain("GSM");
  const [first] = records(await beside(rig, ["ports", "--json"]));
  expect(first).toMatchObject({ gateway: "dinstar", port: 0, registered: true, sim: { type: "GSM" } });
});

const PEOPLE = {
  ana: { email: ["ana@example.org", "a@example.org"], role: "admin", send: { allow: ["*"], perDay: 5 } },
  cleo: { email: ["cleo@example.org"] },
};

test("users: who they are, and what they sent", async () => {
  await using rig = await openRig({ users: PEOPLE });
  await rig.send(TO, "one");
  const running = await beside(rig, ["users"]);
  expect(running).toMatchObject({ code: 0, err: "" });
  expect(running.out).toMatch(/^NAME +ROLE +TODAY +PER DAY +FREES +ADDRESSES$/m);
  expect(running.out).toMatch(
    /^ana +admin +1 +5 +\d{4}-\S+ \S+ +email:ana@example.org, email:a@example.org$/m,
  );
  expect(running.out).toMatch(/^cleo +user +0 +- +- +email:cleo@example.org$/m);
  const told = records(await beside(rig, ["users", "--json"]));
  expect(told).toMatchObject([
    { name: "ana", used: 1, perDay: 5 },
    { name: "cleo", used: 0, freesAt: null },
  ]);
  await rig.stop();
  const stopped = await beside(rig, ["users", "--json"]);
  expect(records(stopped)).toEqual(told);
  expect([stopped.code, stopped.err]).toEqual([
    0,
    expect.stringContaining("no daemon answers at 127.0.0.1:"),
  ]);
});

test("no daemon: what waits is read from the store; status says 3", async () => {
  await using rig = await openRig();
  await beside(rig, ["pause", "dinstar"]);
  await rig.send(TO, "waits");
  await rig.stop();
  const status = await beside(rig, ["status"]);
  expect(status.code).toBe(3);
  expect(status.err).toMatch(
    /^simpost: no daemon answers at .*: is it running\?\nThis is what stands in the store:\n$/,
  );
  expect(status.out).toMatch(/^ +1 +0 +0 +0 +0 +0 +0$/m);
  const json = await beside(rig, ["status", "--json"]);
  expect(records(json)).toMatchObject([{ running: false, depth: { queued: 1 } }]);
  const queue = await beside(rig, ["queue", "--json"]);
  expect(queue.code).toBe(0);
  expect(records(queue)).toMatchObject([
    { phone: TO, user: "ana", state: "queued", why: null, text: "waits" },
  ]);
  await expect(beside(rig, ["pause", "dinstar"])).rejects.toMatchObject({ name: "Away" });
});
