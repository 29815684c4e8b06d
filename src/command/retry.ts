// `simpost retry`: failed texts once more; of many only those that nobody wrote again since.
import { accepted } from "../api/shapes.ts";
import { number } from "./backup.ts";
import { type Done, forEach, readIds } from "./client-each.ts";
import { type ClientMeans, simText } from "./client-means.ts";
import { agreed, type Text, textsOut } from "./client-search.ts";
import { readSim } from "./client-sim.ts";
import { momentOf } from "./filter.ts";
import { EXIT, say } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { progressLine } from "./progress.ts";

export async function retryCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io, config } = means;
  const ids = readIds(line);
  const all = line.has("all-failed");
  if (all === ids.length > 0) throw misused("retry", "say ids, or --all-failed, and not both");
  const since = line.text("since");
  if (all && since === undefined) throw misused("retry", "--all-failed wants --since: from when on");
  if (!all && (since !== undefined || line.text("number") !== undefined))
    throw misused("retry", "--since and --number belong to --all-failed");
  const from = since === undefined ? 0 : momentOf(since, means.clock.now(), "retry");
  const written = line.text("sim");
  const sim = written === undefined ? null : readSim(line, written, config);
  const client = means.connect();
  const again = async (id: string): Promise<Done> => {
    const body = sim === null ? {} : { sim: simText(sim) };
    const { id: as, repeated } = await client.post(`/messages/${id}/retry`, body, accepted);
    const told = repeated ? `was sent again already, as ${as}` : `is sent again, as ${as}`;
    return { told, record: { as, repeated } };
  };
  if (!all) return forEach(line, means, ids, again);

  const shown = progressLine(io.stderr);
  const texts = await textsOut(client, { number: line.text("number"), since: from }, shown).finally(
    shown.end,
  );
  const { due, superseded } = failedOnes(texts);
  if (superseded > 0)
    say(
      io.stderr,
      `left out: ${number(superseded, "text that was", "texts that were")} written to the same phone again since`,
    );
  if (due.length === 0) {
    say(io.stderr, "nothing failed that was not sent again");
    return EXIT.ok;
  }
  const phones = new Set(texts.filter(({ id }) => due.includes(id)).map(({ phone }) => phone)).size;
  const question = `Send ${number(due.length, "failed text", "failed texts")} once more, to ${number(phones, "phone", "phones")}?`;
  return (await agreed(line, means, question)) ? forEach(line, means, due, again) : EXIT.failed;
}

/**
 * Which messages to send again, oldest first. `texts`: newest first. A message is left out when any text of it that failed was
 * written again since, whatever became of that: sending it would double it, or it is sent by way of the newer one.
 */
export function failedOnes(texts: readonly Text[]): {
  readonly due: readonly string[];
  /** Messages that are left out. */
  readonly superseded: number;
} {
  const newest = new Map<string, string>();
  const failed = new Set<string>();
  const left = new Set<string>();
  for (const { id, phone, user, text, state } of texts) {
    // A code is dialled when somebody wants to know something, not later.
    if (/^[*#]/.test(phone)) continue;
    const same = JSON.stringify([user, phone, text]);
    const by = newest.get(same);
    if (by === undefined) newest.set(same, id);
    if (state !== "failed") continue;
    failed.add(id);
    if (by !== undefined && by !== id) left.add(id);
  }
  return { due: [...failed].filter((id) => !left.has(id)).reverse(), superseded: left.size };
}
