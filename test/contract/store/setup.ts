// Entries, claims and news to test a store with; and the store itself, fresh for each case.
import assert from "node:assert/strict";
import { afterEach, beforeEach } from "vitest";
import type { Change, Delivery, Lane, Message, Party, Priority, State } from "../../../src/bridge/message.ts";
import type {
  AcceptOutcome,
  ClaimQuery,
  Entry,
  Job,
  NewDelivery,
  News,
  Store,
  ThreadQuery,
} from "../../../src/bridge/ports/store.ts";

export interface Rig {
  readonly store: Store;
  /** What the store's clock says. */
  readonly time: { now: number };
  /** Closes the store and opens it again: what is on disk is there. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

export const NOW = Date.UTC(2026, 10, 22, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const PHONE = "+4915112345678";
export const ANA = { via: "email", address: "ana@example.org" } as const;
export const SIM: Lane = { gateway: "office", port: 3 };

/** A fresh rig for each case of a group. */
export function rigFor(make: () => Promise<Rig>): () => Rig {
  let rig: Rig | undefined;
  beforeEach(async () => {
    rig = await make();
  });
  afterEach(async () => {
    await rig?.close();
    rig = undefined;
  });
  return () => {
    assert(rig);
    return rig;
  };
}

let serial = 0;

export const message = (change: Partial<Message> = {}): Message => {
  const at = change.at ?? NOW;
  const id = at.toString(36).padStart(9, "0") + (serial++).toString(36).padStart(6, "0");
  return {
    id,
    at,
    from: ANA,
    user: "ana",
    text: "hello",
    ref: `${id}@example.org`,
    origin: { subject: "hi" },
    notice: null,
    ...change,
  };
};

export const out = (change: Partial<ThreadQuery & { way: "out" }> = {}): ThreadQuery & { way: "out" } => ({
  way: "out",
  phone: PHONE,
  refs: [],
  who: ["ana"],
  since: NOW - 7 * DAY,
  pin: null,
  only: false,
  ...change,
});

/** A delivery to a phone. */
export const toPhone = (change: Partial<NewDelivery> & { readonly phone?: string } = {}): NewDelivery => {
  const { phone = PHONE, ...rest } = change;
  return {
    thread: out({ phone }),
    to: { via: "*", address: phone },
    text: "hello",
    parts: 1,
    priority: 1,
    expires: NOW + DAY,
    deadline: NOW + HOUR,
    pool: "*",
    line: phone,
    lane: null,
    once: null,
    notify: ["failure", "delay"],
    ...rest,
  };
};

/** A delivery to a person. */
export const toPerson = (
  party: Party,
  thread: ThreadQuery,
  change: Partial<NewDelivery> = {},
): NewDelivery => ({
  thread,
  to: party,
  text: "",
  parts: 0,
  priority: 1,
  expires: NOW + DAY,
  deadline: NOW + DAY,
  pool: party.via,
  line: "",
  lane: null,
  once: null,
  notify: [],
  ...change,
});

/** A text from Ana to a phone. */
export const text = (
  change: Partial<NewDelivery> & {
    readonly phone?: string;
    readonly at?: number;
    readonly ref?: string;
  } = {},
): Entry => {
  const { at, ref, ...rest } = change;
  return {
    message: message({ ...(at === undefined ? {} : { at }), ...(ref === undefined ? {} : { ref }) }),
    deliveries: [toPhone(rest)],
    writer: { party: ANA, user: "ana" },
  };
};

/** A text from a phone to people. */
export const incoming = (
  party: Party = ANA,
  change: { readonly at?: number; readonly phone?: string; readonly lane?: Lane } = {},
): Entry => {
  const { at = NOW, phone = PHONE, lane = SIM } = change;
  return {
    message: message({ at, from: { via: lane.gateway, address: phone }, user: null, ref: null }),
    deliveries: [toPerson(party, { way: "in", phone, lane, since: at - 7 * DAY })],
  };
};

export const accepted = (outcome: AcceptOutcome): AcceptOutcome & { readonly outcome: "accepted" } => {
  assert.equal(outcome.outcome, "accepted");
  assert(outcome.outcome === "accepted");
  return outcome;
};

/** Stores an entry with one delivery; returns that. */
export const put = async (store: Store, entry: Entry): Promise<Delivery> => {
  const [delivery] = accepted(await store.accept(entry)).deliveries;
  assert(delivery);
  return delivery;
};

export const claim = (
  change: Partial<Omit<ClaimQuery, "pools">> & {
    readonly pools?: readonly string[];
    readonly max?: number;
  } = {},
): ClaimQuery => {
  const { pools = ["*"], max = 100, ...rest } = change;
  const now = change.now ?? NOW;
  return {
    pools: pools.map((pool) => ({ pool, max })),
    limit: 100,
    run: 1,
    gateway: "office",
    now,
    node: "n1",
    lease: now + 60_000,
    ...rest,
  };
};

export const ids = (jobs: readonly Job[]): readonly number[] => jobs.map((job) => job.delivery.id);

export const news = (id: number, state: State, change: Partial<Change> = {}): News => ({
  id,
  change: { state, ...change },
});

/** The delivery as it is now. */
export const look = async (store: Store, id: number): Promise<Delivery> => {
  const job = await store.delivery(id);
  assert(job);
  return job.delivery;
};

export const PRIORITIES: readonly Priority[] = [0, 1, 2];
