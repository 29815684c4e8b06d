// Takes deliveries back that have not left, and stores what takes their place: all of it or nothing.
import type { AcceptOutcome, Entry, Withdrawal } from "../../bridge/ports/store.ts";
import type { Accept } from "./accept.ts";
import type { Report } from "./report.ts";
import { STAGE } from "./rows.ts";
import type { Prepare } from "./statement.ts";

/** Thrown within a transaction so that nothing of the work is stored. */
class Undone extends Error {
  override readonly name = "Undone";
  readonly answer: Withdrawal;

  constructor(answer: Withdrawal) {
    super("The work was undone");
    this.answer = answer;
  }
}

/** Resolves with the answer of work that was undone, too. */
export async function orUndone(work: Promise<Withdrawal>): Promise<Withdrawal> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Undone) return error.answer;
    throw error;
  }
}

const TOO_LATE: Withdrawal = { moved: [], follow: [] };

const isRefused = ({ outcome }: AcceptOutcome): boolean =>
  outcome === "no-thread" || outcome === "over-quota";

/** Within a transaction that is already open, which must end with what it throws: see `orUndone`. */
export type Withdraw = (ids: readonly number[], error: string, follow: readonly Entry[]) => Withdrawal;

export function withdrawing(prepare: Prepare, report: Report, accept: Accept): Withdraw {
  const queued = prepare(`SELECT 1 FROM delivery WHERE id = ? AND stage <= ${STAGE.behind}`);

  /** Too late, unless this very work was done before: then all that follows is there already. */
  const late = (follow: readonly Entry[]): Withdrawal => {
    if (follow.length === 0) return TOO_LATE;
    const outcomes = follow.map((entry) => accept(entry));
    if (outcomes.some(({ outcome }) => outcome !== "repeated")) throw new Undone(TOO_LATE);
    return { moved: [], follow: outcomes };
  };

  return (ids, error, follow) => {
    if (ids.length === 0 || ids.some((id) => !queued.one(id))) return late(follow);
    const moved = report(
      ids.map((id) => ({ id, change: { state: "failed", error } })),
      false,
    );
    // What is taken back is no reason to leave the same text out: it may be what was written first, and then changed.
    const outcomes = follow.map((entry) => accept({ ...entry, onceSince: Number.MAX_SAFE_INTEGER }));
    const refused = outcomes.find(isRefused);
    if (refused) throw new Undone({ moved: [], follow: [refused] });
    return { moved, follow: outcomes };
  };
}
