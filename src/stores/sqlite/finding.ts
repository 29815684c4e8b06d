// How a message finds its thread: by the upstream ids that it answers to, by who writes, by the SIM that it came in on.
import type { Lane, Party, Thread } from "../../bridge/message.ts";
import type { ThreadQuery } from "../../bridge/ports/store.ts";
import { KIND } from "./known.ts";
import { THREAD_COLUMNS, THREAD_WIDTH, toThread } from "./rows.ts";
import { many, type Prepare } from "./statement.ts";

/** What `query` finds, or null. Changes nothing. */
export type Find = (query: ThreadQuery) => Thread | null;

/** How a party is named in ThreadQuery.who, and in the table of what is known. */
export const nameOf = (party: Party): string => `${party.via}:${party.address}`;

/** How a thread's SIM is named in the table of what is known. */
export const simName = (lane: Lane | null): string =>
  lane === null ? "" : `${lane.gateway}:${lane.port ?? ""}`;

/** Whether a text that must leave from `pin`, through one of `gateways`, may be said in a thread that lives on `lane`. */
const agrees = (lane: Lane | null, pin: Lane | null, gateways: readonly string[] | undefined): boolean =>
  lane === null ||
  ((gateways === undefined || gateways.includes(lane.gateway)) &&
    (pin === null ||
      (lane.gateway === pin.gateway && (lane.port === pin.port || lane.port === null || pin.port === null))));

export function finding(prepare: Prepare): Find {
  const byId = prepare(`SELECT ${THREAD_COLUMNS} FROM thread WHERE id = ?`);
  const known = (kind: number): string =>
    `FROM known CROSS JOIN thread ON thread.id = known.number WHERE known.phone = ? AND kind = ${kind}`;
  const byRef = prepare(
    `SELECT ${THREAD_COLUMNS}, thread.active ${known(KIND.ref)} AND what = ? ORDER BY active DESC, thread.id DESC`,
  );
  const byWho = many(
    prepare,
    (count) =>
      `SELECT ${THREAD_COLUMNS} ${known(KIND.person)} AND what IN (${Array(count).fill("?").join(", ")}) AND known.at >= ?
       ORDER BY known.at DESC, thread.id DESC`,
  );
  const byPhone = prepare(
    `SELECT ${THREAD_COLUMNS} ${known(KIND.sim)} AND active >= ? ORDER BY active DESC, thread.id DESC`,
  );
  const bySim = prepare(
    `SELECT ${THREAD_COLUMNS} FROM thread WHERE id = (SELECT number FROM known
     WHERE phone = ? AND kind = ${KIND.sim} AND what = ? AND at >= ? ORDER BY at DESC, number DESC LIMIT 1)`,
  );

  const out = ({
    phone,
    since,
    pin,
    gateways,
    refs,
    who,
    only,
  }: ThreadQuery & { way: "out" }): Thread | null => {
    for (const ref of refs.toReversed()) {
      for (const row of byRef.all(phone, ref)) {
        const thread = toThread(row);
        const active = row[THREAD_WIDTH] as number;
        if (agrees(thread.lane, pin, gateways) && (!only || active >= since)) return thread;
      }
    }
    const rows = who === null ? byPhone.all(phone, since) : byWho(who.length).all(phone, ...who, since);
    for (const row of rows) {
      const thread = toThread(row);
      if (agrees(thread.lane, pin, gateways)) return thread;
    }
    return null;
  };

  const onSim = (phone: string, lane: Lane | null, since: number): readonly Thread[] => {
    const row = bySim.one(phone, simName(lane), since);
    return row ? [toThread(row)] : [];
  };
  const wroteAt = (thread: Thread): number => thread.wrote?.at ?? 0;

  const incoming = ({ phone, lane, since }: ThreadQuery & { way: "in" }): Thread | null => {
    const [here] = onSim(phone, lane, since);
    if (here?.wrote) return here;
    // Somebody wrote, and no SIM is known yet, or no more than its gateway: this is the answer.
    const open = [...onSim(phone, null, since), ...onSim(phone, { ...lane, port: null }, since)]
      .filter((thread) => thread.wrote !== null)
      .toSorted((a, b) => wroteAt(b) - wroteAt(a));
    return open[0] ?? onSim(phone, lane, 0)[0] ?? null;
  };

  return (query) => {
    if (query.way === "out") return out(query);
    if (query.way === "in") return incoming(query);
    const row = byId.one(query.id);
    return row ? toThread(row) : null;
  };
}
