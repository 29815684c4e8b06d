// Every named point of the pipeline: the daemon ends itself there under load, is started again, and everything is counted.
import { setTimeout as pause } from "node:timers/promises";
import type { FaultPoint } from "../../../src/bridge/house.ts";
import type { Exit } from "./daemon.ts";
import type { Count } from "./tally.ts";
import type { World } from "./world.ts";

/** All points, so that a new one can't be forgotten here; false: only a chat comes there. */
const ALL: Readonly<Record<FaultPoint, boolean>> = {
  "before accept": true,
  "after accept": true,
  "after claim": true,
  "before send": true,
  "after send": true,
  "after settle": true,
  "before report": true,
  "after report": true,
  "before receive": true,
  "after receive": true,
  "after mail claim": true,
  "before mail": true,
  "after mail": true,
  "after mail settle": true,
  "before updates": false,
  "after updates": false,
  "after handling": false,
};

const named = Object.entries(ALL) as readonly (readonly [FaultPoint, boolean])[];
/** Those that only a chat comes to. */
export const CHAT_POINTS = named.filter(([, mail]) => !mail).map(([point]) => point);
/** Those that a house with mail alone comes to. */
export const POINTS = named.filter(([, mail]) => mail).map(([point]) => point);

/** The network refuses texts to this phone. */
export const REFUSED = "+491799999999";
const PHONES = ["+491701111111", "+491702222222", "+491703333333", "+491704444444"] as const;
const STRANGER = "+491705555555";

/** Between two waves of load, milliseconds; and how many there are at most. */
const WAVE = 100;
const WAVES = 60;

/** Lets the daemon die at `point` when it passes there for the `times`th time, starts it again, and waits until all is settled. */
export async function crashAt(
  world: World,
  point: FaultPoint,
  times: number,
): Promise<{ exit: Exit; count: Count }> {
  await world.devices.order({ do: "behave", number: REFUSED, as: { refuseFrom: 0 } });
  const daemon = await world.start(`${point}:${times}`);
  let dead = false;
  void daemon.exited.then(() => {
    dead = true;
  });
  for (let wave = 0; wave < WAVES && !dead; wave++) {
    await load(world, wave);
    await Promise.race([pause(WAVE), daemon.exited]);
  }
  if (!dead) throw new Error(`the daemon never came to "${point}" ${times} times\n${world.evidence()}`);
  const exit = await daemon.exited;
  await world.start();
  return { exit, count: await world.settled() };
}

/** Two texts to one phone, one mail to two phones, one text that will be refused; an answer and a stranger's text through each gateway. */
async function load(world: World, wave: number): Promise<void> {
  const at = (index: number): string => PHONES[(wave + index) % PHONES.length] ?? PHONES[0];
  world.mail([at(0)]);
  world.mail([at(0)]);
  world.mail([at(1), at(2)]);
  world.say(at(0));
  world.say(at(3), true);
  if (wave === 0) world.mail([REFUSED], true);
  for (const gateway of world.gateways) {
    await world.text(at(0), gateway, 1);
    await world.text(STRANGER, gateway, 2);
  }
}
