// Phone numbers as the device writes them, compared with ours: with or without `+`, `00` or the national 0.

/** Digits that must agree at the end of two forms of one number. */
const LEAST = 7;

/** Whether two written forms mean one number, as far as forms go: equal digits, or one ends in the other's national digits. */
export function sameNumber(a: string, b: string): boolean {
  const [left, right] = [significant(a), significant(b)];
  if (left === "" || right === "") return a.trim().toLowerCase() === b.trim().toLowerCase();
  if (left === right) return true;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length >= LEAST && long.endsWith(short);
}

/** One key for the forms `+49…`, `0049…`, `49…` of a number. */
export const significant = (number: string): string =>
  /[a-z]/i.test(number) ? "" : number.replace(/\D/g, "").replace(/^0+/, "");
