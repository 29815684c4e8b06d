// `simpost status`: how the daemon stands.
import type { z } from "zod";
import { status } from "../api/shapes.ts";
import { type ClientMeans, daemonOr, moment, simText } from "./client-means.ts";
import { EXIT, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";
import { table } from "./table.ts";

type Status = z.output<typeof status>;

/** What stands in the store alone: nothing is known of gateways and channels. */
type Known = Pick<Status, "at" | "depth"> & Partial<Status>;

/** Exit code 3 when no daemon answers, though the queue is shown. */
export async function statusCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io, clock } = means;
  const { found, away } = await daemonOr<Known>(
    means,
    (client) => client.get("/status", {}, status),
    async (store) => ({ at: new Date(clock.now()).toISOString(), depth: { ...(await store.depth()) } }),
  );
  if (line.has("json")) sayJson(io.stdout, { running: !away, ...found });
  else say(io.stdout, told(found));
  return away ? EXIT.away : EXIT.ok;
}

function told({ version, at, depth, gateways = [], channels = [], paused = [] }: Known): string {
  const stands = [
    ...gateways.map(({ name, up, error, paused }) => ({
      what: "gateway",
      name,
      state: `${up ? "up" : "down"}${paused ? ", paused" : ""}`,
      error,
    })),
    ...channels.map(({ name, up }) => ({
      what: "channel",
      name,
      state: up ? "up" : "down",
      error: null,
    })),
  ];
  const columns = ["what", "name", "state", ...(stands.some(({ error }) => error !== null) ? ["error"] : [])];
  const lanes = paused.map(simText).join(", ");
  return [
    ...(version === undefined ? [] : [`simpost ${version}, ${moment(at)} UTC\n`]),
    ...(depth === null ? [] : [`${table(Object.keys(depth), [depth])}\n`]),
    ...(stands.length === 0 ? [] : [table(columns, stands)]),
    ...(lanes === "" ? [] : [`\npaused: ${lanes}`]),
  ]
    .join("\n")
    .trimEnd();
}
