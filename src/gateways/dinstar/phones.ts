// Numbers in a Dinstar's answers: with or without "+", national or international, against the ones we know.

/** Shorter numbers match only themselves: short codes. */
const SHORTEST = 6;
/** So many digits at the end decide: what stands before them (country, trunk and mobile prefixes) is written in many ways. */
const COMPARED = 8;

/** The digits without leading zeros, which stand for a prefix that another form writes differently. */
const significant = (number: string): string => number.replace(/[^0-9]/g, "").replace(/^0+/, "");

/** Whether both may be forms of one phone. */
export function samePhone(one: string, other: string): boolean {
  if (one === other) return one !== "";
  const a = significant(one);
  const b = significant(other);
  if (a.length < SHORTEST || b.length < SHORTEST) return a === b && a !== "";
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return long.endsWith(short.slice(-COMPARED));
}
