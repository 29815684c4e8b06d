// `simpost pause` and `simpost resume`: whether anything is sent through a gateway or a SIM.
import { z } from "zod";
import { sim } from "../api/shapes.ts";
import { Refused } from "./client.ts";
import { type ClientMeans, simText } from "./client-means.ts";
import { readSim } from "./client-sim.ts";
import { EXIT, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";

const answer = z.object({ paused: z.array(sim) });

export async function pauseCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io, config } = means;
  const lanes = line.positionals.map((written) => readSim(line, written, config));
  const client = means.connect();
  let paused: z.output<typeof answer>["paused"] = [];
  for (const lane of lanes) {
    const wanted = { ...lane, paused: line.command === "pause" };
    ({ paused } = await client.post("/ports/pause", wanted, answer).catch((error: unknown) => {
      throw error instanceof Refused ? new Error(`${simText(lane)}: ${error.message}`) : error;
    }));
  }
  if (line.has("json")) sayJson(io.stdout, { paused });
  else
    say(io.stdout, paused.length === 0 ? "nothing is paused" : `paused: ${paused.map(simText).join(", ")}`);
  return EXIT.ok;
}
