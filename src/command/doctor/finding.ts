// What the doctor says, and how its checks are run: all at once, each within its own time, none able to stop the others.

/** good: as it should be. doubtful: it works, and is worth a look. bad: something does not work, or is not safe. */
export type Grade = "good" | "doubtful" | "bad";

export interface Finding {
  /** What was looked at: "config", "gateway office", "relay email" … */
  readonly check: string;
  readonly grade: Grade;
  /** One line for the operator; no secret is in it. */
  readonly what: string;
  /** What to do about it; null: nothing. */
  readonly todo: string | null;
}

/** A finding of a check that knows its own name. */
export type Said = Omit<Finding, "check">;

export interface Check {
  readonly name: string;
  /** It is given up after this long, milliseconds. */
  readonly limit: number;
  /** Throws whatever went wrong: that becomes a finding. */
  readonly run: (signal: AbortSignal) => Promise<readonly Said[]>;
}

export const good = (what: string): Said => ({ grade: "good", what, todo: null });
export const doubtful = (what: string, todo: string | null): Said => ({ grade: "doubtful", what, todo });
export const bad = (what: string, todo: string | null): Said => ({ grade: "bad", what, todo });

/** Runs them all. `told` hears of each check's findings, in the order of the checks, as soon as they and all before them are there. Never rejects. */
export async function examine(
  checks: readonly Check[],
  told: (findings: readonly Finding[]) => void = () => {},
): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const under of checks.map(examineOne)) {
    const findings = await under;
    all.push(...findings);
    told(findings);
  }
  return all;
}

async function examineOne({ name, limit, run }: Check): Promise<readonly Finding[]> {
  const over = new AbortController();
  const late = Promise.withResolvers<readonly Said[]>();
  const timer = setTimeout(() => {
    over.abort();
    late.resolve([
      bad(`gave no answer within ${spell(limit)}`, "See whether what it asks is overloaded or cut off."),
    ]);
  }, limit);
  try {
    const said = await Promise.race([run(over.signal), late.promise]);
    return said.map((one) => ({ check: name, ...one }));
  } catch (error) {
    return [{ check: name, ...bad(`can't be looked at: ${words(error)}`, null) }];
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** An error in a few words: its own, or its code's. */
export function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a host with several addresses: the first one's.
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  const told = error.message === "" && first instanceof Error ? first : error;
  return WORDS[codeOf(told)] ?? told.message;
}

/** `error.code` of the system, of Node or of a library; "": none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name can't be resolved now",
  ETIMEDOUT: "no answer in time",
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
};

/** "3 ms", "2 s", "5 minutes", "2 hours", "4 days". */
export function spell(ms: number): string {
  const span = Math.abs(ms);
  if (span < 1_000) return `${Math.round(span)} ms`;
  if (span < 120_000) return `${Math.round(span / 1_000)} s`;
  if (span < 7_200_000) return `${Math.round(span / 60_000)} minutes`;
  if (span < 172_800_000) return `${Math.round(span / 3_600_000)} hours`;
  return `${Math.floor(span / 86_400_000)} days`;
}
