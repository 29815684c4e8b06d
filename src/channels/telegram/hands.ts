// Handles updates from the ledger: each chat's one after the other, chats side by side. What fails is tried again; its chat waits, the others do not.
import type { Update } from "../../bridge/ports/ledger.ts";
import { pauseAfter } from "./health.ts";
import { isPassing } from "./meaning.ts";
import { type Handle, Refused, type TelegramOptions } from "./parts.ts";
import { createSlots, type Slots } from "./slots.ts";
import { chatOf, kindOf, readUpdate } from "./update.ts";

export interface HandsMeans {
  readonly options: Pick<TelegramOptions, "name" | "ledger" | "clock" | "log" | "random" | "fault">;
  readonly handle: Handle;
}

export interface Hands {
  /** There are new updates in the ledger. */
  wake(): void;
  /** Handles until `signal` aborts, then waits for what is in hand. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** Chats at the same time. */
const HANDS = 8;
/** Updates read at once beyond those that wait already; and the most that wait in memory. */
const STEP = 100;
const MOST_WAITING = 10_000;
/** A net under `wake`: another node may have kept some, milliseconds. */
const LOOK_EVERY = 5_000;
/** An update that fails for a reason of its own is left after so many tries, so that it can't stop everything. */
const ODD_TRIES = 3;
/** What is in hand at a stop may go on for this long, milliseconds. */
const GRACE = 3_000;

/** One run, from a start to its stop. */
interface Shift extends HandsMeans {
  readonly signal: AbortSignal;
  /** Ends what is in hand. */
  readonly hard: AbortSignal;
  readonly slots: Slots;
  /** By chat: what waits, the one in hand first. */
  readonly lines: Map<string, Update[]>;
  /** What is in `lines`. */
  readonly known: Set<number>;
  /** Handled ones, by the number of the newest read: those that had begun before may still name them. */
  readonly done: Map<number, number>;
  readonly work: Set<Promise<void>>;
  reads: number;
}

export function createHands(means: HandsMeans): Hands {
  const { name: via, clock, log, random } = means.options;
  let nap = new AbortController();

  async function run(signal: AbortSignal): Promise<void> {
    const hard = new AbortController();
    const ended = new AbortController();
    const late = (): void => void clock.wait(GRACE, ended.signal).then(() => hard.abort());
    const awake = (): void => nap.abort("stopped");
    signal.addEventListener("abort", late, { once: true });
    signal.addEventListener("abort", awake, { once: true });
    const shift: Shift = {
      ...means,
      signal,
      hard: hard.signal,
      slots: createSlots(HANDS),
      lines: new Map(),
      known: new Set(),
      done: new Map(),
      work: new Set(),
      reads: 0,
    };
    for (let failures = 0; !signal.aborted; ) {
      nap = new AbortController();
      try {
        const room = Math.min(MOST_WAITING, shift.known.size + STEP);
        const updates = await read(shift, room);
        failures = 0;
        // A full answer may not have been all.
        if (updates < room || room === MOST_WAITING) await clock.wait(LOOK_EVERY, nap.signal);
      } catch (error) {
        if (failures === 0) log.error("store failing", { via, error });
        failures += 1;
        await clock.wait(pauseAfter(failures, random()), signal);
      }
    }
    await Promise.all(shift.work);
    ended.abort();
    signal.removeEventListener("abort", late);
    signal.removeEventListener("abort", awake);
  }

  return { wake: () => nap.abort("awake"), run };
}

/** Puts what is new into its chat's line; returns how many updates are not handled yet, up to `room`. */
async function read(shift: Shift, room: number): Promise<number> {
  const { options, lines, known, done, work } = shift;
  shift.reads += 1;
  const began = shift.reads;
  const updates = await options.ledger.updates(options.name, room);
  for (const update of updates) {
    if (known.has(update.n) || done.has(update.n)) continue;
    known.add(update.n);
    const body = readUpdate(update.body);
    const chat = body ? chatOf(body) : "";
    const line = lines.get(chat);
    if (line) line.push(update);
    else {
      lines.set(chat, [update]);
      const task = serve(shift, chat).finally(() => work.delete(task));
      work.add(task);
    }
  }
  for (const [n, at] of done) if (at < began) done.delete(n);
  return updates.length;
}

/** One chat's line, until it is empty. */
async function serve(shift: Shift, chat: string): Promise<void> {
  const line = shift.lines.get(chat) ?? [];
  for (let next = line[0]; next && !shift.signal.aborted; next = line[0]) {
    if (await settle(shift, next)) await finish(shift, next);
    line.shift();
  }
  shift.lines.delete(chat);
}

/** Tries until it is handled, or given up. False: stopped before. */
async function settle(shift: Shift, update: Update): Promise<boolean> {
  const { options, handle, signal, hard, slots } = shift;
  const { name: via, clock, log, random, fault } = options;
  const body = readUpdate(update.body);
  if (!body) {
    log.error("update odd", { via, update: update.n, kind: "unreadable" });
    return true;
  }
  const fields = { via, update: update.n, kind: kindOf(body) };
  for (let failures = 1, odds = 0; !signal.aborted; failures += 1) {
    const outcome = await slots.run(signal, async () => {
      try {
        await handle(body, hard);
        fault("after handling");
        return "handled" as const;
      } catch (error) {
        return { error };
      }
    });
    if (outcome === "handled") return true;
    if (!outcome || hard.aborted) return false;
    const { error } = outcome;
    if (isOdd(error)) odds += 1;
    if (odds === ODD_TRIES) {
      log.error("update odd", { ...fields, error });
      return true;
    }
    if (failures === 1) log.warn("update failed", { ...fields, error });
    const asked = error instanceof Refused ? error.retryAfter : undefined;
    await clock.wait(asked ?? pauseAfter(failures, random()), signal);
  }
  return false;
}

/** The ledger has to know: without it the update is handled once more after a restart. */
async function finish(shift: Shift, { n }: Update): Promise<void> {
  const { options, signal, known, done } = shift;
  const { name: via, ledger, clock, log, random } = options;
  for (let failures = 0; failures === 0 || !signal.aborted; ) {
    try {
      await ledger.handled(via, n);
      done.set(n, shift.reads);
      known.delete(n);
      return;
    } catch (error) {
      if (failures === 0) log.error("store failing", { via, error });
      failures += 1;
      await clock.wait(pauseAfter(failures, random()), signal);
    }
  }
}

/** The reason lies in the update, or in our handling of it: it will fail again. */
const isOdd = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError ||
  (error instanceof Refused && !isPassing(error) && error.kind !== "moved");
