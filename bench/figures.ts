// Small sums over measurements, and the clock that all processes of one machine share.

/** CLOCK_MONOTONIC, milliseconds: the same in every process of this machine. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The value below which `share` (0 .. 1) of them lie; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Rounded to `digits` after the point. */
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
