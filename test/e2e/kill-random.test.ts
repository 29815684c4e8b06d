// The daemon dies at random moments under load, while gateways and relay misbehave and reboot. More rounds by hand: node tools/kill.ts
import { afterEach, expect, test } from "vitest";
import { runRounds } from "../support/world/rounds.ts";
import { World } from "../support/world/world.ts";

const ROUNDS = 25;
/** No more rounds after this, milliseconds: what was sent in by then is counted all the same. */
const ENOUGH = 60_000;

let world: World;
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(`${world.evidence()}\n`);
  await world.close();
});

test(`killed ${ROUNDS} times at random moments: nothing lost, nothing doubled`, async () => {
  world = await World.open();
  const seed = Math.floor(Math.random() * 1e9);
  const began = Date.now();
  const progress = (): boolean => Date.now() - began < ENOUGH;
  const result = await runRounds(world, { rounds: ROUNDS, seed, every: 5, progress });
  const { lost, doubled, unknown, wrong } = result.count;
  expect({ seed, lost, doubled, unknown, wrong }).toEqual({
    seed,
    lost: [],
    doubled: [],
    unknown: [],
    wrong: [],
  });
  expect(result.count.out).toBeGreaterThan(0);
  expect(result.count.in).toBeGreaterThan(0);
}, 300_000);
