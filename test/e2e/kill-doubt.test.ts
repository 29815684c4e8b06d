// Crashes where less can be known: a device that forgets meanwhile, the very first text of all, a device that is silent. Told once, never sent twice.
import { afterEach, expect, test } from "vitest";
import type { FaultPoint } from "../../src/bridge/house.ts";
import type { DeviceName } from "../support/world/devices.ts";
import { World } from "../support/world/world.ts";

const PATIENCE = 180_000;
const CLEAN = { lost: [], doubled: [], unknown: [], wrong: [] };
const WITNESS = "+491701000001";
const PHONE = "+491701000002";
/** A reboot takes its time, and is noticed, milliseconds. */
const AWAY = 2_500;

let world: World;
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(`${world.evidence()}\n`);
  await world.close();
});

async function counted() {
  const { lost, doubled, unknown, wrong, unknownSent } = await world.settled();
  return { unknownSent, rest: { lost, doubled, unknown, wrong } };
}

/** A world in which one text has left before, and the daemon has died at `point` with the next one in its hands. */
async function inDoubt(device: DeviceName, point: FaultPoint): Promise<void> {
  world = await World.open({ gateways: [device], timing: { unknown: "4s" } });
  await world.start();
  await world.listening();
  world.mail([WITNESS]);
  expect((await counted()).rest).toEqual(CLEAN);
  await world.crash();
  const daemon = await world.start(`${point}:1`);
  world.mail([PHONE]);
  expect(await daemon.exited).toEqual({ code: null, signal: "SIGKILL" });
}

test.each([
  ["before send", 0],
  ["after send", 1],
] as const)(
  "a device that forgets everything while a text is in doubt (%s): its sender is told once that nobody knows, and it is not sent again",
  async (point, sent) => {
    await inDoubt("dinstar", point);
    await world.devices.order({ do: "reboot", device: "dinstar" });
    await world.start();
    const { rest, unknownSent } = await counted();
    expect({ ...rest, unknown: rest.unknown.length }).toEqual({ ...CLEAN, unknown: 1 });
    expect(unknownSent).toBe(sent);
    expect(await world.devices.sent()).toHaveLength(1 + sent);
  },
  PATIENCE,
);

test.each(["before send", "after send"] as const)(
  "a device that forgets its tasks, but not what it sent, while a text is in doubt (%s): one SMS",
  async (point) => {
    await inDoubt("synway", point);
    await world.devices.order({ do: "reboot", device: "synway" });
    await world.start();
    expect((await counted()).rest).toEqual(CLEAN);
    expect(await world.devices.sent()).toHaveLength(2);
  },
  PATIENCE,
);

test.each(["dinstar", "synway"] as const)(
  "%s took a text and lost it from its queue at a reboot: told once, not sent again",
  async (device) => {
    world = await World.open({ gateways: [device], timing: { unknown: "4s" } });
    await world.start();
    await world.listening();
    world.mail([WITNESS]);
    expect((await counted()).rest).toEqual(CLEAN);
    await world.devices.order({ do: "hold", device, on: true });
    const moved = world.daemon?.next("moved");
    world.mail([PHONE]);
    expect(await moved).toContain('"state":"accepted"');
    await world.crash();
    await world.devices.order({ do: "reboot", device });
    await world.devices.order({ do: "hold", device, on: false });
    await world.start();
    const { rest } = await counted();
    expect({ ...rest, unknown: rest.unknown.length }).toEqual({ ...CLEAN, unknown: 1 });
    expect(await world.devices.sent()).toHaveLength(1);
  },
  PATIENCE,
);

test(
  "the first text of all leaves, the answer is lost, the device reboots, the config is reloaded: told once, not sent again",
  async () => {
    world = await World.open({ gateways: ["dinstar"], timing: { unknown: "9s" } });
    const daemon = await world.start();
    await world.listening();
    const fault = { kind: "drop-after-processing", on: "send_sms" } as const;
    await world.devices.order({ do: "fault", device: "dinstar", fault });
    const unsure = daemon.next("unsure");
    world.mail([PHONE]);
    await unsure;
    await world.devices.order({ do: "reboot", device: "dinstar", downtime: AWAY });
    const reloaded = daemon.next("reloaded");
    daemon.signal("SIGHUP");
    await reloaded;
    const { rest } = await counted();
    expect({ ...rest, unknown: rest.unknown.length }).toEqual({ ...CLEAN, unknown: 1 });
    expect(await world.devices.sent()).toHaveLength(1);
  },
  PATIENCE,
);

const FIRST = ["after claim", "before send", "after send", "after settle"] as const;

test.each(
  (["dinstar", "synway"] as const).flatMap((device) => FIRST.map((point) => [device, point] as const)),
)(
  "%s, the very first texts of all, daemon dead %s: nothing lost, nothing doubled",
  async (device, point) => {
    world = await World.open({ gateways: [device] });
    const daemon = await world.start(`${point}:1`);
    for (const phone of [WITNESS, PHONE, PHONE]) world.mail([phone]);
    await daemon.exited;
    await world.start();
    expect((await counted()).rest).toEqual(CLEAN);
  },
  PATIENCE,
);

test.each([
  ["dinstar", "send_sms"],
  ["synway", "txsms"],
] as const)(
  "%s hangs with a text in its hands, and the daemon dies while it waits: one SMS",
  async (device, on) => {
    world = await World.open({ gateways: [device], timing: { timeout: "60s" } });
    await world.start();
    await world.listening();
    world.mail([WITNESS]);
    expect((await counted()).rest).toEqual(CLEAN);
    await world.devices.order({ do: "fault", device, fault: { kind: "hang", on, processed: true } });
    world.mail([PHONE]);
    await world.until("it left", async () => (await world.devices.sent()).length === 2);
    await world.crash();
    await world.start();
    expect((await counted()).rest).toEqual(CLEAN);
  },
  PATIENCE,
);

test(
  "a Maildir: one file for each text, wherever the daemon dies",
  async () => {
    world = await World.open({ gateways: ["dinstar"], relay: "maildir" });
    await world.start();
    await world.listening();
    for (const point of ["after mail claim", "before mail", "after mail", "after mail settle"] as const) {
      await world.crash();
      const daemon = await world.start(`${point}:2`);
      for (let n = 1; n <= 3; n++) await world.text(PHONE, "dinstar", n);
      await daemon.exited;
      await world.start();
      expect((await counted()).rest).toEqual(CLEAN);
    }
    expect((await world.count()).again).toBe(0);
  },
  PATIENCE,
);
