// `simpost ussd`: a code through the running daemon; its answer comes into a conversation, and is waited for there.
import type { z } from "zod";
import { accepted, dialled, page, text } from "../api/shapes.ts";
import type { Lane } from "../bridge/message.ts";
import type { Client } from "./client.ts";
import { type ClientConfig, type ClientMeans, simText } from "./client-means.ts";
import { readSim } from "./client-sim.ts";
import { EXIT, say, sayJson, Usage } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { progressLine } from "./progress.ts";
import { printable } from "./table.ts";

/** How often the answer is looked for, milliseconds. */
const EVERY = 500;
/** The daemon gives up by itself: it is waited for this much longer, milliseconds. */
const GRACE = 10_000;
/** How much of a conversation is looked at: what was said in one of these since the code left. */
const RECENT = 50;

type Text = z.output<typeof text>;

/** Dials, and prints the answer; then answers the menus. Exit code 1 when no answer came, or nobody waited for it. */
export async function ussdCodeCommand(line: Line, means: ClientMeans): Promise<number> {
  const { config } = means;
  const [code = ""] = line.positionals;
  if (!/^[*#]/.test(code)) throw misused("ussd", "a code begins with * or #, like '*100#'");
  const user = line.text("user") ?? config.users.find(({ sends }) => sends)?.name;
  if (user === undefined) throw new Usage(`ussd: no user of ${config.file} may send: say --user USER`);
  const { gateway, port } = simOf(line, config);
  const client = means.connect();
  const over = new AbortController();
  const release = means.onInterrupt(() => over.abort());
  try {
    const sim = { gateway, ...(port === null ? {} : { port }) };
    const { id, thread } = await client.post("/ussd", { ...sim, code, user }, dialled);
    const session = { client, means, line, code, user, thread, signal: over.signal };
    if (!(await answered(session, id))) return EXIT.failed;
    for (const written of line.all("answer")) {
      const wanted = { to: code, text: written, user, thread };
      const { id: next } = await client.post("/messages", wanted, accepted);
      if (!(await answered(session, next))) return EXIT.failed;
    }
    return EXIT.ok;
  } finally {
    release();
  }
}

/** Throws Usage. */
function simOf(line: Line, config: ClientConfig): Lane {
  const written = line.text("sim");
  if (written !== undefined) return readSim(line, written, config);
  const [gateway, ...others] = config.gateways;
  if (gateway === undefined || others.length > 0)
    throw misused("ussd", `say --sim, a SIM of one of these gateways: ${config.gateways.join(", ")}`);
  return { gateway, port: null };
}

interface Session {
  readonly client: Client;
  readonly means: ClientMeans;
  readonly line: Line;
  readonly code: string;
  readonly user: string;
  readonly thread: number;
  readonly signal: AbortSignal;
}

/** Waits for the network's answer to a message, and prints it. False: there is none, and it was said why. */
async function answered(session: Session, id: string): Promise<boolean> {
  const { client, means, line, code, user, thread, signal } = session;
  const { io, clock, config } = means;
  const shown = progressLine(io.stderr);
  const began = clock.now();
  try {
    for (;;) {
      const path = `/conversations/${thread}`;
      const { items } = await client.get(path, { limit: RECENT }, page(text));
      const own = items.find((item) => item.id === id && item.kind === "out");
      const passed = clock.now() - began;
      if (own?.state === "delivered") {
        const reply = replyTo(own, items);
        if (reply) {
          shown.end();
          print(io, line, { id, thread, code, reply });
          return true;
        }
      }
      if (own?.state === "failed") {
        shown.end();
        say(io.stderr, `simpost: ${printable(own.error ?? "it failed")}`);
        return false;
      }
      if (signal.aborted || passed > config.patience + GRACE) {
        shown.end();
        const why = signal.aborted ? "not waited for any more" : "no answer so far";
        const more = own?.state === "queued" ? "; it has not been dialled yet: `simpost queue` says why" : "";
        say(
          io.stderr,
          `simpost: ${why}${more}. What comes goes to ${user}, and into \`simpost messages --number '${code}'\``,
        );
        return false;
      }
      const from = simText(own?.sim ?? null);
      const what =
        own?.state === "queued"
          ? "waiting for the SIM"
          : `waiting for the answer${from === null ? "" : ` on ${from}`}`;
      shown.show(what, Math.min(1, passed / config.patience));
      await clock.wait(EVERY, signal);
    }
  } finally {
    shown.end();
  }
}

/** `items`: newest first. The answer is stored together with the code's being delivered: it is the newest that the network said since. */
const replyTo = (own: Text, items: readonly Text[]): string | undefined =>
  items.find(({ kind, delivery }) => kind === "in" && delivery > own.delivery)?.text;

function print(
  io: ClientMeans["io"],
  line: Line,
  found: { readonly id: string; readonly thread: number; readonly code: string; readonly reply: string },
): void {
  if (line.has("json")) sayJson(io.stdout, found);
  else say(io.stdout, found.reply.split(/\r?\n/).map(printable).join("\n"));
}
