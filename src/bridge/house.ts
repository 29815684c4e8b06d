// What every part of the heart works with: the store, the clock, the endpoints, the settings in force.
import type { Bell } from "./bell.ts";
import { Rejected } from "./errors.ts";
import type { Delivery, State } from "./message.ts";
import { toldOnce } from "./notice.ts";
import type { People } from "./people.ts";
import type { User } from "./policy.ts";
import type { Channel } from "./ports/channel.ts";
import type { Happening } from "./ports/control.ts";
import type { Moved, News, Store } from "./ports/store.ts";
import type { Clock, Log, Meter } from "./ports/system.ts";
import type { Route } from "./route.ts";
import type { Station } from "./station.ts";

/** Named points of the pipeline at which tests end the process, to prove that a crash there changes nothing. */
export type FaultPoint =
  | "before accept"
  | "after accept"
  | "after claim"
  | "before send"
  | "after send"
  | "after settle"
  | "before report"
  | "after report"
  | "before receive"
  | "after receive"
  | "after mail claim"
  | "before mail"
  | "after mail"
  | "after mail settle"
  | "before updates"
  | "after updates"
  | "after handling";

/** How one gateway is treated; the driver itself has its own options. */
export interface GatewaySettings {
  /** What its inbox is remembered by: another kind of device under the same name has another inbox. */
  readonly inbox: string;
  readonly numbers: "e164" | "digits" | "national";
  /** Longest pause between two looks at the inbox, milliseconds. */
  readonly poll: number;
  readonly onUnknown: "fail" | "resend";
  /** How old a text may be that already lay in the inbox at the very first look, milliseconds; 0: none is taken. */
  readonly importAge: number;
  /** Own numbers and names that the config gives to ports. */
  readonly ports: ReadonlyMap<number, { readonly number: string | null; readonly label: string | null }>;
}

/** Times in milliseconds; see the sample config for what each means. */
export interface Timing {
  readonly validity: number;
  readonly unknown: number;
  readonly report: number;
  readonly ussd: number;
  readonly timeout: number;
  readonly warn: number;
  readonly thread: number;
}

export interface TextSettings {
  readonly maxParts: number;
  readonly tooLong: "truncate" | "split" | "reject";
  readonly transliterate: boolean;
}

export interface Settings {
  readonly region: string | undefined;
  readonly users: ReadonlyMap<string, User>;
  readonly routes: readonly Route[];
  readonly gateways: ReadonlyMap<string, GatewaySettings>;
  readonly timing: Timing;
  readonly text: TextSettings;
  /** Those who were given a text see who answered it, and what. */
  readonly share: boolean;
  /** Finished messages are kept this long, milliseconds. */
  readonly keep: number;
}

export interface House {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly settings: Settings;
  readonly stations: ReadonlyMap<string, Station>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly people: People;
  /** Channels whose upstream (relay, bot) does not answer. */
  readonly troubled: Set<string>;
  /** This process' name in leases. */
  readonly node: string;
  /** 0 .. 1, for jitter. */
  readonly random: () => number;
  /** Told at once what happens; must return at once. */
  readonly watchers: Set<(happening: Happening) => void>;
  /** Rung when there may be new work to claim. */
  readonly bell: Bell;
  readonly fault: (point: FaultPoint) => void;
}

/** Applies news, and tells everybody what really moved. */
export async function report(house: House, news: readonly News[]): Promise<readonly Moved[]> {
  if (news.length === 0) return [];
  const moved = await house.store.report(await toldOnce(house.store, news));
  tell(house, moved);
  return moved;
}

/** Tells the figures, the log and the channels what moved, and wakes the outbox. */
export function tell(house: House, moved: readonly Moved[]): void {
  let work = false;
  for (const { was, after } of moved) {
    house.meter.moved(after, was, house.clock.now());
    logMove(house, was, after);
    for (const channel of house.channels.values()) channel.moved?.(after);
    const { id: delivery, message, thread, state } = after;
    for (const watcher of house.watchers) watcher({ kind: "delivery", delivery, message, thread, state });
    work ||= after.state !== "sending";
  }
  if (work) house.bell.ring();
}

/** Tells who watches that a message came to be. */
export function heard(house: House, deliveries: readonly Delivery[]): void {
  const [first] = deliveries;
  if (!first) return;
  for (const watcher of house.watchers)
    watcher({ kind: "message", message: first.message, thread: first.thread });
}

/** Works with the store for somebody outside. Its failures become one answer for strangers: try again later. */
export async function stored<T>(house: House, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Rejected) throw cause;
    house.log.error("store failing", { error: cause });
    throw new Rejected("store", "The message could not be stored now; please try again later", { cause });
  }
}

function logMove(house: House, from: State, delivery: Delivery): void {
  if (from === delivery.state) return;
  const fields = {
    message: delivery.message,
    delivery: delivery.id,
    via: delivery.lane?.gateway ?? delivery.to.via,
    port: delivery.lane?.port ?? undefined,
    to: delivery.to.address,
    from,
    state: delivery.state,
    attempts: delivery.attempts,
    error: delivery.error ?? undefined,
  };
  if (delivery.state === "failed") house.log.warn("failed", fields);
  else if (delivery.state === "unsure") house.log.warn("unsure", fields);
  else if (delivery.state === "queued") house.log.info("retrying", fields);
  else house.log.info("moved", fields);
}
