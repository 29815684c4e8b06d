// The steps of a delivery as text beside it: one line each, "TIME STATE GATEWAY:PORT ERROR" with tabs between, written with the row itself.
import type { Delivery, Lane, State } from "../../bridge/message.ts";
import type { Step } from "../../bridge/ports/archive.ts";

/** From this length on, characters, the steps in the middle are dropped … */
const LONGEST = 4_000;
/** … so that the first one and the last of them stay, characters. */
const TAIL = 3_000;
/** Characters of an error in a step. Much less than TAIL. */
const ERROR = 300;
const RADIX = 36;

const LETTERS: Readonly<Record<State, string>> = {
  queued: "q",
  sending: "s",
  accepted: "a",
  sent: "n",
  delivered: "d",
  unsure: "u",
  failed: "f",
};
const STATES = new Map(Object.entries(LETTERS).map(([state, letter]) => [letter, state as State]));

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\0": "\\0" };
const ESCAPED = new Map(Object.entries(ESCAPES).map(([char, escaped]) => [escaped, char]));
const shield = (text: string): string => text.replace(/[\\\t\n\0]/g, (char) => ESCAPES[char] ?? char);
const bare = (text: string): string => text.replace(/\\./g, (escaped) => ESCAPED.get(escaped) ?? escaped);

/** Appends a bound line to `history`, within its bounds. The first step stays: it says when all began. */
export const APPEND = `history = CASE WHEN length(history) < ${LONGEST} THEN history
  ELSE substr(history, 1, instr(history, char(10))) || substr(substr(history, -${TAIL}), instr(substr(history, -${TAIL}), char(10)) + 1) END || ?`;

/** The line for a step of a delivery at `at`, UTC milliseconds. */
export function stepOf(
  at: number,
  { state, lane, error }: Pick<Delivery, "state" | "lane" | "error">,
): string {
  const place = lane === null ? "" : shield(`${lane.gateway}:${lane.port ?? ""}`);
  const why = error === null ? "" : `\t${shield(error.slice(0, ERROR))}`;
  return `${at.toString(RADIX)}\t${LETTERS[state]}\t${place}${why}\n`;
}

/** The line for what news changed; "" where nothing is to be told. */
export const stepBetween = (at: number, before: Delivery, after: Delivery): string =>
  before.state === after.state &&
  before.error === after.error &&
  before.lane?.gateway === after.lane?.gateway &&
  before.lane?.port === after.lane?.port
    ? ""
    : stepOf(at, after);

/** When the first step was, UTC milliseconds; null: it is not known (a delivery of an earlier schema). `head`: how a history begins. */
export function beganAt(head: string): number | null {
  const [time, state] = head.split("\t");
  return time !== undefined && (state === LETTERS.queued || state === LETTERS.failed)
    ? Number.parseInt(time, RADIX)
    : null;
}

/** All steps. `at`: when its message was accepted; with what an earlier schema did not write down added as far as it is known. */
export function stepsOf(history: string, delivery: Delivery, at: number): readonly Step[] {
  const steps = history.split("\n").flatMap((line) => {
    const step = parse(line);
    return step ? [step] : [];
  });
  if (beganAt(history) === null) steps.unshift({ at, state: "queued", lane: null, error: null });
  const { state, lane, error, sentAt } = delivery;
  if (steps.at(-1)?.state !== state) steps.push({ at: Math.max(at, sentAt ?? at), state, lane, error });
  return steps;
}

function parse(line: string): Step | null {
  const [time, letter, place, error] = line.split("\t");
  const state = STATES.get(letter ?? "");
  if (time === undefined || state === undefined) return null;
  return {
    at: Number.parseInt(time, RADIX),
    state,
    lane: laneOf(bare(place ?? "")),
    error: error === undefined ? null : bare(error),
  };
}

function laneOf(place: string): Lane | null {
  const colon = place.lastIndexOf(":");
  if (colon < 0) return null;
  const port = place.slice(colon + 1);
  return { gateway: place.slice(0, colon), port: port === "" ? null : Number(port) };
}
