// What was said to whom: a delivery by the upstream's id, and the readers of a phone's newest text.
import type { Party } from "../../bridge/message.ts";
import type { Job } from "../../bridge/ports/store.ts";
import { jobs, STAGE, toJob } from "./rows.ts";
import type { Prepare } from "./statement.ts";

export interface Said {
  byRef(via: string, ref: string): Job | null;
  audience(thread: number): readonly Party[];
}

export function said(prepare: Prepare): Said {
  const byRef = prepare(
    `${jobs("delivery.via = ? AND delivery.ref = ?", "delivery_ref")} ORDER BY delivery.id DESC LIMIT 1`,
  );
  const readers = prepare(
    `SELECT via, address FROM delivery INDEXED BY delivery_message
     WHERE message = (SELECT heard FROM thread WHERE id = ?1) AND thread = ?1 AND stage <> ${STAGE.failed}
     GROUP BY via, address ORDER BY min(id)`,
  );
  return {
    byRef(via, ref) {
      const row = byRef.one(via, ref);
      return row ? toJob(row) : null;
    },
    audience: (thread) =>
      readers.all(thread).map((row) => ({ via: row[0] as string, address: row[1] as string })),
  };
}
