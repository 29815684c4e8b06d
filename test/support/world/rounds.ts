// Many lives of one daemon: each is killed at a random moment under load, while gateways and relay misbehave; the same seed does the same again.
import { setTimeout as pause } from "node:timers/promises";
import type { FaultKind } from "../../../src/demo/devices/faults.ts";
import type { DeviceName } from "./devices.ts";
import { REFUSED } from "./points.ts";
import { type Dice, dice } from "./random.ts";
import type { Count } from "./tally.ts";
import type { World } from "./world.ts";

export interface RoundsOptions {
  readonly rounds: number;
  readonly seed: number;
  /** After every so many rounds all is settled and counted; default 10. */
  readonly every?: number;
  /** Gateways and relay misbehave; default true. */
  readonly faults?: boolean;
  /** The gateways are rebooted whenever all is settled; default true. */
  readonly reboots?: boolean;
  /** Told how it goes; returning false ends it. */
  readonly progress?: (round: number, count: Count) => boolean;
}

export interface RoundsResult {
  readonly rounds: number;
  readonly seed: number;
  readonly kills: number;
  /** Of these: before it was ready. */
  readonly killedAtStart: number;
  readonly faults: number;
  readonly reboots: number;
  readonly count: Count;
}

const KINDS: readonly FaultKind[] = [
  "drop-before-reading",
  "drop-before-processing",
  "drop-after-processing",
  "hang",
  "error",
  "html",
  "garbage",
  "half",
  "slow",
];
const ENDPOINTS: Readonly<Record<DeviceName, readonly string[]>> = {
  dinstar: [
    "send_sms",
    "send_sms",
    "query_sms_result",
    "query_sms_deliver_status",
    "query_sms_in_queue",
    "query_incoming_sms",
    "get_port_info",
  ],
  synway: ["txsms", "txsms", "querytxsms", "querysxsms", "queryrxsms", "querytxsmsrpt", "getportinfo"],
};
/** Milliseconds: how long a daemon lives at most before or after it is ready; a step of the load; a slow answer. */
const START = 600;
const LIFE = 1_000;
const STEP = 60;
const SLOW = 400;

export async function runRounds(world: World, options: RoundsOptions): Promise<RoundsResult> {
  const { rounds, seed, every = 10, faults = true, reboots = true, progress = () => true } = options;
  const chance = dice(seed);
  const result = { rounds: 0, seed, kills: 0, killedAtStart: 0, faults: 0, reboots: 0 };
  await world.devices.order({ do: "behave", number: REFUSED, as: { refuseFrom: 0 } });
  await world.start();
  await world.listening();
  let count = await firstTexts(world);
  for (let round = 1; round <= rounds; round++) {
    result.rounds = round;
    if (world.daemon?.alive) await world.crash();
    const daemon = world.launch();
    if (faults) result.faults += await misbehave(world, chance);
    const early = chance.next() < 0.25;
    if (!early) await daemon.ready;
    // Not often: a port that fails three times in a row is given a rest of a minute and more.
    if (round % every === 1) world.mail([REFUSED], true);
    const end = Date.now() + chance.between(0, early ? START : LIFE);
    while (Date.now() < end) {
      await load(world, chance);
      await pause(Math.min(STEP, Math.max(0, end - Date.now())));
    }
    result.kills++;
    if (early) result.killedAtStart++;
    await world.crash();
    if (round % every !== 0 && round !== rounds) continue;
    await behave(world);
    await world.start();
    count = await world.settled();
    if (!progress(round, count) || count.lost.length > 0 || count.doubled.length > 0) break;
    if (!reboots || round === rounds) continue;
    // Nothing is doubtful now, so nothing can be forgotten that matters; then a text that the devices will remember.
    for (const device of world.gateways) {
      await world.devices.order({
        do: "reboot",
        device,
        downtime: chance.pick([0, 200]),
        inbox: chance.pick(["keep", "wipe"]),
      });
      result.reboots++;
    }
    count = await firstTexts(world);
  }
  return { ...result, count };
}

/**
 * Two texts through each gateway, with nothing in their way: a device that was just switched on remembers nothing that could prove anything. The SIM is
 * named: left to themselves all of them may go through one gateway, and stay there.
 */
async function firstTexts(world: World): Promise<Count> {
  for (const [index, gateway] of world.gateways.entries()) {
    for (const port of [1, 2]) world.mail([`+49170600000${index}${port}`], false, `${gateway}.${port}`);
  }
  return world.settled();
}

async function load(world: World, chance: Dice): Promise<void> {
  const phone = (): string => `+4917010000${String(chance.between(0, 19)).padStart(2, "0")}`;
  for (let mails = chance.between(0, 4); mails > 0; mails--) {
    const [one, other] = [phone(), phone()];
    world.mail(one !== other && chance.next() < 0.2 ? [one, other] : [one]);
  }
  if (chance.next() < 0.5) world.say(phone(), chance.next() < 0.5);
  if (chance.next() < 0.5) await world.text(phone(), chance.pick(world.gateways), chance.between(1, 3));
}

/** Up to two faults of the gateways, and now and then one of the relay. Returns how many. */
async function misbehave(world: World, chance: Dice): Promise<number> {
  const many = chance.between(0, 2);
  for (let n = 0; n < many; n++) {
    const device = chance.pick(world.gateways);
    const kind = chance.pick(KINDS);
    const on = chance.pick(ENDPOINTS[device]);
    const processed = kind === "hang" || kind === "error" ? { processed: chance.next() < 0.5 } : {};
    const fault = {
      kind,
      on,
      times: chance.between(1, 2),
      skip: chance.between(0, 2),
      delay: SLOW,
      ...processed,
    };
    await world.devices.order({ do: "fault", device, fault });
  }
  if (world.chat && chance.next() < 0.7) world.chat.misbehave(chance);
  if (!world.post.mailbox || chance.next() < 0.7) return many;
  world.post.mailbox.faults.add({
    at: chance.pick(["connect", "mail", "rcpt", "data"]),
    answer: chance.pick(["drop", 421, 450]),
  });
  return many + 1;
}

async function behave(world: World): Promise<void> {
  world.post.mailbox?.faults.clear();
  world.chat?.behave();
  for (const device of world.gateways) await world.devices.order({ do: "clear-faults", device });
}
