// Stores a message with its deliveries, threads and counts, within a transaction that is already open.
import type { Delivery, Lane, Message, Thread } from "../../bridge/message.ts";
import { ANY_GATEWAY } from "../../bridge/message.ts";
import type { AcceptOutcome, Entry, NewDelivery, ThreadQuery } from "../../bridge/ports/store.ts";
import { type Find, nameOf } from "./finding.ts";
import { stepOf } from "./history.ts";
import { type Fact, KIND, type Note } from "./known.ts";
import { hasSim, type Lines } from "./lines.ts";
import type { Extend } from "./notices.ts";
import {
  fromHeld,
  fromMessage,
  INSERT_DELIVERY,
  INSERT_MESSAGE,
  MESSAGE_COLUMNS,
  STAGE,
  toMessage,
} from "./rows.ts";
import type { Prepare } from "./statement.ts";
import type { Tallies } from "./tallies.ts";
import type { Threads } from "./threads.ts";
import { poolFor, type Tie } from "./tie.ts";

export type Accept = (entry: Entry) => AcceptOutcome;

interface Parts {
  readonly find: Find;
  readonly note: Note;
  readonly threads: Threads;
  readonly lines: Lines;
  readonly tie: Tie;
  readonly tallies: Tallies;
  readonly extend: Extend;
  /** UTC milliseconds. */
  readonly clock: () => number;
}

/** A delivery to be made, with the thread that it was found to belong to. */
interface Found {
  readonly wanted: NewDelivery;
  readonly thread: Thread | null;
}

