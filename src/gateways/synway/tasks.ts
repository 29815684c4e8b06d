// Sending tasks: what querytxsms says of them (vendor section 2.2.2), and which of our texts a line means.
import { Refused, unreadable } from "./api.ts";
import type { Narrow } from "./boxes.ts";
import type { Device } from "./device.ts";
import { MAX_TASKS, STATUS } from "./limits.ts";
import { sameNumber } from "./numbers.ts";

/** One number of a task. */
export interface Line {
  /** undefined: not chosen yet. */
  readonly port: number | undefined;
  readonly number: string;
  readonly status: number;
}

export interface Task {
  readonly id: number;
  /** The userid that it was sent with; undefined: this firmware does not say. */
  readonly user: string | undefined;
  /** Perhaps not all: some firmware leaves out the numbers that still wait. */
  readonly lines: readonly Line[];
}

/** The driver's handle on a text, as stored: the task, and the userid that the task was sent with (task ids begin again at a reboot). */
export interface Track {
  readonly task: number;
  readonly user?: number;
}

export const writeTrack = (track: Track): string => JSON.stringify(track);

/** null: it has none, or none of this driver's. */
export function readTrack(track: string | null): Track | null {
  if (track === null) return null;
  try {
    const value: unknown = JSON.parse(track);
    if (typeof value !== "object" || value === null || !("task" in value)) return null;
    const { task } = value;
    if (typeof task !== "number" || !Number.isSafeInteger(task) || task < 0) return null;
    return { task, ...("user" in value && typeof value.user === "number" ? { user: value.user } : {}) };
  } catch {
    return null;
  }
}

/** `[taskid:ID:COUNT:USERID;PORT:NUMBER:STATUS;…]`, USERID on some firmware only. */
const GROUP = /\[\s*taskid:(\d+):\d+(?::([^;:\]]*))?((?:;[^;\]]*)*)\]/gi;
const LINE = /^\s*(-?\d*)(?:\.[A-D]|\([^)]*\))?:([^:]*):(\d+)\s*$/i;

/** Reads the groups, split by commas, newlines or nothing. Throws Unreadable. */
export function readTasks(content: string): readonly Task[] {
  const tasks: Task[] = [];
  const rest = content.replace(GROUP, (_, id: string, user: string | undefined, lines: string) => {
    const read: Line[] = [];
    for (const text of lines.split(";")) {
      if (text.trim() === "") continue;
      const hit = LINE.exec(text);
      if (!hit) throw unreadable("a sending task", content);
      const [, port = "", number = "", status = ""] = hit;
      read.push({ port: /^\d+$/.test(port) ? Number(port) : undefined, number, status: Number(status) });
    }
    tasks.push({ id: Number(id), user: user === undefined || user === "" ? undefined : user, lines: read });
    return "";
  });
  if (/[^\s,;.]/.test(rest)) throw unreadable("the list of sending tasks", content);
  return tasks;
}

/** Asks for tasks, many per request, or for some of their lines (2.2.2 `num`, `port`). Those that the device does not know are left out. */
export async function queryTasks(
  device: Device,
  ids: readonly number[],
  signal: AbortSignal,
  { ports, numbers }: Narrow = {},
): Promise<readonly Task[]> {
  const found: Task[] = [];
  for (let at = 0; at < ids.length; at += MAX_TASKS) {
    const some = ids.slice(at, at + MAX_TASKS);
    const params = { taskid: some.join(","), num: numbers?.join(","), port: ports?.join(",") };
    const content = await device.api.ask("querytxsms", params, signal);
    found.push(...readTasks(content).filter(({ id }) => some.includes(id)));
  }
  return found;
}

/** Like queryTasks, for firmware that refuses a whole request over one task, or a filter, that it does not know: asks for halves, then for all. */
export async function queryTasksEach(
  device: Device,
  ids: readonly number[],
  signal: AbortSignal,
  narrow: Narrow = {},
): Promise<readonly Task[]> {
  try {
    return await queryTasks(device, ids, signal, narrow);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (ids.length < 2) return (narrow.ports ?? narrow.numbers) ? queryTasksEach(device, ids, signal) : [];
  const middle = Math.ceil(ids.length / 2);
  const first = await queryTasksEach(device, ids.slice(0, middle), signal, narrow);
  return [...first, ...(await queryTasksEach(device, ids.slice(middle), signal, narrow))];
}

/** Whether a task sends to `number` (as dialled). */
export const lists = (task: Task, number: string): boolean =>
  task.lines.some((line) => sameNumber(line.number, number));

export type Fate = Readonly<{
  outcome: "waiting" | "sent" | "failed";
  port?: number;
  detail?: string;
}>;

/** What a task says of the text to `number` (as dialled); null: nothing, or not for certain (two equal numbers with different ends). */
export function fateOf(task: Task, number: string): Fate | null {
  const exact = task.lines.filter((line) => line.number === number);
  const lines = exact.length > 0 ? exact : task.lines.filter((line) => sameNumber(line.number, number));
  const [line] = lines;
  if (!line || lines.some(({ status }) => status !== line.status)) return null;
  const port = lines.length === 1 && line.port !== undefined ? { port: line.port } : {};
  switch (line.status) {
    case STATUS.wait:
    case STATUS.sending:
      return { outcome: "waiting", ...port };
    case STATUS.successful:
      return { outcome: "sent", ...port };
    case STATUS.failed:
      return {
        outcome: "failed",
        ...port,
        detail: "status 4: refused; frequent texts to one number are a known cause",
      };
    case STATUS.timeout:
      return {
        outcome: "failed",
        ...port,
        detail: "status 5: timed out; no port was free, or the port is set up wrongly",
      };
    default:
      return null;
  }
}
