// `simpost queue`: texts that have not left, and why.
import { z } from "zod";
import { waiting } from "../api/shapes.ts";
import type { State } from "../bridge/message.ts";
import type { Job } from "../bridge/ports/store.ts";
import { type ClientMeans, daemonOr, moment, type ReadStore, simText } from "./client-means.ts";
import { EXIT, say, sayJson } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { table } from "./table.ts";

const LIMIT = 100;
/** The API's longest page. */
const MOST = 500;

/** What the daemon says of a text; from the store alone nobody knows why it waits. */
type Waits = Pick<
  z.output<typeof waiting>,
  "id" | "at" | "phone" | "user" | "sim" | "state" | "parts" | "attempts" | "nextAt" | "error" | "text"
> & { readonly why: string | null };

export async function queueCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io } = means;
  const limit = limitOf(line);
  const { found } = await daemonOr<readonly Waits[]>(
    means,
    async (client) => (await client.get("/queue", { limit }, z.object({ items: z.array(waiting) }))).items,
    (store) => fromStore(store, limit),
  );
  if (line.has("json")) {
    for (const one of found) sayJson(io.stdout, one);
    return EXIT.ok;
  }
  if (found.length === 0) {
    say(io.stderr, "nothing waits");
    return EXIT.ok;
  }
  const columns = ["accepted", "id", "from", "to", "sim", "state", "why", "parts", "tries", "next", "error"];
  say(io.stdout, table(line.has("text") ? [...columns, "text"] : columns, found.map(row)));
  if (found.length === limit) say(io.stderr, `the oldest ${limit}: --limit shows more`);
  return EXIT.ok;
}

function limitOf(line: Line): number {
  const limit = Number(line.text("limit") ?? LIMIT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw misused("queue", `--limit is a number from 1 to ${MOST}`);
}

const row = ({ at, id, user, phone, sim, state, why, parts, attempts, nextAt, error, text }: Waits) => ({
  accepted: moment(at),
  id,
  from: user,
  to: phone,
  sim: simText(sim),
  state,
  why,
  parts,
  tries: attempts,
  next: moment(nextAt),
  error,
  text,
});

const WAITING: readonly State[] = ["unsure", "sending", "queued"];

async function fromStore(store: ReadStore, limit: number): Promise<readonly Waits[]> {
  const jobs: Job[] = [];
  for (const state of WAITING) jobs.push(...(await store.list({ state, limit, oldest: true, phones: true })));
  return jobs.slice(0, limit).map(({ delivery, message, thread }) => ({
    id: message.id,
    at: new Date(message.at).toISOString(),
    phone: thread.phone,
    user: message.user,
    sim: delivery.lane ?? thread.lane,
    state: delivery.state,
    why: null,
    parts: delivery.parts,
    attempts: delivery.attempts,
    nextAt: delivery.due === null ? null : new Date(delivery.due).toISOString(),
    error: delivery.error,
    text: delivery.text,
  }));
}
