// What a Dinstar can do besides, for the command line. The API can't list what waits in the queue one by one, and deletes nothing.
import type { Desk, GatewayOptions, Row, UssdDesk } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import { conditionsOf, portsOf, refuse } from "./conditions.ts";
import { readAll } from "./inbox.ts";
import { queued } from "./inquire.ts";
import { type Fields, int, str } from "./parse.ts";
import { samePhone } from "./phones.ts";
import { readPorts } from "./ports.ts";
import { listReceipts, meaning } from "./receipts.ts";
import { listResults } from "./results.ts";

export function createDesk(
  api: Api,
  dial: (phone: string) => string,
  options: GatewayOptions,
  ussd: UssdDesk,
): Desk {
  return {
    async queue(signal) {
      return [{ waiting: (await queued(api, signal)) ?? null }];
    },

    /** The device knows ids and read marks; ports, numbers and times are looked at here. */
    async inbox({ ports, numbers, since, until, after, read }, signal) {
      const from = ports && portsOf(ports);
      const last = after === undefined ? undefined : int(after);
      if (after !== undefined && (last === undefined || last < 0)) throw refuse(`"${after}" is no id`);
      const flag = read === undefined ? "all" : read ? "read" : "unread";
      const texts = await readAll(api, options, { after: last, flag }, signal);
      return texts
        .filter(
          ({ at, port, number }) =>
            (from?.includes(port) ?? true) &&
            (numbers?.some((one) => samePhone(number, one)) ?? true) &&
            (since === undefined || at >= since) &&
            (until === undefined || at <= until),
        )
        .map(({ ref, port, number, stamp, smsc, text }) => ({
          id: ref ?? null,
          port,
          number,
          time: stamp,
          smsc: smsc ?? null,
          text,
        }));
    },

    /** `tasks` are read as user ids, the numbers of our deliveries: the device lists results under no task. */
    async results(tasks, filter, signal) {
      const ids = tasks.map((task) => {
        const id = int(task);
        if (id !== undefined && id >= 0) return id;
        throw refuse(`"${task}" is no user id: the numbers that texts were sent under`);
      });
      const found = await listResults(api, ids, conditionsOf(filter, dial, options), signal);
      return found.map((row) =>
        pick(row, ["user_id", "port", "number", "time", "status", "count", "succ_count", "ref_id"]),
      );
    },

    async receipt({ count, ...filter }, signal) {
      const found = [...(await listReceipts(api, conditionsOf(filter, dial, options), signal))];
      if (count !== undefined) {
        found.sort((a, b) => (str(a.time) ?? "").localeCompare(str(b.time) ?? ""));
        found.splice(0, found.length - count);
      }
      return found.map((row) => {
        const status = int(row.status_code);
        const read = status === undefined ? null : meaning(status);
        return { ...pick(row, ["port", "number", "time", "ref_id", "status_code"]), meaning: read };
      });
    },

    ports: (filter, signal) => readPorts(api, signal, filter),

    ussd,

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
