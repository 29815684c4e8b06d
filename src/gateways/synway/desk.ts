// What the flow does not use, for the command line: boxes, results, receipts, ports.
import { Unreadable } from "../../bridge/errors.ts";
import type { Desk, Filter, Row, UssdDesk } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import { clear } from "./clear.ts";
import { conditionsOf, narrowly, refuse } from "./conditions.ts";
import type { Device } from "./device.ts";
import { readInbox } from "./inbox.ts";
import { SOURCES } from "./limits.ts";
import { sameNumber } from "./numbers.ts";
import { readOutbox } from "./outbox.ts";
import { listPorts } from "./ports.ts";
import { readRecords, type SmsRecord } from "./records.ts";
import { dashed } from "./stamps.ts";
import { fateOf, queryTasksEach } from "./tasks.ts";

export function createDesk(device: Device, ussd: UssdDesk): Required<Omit<Desk, "queue" | "cancel">> {
  const { api, settings } = device;
  return {
    ussd,
    ports: (filter, signal) => listPorts(device, filter, signal),
    clear: (what, signal) => clear(device, what, signal),
    take: (filter, signal) => take(device, filter, signal),

    async inbox({ after, read, ...filter }, signal) {
      if (after !== undefined) throw refuse("the gateway's texts carry no ids");
      if (read !== undefined) throw refuse("the gateway does not tell read texts from unread ones");
      const { window, narrow, keeps } = conditionsOf(device, filter);
      const found = await narrowly(device, narrow, (only) => readInbox(device, window, signal, only));
      return found.filter(keeps).map(received);
    },

    async outbox(filter, signal) {
      const { window, narrow, keeps } = conditionsOf(device, filter);
      const found = await narrowly(device, narrow, (only) => readOutbox(device, window, signal, only));
      return found.filter(keeps).map((record) => ({
        ...place(record),
        source: record.source === undefined ? null : (SOURCES[record.source] ?? record.source),
        text: record.text,
      }));
    },

    async results(tasks, filter, signal) {
      const ids = tasks.map((task) => {
        if (/^\d{1,15}$/.test(task)) return Number(task);
        throw refuse(`"${task}" is no task: tasks are numbers`);
      });
      if (ids.length === 0) throw refuse("name the tasks: the device lists none by itself");
      if (filter.since !== undefined || filter.until !== undefined)
        throw refuse("the gateway's tasks carry no times");
      const { ports, numbers } = conditionsOf(device, filter).narrow;
      return (await queryTasksEach(device, ids, signal, { ports, numbers })).flatMap((task) =>
        task.lines
          .filter(({ port }) => ports === undefined || (port !== undefined && ports.includes(port)))
          .filter(({ number }) => numbers?.some((one) => sameNumber(number, one)) ?? true)
          .map(
            (line): Row => ({
              task: task.id,
              user: task.user ?? null,
              port: line.port ?? null,
              number: line.number,
              status: line.status,
              outcome: fateOf({ ...task, lines: [line] }, line.number)?.outcome ?? "none",
            }),
          ),
      );
    },

    /** 2.2.6: one port, one number; the answer covers the newest `rptnum` texts. */
    async receipt({ count, since, until, ...filter }, signal) {
      if (since !== undefined || until !== undefined)
        throw refuse("the gateway's delivery reports carry no times");
      const { ports = [], numbers = [] } = conditionsOf(device, filter).narrow;
      const [port, ...otherPorts] = ports;
      const [num, ...otherNumbers] = numbers;
      if (port === undefined || num === undefined || otherPorts.length > 0 || otherNumbers.length > 0)
        throw refuse("the gateway tells delivery reports for one port and one number at a time");
      const many = count ?? settings.rptnum;
      const rptnum = many === undefined ? undefined : String(many);
      let answer: string;
      try {
        answer = await api.ask("querytxsmsrpt", { port: String(port), num, rptnum }, signal);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answer = error.reason;
      }
      return [{ port, number: num, delivered: /^\s*ok\b/i.test(answer), answer }];
    },
  };
}

/** 2.2.3 `delete`, whose value the document does not name. What comes back is not narrowed down here: it is gone from the device. */
async function take(device: Device, filter: Filter, signal: AbortSignal): Promise<readonly Row[]> {
  const { inboxEvent, outboxEvent } = device.settings;
  const { window, narrow } = conditionsOf(device, filter);
  const { ports, numbers } = narrow;
  const newer = inboxEvent === "newqueryrxsms";
  if (outboxEvent === "queryrxsms")
    throw refuse("this gateway lists both boxes as one: the outbox would be deleted too");
  if (filter.ports?.some((port) => port.includes(".")))
    throw refuse("texts are deleted here by port, not by slot");
  if (newer && (ports?.length !== 1 || numbers))
    throw refuse("this gateway lists one port at a time and knows no numbers: name one port, and no number");
  const time = (stamp: string | undefined) => (newer && stamp !== undefined ? dashed(stamp) : stamp);
  const content = await device.api.take(
    inboxEvent,
    {
      begintime: time(window.begin),
      endtime: time(window.end),
      num: numbers?.join(","),
      port: ports?.join(","),
      delete: "1",
    },
    signal,
  );
  const reading = readRecords(content, device.inbox.known);
  if (reading.sure) return reading.records.map(received);
  throw new Unreadable(`${reading.total} texts can't be told apart from what they say`, content);
}

const received = (record: SmsRecord): Row => ({ ...place(record), text: record.rest });

const place = (record: SmsRecord) => ({
  time: record.time,
  port: record.port,
  slot: record.slot ?? null,
  sim: record.sim ?? null,
  number: record.number,
});
