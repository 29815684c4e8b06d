// What became of texts that the device took: results by task (vendor section 2.2.2), then receipts by port and number (2.2.6).
import type { Report, Submitted } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import { type Device, dial, noteTexts } from "./device.ts";
import { inquire } from "./inquire.ts";
import { significant } from "./numbers.ts";
import { fateOf, queryTasksEach, readTrack, type Task } from "./tasks.ts";

/** Receipts take a request each: so many in one call, those asked about longest ago first. */
const RECEIPTS_PER_CALL = 16;
/** A text that nobody asked about for this long is not waited for any more, milliseconds. */
const FORGET = 24 * 3_600_000;

/** A sent text without its receipt, as far as this driver has seen. */
interface Awaited {
  readonly key: string;
  seenAt: number;
  askedAt: number;
}

export function createProgress(
  device: Device,
): (open: readonly Submitted[], signal: AbortSignal) => Promise<readonly Report[]> {
  const { api, options, settings } = device;
  const awaited = new Map<number, Awaited>();

  const results = async (texts: readonly Submitted[], signal: AbortSignal): Promise<readonly Report[]> => {
    const tracked = texts.flatMap((text) => {
      const track = readTrack(text.track);
      return track ? [{ text, track }] : [];
    });
    if (tracked.length === 0) return [];
    const ids = [...new Set(tracked.map(({ track }) => track.task))];
    const tasks = new Map((await queryTasksEach(device, ids, signal)).map((task) => [task.id, task]));
    return tracked.flatMap(({ text, track }): Report[] => {
      const task = tasks.get(track.task);
      const fate = task && isOurs(task, track.user) ? fateOf(task, dial(device, text.number)) : null;
      return fate ? [{ id: text.id, ...fate }] : [];
    });
  };

  /** Whether the one text from `port` to `number` was delivered. "No receipt yet" comes as an error. */
  const delivered = async (port: number, number: string, signal: AbortSignal): Promise<boolean> => {
    const rptnum = settings.rptnum === undefined ? undefined : String(settings.rptnum);
    try {
      const content = await api.ask("querytxsmsrpt", { port: String(port), num: number, rptnum }, signal);
      return /^\s*ok\b/i.test(content);
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  };

  /** A receipt names no text: it counts only while a single one to its number waits on its port. */
  const receipts = async (texts: readonly Submitted[], signal: AbortSignal): Promise<readonly Report[]> => {
    const now = options.clock.now();
    for (const text of texts) {
      if (text.port === null) continue;
      const key = `${text.port} ${significant(dial(device, text.number)) || text.number}`;
      awaited.set(text.id, { key, seenAt: now, askedAt: awaited.get(text.id)?.askedAt ?? 0 });
    }
    const waiting = new Map<string, number>();
    for (const [id, { key, seenAt }] of awaited) {
      if (now - seenAt > FORGET) awaited.delete(id);
      else waiting.set(key, (waiting.get(key) ?? 0) + 1);
    }
    const askable = texts
      .filter(({ id, state }) => state === "sent" && waiting.get(awaited.get(id)?.key ?? "") === 1)
      .sort((a, b) => (awaited.get(a.id)?.askedAt ?? 0) - (awaited.get(b.id)?.askedAt ?? 0))
      .slice(0, RECEIPTS_PER_CALL);
    const reports: Report[] = [];
    for (const { id, port, number } of askable) {
      const entry = awaited.get(id);
      if (port === null || !entry) continue;
      entry.askedAt = now;
      if (!(await delivered(port, dial(device, number), signal))) continue;
      awaited.delete(id);
      reports.push({ id, outcome: "delivered", port });
    }
    return reports;
  };

  /** Without a task they are looked for like doubtful ones. */
  const untracked = async (texts: readonly Submitted[], signal: AbortSignal): Promise<readonly Report[]> => {
    const found = await inquire(device, texts, { witness: null, steady: false }, signal);
    return found.filter(({ outcome }) => outcome !== "unknown" && outcome !== "absent");
  };

  return async (open, signal) => {
    noteTexts(device, open);
    const unsent = open.filter(({ state }) => state !== "sent");
    const lost = unsent.filter(({ track }) => readTrack(track) === null);
    const taken = [...(await results(unsent, signal)), ...(await untracked(lost, signal))];
    for (const { id, outcome } of taken) if (outcome === "failed") awaited.delete(id);
    return settings.receipts ? [...taken, ...(await receipts(open, signal))] : taken;
  };
}

/** Task ids begin again when the device restarts: the userid tells, where the firmware gives it back. */
export const isOurs = (task: Task, user: number | undefined): boolean =>
  task.user === undefined || user === undefined || Number(task.user) === user;
