// Settings: for admins alone, without a secret, with what the check and the doctor find.
import { expect, test } from "vitest";
import { type Finding, type SettingsMeans, settingsRoom } from "../../src/console/index.ts";
import { startDaemon } from "../../src/daemon.ts";
import { openRig } from "../support/rig.ts";
import { openStand } from "./stand.ts";
import { Visitor } from "./visitor.ts";

const EVIL = "</pre><script>alert(1)</script>";

const means = (more: Partial<SettingsMeans> = {}): SettingsMeans => ({
  file: () => "/etc/simpost/simpost.yaml",
  sections: () => [{ name: "domain", yaml: "sms.example.org\n" }],
  warnings: () => [],
  ...more,
});

test("the config as it runs, section by section, and that the check finds nothing", async () => {
  await using stand = await openStand({ rooms: [settingsRoom(means())] });
  const adam = await stand.as("adam");
  const { text } = await adam.get("/settings");
  expect(text).toContain("/etc/simpost/simpost.yaml");
  expect(text).toMatch(/<h3 id="config-domain">domain<\/h3><pre[^>]*>sms\.example\.org/);
  expect(text).toContain("Nothing: the config is sound.");
  expect(text).not.toContain("/settings/doctor");
  expect((await adam.post("/settings/doctor")).status).toBe(404);
});

test("nobody but an admin sees it or calls the doctor", async () => {
  let called = 0;
  const doctor = async () => {
    called += 1;
    return [];
  };
  await using stand = await openStand({ rooms: [settingsRoom(means({ doctor }))] });
  for (const name of ["ana", "olga"]) {
    const somebody = await stand.as(name);
    const page = await somebody.get("/settings");
    expect([page.status, page.text.includes("sms.example.org")]).toEqual([403, false]);
    expect((await somebody.post("/settings/doctor")).status).toBe(403);
    expect((await somebody.get("/queue")).text).not.toContain('href="/settings"');
  }
  expect(called).toBe(0);
  const adam = await stand.as("adam");
  expect((await adam.get("/queue")).text).toContain('href="/settings"');
  expect((await adam.post("/settings/doctor", { token: "wrong" })).status).toBe(403);
  expect(called).toBe(0);
  expect((await adam.post("/settings/doctor")).text).toContain("It found nothing to say.");
  expect(called).toBe(1);
});

test("what check and doctor find is shown, as text and nothing else", async () => {
  const findings: readonly Finding[] = [
    { check: "relay email", grade: "good", what: "the relay takes our login", todo: null },
    {
      check: "relay email",
      grade: "doubtful",
      what: "the clock of office is 4 minutes late",
      todo: "set its NTP server",
    },
    { check: EVIL, grade: "bad", what: EVIL, todo: EVIL },
  ];
  const told = means({
    warnings: () => [`simpost.yaml:3:1: ${EVIL}`],
    sections: () => [{ name: "users", yaml: EVIL }],
    doctor: async () => findings,
  });
  await using stand = await openStand({ rooms: [settingsRoom(told)] });
  const adam = await stand.as("adam");
  const before = (await adam.get("/settings")).text;
  expect(before).toContain("simpost.yaml:3:1: &lt;/pre&gt;");
  expect(before).not.toContain("set its NTP server");
  const { status, text } = await adam.post("/settings/doctor");
  expect(status).toBe(200);
  expect([...text.matchAll(/<span class="state \w+">([^<]+)</g)].map(([, grade]) => grade)).toEqual([
    "good",
    "worth a look",
    "to be mended",
  ]);
  expect(text).toContain("set its NTP server");
  expect(text.match(/&lt;script&gt;/g)).toHaveLength(5);
  expect(text).not.toContain("<script>alert");
});

/** The hash of "adams secret", with costs that are fit for a test. */
const HASH = "$argon2id$v=19$m=8,t=1,p=1$c2ltcG9zdC1zYW1wbGUtMQ$";

test("the daemon's own page holds its config and none of its secrets", async () => {
  const { argon2Sync } = await import("node:crypto");
  const nonce = Buffer.from("c2ltcG9zdC1zYW1wbGUtMQ", "base64");
  const cost = { memory: 8, passes: 1, parallelism: 1, tagLength: 32 } as const;
  const tag = argon2Sync("argon2id", { message: "adams secret", nonce, ...cost });
  const password = `${HASH}${tag.toString("base64").replaceAll("=", "")}`;
  const users = { adam: { email: ["adam@example.org"], role: "admin", password, send: { allow: ["*"] } } };
  await using rig = await openRig({ users, telegram: {}, dinstar: { password: "device-Secret" } });
  const adam = new Visitor(`http://${rig.daemon.http}`);
  await adam.signIn("adam");
  const { status, text } = await adam.get("/settings");
  expect(status).toBe(200);
  for (const shown of ["sms.example.org", "dinstar", "adam@example.org", rig.device.url, "validity: 1d"])
    expect(text).toContain(shown);
  for (const secret of ["device-Secret", "rig-secret", password, tag.toString("base64").slice(0, 20)])
    expect(text).not.toContain(secret);
  expect(text).toContain("password: (secret)");
  expect(text).not.toContain("/settings/doctor");

  const config = rig.config();
  await rig.stop();
  const asked: unknown[] = [];
  const doctor = async (patient: object): Promise<readonly Finding[]> => {
    asked.push(patient);
    return [{ check: "gateway dinstar", grade: "good", what: "it can be reached", todo: null }];
  };
  const daemon = await startDaemon({ config, log: rig.log, doctor });
  try {
    const again = new Visitor(`http://${daemon.http}`);
    await again.signIn("adam");
    await again.get("/settings");
    expect((await again.post("/settings/doctor")).text).toContain("it can be reached");
    expect(asked).toEqual([config]);
  } finally {
    await daemon.stop();
  }
});
