// What a Dinstar can do besides, for the command line. The API can't list what waits in the queue one by one, and deletes nothing.
import type { Desk, GatewayOptions, Row } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import { readAll } from "./inbox.ts";
import { queued } from "./inquire.ts";
import { type Fields, int, str } from "./parse.ts";
import { listReceipts, meaning } from "./receipts.ts";
import { listResults } from "./results.ts";

export function createDesk(api: Api, dial: (phone: string) => string, options: GatewayOptions): Desk {
  return {
    async queue(signal) {
      return [{ waiting: (await queued(api, signal)) ?? null }];
    },

    async inbox(signal) {
      const texts = await readAll(api, options, signal);
      return texts.map(({ ref, port, number, stamp, smsc, text }) => ({
        id: ref ?? null,
        port,
        number,
        time: stamp,
        smsc: smsc ?? null,
        text,
      }));
    },

    /** `tasks` are read as user ids, the numbers of our deliveries: the device lists results under no task. */
    async results(tasks, signal) {
      const ids = tasks.flatMap((task) => int(task) ?? []);
      return (await listResults(api, ids, signal)).map((row) =>
        pick(row, ["user_id", "port", "number", "time", "status", "count", "succ_count", "ref_id"]),
      );
    },

    async receipt(port, number, signal) {
      return (await listReceipts(api, port, dial(number), signal)).map((row) => {
        const status = int(row.status_code);
        const read = status === undefined ? null : meaning(status);
        return { ...pick(row, ["port", "number", "time", "ref_id", "status_code"]), meaning: read };
      });
    },

    /** stop_sms (section 9). */
    async cancel(task, signal) {
      const id = int(task);
      if (id === undefined || id < 0) return false;
      const reply = await api.read(`/api/stop_sms?task_id=${id}`, signal, undefined, [404]);
      return reply.code === 200;
    },
  };
}

const pick = (row: Fields, keys: readonly string[]): Row =>
  Object.fromEntries(
    keys.map((key) => [key, typeof row[key] === "number" ? row[key] : (str(row[key]) ?? null)]),
  );
