// Conversations: how a message finds its thread, who takes part in it, and by which upstream ids its answers are known.
import type { Lane, Party, Thread } from "../../bridge/message.ts";
import type { Entry, ThreadQuery } from "../../bridge/ports/store.ts";
import { THREAD_COLUMNS, THREAD_WIDTH, toThread } from "./rows.ts";
import type { Prepare } from "./statement.ts";

type Writer = NonNullable<Entry["writer"]>;

export interface Threads {
  load(id: number): Thread | null;
  find(query: ThreadQuery): Thread | null;
  /** Begins a thread. */
  begin(phone: string, lane: Lane | null, at: number, writer: Writer | undefined): Thread;
  /** Something was said in it. */
  active(thread: number, at: number, writer: Writer | undefined): void;
  setLane(thread: number, lane: Lane): void;
  /** `who` takes part. */
  join(thread: Thread, who: string, at: number): void;
  /** Answers to `ref` on channel `via` belong here. */
  addRef(thread: number, via: string, delivery: number, ref: string): void;
  /** Oldest first, the latest `limit` of them. */
  refs(thread: number, via: string, limit: number): readonly string[];
}

/** How a party is named in ThreadQuery.who. */
export const nameOf = (party: Party): string => `${party.via}:${party.address}`;

/** Whether a text that must leave from `pin` may be said in a thread that lives on `lane`. */
const agrees = (lane: Lane | null, pin: Lane | null): boolean =>
  lane === null ||
  pin === null ||
  (lane.gateway === pin.gateway && (lane.port === pin.port || lane.port === null || pin.port === null));

export function threads(prepare: Prepare): Threads {
  const select = (rest: string): string =>
    `SELECT ${THREAD_COLUMNS}, thread.active FROM ${rest}, thread.id DESC`;
  const byId = prepare(`SELECT ${THREAD_COLUMNS} FROM thread WHERE id = ?`);
  const byRef = prepare(
    select(
      "ref CROSS JOIN thread ON thread.id = ref.thread WHERE ref.ref = ? AND phone = ? ORDER BY active DESC",
    ),
  );
  const byMember = prepare(
    `SELECT ${THREAD_COLUMNS}, member.at FROM member CROSS JOIN thread ON thread.id = member.thread
     WHERE member.phone = ? AND member.who = ? AND member.at >= ? ORDER BY member.at DESC, thread.id DESC`,
  );
  const byPhone = prepare(select("thread WHERE phone = ? AND active >= ? ORDER BY active DESC"));
  const onLane = prepare(
    `${select("thread WHERE phone = ? AND gateway = ? AND port IS ? ORDER BY wrote_at DESC")} LIMIT 1`,
  );
  const unbound = prepare(
    `${select("thread WHERE phone = ? AND gateway IS ? AND port IS NULL AND wrote_at >= ? ORDER BY wrote_at DESC")} LIMIT 1`,
  );
  const insert = prepare(
    "INSERT INTO thread (phone, gateway, port, wrote_via, wrote_address, wrote_user, wrote_at, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const touch = prepare("UPDATE thread SET active = max(active, ?) WHERE id = ?");
  const write = prepare(
    "UPDATE thread SET active = max(active, ?), wrote_via = ?, wrote_address = ?, wrote_user = ?, wrote_at = ? WHERE id = ?",
  );
  const setLane = prepare("UPDATE thread SET gateway = ?, port = ? WHERE id = ?");
  const join = prepare(
    "INSERT INTO member (phone, who, thread, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at",
  );
  const addRef = prepare(
    "INSERT INTO ref (thread, via, delivery, ref) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET ref = excluded.ref",
  );
  const refs = prepare("SELECT ref FROM ref WHERE thread = ? AND via = ? ORDER BY delivery DESC LIMIT ?");

  const out = (query: ThreadQuery & { way: "out" }): Thread | null => {
    const { phone, since, pin } = query;
    for (const ref of query.refs.toReversed()) {
      for (const row of byRef.all(ref, phone)) {
        const thread = toThread(row);
        const active = row[THREAD_WIDTH] as number;
        if (agrees(thread.lane, pin) && (!query.only || active >= since)) return thread;
      }
    }
    const rows =
      query.who === null
        ? byPhone.all(phone, since)
        : query.who.flatMap((who) => byMember.all(phone, who, since));
    let best: { readonly thread: Thread; readonly at: number } | null = null;
    for (const row of rows) {
      const thread = toThread(row);
      const at = row[THREAD_WIDTH] as number;
      const newer = !best || at > best.at || (at === best.at && thread.id > best.thread.id);
      if (newer && agrees(thread.lane, pin)) best = { thread, at };
    }
    return best?.thread ?? null;
  };

  const incoming = (query: ThreadQuery & { way: "in" }): Thread | null => {
    const { phone, lane, since } = query;
    const row = onLane.one(phone, lane.gateway, lane.port);
    const here = row ? toThread(row) : null;
    if (here?.wrote && here.wrote.at >= since) return here;
    // A thread that knows no SIM yet, or no more than its gateway, is the one that this answers.
    const open = [null, lane.gateway]
      .flatMap((gateway) => unbound.all(phone, gateway, since))
      .map((found) => toThread(found))
      .toSorted((a, b) => (b.wrote?.at ?? 0) - (a.wrote?.at ?? 0));
    return open[0] ?? here;
  };

  return {
    load(id) {
      const row = byId.one(id);
      return row ? toThread(row) : null;
    },
    find(query) {
      if (query.way === "out") return out(query);
      if (query.way === "in") return incoming(query);
      const row = byId.one(query.id);
      return row ? toThread(row) : null;
    },
    begin(phone, lane, at, writer) {
      const { id } = insert.run(
        phone,
        lane?.gateway ?? null,
        lane?.port ?? null,
        writer?.party.via ?? null,
        writer?.party.address ?? null,
        writer?.user ?? null,
        writer ? at : null,
        at,
      );
      return { id, phone, lane, wrote: writer ? { ...writer, at } : null };
    },
    active(thread, at, writer) {
      if (writer) write.run(at, writer.party.via, writer.party.address, writer.user, at, thread);
      else touch.run(at, thread);
    },
    setLane: (thread, lane) => void setLane.run(lane.gateway, lane.port, thread),
    join: (thread, who, at) => void join.run(thread.phone, who, thread.id, at),
    addRef: (thread, via, delivery, ref) => void addRef.run(thread, via, delivery, ref),
    refs(thread, via, limit) {
      const rows = refs.all(thread, via, limit).map((row) => row[0] as string);
      return [...new Set(rows)].toReversed();
    },
  };
}
