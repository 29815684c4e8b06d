// Did doubtful texts arrive after all? Asked of the sending tasks, which carry our userid, and of the outbox. "Absent" only when both say no.
import { Unreadable } from "../../bridge/errors.ts";
import type { Gateway, Report, Submitted } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import { type Device, dial, noteTexts } from "./device.ts";
import { IDLE, UNAVAILABLE } from "./limits.ts";
import { isEqual, isSimilar, readOutbox, type SentRecord } from "./outbox.ts";
import { portStates } from "./ports.ts";
import { probe, type Tasks } from "./probe.ts";
import { shift, stampAt } from "./stamps.ts";
import { fateOf, lists, type Task, writeTrack } from "./tasks.ts";

type Context = Parameters<Gateway["inquire"]>[1];

/** The outbox is read from this long before: a device that thinks it is in another time zone is still looked through, milliseconds. */
const SLACK = 13 * 3_600_000;
/** The device's clock may be this far behind ours for its record to be taken for our text, milliseconds. */
const NEAR = 90_000;
/** Records up to this much older than the text make absence unprovable, milliseconds. */
const DOUBT = 3_600_000;
/** Zones differ by multiples of this: what a witness's time is off by is rounded to it, milliseconds. */
const QUARTER = 15 * 60_000;

/** What is known when a text is judged. */
interface Evidence {
  readonly tasks: Tasks;
  /** null: the outbox can't be read. */
  readonly outbox: readonly SentRecord[] | null;
  /** How far the device's clock is ahead, in quarter hours; undefined: no witness tells. */
  readonly ahead: number | undefined;
  readonly idle: (port: number | null) => boolean;
  /** The device has not forgotten what it took. */
  readonly remembers: boolean;
  readonly now: number;
}

/** One report for each text. */
export async function inquire(
  device: Device,
  unsure: readonly Submitted[],
  { witness, steady, recall }: Context,
  signal: AbortSignal,
): Promise<readonly Report[]> {
  if (unsure.length === 0) return [];
  noteTexts(device, unsure);
  const { options, settings } = device;
  const states = await portStates(device, signal);
  const earliest = Math.min(...unsure.map(({ at }) => at), witness?.at ?? Number.POSITIVE_INFINITY);
  const outbox = await lookIntoOutbox(device, witness ? earliest : undefined, signal);
  const tasks = await probe(device, unsure, witness, signal);
  if (recall) noteTexts(device, await recall(strangers(device, tasks)));

  const traces =
    witness && outbox?.filter((record) => isEqual(record, dial(device, witness.number), witness.text));
  const [trace] = traces ?? [];
  const ahead =
    traces?.length === 1 && witness && trace?.at !== undefined ? trace.at - witness.at : undefined;
  const evidence: Evidence = {
    tasks,
    outbox,
    ahead: ahead === undefined ? undefined : Math.round(ahead / QUARTER) * QUARTER,
    idle: (port) => {
      if (port === null) return states.every((state) => state === IDLE || state === UNAVAILABLE);
      return states[port - settings.portBase] === IDLE;
    },
    remembers: tasks.conclusive || (witness ? trace !== undefined : steady),
    now: options.clock.now(),
  };
  return unsure.map((text) => judge(device, text, unsure, evidence));
}

/** Whose tasks these are: userids that nothing is known of here, but perhaps in the store. */
const strangers = ({ texts }: Device, { found }: Tasks): readonly number[] =>
  found.flatMap(({ user = "" }) => (/^\d{1,10}$/.test(user) && !texts.has(user) ? [Number(user)] : []));

function judge(
  device: Device,
  text: Submitted,
  unsure: readonly Submitted[],
  { tasks, outbox, ahead, idle, remembers, now }: Evidence,
): Report {
  const { id, at, port } = text;
  const number = dial(device, text.number);
  const unknown = (detail: string): Report => ({ id, outcome: "unknown", detail });

  // The userid of a task is the id of the first text of its request: ours, or one that was as doubtful as this and says the same.
  const leaders = unsure.filter((other) => other.text === text.text).map((other) => String(other.id));
  for (const task of tasks.found) {
    if (task.user === undefined || !leaders.includes(task.user)) continue;
    if (task.user !== String(id) && !lists(task, number)) continue;
    const track = writeTrack({ task: task.id, user: Number(task.user) });
    return { id, outcome: "waiting", ...fateOf(task, number), track };
  }
  if (!outbox) return unknown("the outbox can't be read");

  const begin = at + (ahead ?? 0);
  const equal = outbox.filter((record) => isEqual(record, number, text.text));
  const near = equal.filter((record) => record.at !== undefined && record.at >= begin - NEAR);
  const asked = unsure.filter((other) => other.text === text.text && dial(device, other.number) === number);
  if (near.length > 0) {
    if (tasks.conclusive) return unknown("the outbox lists such a text, but no task of it");
    if (near.length !== asked.length)
      return unknown(`the outbox lists ${near.length} such texts, not ${asked.length}`);
    const [record] = near;
    const from = asked.length === 1 && record ? { port: record.port } : {};
    return { id, outcome: "sent", ...from, detail: "found in the outbox" };
  }
  const doubt = (record: SentRecord) =>
    ahead === undefined || record.at === undefined || record.at >= begin - DOUBT;
  // Tasks that prove something outweigh a text that is only like it: "Pump 1" is no trace of "Pump 12".
  if (!tasks.conclusive && outbox.some((record) => isSimilar(record, number, text) && doubt(record)))
    return unknown("the outbox lists such a text, or one like it, from about then");
  if (!tasks.complete) return unknown("there are too many tasks to look through");
  // A task that is nobody's may be ours: if it names our number or one of the same request, or, as it still waits, none.
  const ids = new Set(unsure.map((other) => String(other.id)));
  const request = unsure
    .filter((other) => other.text === text.text && other.at === at)
    .map((other) => dial(device, other.number));
  const anothers = ({ user = "" }: Task): boolean =>
    ids.has(user) || (device.texts.get(user) ?? text.text) !== text.text;
  const foreign = tasks.found.filter((task) => task.id !== tasks.base && !anothers(task));
  if (foreign.some((task) => task.lines.length === 0 || request.some((one) => lists(task, one))))
    return unknown("there is a task that may be its");
  if (!remembers) return unknown("the device may have forgotten");
  if (!idle(port)) return unknown("the port is not idle");
  if (now - at < device.settings.settle) return unknown("it may still be on its way");
  return { id, outcome: "absent", detail: "neither a task nor the outbox knows it" };
}

/** null: this firmware does not let it be read, or not for certain. */
async function lookIntoOutbox(device: Device, from: number | undefined, signal: AbortSignal) {
  const window = from === undefined ? {} : { begin: shift(stampAt(from, device.options.timezone), -SLACK) };
  try {
    return await readOutbox(device, window, signal);
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreadable) return null;
    throw error;
  }
}
