// Reads a whole box of the device and settles doubtful readings by asking for smaller windows, down to a second and a sender.
import { Unreadable } from "../../bridge/errors.ts";
import { isTwoFaced, type Reading, readRecords, type SmsRecord } from "./records.ts";
import { type Stamp, shift, stampOf } from "./stamps.ts";

/** Device-local times, both included; left out: open. */
export interface Window {
  readonly begin?: Stamp;
  readonly end?: Stamp;
  readonly number?: string;
}

/** Of some ports only, or of some numbers (as dialled): for a box that is listed by hand. */
export interface Narrow {
  readonly ports?: readonly number[] | undefined;
  readonly numbers?: readonly string[] | undefined;
}

/** Asks the device; gives the answer's content. */
export type Ask = (window: Window) => Promise<string>;

/** Requests that one reading may take besides the first. */
const MAX_ASKS = 64;
/** Remembered at most: proven records with look-alikes, and given-up answers. */
const KEPT = 50;

/** What a box remembers between readings, so that one odd text is asked about once and does not hold up the others. */
export class BoxMemory {
  /** Whole records, proven by being alone in an answer. */
  readonly known = new Set<string>();
  /** Answers for one second and sender that can't be told apart and were thrown once: skipped from then on. */
  readonly givenUp = new Set<string>();
  /** The bounds that the device is given do not belong to the window. */
  exclusive = false;
}

interface Answer {
  readonly part: Window;
  readonly content: string;
  readonly reading: Reading;
}

/**
 * All records of `window`. Throws Unreadable when they can't be told for certain; the same hopeless second and sender is thrown once per
 * memory (whoever catches it keeps the raw answer) and then left out, with `skipped` called, so that the rest is not held up for ever.
 */
export async function readBox(
  ask: Ask,
  window: Window,
  memory: BoxMemory,
  skipped?: () => void,
): Promise<readonly SmsRecord[]> {
  let asks = 0;

  const read = async (part: Window): Promise<Answer> => {
    const { begin, end } = part;
    const wider = {
      ...part,
      ...(begin === undefined ? {} : { begin: shift(begin, -1000) }),
      ...(end === undefined ? {} : { end: shift(end, 1000) }),
    };
    const content = await ask(memory.exclusive ? wider : part);
    return { part, content, reading: readRecords(content, memory.known) };
  };

  /** The parts of a window; undefined: it can't be made smaller. */
  const divide = (part: Window, seen: readonly { time: string; number: string }[]): Window[] | undefined => {
    if (part.number !== undefined) return undefined;
    const within = (time: Stamp) => time >= (part.begin ?? "") && time <= (part.end ?? "9");
    const times = [...new Set(seen.flatMap(({ time }) => stampOf(time) ?? []).filter(within))].sort();
    const [only] = times;
    if (only === undefined) return undefined;
    if (part.begin === only && part.end === only)
      return [...new Set(seen.filter(({ time }) => stampOf(time) === only).map(({ number }) => number))]
        .filter((number) => /^[^,]+$/.test(number))
        .map((number) => ({ begin: only, end: only, number }));
    const middle = times[Math.ceil(times.length / 2)];
    if (middle === undefined) return [{ begin: only, end: only }];
    return [
      { ...part, end: shift(middle, -1000) },
      { ...part, begin: middle },
    ];
  };

  /** Reads the parts; undefined: they do not add up to the whole. */
  const readParts = async (parts: readonly Window[], total: number): Promise<Answer[] | undefined> => {
    const answers: Answer[] = [];
    for (const part of parts) {
      if (++asks > MAX_ASKS) return undefined;
      answers.push(await read(part));
    }
    return answers.reduce((sum, { reading }) => sum + reading.total, 0) === total ? answers : undefined;
  };

  const settle = async ({ part, content, reading }: Answer): Promise<readonly SmsRecord[]> => {
    if (reading.sure) {
      if (reading.total === 1)
        for (const record of reading.records) if (isTwoFaced(record)) remember(memory.known, record.raw);
      return reading.records;
    }
    const parts = divide(part, reading.seen);
    let answers = parts && (await readParts(parts, reading.total));
    if (parts && !answers && !memory.exclusive && asks < MAX_ASKS) {
      memory.exclusive = true; // perhaps the bounds do not belong to the window
      answers = await readParts(parts, reading.total);
      if (!answers) memory.exclusive = false;
    }
    if (answers) {
      const found: SmsRecord[] = [];
      for (const answer of answers) found.push(...(await settle(answer)));
      return found;
    }
    const oneSecond = part.begin !== undefined && part.begin === part.end;
    if (oneSecond && skipped && memory.givenUp.has(content)) {
      skipped();
      return [];
    }
    if (oneSecond) remember(memory.givenUp, content);
    throw new Unreadable(`${reading.total} texts can't be told apart from what they say`, content);
  };

  return settle(await read(window));
}

function remember(set: Set<string>, raw: string): void {
  set.add(raw);
  for (const oldest of set) {
    if (set.size <= KEPT) return;
    set.delete(oldest);
  }
}
