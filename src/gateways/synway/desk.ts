// What the flow does not use, for the command line: boxes, results, receipts, and deleting (vendor sections 2.2.5, 2.3.3).
import { SendError } from "../../bridge/errors.ts";
import type { Clear, Desk, Row } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import { type Device, dial } from "./device.ts";
import { readInbox } from "./inbox.ts";
import { SOURCES } from "./limits.ts";
import { readOutbox } from "./outbox.ts";
import type { SmsRecord } from "./records.ts";
import { stampAt } from "./stamps.ts";
import { fateOf, queryTasksEach } from "./tasks.ts";

export function createDesk(
  device: Device,
): Required<Pick<Desk, "inbox" | "outbox" | "results" | "receipt" | "clear">> {
  const { api } = device;
  return {
    async inbox(signal) {
      return (await readInbox(device, {}, signal)).map((record) => ({ ...place(record), text: record.rest }));
    },

    async outbox(signal) {
      return (await readOutbox(device, {}, signal)).map((record) => ({
        ...place(record),
        source: record.source === undefined ? null : (SOURCES[record.source] ?? record.source),
        text: record.text,
      }));
    },

    async results(tasks, signal) {
      const ids = tasks.map((task) => {
        if (/^\d{1,15}$/.test(task)) return Number(task);
        throw refuse(`"${task}" is no task: tasks are numbers`);
      });
      if (ids.length === 0) throw refuse("name the tasks: the device lists none by itself");
      return (await queryTasksEach(device, ids, signal)).flatMap((task) =>
        task.lines.map(
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

    async receipt(port, number, signal) {
      const num = dial(device, number);
      const rptnum = device.settings.rptnum === undefined ? undefined : String(device.settings.rptnum);
      let answer: string;
      try {
        answer = await api.ask("querytxsmsrpt", { port: String(port), num, rptnum }, signal);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answer = error.reason;
      }
      return [{ port, number: num, delivered: /^\s*ok\b/i.test(answer), answer }];
    },

    async clear(what, signal) {
      const ports = what.ports?.map(writtenPort);
      const content =
        what.box === "ussd"
          ? await api.act("deleteussd", ussdToDelete(what, ports), signal)
          : await api.act("deletesms", textsToDelete(device, what, ports), signal);
      const total = /total\s*:\s*(\d+)/i.exec(content)?.[1];
      return total === undefined ? null : Number(total);
    },
  };
}

/** 2.2.5. `clear: "2"` empties the box, and on some firmware both: only when all was asked for. */
function textsToDelete(device: Device, what: Clear, ports: readonly string[] | undefined) {
  const smsbox = what.box === "inbox" ? "r" : "s";
  if (what.all) return { smsbox, clear: "2" };
  const zone = device.options.timezone;
  const conditions = {
    port: ports?.length ? ports.join(",") : undefined,
    phonenum: what.number === undefined ? undefined : dial(device, what.number),
    begintime: what.since === undefined ? undefined : stampAt(what.since, zone),
    endtime: what.until === undefined ? undefined : stampAt(what.until, zone),
  };
  if (Object.values(conditions).every((condition) => condition === undefined || condition === ""))
    throw refuse("say what to delete: ports, a number, a time, or all");
  return { ...conditions, smsbox, clear: "1" };
}

/** 2.3.3. */
function ussdToDelete(what: Clear, ports: readonly string[] | undefined) {
  if (what.all) return { port: "-1", num: "-1" };
  if (what.number !== undefined || what.since !== undefined || what.until !== undefined)
    throw refuse("the device deletes USSD answers by port only");
  if (!ports?.length) throw refuse("say what to delete: ports, or all");
  if (ports.some((port) => port.includes("."))) throw refuse("USSD answers are kept by port, not by slot");
  return { port: ports.join(","), num: "-1" };
}

/** A port, or one slot of it: `1`, `1.A`. */
function writtenPort(port: string): string {
  if (/^\d{1,3}(?:\.[A-D])?$/i.test(port)) return port.toUpperCase();
  throw refuse(`"${port}" is no port: 1, or 1.A for one slot of it`);
}

const place = (record: SmsRecord) => ({
  time: record.time,
  port: record.port,
  slot: record.slot ?? null,
  sim: record.sim ?? null,
  number: record.number,
});

const refuse = (message: string): SendError =>
  new SendError("permanent", message, { scope: "message", words: message });
