// A simulated Dinstar's way out: send_sms, results, delivery reports, the queue, stop_sms (document sections 2 to 5 and 9).
import type { DeviceClock } from "./clock.ts";
import * as check from "./dinstar-checks.ts";
import type { DinstarOptions } from "./dinstar-options.ts";
import { type ReportRecord, type ResultRecord, Table } from "./dinstar-records.ts";
import type { Modem } from "./modem.ts";
import { countParts, inSevenBit } from "./segments.ts";

const PLACEHOLDER = "#param#";

interface Text {
  readonly number: string;
  readonly text: string;
  readonly parts: number;
  readonly user: number | undefined;
}

export class DinstarOutbox {
  readonly #options: DinstarOptions;
  readonly #modem: Modem;
  readonly #clock: DeviceClock;
  readonly #allPorts: readonly number[];
  readonly #ready: (port: number) => boolean;
  readonly #results: Table<ResultRecord>;
  readonly #reports: Table<ReportRecord>;
  #task: number;

  constructor(
    options: DinstarOptions,
    modem: Modem,
    clock: DeviceClock,
    allPorts: readonly number[],
    ready: (port: number) => boolean,
  ) {
    this.#options = options;
    this.#modem = modem;
    this.#clock = clock;
    this.#allPorts = allPorts;
    this.#ready = ready;
    this.#results = new Table(options.resultCapacity ?? 50_000);
    this.#reports = new Table(options.resultCapacity ?? 50_000);
    this.#task = options.firstTask ?? 0;
  }

  get results(): readonly ResultRecord[] {
    return this.#results.rows;
  }

  get reports(): readonly ReportRecord[] {
    return this.#reports.rows;
  }

  /** Section 2. */
  send(body: unknown): object {
    check.refuseUnless(check.isFields(body));
    const { text, param, port, encoding } = body;
    check.refuseUnless(typeof text === "string" && Array.isArray(param) && param.length > 0);
    check.refuseUnless(param.length <= check.MAX_NUMBERS && check.bytes(text) <= check.MAX_TEXT_BYTES, 413);
    const ports = check.ports(port) ?? this.#allPorts;
    const coding = encoding === "gsm-7bit" ? "7bit" : "ucs2";
    const texts = param.map((entry: unknown) => this.#text(text, entry, coding));
    if ((this.#options.noPort ?? "550") === "550") check.refuseUnless(ports.some(this.#ready), 550);
    const waiting = this.#modem.waiting + texts.length;
    check.refuseUnless(waiting <= (this.#options.queueCapacity ?? Number.POSITIVE_INFINITY), 500);
    const task = this.#task;
    this.#task += 1;
    for (const one of texts) this.#submit(task, ports, one);
    return { error_code: 202, sms_in_queue: waiting, task_id: task };
  }

  /** Section 3. */
  queryResults(body: unknown): object {
    const fields = check.isFields(body) ? body : {};
    const found = this.#results.find({ ...filter(fields), user_id: check.userIds(fields.user_id) });
    return { error_code: 200, result: found };
  }

  /** Section 4. */
  queryReports(body: unknown): object {
    return { error_code: 200, result: this.#reports.find(filter(check.isFields(body) ? body : {})) };
  }

  /** Section 5. */
  queryQueue(): object {
    return { error_code: 200, in_queue: this.#modem.waiting };
  }

  /** Section 9: what waits is taken out; what is in the air goes on. */
  stop(query: URLSearchParams): object {
    const task = query.get("task_id") ?? "";
    check.refuseUnless(/^\d+$/.test(task), 500);
    const removed = this.#modem.remove((job) => job.task === Number(task));
    return { error_code: removed.length > 0 ? 200 : 404 };
  }

  reset(): void {
    this.#results.clear();
    this.#reports.clear();
    this.#task = this.#options.firstTask ?? 0;
  }

  #text(template: string, entry: unknown, coding: "7bit" | "ucs2"): Text {
    check.refuseUnless(check.isFields(entry));
    const number = check.number(entry.number);
    check.refuseUnless(!(this.#options.refusesPlus && number.startsWith("+")));
    const parameters: unknown = entry.text_param ?? [];
    check.refuseUnless(Array.isArray(parameters) && parameters.every((value) => typeof value === "string"));
    const whole = fill(template, parameters);
    check.refuseUnless(check.bytes(whole) <= check.MAX_TEXT_BYTES, 413);
    check.refuseUnless(whole.length <= (this.#options.maxCharacters ?? Number.POSITIVE_INFINITY), 413);
    const text = coding === "7bit" ? inSevenBit(whole) : whole;
    const user = entry.user_id === undefined ? undefined : check.integer(entry.user_id);
    return { number, text, parts: countParts(text, coding), user };
  }

  #submit(task: number, ports: readonly number[], { number, text, parts, user }: Text): void {
    const shown = this.#options.echo === "digits" ? number.replace("+", "") : number;
    let record: ResultRecord | undefined;
    let arrived = 0;
    this.#modem.submit({
      task,
      to: number,
      text,
      parts,
      ports,
      correlation: user === undefined ? "" : String(user),
      started: (port, ref_id) => {
        const time = this.#clock.stamp();
        record = {
          port,
          user_id: user,
          number: shown,
          time,
          status: "SENDING",
          count: parts,
          succ_count: 0,
          ref_id,
        };
        this.#results.add(record);
      },
      progressed: (done) => {
        if (record) record.succ_count = done;
      },
      ended: (ok) => {
        if (record) record.status = ok ? "SENT_OK" : "FAILED";
      },
      reported: (part, status_code) => {
        if (!record) return;
        const { port, time } = record;
        this.#reports.add({ port, number: shown, time, ref_id: (record.ref_id + part) % 256, status_code });
        if (status_code < 32) arrived += 1;
        if (arrived === parts && (this.#options.showsDelivered ?? true)) record.status = "DELIVERED";
      },
    });
  }
}

/** Replaces each #param# by the next parameter; what is put in is not looked at again. */
function fill(template: string, parameters: readonly string[]): string {
  const [first = "", ...rest] = template.split(PLACEHOLDER);
  return rest.reduce((text, piece, index) => text + (parameters[index] ?? PLACEHOLDER) + piece, first);
}

function filter(fields: check.Fields) {
  return {
    number: check.numbers(fields.number),
    port: check.ports(fields.port),
    after: check.time(fields.time_after),
    before: check.time(fields.time_before),
  };
}
