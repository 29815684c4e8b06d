// Conversations: begun, gone on with, tied to a SIM, and known by the upstream ids of what was said in them.
import type { Lane, Thread } from "../../bridge/message.ts";
import type { Entry } from "../../bridge/ports/store.ts";
import { nameOf, simName } from "./finding.ts";
import { many, type Prepare } from "./statement.ts";

type Writer = NonNullable<Entry["writer"]>;

export interface Threads {
  /** Begins a thread on `lane`, if that is known. */
  begin(phone: string, lane: Lane | null, at: number, writer: Writer | undefined): Thread;
  /** Something was said in it; by `writer`, if it was a person who wrote to the phone. */
  active(thread: Thread, at: number, writer: Writer | undefined): void;
  setLane(thread: Thread, lane: Lane): void;
  /** A person takes part. */
  join(thread: Thread, who: string, at: number): void;
  /** Answers to `ref` on channel `via` belong here. `delivery`: what it came with, which gives the order. */
  addRef(thread: number, via: string, delivery: number, ref: string): void;
}

const SIM = 1;
const PERSON = 0;

export function threads(prepare: Prepare): Threads {
  const insert = prepare(
    "INSERT INTO thread (phone, gateway, port, wrote_via, wrote_address, wrote_user, wrote_at, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const touch = prepare("UPDATE thread SET active = max(active, ?) WHERE id = ?");
  const write = prepare(
    "UPDATE thread SET active = max(active, ?), wrote_via = ?, wrote_address = ?, wrote_user = ?, wrote_at = ? WHERE id = ?",
  );
  const setLane = prepare("UPDATE thread SET gateway = ?, port = ? WHERE id = ?");
  const setSim = prepare("UPDATE member SET who = ? WHERE phone = ? AND sim = 1 AND who = ? AND thread = ?");
  const members = many(
    prepare,
    (count) =>
      `INSERT INTO member (phone, thread, at, sim, who) VALUES ${Array(count).fill("(?, ?, ?, ?, ?)").join(", ")}
       ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at`,
  );
  const addRef = prepare(
    "INSERT INTO ref (thread, via, delivery, ref) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET ref = excluded.ref",
  );

  /** Notes the SIM, and who wrote last to the phone. */
  const enter = (thread: Thread, at: number, writer: Writer | undefined): void => {
    const row = [thread.phone, thread.id, at];
    const sim = [thread.phone, thread.id, writer ? at : 0, SIM, simName(thread.lane)];
    if (!writer) members(1).run(...sim);
    else if (writer.user === null) members(2).run(...sim, ...row, PERSON, nameOf(writer.party));
    else members(3).run(...sim, ...row, PERSON, nameOf(writer.party), ...row, PERSON, writer.user);
  };

  return {
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
      const thread = { id, phone, lane, wrote: writer ? { ...writer, at } : null };
      enter(thread, at, writer);
      return thread;
    },
    active(thread, at, writer) {
      if (!writer) return void touch.run(at, thread.id);
      write.run(at, writer.party.via, writer.party.address, writer.user, at, thread.id);
      enter(thread, at, writer);
    },
    setLane(thread, lane) {
      setLane.run(lane.gateway, lane.port, thread.id);
      setSim.run(simName(lane), thread.phone, simName(thread.lane), thread.id);
    },
    join: (thread, who, at) => void members(1).run(thread.phone, thread.id, at, PERSON, who),
    addRef: (thread, via, delivery, ref) => void addRef.run(thread, via, delivery, ref),
  };
}
