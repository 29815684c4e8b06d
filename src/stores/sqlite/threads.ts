// Conversations: begun, gone on with, tied to a SIM, and known by the upstream ids of what was said in them.
import type { Lane, Thread } from "../../bridge/message.ts";
import type { Entry } from "../../bridge/ports/store.ts";
import { nameOf, simName } from "./finding.ts";
import { type Fact, KIND, type Note } from "./known.ts";
import { entering } from "./part.ts";
import type { Prepare } from "./statement.ts";

type Writer = NonNullable<Entry["writer"]>;

export interface Threads {
  /** Begins a thread on `lane`, if that is known. */
  begin(phone: string, lane: Lane | null, at: number, writer: Writer | undefined): Thread;
  /** Something was said in it; by `writer`, if it was a person who wrote to the phone. */
  active(thread: Thread, at: number, writer: Writer | undefined): void;
  setLane(thread: Thread, lane: Lane): void;
  /** Its phone wrote `message`. */
  heard(thread: Thread, message: string): void;
  /** A person takes part. */
  join(thread: Thread, who: string, at: number): void;
  /** Answers to `ref` on channel `via` belong here. `delivery`: what it came with, which gives the order. `also`: what else is to be noted of the phone. */
  addRef(thread: Thread, via: string, delivery: number, ref: string, also?: readonly Fact[]): void;
}

export function threads(prepare: Prepare, note: Note): Threads {
  const insert = prepare(
    "INSERT INTO thread (phone, gateway, port, wrote_via, wrote_address, wrote_user, wrote_at, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const touch = prepare("UPDATE thread SET active = max(active, ?) WHERE id = ?");
  const write = prepare(
    "UPDATE thread SET active = max(active, ?), wrote_via = ?, wrote_address = ?, wrote_user = ?, wrote_at = ? WHERE id = ?",
  );
  const heard = prepare("UPDATE thread SET heard = ? WHERE id = ?");
  const setLane = prepare("UPDATE thread SET gateway = ?, port = ? WHERE id = ?");
  const setSim = prepare(
    `UPDATE known SET what = ? WHERE phone = ? AND kind = ${KIND.sim} AND what = ? AND number = ?`,
  );
  const addRef = prepare(
    "INSERT INTO ref (thread, via, delivery, ref) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET ref = excluded.ref",
  );

  const takePart = entering(prepare);
  /** Notes the SIM, and who wrote last to the phone. */
  const enter = (thread: Thread, at: number, writer: Writer | undefined): void => {
    const number = thread.id;
    const facts: Fact[] = [{ kind: KIND.sim, what: simName(thread.lane), number, at: writer ? at : 0 }];
    const names = writer ? [nameOf(writer.party), ...(writer.user === null ? [] : [writer.user])] : [];
    for (const what of names) facts.push({ kind: KIND.person, what, number, at });
    takePart(number, names);
    note(thread.phone, facts);
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
    heard: (thread, message) => void heard.run(message, thread.id),
    join(thread, who, at) {
      note(thread.phone, [{ kind: KIND.person, what: who, number: thread.id, at }]);
      takePart(thread.id, [who]);
    },
    addRef(thread, via, delivery, ref, also = []) {
      addRef.run(thread.id, via, delivery, ref);
      note(thread.phone, [{ kind: KIND.ref, what: ref, number: thread.id, at: 0 }, ...also]);
    },
  };
}
