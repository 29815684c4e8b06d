// Looking back: the steps of a delivery, what was said in a conversation, and who takes part.
import type { Archive } from "../../bridge/ports/archive.ts";
import { conversing } from "./conversations.ts";
import { stepsOf } from "./history.ts";
import { people } from "./people.ts";
import { DELIVERY_COLUMNS, DELIVERY_WIDTH, jobs, toDelivery, toJob } from "./rows.ts";
import type { Read } from "./search.ts";
import { LIMIT, type Prepare } from "./statement.ts";

export function archives(prepare: Prepare, read: Read): Omit<Archive, "figures"> {
  const history = prepare(
    `SELECT ${DELIVERY_COLUMNS}, history, message.at FROM delivery CROSS JOIN message ON message.id = delivery.message WHERE delivery.id = ?`,
  );
  const said = prepare(
    `${jobs("delivery.thread = ? AND delivery.id < ?", "delivery_thread")} ORDER BY delivery.id DESC ${LIMIT}`,
  );
  const taking = people(prepare);

  return {
    history: (delivery) =>
      read(() => {
        const row = history.one(delivery);
        if (!row) return [];
        const [steps, at] = row.slice(DELIVERY_WIDTH) as [string, number];
        return stepsOf(steps, toDelivery(row), at);
      }),
    conversations: conversing(prepare, read, taking),
    conversation: (thread, before, limit) =>
      read(() => said.all(thread, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => toJob(row))),
    takesPart: (thread, who) => read(() => taking.takesPart(thread, who)),
  };
}
