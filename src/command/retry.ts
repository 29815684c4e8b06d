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
  const { due, left } = failedOnes(texts);
  for (const why of Object.keys(WHYS))
    if (left[why]) say(io.stderr, `left out: ${number(left[why], "text", "texts")} ${WHYS[why]}`);
  if (due.length === 0) {
    say(io.stderr, "there is nothing to send again");
    return EXIT.ok;
  }
  const phones = new Set(texts.filter(({ id }) => due.includes(id)).map(({ phone }) => phone)).size;
  const question = `Send ${number(due.length, "failed text", "failed texts")} once more, to ${number(phones, "phone", "phones")}?`;
  return (await agreed(line, means, question)) ? forEach(line, means, due, again) : EXIT.failed;
}

/** Why a text that failed is left out, by a name for it; `retry ID` sends it all the same. */
const WHYS: Readonly<Record<string, string>> = {
  back: "that people took back",
  doubt: "that may have arrived: nobody knows",
  newer: "that was written to the same phone again since",
};

/** By what the heart and the store say of such a failure. */
const TAKEN_BACK = /^(?:taken back|replaced) by /;
const DOUBTFUL = /^(?:outcome unknown|restored from a backup)/;

/**
 * Which messages to send again, oldest first. `texts`: newest first. A message is left out when sending it might double any text of
 * it, or send what nobody wants to be sent any more.
 */
export function failedOnes(texts: readonly Text[]): {
  readonly due: readonly string[];
  /** How many messages are left out, by why. */
  readonly left: Readonly<Record<string, number>>;
} {
  const newest = new Map<string, string>();
  const failed = new Set<string>();
  const left = new Map<string, string>();
  for (const { id, phone, user, text, state, error } of texts) {
    // A code is dialled when somebody wants to know something, not later.
    if (/^[*#]/.test(phone)) continue;
    const same = JSON.stringify([user, phone, text]);
    const by = newest.get(same);
    if (by === undefined) newest.set(same, id);
    if (state !== "failed") continue;
    failed.add(id);
    if (TAKEN_BACK.test(error ?? "")) left.set(id, "back");
    else if (by !== undefined && by !== id) left.set(id, "newer");
    else if (DOUBTFUL.test(error ?? "")) left.set(id, "doubt");
  }
  const counts: Record<string, number> = {};
  for (const why of left.values()) counts[why] = (counts[why] ?? 0) + 1;
  return { due: [...failed].filter((id) => !left.has(id)).reverse(), left: counts };
}
