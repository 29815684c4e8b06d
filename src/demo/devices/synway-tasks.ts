// A simulated Synway's way out: txsms, its results, and receipts (sections 2.2.1, 2.2.2, 2.2.6).
import { phoneKey } from "../phones.ts";
import type { Timers } from "../timers.ts";
import type { Job, Modem } from "./modem.ts";
import { countParts, inSevenBit } from "./segments.ts";
import type { SynwayBoxes } from "./synway-boxes.ts";
import * as check from "./synway-checks.ts";
import type { SynwayOptions, SynwayPort } from "./synway-options.ts";

/** Sending status (section 2.2.2). */
const STATUS = { wait: 1, sending: 2, successful: 3, failed: 4, timeout: 5 } as const;
type Status = (typeof STATUS)[keyof typeof STATUS];

/** Tasks that the device remembers. */
const TASKS_KEPT = 20_000;

interface Entry {
  port: number;
  readonly number: string;
  status: Status;
}

interface Task {
  readonly userid: string | undefined;
  readonly entries: readonly Entry[];
}

/** What the tasks must know of the device. */
export interface SynwaySims {
  readonly ports: readonly number[];
  ready(port: number): boolean;
  sim(port: number): SynwayPort;
}

export class SynwayTasks {
  readonly #options: SynwayOptions;
  readonly #modem: Modem;
  readonly #boxes: SynwayBoxes;
  readonly #timers: Timers;
  readonly #sims: SynwaySims;
  readonly #tasks = new Map<number, Task>();
  /** For each port and number: did each text arrive? */
  readonly #receipts = new Map<string, { arrived: boolean }[]>();
  #next: number;

  constructor(options: SynwayOptions, modem: Modem, boxes: SynwayBoxes, timers: Timers, sims: SynwaySims) {
    this.#options = options;
    this.#modem = modem;
    this.#boxes = boxes;
    this.#timers = timers;
    this.#sims = sims;
    this.#next = options.firstTask ?? 0;
  }

  /** Section 2.2.1. */
  send(given: check.Parameters): string {
    const numbers = check.required(given, "num").split(",");
    const text = check.required(given, "smsinfo");
    const encoding = check.required(given, "encoding");
    check.refuseUnless(encoding === "0" || encoding === "8", "encoding error");
    check.refuseUnless(
      numbers.length <= check.MAX_NUMBERS && numbers.every((one) => /^\+?[0-9*#]+$/.test(one)),
      "num error",
    );
    check.refuseUnless(text.length <= check.MAX_CHARACTERS[encoding], "smsinfo too long");
    const asked = check.integers(given, "port") ?? [-1];
    const ports = asked.includes(-1)
      ? this.#sims.ports
      : asked.filter((port) => this.#sims.ports.includes(port));
    const id = this.#next;
    this.#next += 1;
    const task = { userid: given.get("userid"), entries: numbers.map((number) => this.#entry(number)) };
    this.#tasks.set(id, task);
    this.#tasks.delete(id - TASKS_KEPT);
    const sent = encoding === "0" ? inSevenBit(text) : text;
    numbers.forEach((number, index) => {
      const entry = task.entries[index];
      if (entry) this.#submit({ id, userid: task.userid ?? "", entry, number, text: sent, encoding, ports });
    });
    return `taskid:${id}`;
  }

  /** Section 2.2.2. */
  query(given: check.Parameters): string {
    const ids = check.integers(given, "taskid");
    check.refuseUnless(ids !== undefined, "taskid is missing");
    const numbers = check.list(given, "num")?.map(phoneKey);
    const ports = check.integers(given, "port");
    const groups = ids.flatMap((id) => {
      const task = this.#tasks.get(id);
      if (!task) return [];
      const shown = task.entries.filter(
        (entry) =>
          (numbers?.includes(phoneKey(entry.number)) ?? true) &&
          (ports?.includes(entry.port) ?? true) &&
          (entry.status !== STATUS.wait || (this.#options.listsWaiting ?? true)),
      );
      const userid = this.#options.userid === "never" ? undefined : task.userid;
      const header = ["taskid", id, shown.length, ...(userid === undefined ? [] : [userid])].join(":");
      return [
        `[${[header, ...shown.map(({ port, number, status }) => `${port}:${number}:${status}`)].join(";")}]`,
      ];
    });
    check.refuseUnless(groups.length > 0, "no such task");
    return groups.join(this.#options.groups ?? ", ");
  }

  /** Section 2.2.6: about the newest `rptnum` texts (default 1) from a port to a number. */
  queryReceipt(given: check.Parameters): string {
    const port = check.required(given, "port");
    const number = check.required(given, "num");
    check.refuseUnless(/^\d+$/.test(port), "port error");
    check.refuseUnless(!number.includes(","), "num error");
    const count = Number(given.get("rptnum") ?? "1");
    check.refuseUnless(Number.isInteger(count) && count > 0, "rptnum error");
    const receipts = this.#receipts.get(receiptKey(Number(port), number))?.slice(-count) ?? [];
    check.refuseUnless(receipts.length > 0 && receipts.every(({ arrived }) => arrived), "no receipt");
    return "OK";
  }

  reset(): void {
    this.#tasks.clear();
    this.#receipts.clear();
    this.#next = this.#options.firstTask ?? 0;
  }

  #entry(number: string): Entry {
    return {
      port: -1,
      number: this.#options.echo === "digits" ? number.replace("+", "") : number,
      status: STATUS.wait,
    };
  }

  #submit(what: {
    readonly id: number;
    readonly userid: string;
    readonly entry: Entry;
    readonly number: string;
    readonly text: string;
    readonly encoding: "0" | "8";
    readonly ports: readonly number[];
  }): void {
    const { id, userid, entry, number, text, encoding, ports } = what;
    if (ports.length === 0) {
      entry.status = STATUS.timeout;
      return;
    }
    const receipt = { arrived: false };
    const parts = countParts(text, encoding === "0" ? "7bit" : "ucs2");
    let arrived = 0;
    const job: Job = {
      task: id,
      to: number,
      text,
      parts,
      ports,
      correlation: userid,
      started: (port) => {
        entry.port = port;
        entry.status = STATUS.sending;
      },
      progressed: () => undefined,
      ended: (ok) => {
        entry.status = ok ? STATUS.successful : STATUS.failed;
        if (!ok) return;
        this.#boxes.sent(entry.port, this.#sims.sim(entry.port), entry.number, text);
        const key = receiptKey(entry.port, number);
        const earlier = this.#receipts.get(key);
        if (earlier) earlier.push(receipt);
        else this.#receipts.set(key, [receipt]);
      },
      reported: (_part, status) => {
        if (status < 32) arrived += 1;
        receipt.arrived = arrived >= parts;
      },
    };
    this.#modem.submit(job);
    if (ports.some((port) => this.#sims.ready(port))) return;
    this.#timers.after(this.#options.searchTimeout ?? 60_000, () => {
      if (this.#modem.remove((other) => other === job).length > 0) entry.status = STATUS.timeout;
    });
  }
}

const receiptKey = (port: number, number: string): string => `${port} ${phoneKey(number)}`;
