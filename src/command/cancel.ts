// `simpost cancel`: takes back texts that have not left.
import { z } from "zod";
import { number } from "./backup.ts";
import { type Done, forEach, readIds } from "./client-each.ts";
import type { ClientMeans } from "./client-means.ts";
import { agreed, textsOut } from "./client-search.ts";
import { momentOf } from "./filter.ts";
import { EXIT, say } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { progressLine } from "./progress.ts";

export async function cancelCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io } = means;
  const ids = readIds(line);
  const all = line.has("all-queued");
  if (all === ids.length > 0) throw misused("cancel", "say ids, or --all-queued, and not both");
  const [since, phone] = [line.text("since"), line.text("number")];
  if (!all && (since !== undefined || phone !== undefined))
    throw misused("cancel", "--since and --number belong to --all-queued");
  const from = since === undefined ? undefined : momentOf(since, means.clock.now(), "cancel");
  const client = means.connect();
  const back = async (id: string): Promise<Done> => {
    await client.post(`/messages/${id}/cancel`, {}, z.object({ cancelled: z.literal(true) }));
    return { told: "taken back", record: {} };
  };
  if (!all) return forEach(line, means, ids, back);

  const shown = progressLine(io.stderr);
  const wanted = { state: "queued", number: phone, since: from } as const;
  const texts = await textsOut(client, wanted, shown).finally(shown.end);
  // Oldest first: they are the next to leave.
  const found = [...new Set(texts.map(({ id }) => id))].reverse();
  if (found.length === 0) {
    say(io.stderr, "nothing waits that fits");
    return EXIT.ok;
  }
  const question = `Take back ${number(found.length, "text that waits", "texts that wait")}?`;
  return (await agreed(line, means, question)) ? forEach(line, means, found, back) : EXIT.failed;
}
