// The daemon dies at random moments under load, while gateways and relay misbehave and reboot. More rounds by hand: node tools/kill.ts
import { expect, test } from "vitest";
import { runRounds } from "../support/world/rounds.ts";
import { World } from "../support/world/world.ts";

const ROUNDS = 25;
/** No more rounds after this, milliseconds: what was sent in by then is counted all the same. */
const ENOUGH = 60_000;

test(`killed ${ROUNDS} times at random moments: nothing lost, nothing doubled`, async () => {
  const seed = Math.floor(Math.random() * 1e9);
  const world = await World.open();
  const began = Date.now();
  const result = await runRounds(world, {
    rounds: ROUNDS,
    seed,
    every: 5,
    progress: () => Date.now() - began < ENOUGH,
  });
  const { lost, doubled, unknown, wrong } = result.count;
  expect({ lost, doubled, unknown, wrong }, `seed ${seed}\n${world.evidence()}`).toEqual({
    lost: [],
    doubled: [],
    unknown: [],
    wrong: [],
  });
  expect(result.count.out).toBeGreaterThan(0);
  expect(result.count.in).toBeGreaterThan(0);
  await world.close();
}, 300_000);
