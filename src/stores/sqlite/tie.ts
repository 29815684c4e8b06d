// Ties a thread to the SIM that it lives on: what still waits in it must leave from there.
import type { Lane, Thread } from "../../bridge/message.ts";
import type { Lines } from "./lines.ts";
import { poolOf, sameLane } from "./rows.ts";
import type { Prepare } from "./statement.ts";
import type { Threads } from "./threads.ts";

/** The pool of a delivery to a phone: what was asked for, but from the thread's SIM where that is known more closely. */
export function poolFor(given: string, pin: Lane | null, lane: Lane | null): string {
  if (pin !== null && (pin.port !== null || lane?.gateway !== pin.gateway)) return poolOf(pin);
  return lane === null ? given : poolOf(lane);
}

export type Tie = (thread: Thread, lane: Lane) => Thread;

export function tying(prepare: Prepare, threads: Threads, lines: Lines): Tie {
  const waits = prepare("SELECT 1 FROM delivery WHERE thread = ? AND stage <= 2 LIMIT 1");
  const move = prepare(
    `UPDATE delivery SET pool = ?1 WHERE thread = ?2 AND stage <= 2 AND follows = 1
     AND (pin_gateway IS NULL OR (pin_gateway = ?3 AND pin_port IS NULL))`,
  );
  const waiting = prepare(
    "SELECT DISTINCT line FROM delivery WHERE thread = ? AND stage = 2 AND line IS NOT NULL",
  );
  return (thread, lane) => {
    if (sameLane(thread.lane, lane)) return thread;
    threads.setLane(thread, lane);
    // Mostly nothing does, and both that follow begin by making a table for what they find.
    if (!waits.one(thread.id)) return { ...thread, lane };
    move.run(poolOf(lane), thread.id, lane.gateway);
    for (const row of waiting.all(thread.id)) lines.settle(row[0] as string);
    return { ...thread, lane };
  };
}
