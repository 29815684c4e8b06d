// Quoted history cut from an answer. Careful: to lose what a person wrote is worse than to send a quote. One pass over the lines.
import { attribution, headerBlock, isRule, mayAttribute, separator } from "./attribution.ts";

/** Lines from an attribution to its quote. */
const MAX_GAP = 4;

const isQuoted = (line: string | undefined): boolean => line?.trimStart().startsWith(">") ?? false;
const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === "";

function nextWritten(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && isBlank(lines[at])) at++;
  return at;
}

/** Where history begins that is not marked with `>`: below "-----Original Message-----", a header block, or "On … wrote:" that no `>` follows. */
function historyAt(lines: readonly string[]): number {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === "" || isQuoted(line)) continue;
    let start = -1;
    if (separator(line) || headerBlock(lines, at)) start = at;
    else {
      if (!mayAttribute(line)) continue;
      const found = attribution(lines, at);
      if (found?.strength !== "strong") continue;
      const next = nextWritten(lines, at + 1);
      if (next < lines.length && !isQuoted(lines[next])) start = found.from;
    }
    if (start < 0) continue;
    let above = start - 1;
    while (above >= 0 && (isBlank(lines[above]) || isRule(lines[above] ?? ""))) above--;
    // nothing written above it: then what is below is all there is
    return above >= 0 ? above + 1 : -1;
  }
  return -1;
}

/** Takes out every `>` block that an attribution stands above, with that attribution: what was written between them stays. */
function withoutAttributed(lines: readonly string[]): string[] {
  const drop = new Set<number>();
  let begun = false;
  for (let at = 0; at < lines.length; at++) {
    if (isQuoted(lines[at])) {
      if (begun) drop.add(at);
      continue;
    }
    if (!mayAttribute(lines[at] ?? "")) continue;
    // few blank lines stand between, so that this stays linear
    const next = nextWritten(lines, at + 1);
    const found = next - at <= MAX_GAP && isQuoted(lines[next]) ? attribution(lines, at) : null;
    if (found === null) continue;
    begun = true;
    for (let line = found.from; line <= at; line++) drop.add(line);
  }
  return lines.filter((_, at) => !drop.has(at));
}

/** Takes out the `>` block at the end, and the attribution above it. */
function withoutTrailing(lines: readonly string[]): string[] {
  let end = lines.length;
  while (end > 0 && isBlank(lines[end - 1])) end--;
  let start = end;
  while (start > 0 && (isQuoted(lines[start - 1]) || isBlank(lines[start - 1]))) start--;
  if (!lines.slice(start, end).some(isQuoted)) return [...lines];
  const found = start > 0 ? attribution(lines, start - 1) : null;
  return lines.slice(0, found?.from ?? start);
}

/** A block of two or more `>` lines at the very top, of somebody who answers below it. */
function withoutLeading(lines: readonly string[]): string[] {
  const start = nextWritten(lines, 0);
  let end = start;
  while (isQuoted(lines[end])) end++;
  return end - start >= 2 ? lines.slice(end) : [...lines];
}

/**
 * Cuts what is quoted. In an answer: history below a separator, and quoted blocks that an attribution introduces; in any mail: a `>` block at the end.
 * What would leave nothing is left as it is.
 */
export function cutQuote(text: string, answer: boolean): string {
  // most mails: nothing to be found
  if (!answer && !text.includes(">")) return text;
  const all = text.split("\n");
  let lines: string[] = all;
  if (answer) {
    const history = historyAt(lines);
    if (history >= 0) lines = lines.slice(0, history);
    lines = withoutAttributed(lines);
  }
  lines = withoutTrailing(lines);
  if (answer) lines = withoutLeading(lines);
  return lines.every(isBlank) ? text : lines.join("\n");
}
