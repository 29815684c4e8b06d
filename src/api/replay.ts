// Idempotency keys: the same request with the same key is done once, and answered the same; the answers are kept in the ledger for a day.
import { z } from "zod";
import type { Ledger } from "../bridge/ports/ledger.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import { Problem } from "./problem.ts";
import { sha256 } from "./tokens.ts";

/** Whose the notes are in the ledger; never a configured name. */
const OWN = "-replays";
/** Answers are kept this long, milliseconds. */
const KEEP = 24 * 3_600_000;
/** Answers kept at most: of more, the oldest are forgotten. */
const MOST = 100_000;
/** Old answers forgotten for each that is kept: more than one, so that they never pile up. */
const FORGET = 2;

const kept = z.object({
  at: z.int(),
  /** Hash of what was asked for. */
  print: z.string(),
  answer: z.record(z.string(), z.unknown()),
});
type Kept = z.infer<typeof kept>;
type Answer = Readonly<Record<string, unknown>>;

export interface Replays {
  /**
   * Does `work` once for a key (of one caller): later, or at the same time, the same request gets the first one's answer, `repeated`.
   * Work that throws may be tried again. Throws Problem when the key was used for another request.
   */
  once(
    caller: string,
    key: string,
    request: unknown,
    work: () => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly repeated: boolean }>;
}

export function openReplays(ledger: Pick<Ledger, "note" | "notes">, clock: Clock, log: Log): Replays {
  /** All that is kept, the oldest first; read at the first use. */
  let known: Promise<Map<string, Kept>> | undefined;
  /** What is being done now. */
  const busy = new Map<string, Promise<unknown>>();

  const load = async (): Promise<Map<string, Kept>> => {
    const notes = await ledger.notes(OWN, "");
    const all = notes.map(({ key, value }) => [key, kept.parse(JSON.parse(value))] as const);
    return new Map(all.toSorted(([, a], [, b]) => a.at - b.at));
  };
  const all = (): Promise<Map<string, Kept>> => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  const keep = async (answers: Map<string, Kept>, key: string, entry: Kept): Promise<void> => {
    // To the end, also where an old answer had its place.
    answers.delete(key);
    answers.set(key, entry);
    const old: string[] = [];
    for (const [other, { at }] of answers) {
      if (old.length === FORGET || (at > entry.at - KEEP && answers.size - old.length <= MOST)) break;
      old.push(other);
    }
    for (const other of old) answers.delete(other);
    const gone = old.map((other) => ({ key: other, value: null }));
    try {
      await ledger.note(OWN, [{ key, value: JSON.stringify(entry) }, ...gone]);
    } catch (error) {
      // What was asked for is done and on disk: that is the answer. The heart knows a repetition by itself.
      log.error("store failing", { error });
    }
  };

  return {
    async once(caller, key, request, work) {
      const name = sha256(JSON.stringify([caller, key])).toString("base64url");
      const print = sha256(JSON.stringify(request)).toString("base64url");
      const answers = await all();
      while (busy.has(name)) await busy.get(name);
      const before = answers.get(name);
      if (before && before.at > clock.now() - KEEP) {
        if (before.print !== print)
          throw new Problem("key-reused", "This Idempotency-Key came with another request before");
        return { answer: { ...before.answer, repeated: true }, repeated: true };
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      busy.set(name, promise);
      try {
        const answer = await work();
        await keep(answers, name, { at: clock.now(), print, answer });
        return { answer, repeated: false };
      } finally {
        busy.delete(name);
        resolve();
      }
    },
  };
}
