// `simpost ports`: every SIM port, as the daemon sees it.
import { z } from "zod";
import { port } from "../api/shapes.ts";
import { type ClientMeans, moment } from "./client-means.ts";
import { knownGateway } from "./client-sim.ts";
import { EXIT, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";
import { table } from "./table.ts";

const COLUMNS = [
  "gateway",
  "port",
  "label",
  "number",
  "registered",
  "state",
  "today",
  "in hand",
  "paused",
  "rests",
];
const DETAILS = ["imsi", "iccid", "imei", "type"];

export async function portsCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io, config } = means;
  const [wanted] = line.positionals;
  if (wanted !== undefined) knownGateway("ports", wanted, config);
  const { items } = await means.connect().get("/ports", {}, z.object({ items: z.array(port) }));
  const shown = items.filter(({ gateway }) => wanted === undefined || gateway === wanted);
  if (line.has("json")) for (const one of shown) sayJson(io.stdout, one);
  else if (shown.length === 0)
    say(io.stderr, "no ports are known: `simpost status` says how the gateways stand");
  else say(io.stdout, table(line.has("details") ? [...COLUMNS, ...DETAILS] : COLUMNS, shown.map(row)));
  return EXIT.ok;
}

const row = ({ used, inHand, restsUntil, up, state, sim, ...rest }: z.output<typeof port>) => ({
  ...rest,
  ...sim,
  state: up ? state : `${state} (the gateway is down)`,
  today: used,
  "in hand": inHand,
  rests: moment(restsUntil),
});
