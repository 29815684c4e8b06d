// What each block of deliveries holds, so that a search can pass over those with nothing for it: summed up in memory within a
// transaction, and written at its end.
import type { Delivery, State } from "../../bridge/message.ts";
import type { Prepare, Value } from "./statement.ts";

/** Ids in a block, as a power of two. See migrations/0003.sql. */
export const BLOCK = 8;
/** Ten minutes. */
export const SLOT = 600_000;
export const MARK = { slot: 0, gateway: 1, way: 2 } as const;
type Kind = (typeof MARK)[keyof typeof MARK];

const STATES = ["queued", "sending", "accepted", "sent", "delivered", "unsure", "failed"] as const;

/** What a transaction changed in one block. */
interface Sum {
  readonly states: Map<State, number>;
  readonly marks: Map<string, readonly [Kind, string | number]>;
}

export interface Blocks {
  /** A delivery came to be (`before` null) or moved. */
  moved(before: Delivery | null, after: Delivery): void;
  /** What a new delivery is to be found by: when its message was accepted, whether it is a text to a phone or from one, and through which gateway. */
  made(id: number, at: number, way: "in" | "out" | null, gateway: string | null): void;
  gone(delivery: Delivery): void;
  reset(): void;
  flush(): void;
}

export function blocks(prepare: Prepare): Blocks {
  const sums = new Map<number, Sum>();
  const add = prepare(
    `INSERT INTO block (id, ${STATES.join(", ")}) VALUES (?${", ?".repeat(STATES.length)}) ON CONFLICT DO UPDATE
     SET ${STATES.map((state) => `${state} = ${state} + excluded.${state}`).join(", ")}`,
  );
  const drop = prepare(
    `DELETE FROM block WHERE id = ? AND ${STATES.map((state) => `${state} = 0`).join(" AND ")}`,
  );
  const dropMarks = prepare("DELETE FROM mark WHERE block = ?");
  const mark = prepare("INSERT OR IGNORE INTO mark (block, kind, what) VALUES (?, ?, ?)");

  const sumOf = (id: number): Sum => {
    const block = id >> BLOCK;
    let sum = sums.get(block);
    if (!sum) {
      sum = { states: new Map(), marks: new Map() };
      sums.set(block, sum);
    }
    return sum;
  };
  const count = (sum: Sum, state: State, n: number): void =>
    void sum.states.set(state, (sum.states.get(state) ?? 0) + n);
  const note = (sum: Sum, kind: Kind, what: string | number): void =>
    void sum.marks.set(`${kind}${what}`, [kind, what]);

  return {
    moved(before, after) {
      const sum = sumOf(after.id);
      if (before?.state !== after.state) {
        if (before) count(sum, before.state, -1);
        count(sum, after.state, 1);
      }
      if (after.lane && after.lane.gateway !== before?.lane?.gateway)
        note(sum, MARK.gateway, after.lane.gateway);
    },
    made(id, at, way, gateway) {
      const sum = sumOf(id);
      note(sum, MARK.slot, Math.floor(at / SLOT));
      if (way) note(sum, MARK.way, way);
      if (gateway !== null) note(sum, MARK.gateway, gateway);
    },
    gone: (delivery) => count(sumOf(delivery.id), delivery.state, -1),
    reset: () => sums.clear(),
    flush() {
      for (const [block, { states, marks }] of sums) {
        const counts: Value[] = STATES.map((state) => states.get(state) ?? 0);
        if (counts.some((n) => n !== 0)) add.run(block, ...counts);
        for (const [kind, what] of marks.values()) mark.run(block, kind, what);
        // Only where more went than came can nothing be left.
        const sum = [...states.values()].reduce((total, n) => total + n, 0);
        if (sum < 0 && drop.run(block).changes > 0) dropMarks.run(block);
      }
    },
  };
}
