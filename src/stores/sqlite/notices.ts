// Notices that have not left yet take in what else there is to tell of the same kind about the same message.
import type { Message, Party } from "../../bridge/message.ts";
import type { Prepare } from "./statement.ts";

/** Adds to a waiting notice for `to`; returns its message's id, or undefined if there is none. */
export type Extend = (notice: NonNullable<Message["notice"]>, to: Party) => string | undefined;

export function extending(prepare: Prepare): Extend {
  const find = prepare(
    `SELECT message.id, message.about FROM message INDEXED BY message_notice CROSS JOIN delivery ON delivery.message = message.id
     WHERE notice_of = ? AND notice = ? AND delivery.via = ? AND delivery.address = ? AND stage <= 2 LIMIT 1`,
  );
  const update = prepare("UPDATE message SET about = ? WHERE id = ?");
  return (notice, to) => {
    const row = find.one(notice.message, notice.kind, to.via, to.address);
    if (!row) return undefined;
    const id = row[0] as string;
    const about = JSON.parse(row[1] as string) as readonly number[];
    update.run(JSON.stringify([...new Set([...about, ...notice.about])]), id);
    return id;
  };
}