export function accepting(
  prepare: Prepare,
  { find, note, threads, lines, tie, tallies, extend, clock }: Parts,
): Accept {
  const loadMessage = prepare(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE id = ?`);
  const insertMessage = prepare(INSERT_MESSAGE);
  const insertDelivery = prepare(INSERT_DELIVERY);
  const earlier = prepare(
    `SELECT delivery.message FROM known CROSS JOIN delivery ON delivery.id = known.number
     WHERE phone = ? AND kind = ${KIND.once} AND what = ? AND known.at >= ? ORDER BY delivery.id DESC LIMIT 1`,
  );

  const messageOf = (entry: Entry): Message => {
    if (typeof entry.message !== "string") return entry.message;
    const row = loadMessage.one(entry.message);
    if (!row) throw new Error(`There is no message ${entry.message}`);
    return toMessage(row);
  };

  /** The message that had this delivery before. */
  const repeated = (wanted: NewDelivery, since: number): string | undefined =>
    wanted.once === null
      ? undefined
      : (earlier.one(phoneOf(wanted.thread), wanted.once, since)?.[0] as string | undefined);

  const phoneOf = (query: ThreadQuery): string =>
    (query.way === "id" ? find(query)?.phone : query.phone) ?? "";

  const make = (entry: Entry, message: Message, wanted: NewDelivery, thread: Thread): Delivery => {
    const failed = wanted.state === "failed";
    const line = wanted.line === "" ? null : wanted.line;
    const toPhone = wanted.thread.way === "out" || wanted.to.via === ANY_GATEWAY;
    const delivery = {
      message: message.id,
      thread: thread.id,
      to: wanted.to,
      text: wanted.text,
      parts: wanted.parts,
      priority: wanted.priority,
      state: wanted.state ?? "queued",
      attempts: 0,
      due: failed ? null : message.at,
      deadline: failed ? null : wanted.deadline,
      expires: wanted.expires,
      lane: wanted.lane,
      sentAt: null,
      track: null,
      ref: null,
      error: wanted.error ?? null,
      warned: false,
      notify: wanted.notify,
    } as const;
    let stage: number = STAGE.failed;
    if (!failed)
      stage =
        line === null
          ? STAGE.ready
          : lines.place({ line, thread: thread.id, sim: hasSim(thread), priority: wanted.priority });
    const pool = toPhone ? poolFor(wanted.pool, wanted.lane, thread.lane) : wanted.pool;
    const held = { delivery: { ...delivery, id: 0 }, stage, pool, line, follows: toPhone, pin: wanted.lane };
    const { id } = insertDelivery.run(
      ...fromHeld(
        held,
        wanted.once,
        stepOf(typeof entry.message === "string" ? clock() : message.at, delivery),
      ),
    );
    const made = { ...delivery, id };
    tallies.moved(null, made);
    const heard = isHeard(message, thread);
    tallies.blocks.made(
      id,
      message.at,
      toPhone ? "out" : heard ? "in" : null,
      heard ? (message.from?.via ?? null) : null,
    );
    if (message.from !== null && !toPhone && !failed) threads.join(thread, nameOf(wanted.to), message.at);
    const once: readonly Fact[] =
      wanted.once === null ? [] : [{ kind: KIND.once, what: wanted.once, number: id, at: message.at }];
    if (entry.writer && message.ref !== null)
      threads.addRef(thread, entry.writer.party.via, id, message.ref, once);
    else note(thread.phone, once);
    return made;
  };

  /** The thread of each delivery; begins those that are missing, one for all pieces of a text to one phone. */
  const settleThreads = (entry: Entry, message: Message, found: readonly Found[]): readonly Thread[] => {
    const begun = new Map<string, Thread>();
    return found.map(({ wanted, thread }) => {
      const query = wanted.thread;
      if (thread === null && query.way === "id") throw new Error(`There is no thread ${query.id}`);
      const key = keyOf(query);
      const known = begun.get(key);
      if (known) return known;
      const lane = query.way === "in" ? query.lane : null;
      let own: Thread;
      if (thread === null) {
        if (query.way === "id") throw new Error(`There is no thread ${query.id}`);
        own = threads.begin(query.phone, beginsOn(query), message.at, entry.writer);
      } else own = lane === null ? thread : tie(thread, lane);
      begun.set(key, own);
      if (thread !== null) threads.active(own, message.at, entry.writer);
      return own;
    });
  };

  return (entry) => {
    const message = messageOf(entry);
    const since = entry.onceSince ?? 0;
    const before = entry.deliveries.map((wanted) => repeated(wanted, since));
    const fresh = entry.deliveries.filter((_, index) => before[index] === undefined);
    const first = before.find((id) => id !== undefined);
    if (fresh.length === 0 && first !== undefined) return { outcome: "repeated", id: first };

    const found = fresh.map((wanted) => ({ wanted, thread: find(wanted.thread) }));
    for (const { wanted, thread } of found) {
      if (thread === null && wanted.thread.way === "out" && wanted.thread.only)
        return { outcome: "no-thread", phone: wanted.thread.phone };
    }

    const whole = entry.counts?.texts ?? entry.deliveries.length;
    const texts = fresh.length === 0 ? whole : Math.ceil((whole * fresh.length) / entry.deliveries.length);
    if (entry.quota) {
      const freesAt = tallies.quota.freesAt(entry.quota.user, message.at, texts, entry.quota.perDay);
      if (freesAt !== null) return { outcome: "over-quota", freesAt };
    }
    if (entry.counts) tallies.quota.add(entry.counts.user, message.at, texts);

    if (message.notice !== null && typeof entry.message !== "string") {
      const { notice } = message;
      const extended = found.map(({ wanted }) => extend(notice, wanted.to));
      const id = extended.find((other) => other !== undefined);
      const rest = found.filter((_, index) => extended[index] === undefined);
      if (id !== undefined && rest.length === 0) return { outcome: "accepted", id, deliveries: [] };
      return store(entry, message, rest);
    }
    return store(entry, message, found);
  };

  function store(entry: Entry, message: Message, found: readonly Found[]): AcceptOutcome {
    if (typeof entry.message !== "string") insertMessage.run(...fromMessage(message));
    const own = settleThreads(entry, message, found);
    if (typeof entry.message !== "string") {
      const spoken = [...new Set(own)].filter((thread) => isHeard(message, thread));
      for (const thread of spoken) threads.heard(thread, message.id);
      if (spoken.length > 0) tallies.figures.received(message);
    }
    const deliveries = found.flatMap(({ wanted }, index) => {
      const thread = own[index];
      return thread ? [make(entry, message, wanted, thread)] : [];
    });
    return { outcome: "accepted", id: message.id, deliveries };
  }
}

/** Whether the thread's phone wrote it. */
const isHeard = ({ from, user }: Message, { phone }: Thread): boolean =>
  from !== null && user === null && from.address === phone;

/** Queries of one entry with the same key mean the same thread. */
const keyOf = (query: ThreadQuery): string =>
  query.way === "id" ? `id ${query.id}` : JSON.stringify([query.way, query.phone, beginsOn(query)]);

const beginsOn = (query: ThreadQuery & { way: "in" | "out" }): Lane | null =>
  query.way === "in" ? query.lane : query.pin;
