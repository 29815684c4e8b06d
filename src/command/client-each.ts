// One thing done to many messages: told one by one, with how far it is, and stopped between two by Ctrl-C.
import { Away, Refused } from "./client.ts";
import type { ClientMeans } from "./client-means.ts";
import { EXIT, say, sayJson } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { progressLine } from "./progress.ts";
import { printable } from "./table.ts";

/** What came of one. */
export interface Done {
  /** In words. */
  readonly told: string;
  /** For programs, besides `id` and `done`. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Messages' ids, as the API knows them; each once. Throws Usage. */
export function readIds(line: Line): readonly string[] {
  const wrong = line.positionals.find((id) => !/^[0-9a-z]{1,40}$/.test(id));
  if (wrong !== undefined)
    throw misused(line.command, `"${printable(wrong)}" is no message's id: \`simpost messages\` shows them`);
  return [...new Set(line.positionals)];
}

/** Does it to each. Exit code 1 when the daemon refused some, or somebody stopped it. Throws what else goes wrong. */
export async function forEach(
  line: Line,
  { io, onInterrupt }: ClientMeans,
  ids: readonly string[],
  act: (id: string) => Promise<Done>,
): Promise<number> {
  const shown = progressLine(io.stderr);
  const over = new AbortController();
  const release = onInterrupt(() => over.abort());
  let [done, refused] = [0, 0];
  try {
    for (const id of ids) {
      if (over.signal.aborted) break;
      if (ids.length > 1)
        shown.show(`${line.command} ${done + refused} of ${ids.length}`, (done + refused) / ids.length);
      const result = await act(id).catch((error: unknown) => {
        if (error instanceof Refused) return error;
        // What went before is told; how far it came must be, too.
        if (error instanceof Error && !(error instanceof Away) && ids.length > 1)
          throw new Error(`${id}: ${error.message} (${done + refused} of ${ids.length} were done)`);
        throw error;
      });
      shown.end();
      if (result instanceof Refused) {
        refused += 1;
        if (line.has("json")) sayJson(io.stdout, { id, done: false, error: result.message });
        else say(io.stderr, `${id}: ${printable(result.message)}`);
      } else {
        done += 1;
        if (line.has("json")) sayJson(io.stdout, { id, done: true, ...result.record });
        else say(io.stdout, `${id}: ${result.told}`);
      }
    }
  } finally {
    shown.end();
    release();
  }
  const left = ids.length - done - refused;
  if (left > 0) say(io.stderr, `stopped: ${left} of ${ids.length} were not looked at`);
  return left + refused > 0 ? EXIT.failed : EXIT.ok;
}
