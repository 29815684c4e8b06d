// What a case of the benchmark is given, and what it yields.

export interface Options {
  /** How often each figure is taken; the median counts. */
  readonly rounds: number;
  /** A fraction of the work: to see that everything runs, not for figures. */
  readonly quick: boolean;
  /** The daemon's program, and flags for its Node. */
  readonly main: string;
  readonly flags: readonly string[];
  /** Another SMTP server on this machine, to be measured in turn with ours. */
  readonly beside: Beside | null;
}

export interface Beside {
  readonly port: number;
  /** "#" becomes eight digits, others for each mail. */
  readonly rcpt: string;
  readonly from: string;
}

/** A figure that is aimed at. */
export interface Target {
  readonly what: string;
  readonly figure: number;
  /** How it is meant, with its unit. */
  readonly aim: string;
  readonly met: boolean;
}

/** One line of the results. */
export interface Line {
  readonly case: string;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
}

export type Case = (options: Options) => AsyncGenerator<Line>;

export const atLeast = (what: string, figure: number, least: number, unit: string): Target => ({
  what,
  figure,
  aim: `at least ${least} ${unit}`,
  met: figure >= least,
});

export const atMost = (what: string, figure: number, most: number, unit: string): Target => ({
  what,
  figure,
  aim: `at most ${most} ${unit}`,
  met: figure <= most,
});

/** Says on standard error what goes on. */
export const progress = (words: string): void => void process.stderr.write(`${words}\n`);
