// Stopping and reloading under load, a store that is taken or can't be written: nothing lost, nothing doubled.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { DaemonProcess } from "../support/world/daemon.ts";
import { World } from "../support/world/world.ts";

const PATIENCE = 180_000;
const CLEAN = { lost: [], doubled: [], unknown: [], wrong: [] };

let world: World;
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(`${world.evidence()}\n`);
  await world.close();
});

async function open(options?: Parameters<typeof World.open>[0]): Promise<DaemonProcess> {
  world = await World.open(options);
  const daemon = await world.start();
  await world.listening();
  return daemon;
}

/** Mails and texts without a pause, until `over`. */
async function load(over: AbortSignal): Promise<void> {
  for (let n = 0; !over.aborted; n++) {
    world.mail([`+4917010000${String(n % 30).padStart(2, "0")}`]);
    await world.text(`+4917010000${String(n % 30).padStart(2, "0")}`, n % 2 ? "dinstar" : "synway", 1);
    await pause(10);
  }
}

/** Lets the load run while `work` does its thing; then all is settled and counted. */
async function underLoad<T>(work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const busy = load(over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    await busy;
  }
}

async function expectNothingLost(): Promise<void> {
  const { lost, doubled, unknown, wrong, out } = await world.settled();
  expect({ lost, doubled, unknown, wrong }).toEqual(CLEAN);
  expect(out).toBeGreaterThan(0);
}

test(
  "SIGTERM under load: exit 0 within 10 s, and the next start goes on",
  async () => {
    const daemon = await open({ devices: ["--send-time", "50"] });
    await underLoad(async () => {
      await daemon.next("moved");
      await pause(300);
      const began = Date.now();
      expect(await daemon.end("SIGTERM")).toEqual({ code: 0, signal: null });
      expect(Date.now() - began).toBeLessThan(10_000);
      await world.start();
    });
    await expectNothingLost();
  },
  PATIENCE,
);

test(
  "a gateway that hangs does not hold SIGTERM up: exit 0 within 10 s",
  async () => {
    const daemon = await open({ gateways: ["dinstar"], timing: { timeout: "60s" } });
    world.mail(["+491701000001"]);
    await expectNothingLost();
    await world.devices.order({
      do: "fault",
      device: "dinstar",
      fault: { kind: "hang", on: "send_sms", processed: true },
    });
    world.mail(["+491701000002"]);
    await world.until("the send hangs", async () => (await world.devices.sent()).length === 2);
    const began = Date.now();
    expect(await daemon.end("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(10_000);
    await world.start();
    await expectNothingLost();
  },
  PATIENCE,
);

test(
  "SIGHUP under load, again and again",
  async () => {
    const daemon = await open();
    await underLoad(async () => {
      for (let n = 0; n < 4; n++) {
        const reloaded = daemon.next("reloaded");
        daemon.signal("SIGHUP");
        expect(await reloaded).not.toBeNull();
        await pause(100);
      }
    });
    expect(daemon.alive).toBe(true);
    await expectNothingLost();
  },
  PATIENCE,
);

test(
  "a second daemon on the same store: exit 1 with a clear line, and the first one goes on",
  async () => {
    await open();
    const second = new DaemonProcess(world.config);
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.stderr).toMatch(/^simpost: Another simpost is already using the store .*simpost\.db$/m);
    world.mail(["+491701000001"]);
    await expectNothingLost();
  },
  PATIENCE,
);

test(
  "a disk that is full for a while: mail waits at the door, and all goes on without a restart",
  async () => {
    const daemon = await open();
    const limit = (bytes: number | string): void => {
      execFileSync("prlimit", [`--pid=${daemon.pid}`, `--fsize=${bytes}:unlimited`]);
    };
    await underLoad(async () => {
      await daemon.next("moved");
      const failing = daemon.next("store failing");
      limit(statSync(`${world.store}-wal`).size);
      expect(await failing).not.toBeNull();
      await pause(500);
      limit("unlimited");
      await daemon.next("accepted");
    });
    expect(daemon.alive).toBe(true);
    expect(world.daemon).toBe(daemon);
    await expectNothingLost();
  },
  PATIENCE,
);
