// `simpost messages`: what came and went, from the store.
import { FOLLOWS, type State } from "../bridge/message.ts";
import type { Job, MessageQuery, Store } from "../bridge/ports/store.ts";
import { EXIT, type Io, say, sayJson, Usage } from "./io.ts";
import type { Line } from "./parse.ts";
import { table } from "./table.ts";

const LIMIT = 50;
const MOST = 100_000;

/** Reads what to list. `canonical` turns a phone as written into the form that is stored. Throws Usage. */
export function readQuery(line: Line, canonical: (number: string) => string): MessageQuery {
  const number = line.text("number");
  const state = line.text("state");
  if (state !== undefined && !isState(state)) {
    throw new Usage(`messages: "${state}" is no state: they are ${Object.keys(FOLLOWS).join(", ")}`);
  }
  const written = line.text("limit");
  const limit = written === undefined ? LIMIT : Number(written);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new Usage(`messages: --limit is a number from 1 to ${MOST}`);
  }
  return {
    ...(number === undefined ? {} : { number: canonical(number) }),
    ...(state === undefined ? {} : { state }),
    limit,
  };
}

/** Lists deliveries, as a table or as JSON lines. */
export async function messagesCommand(
  line: Line,
  store: Pick<Store, "list">,
  canonical: (number: string) => string,
  io: Io,
): Promise<number> {
  const jobs = await store.list(readQuery(line, canonical));
  if (line.has("json")) {
    for (const job of jobs) sayJson(io.stdout, record(job));
    return EXIT.ok;
  }
  if (jobs.length === 0) {
    say(io.stderr, "no messages");
    return EXIT.ok;
  }
  const columns = ["accepted", "id", "from", "to", "sim", "state", "parts", "tries", "error"];
  say(io.stdout, table(line.has("text") ? [...columns, "text"] : columns, jobs.map(row)));
  return EXIT.ok;
}

const isState = (word: string): word is State => Object.hasOwn(FOLLOWS, word);

function row({ delivery, message }: Job) {
  const { lane } = delivery;
  return {
    accepted: iso(message.at).slice(0, 19).replace("T", " "),
    id: message.id,
    from: message.user ?? message.from?.address ?? "simpost",
    to: delivery.to.address,
    sim: lane === null ? null : `${lane.gateway}:${lane.port ?? "?"}`,
    state: delivery.state,
    parts: delivery.parts,
    tries: delivery.attempts,
    error: delivery.error,
    text: delivery.text,
  };
}

/** All that an operator or a program may want to know, times as ISO 8601. */
function record({ delivery, message, thread }: Job) {
  const { id, to, lane, state, parts, attempts, due, deadline, expires, sentAt, track, error, text } =
    delivery;
  return {
    id: message.id,
    delivery: id,
    accepted: iso(message.at),
    from: message.from,
    user: message.user,
    to,
    number: thread.phone,
    gateway: lane?.gateway ?? null,
    port: lane?.port ?? null,
    state,
    parts,
    attempts,
    sentAt: sentAt === null ? null : iso(sentAt),
    due: due === null ? null : iso(due),
    deadline: deadline === null ? null : iso(deadline),
    expires: iso(expires),
    track,
    ref: delivery.ref,
    messageRef: message.ref,
    notice: message.notice?.kind ?? null,
    error,
    text,
  };
}

/** ISO 8601 in UTC; what is outside of what a Date can hold stays a number. */
const iso = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at));
