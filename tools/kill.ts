// Kills the daemon under load, many rounds, and counts what was lost or doubled: node tools/kill.ts --rounds 200
import { parseArgs } from "node:util";
import type { DeviceName } from "../test/support/world/devices.ts";
import { CHAT_POINTS, crashAt, POINTS } from "../test/support/world/points.ts";
import { type RoundsResult, runRounds } from "../test/support/world/rounds.ts";
import type { Count } from "../test/support/world/tally.ts";
import { World } from "../test/support/world/world.ts";

const HELP = `node tools/kill.ts [options]
  --rounds N           rounds, each ends with SIGKILL at a random moment (default 200)
  --seed N             the same seed does the same again (default: by chance; printed)
  --gateways LIST      dinstar,synway (default: both)
  --send-time MS       what a SIM takes to send one SMS (default 0; with more, texts wait inside the devices)
  --relay KIND         smtp or maildir (default smtp)
  --chat               people write in a simulated Telegram, too
  --no-faults          gateways and relay behave
  --no-reboots         gateways are not rebooted
  --points N           instead: every named point of the pipeline, at its 1st to Nth passing
Prints progress, then one line of JSON. Ends with 1 if anything was lost or doubled.`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    gateways: { type: "string", default: "dinstar,synway" },
    "send-time": { type: "string", default: "0" },
    relay: { type: "string", default: "smtp" },
    chat: { type: "boolean", default: false },
    faults: { type: "boolean", default: true },
    reboots: { type: "boolean", default: true },
    points: { type: "string" },
    help: { type: "boolean", default: false },
  },
  allowNegative: true,
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const figures = ({ lost, doubled, unknown, wrong, ...rest }: Count) => ({
  lost: lost.length,
  doubled: doubled.length,
  unknown: unknown.length,
  wrong: wrong.length,
  ...rest,
});

function complain(world: World, { lost, doubled, wrong, unknown }: Count): boolean {
  const bad = [...lost.map((line) => `LOST ${line}`), ...doubled.map((line) => `DOUBLED ${line}`)];
  const odd = [...wrong.map((line) => `WRONG ${line}`), ...unknown.map((line) => `UNKNOWN ${line}`)];
  for (const line of [...bad, ...odd, ...world.doubts()]) say(line);
  if (bad.length > 0) say(`kept for a look: ${world.folder}\n${world.evidence(400)}`);
  return bad.length === 0;
}

async function rounds(world: World): Promise<boolean> {
  const seed = Number(values.seed);
  say(`seed ${seed}, ${world.folder}`);
  const began = Date.now();
  const result: RoundsResult = await runRounds(world, {
    rounds: Number(values.rounds),
    seed,
    faults: values.faults,
    reboots: values.reboots,
    progress: (round, count) => {
      say(`round ${round}, ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(figures(count))}`);
      return true;
    },
  });
  const fine = complain(world, result.count);
  const seconds = Math.round((Date.now() - began) / 1000);
  say(JSON.stringify({ ...result, count: figures(result.count), seconds }));
  return fine;
}

async function points(world: World, passings: number): Promise<boolean> {
  await world.start();
  await world.listening();
  let crashes = 0;
  for (const point of values.chat ? [...CHAT_POINTS, ...POINTS] : POINTS) {
    for (let passing = 1; passing <= passings; passing++) {
      await world.crash();
      const { count } = await crashAt(world, point, passing);
      crashes++;
      say(`${point}, passing ${passing}: ${JSON.stringify(figures(count))}`);
      if (!complain(world, count)) return false;
    }
  }
  say(JSON.stringify({ crashes, points: POINTS.length, passings, count: figures(await world.count()) }));
  return true;
}

if (values.help) say(HELP);
else {
  const gateways = values.gateways.split(",") as readonly DeviceName[];
  const relay = values.relay === "maildir" ? "maildir" : "smtp";
  const world = await World.open({
    gateways,
    relay,
    chat: values.chat,
    devices: ["--send-time", values["send-time"]],
  });
  let fine = false;
  try {
    fine = values.points === undefined ? await rounds(world) : await points(world, Number(values.points));
  } finally {
    await world.close(fine);
  }
  process.exitCode = fine ? 0 : 1;
}
