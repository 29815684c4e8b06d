// Looks for doubtful texts among the sending tasks: those numbered after the last one known, where a task of theirs would be.
import type { Submitted } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import type { Device } from "./device.ts";
import { MAX_TASKS } from "./limits.ts";
import { queryTasks, queryTasksEach, readTrack, type Task } from "./tasks.ts";

export interface Tasks {
  /** All tasks seen that may be newer than the last one known. */
  readonly found: readonly Task[];
  /** The last task known before. */
  readonly base: number | undefined;
  /** The end of the list was reached. */
  readonly complete: boolean;
  /** The last known task is still there under our userid, so the numbering goes on from it: what is not behind it was never taken. */
  readonly conclusive: boolean;
}

/** Tasks asked for at once at first; when there are more, MAX_TASKS at once; and how often: a busy device numbers hundreds while one text is in doubt. */
const BLOCK = 10;
const BLOCKS = 12;

export async function probe(
  device: Device,
  unsure: readonly Submitted[],
  witness: Submitted | null,
  signal: AbortSignal,
): Promise<Tasks> {
  const tracks = [...unsure, ...(witness ? [witness] : [])].flatMap(({ track }) => readTrack(track) ?? []);
  const base = tracks.sort((a, b) => b.task - a.task)[0];
  const found: Task[] = [];

  /** One block. Firmware that refuses the whole of it is asked for less, in the end one by one, up to the first that it does not know: numbers have no gaps. */
  const look = async (ids: readonly number[]): Promise<readonly Task[]> => {
    try {
      return await queryTasks(device, ids, signal);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const tasks: Task[] = [];
    const size = ids.length > BLOCK ? BLOCK : 1;
    for (let at = 0; at < ids.length; at += size) {
      const some = ids.slice(at, at + size);
      const known = size === 1 ? await queryTasksEach(device, some, signal) : await look(some);
      tasks.push(...known);
      if (known.length < some.length) break;
    }
    return tasks;
  };

  /** Goes through the tasks from `first` on until a block has none. */
  const walk = async (first: number): Promise<boolean> => {
    for (let block = 0, next = first; block < BLOCKS; block++) {
      const length = block === 0 ? BLOCK : MAX_TASKS;
      const tasks = await look(Array.from({ length }, (_, i) => next + i));
      found.push(...tasks);
      if (tasks.length === 0) return true;
      next += length;
    }
    return false;
  };

  if (!base) return { complete: await walk(0), base: undefined, found, conclusive: false };
  const after = await walk(base.task);
  const same = found.find(({ id }) => id === base.task);
  if (after && base.user !== undefined && same?.user === String(base.user))
    return { complete: true, base: base.task, found, conclusive: true };
  // The device restarted its numbering, or has forgotten, or does not say whose a task is.
  return { complete: (await walk(0)) && after, base: undefined, found, conclusive: false };
}
