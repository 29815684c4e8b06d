// What gateways' inboxes yield: texts, each counted so that none is taken twice, together with how far the inbox was read.
import { createHash } from "node:crypto";
import type { Delivery } from "../../bridge/message.ts";
import type { Haul } from "../../bridge/ports/store.ts";
import type { Accept } from "./accept.ts";
import type { Prepare } from "./statement.ts";

/** Unreadable answers kept of each gateway: the latest. */
const UNREAD = 100;

export interface Inboxes {
  receive(haul: Haul): readonly { readonly id: string; readonly deliveries: readonly Delivery[] }[];
  keep(gateway: string, raw: string, at: number): void;
}

export function inboxes(prepare: Prepare, accept: Accept): Inboxes {
  const setCursor = prepare(
    "INSERT INTO cursor (gateway, cursor) VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor",
  );
  const load = prepare("SELECT n, scan, counted FROM seen WHERE gateway = ? AND print = ?");
  const save = prepare(
    `INSERT INTO seen (gateway, print, n, scan, counted, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET n = excluded.n, scan = excluded.scan, counted = excluded.counted, at = excluded.at`,
  );
  const keep = prepare(
    "INSERT INTO unread (gateway, hash, raw, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const forget = prepare(
    "DELETE FROM unread WHERE n IN (SELECT n FROM unread WHERE gateway = ? ORDER BY n DESC LIMIT -1 OFFSET ?)",
  );

  /** Whether this text was never taken: it has no equal, or more equal ones are seen in this scan than were ever taken. */
  const isNew = (haul: Haul, print: string): boolean => {
    const row = load.one(haul.gateway, print);
    const taken = row ? (row[0] as number) : 0;
    const counted = row && haul.scan !== null && row[1] === haul.scan ? (row[2] as number) : 0;
    const fresh = haul.scan === null || counted + 1 > taken;
    const scan = haul.scan ?? (row?.[1] as string | null | undefined) ?? null;
    const inScan = haul.scan === null ? ((row?.[2] as number | undefined) ?? 0) : counted + 1;
    save.run(haul.gateway, print, fresh ? taken + 1 : taken, scan, inScan, haul.now);
    return fresh;
  };

  return {
    receive(haul) {
      setCursor.run(haul.gateway, haul.cursor);
      return haul.texts.flatMap(({ print, entry }) => {
        if (!isNew(haul, print) || entry === null) return [];
        const result = accept(entry);
        return result.outcome === "accepted" ? [{ id: result.id, deliveries: result.deliveries }] : [];
      });
    },
    keep(gateway, raw, at) {
      keep.run(gateway, createHash("sha256").update(raw).digest("base64url"), raw, at);
      forget.run(gateway, UNREAD);
    },
  };
}
