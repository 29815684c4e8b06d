// Pure: how a text fares as a whole, by its deliveries to the phone.
import { type Delivery, isFinal } from "../../bridge/message.ts";

/** What a reaction can show. */
export type Shown = "accepted" | "sent" | "delivered" | "failed";

export interface Fate {
  /** Null: nothing to be shown yet. */
  readonly shown: Shown | null;
  /** Nothing of it has left. */
  readonly queued: boolean;
  /** Nothing more can happen to it. */
  readonly final: boolean;
}

const STEPS: readonly Delivery["state"][] & readonly Shown[] = ["accepted", "sent", "delivered"];

/** The least of what all pieces have reached; failed once one failed and the network has all the others. */
export function fateOf(deliveries: readonly Pick<Delivery, "state">[]): Fate {
  const states = deliveries.map(({ state }) => state);
  const final = states.length > 0 && states.every(isFinal);
  const queued = states.length > 0 && states.every((state) => state === "queued");
  if (!states.includes("failed")) return { shown: least(states), queued, final };
  const open = states.some((state) => state !== "failed" && state !== "sent" && state !== "delivered");
  return { shown: open ? null : "failed", queued, final };
}

function least(states: readonly Delivery["state"][]): Shown | null {
  const reached = states.map((state) => STEPS.indexOf(state));
  return STEPS[Math.min(...reached)] ?? null;
}
