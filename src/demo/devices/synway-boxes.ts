// A simulated Synway's inbox and outbox: records as the document writes them, time windows, deleting (sections 2.2.3 to 2.2.5).
import { type IncomingSms, phoneKey } from "../phones.ts";
import type { DeviceClock } from "./clock.ts";
import * as check from "./synway-checks.ts";
import type { SynwayOptions, SynwayPort } from "./synway-options.ts";

export interface BoxRecord {
  /** Device-local, YYYYMMDDHHMMSS. */
  readonly time: string;
  readonly port: number;
  /** A to D, or -1. */
  readonly slot: string;
  /** Own number of the SIM, or -1. */
  readonly sim: string;
  /** The other side. */
  readonly number: string;
  readonly text: string;
}

/** Source digit of outbox records: sent through the API (section 2.2.4). */
const FROM_API = "2";

export const compact = (stamp: string): string => stamp.replaceAll(/\D/g, "");

export class SynwayBoxes {
  readonly #options: SynwayOptions;
  readonly #clock: DeviceClock;
  #inbox: BoxRecord[] = [];
  #outbox: BoxRecord[] = [];

  constructor(options: SynwayOptions, clock: DeviceClock) {
    this.#options = options;
    this.#clock = clock;
  }

  get inbox(): readonly BoxRecord[] {
    return this.#inbox;
  }

  get outbox(): readonly BoxRecord[] {
    return this.#outbox;
  }

  receive(port: number, sim: SynwayPort, sms: IncomingSms): void {
    const record = this.#record(port, sim, sms.from, sms.text, sms.at);
    this.#inbox.push(sms.slot === undefined ? record : { ...record, slot: sms.slot });
  }

  sent(port: number, sim: SynwayPort, number: string, text: string): void {
    this.#outbox.push(this.#record(port, sim, number, text));
  }

  /** Section 2.2.3, and the newer event with one port a call. */
  queryInbox(given: check.Parameters, newer: boolean): string {
    const wanted = newer ? this.#newerFilter(given) : this.#filter(given, "num");
    const found = this.#inbox.filter(wanted);
    if (!["", "0"].includes(given.get("delete") ?? ""))
      this.#inbox = this.#inbox.filter((record) => !found.includes(record));
    const written = found.map((record) => `${head(record)}:${record.text}|E`);
    if (this.#options.outbox === "mixed") written.push(...this.#outbox.filter(wanted).map(writeSent));
    return this.#join(written);
  }

  /** Section 2.2.4. */
  queryOutbox(given: check.Parameters): string {
    return this.#join(this.#outbox.filter(this.#filter(given, "num")).map(writeSent));
  }

  /** Section 2.2.5. */
  delete(given: check.Parameters): string {
    const boxes = check.list(given, "smsbox") ?? ["r", "s"];
    const clear = check.required(given, "clear");
    check.refuseUnless(clear === "1" || clear === "2", "clear error");
    check.refuseUnless(
      boxes.every((box) => ["r", "s", "1"].includes(box)),
      "smsbox error",
    );
    check.refuseUnless(clear === "2" || given.has("smsbox"), "smsbox is missing");
    const doomed = clear === "2" ? () => true : this.#filter(given, "phonenum");
    const before = this.#inbox.length + this.#outbox.length;
    if (boxes.includes("r") || boxes.includes("1"))
      this.#inbox = this.#inbox.filter((record) => !doomed(record));
    if (boxes.includes("s")) this.#outbox = this.#outbox.filter((record) => !doomed(record));
    return `total:${before - this.#inbox.length - this.#outbox.length}`;
  }

  wipe(): void {
    this.#inbox = [];
    this.#outbox = [];
  }

  wipeInbox(): void {
    this.#inbox = [];
  }

  #record(port: number, sim: SynwayPort, number: string, text: string, at?: number): BoxRecord {
    const time = compact(this.#clock.stamp(at));
    return { time, port, slot: sim.slot ?? "-1", sim: sim.shownNumber ?? "-1", number, text };
  }

  #filter(given: check.Parameters, numberKey: string): (record: BoxRecord) => boolean {
    const window = this.#window(check.time(given, "begintime"), check.time(given, "endtime"));
    const numbers = check.list(given, numberKey)?.map(phoneKey);
    const ports = check.list(given, "port");
    return (record) =>
      window(record) &&
      (numbers?.includes(phoneKey(record.number)) ?? true) &&
      (ports === undefined ||
        ports.includes("-1") ||
        ports.includes(String(record.port)) ||
        ports.includes(`${record.port}.${record.slot}`));
  }

  #newerFilter(given: check.Parameters): (record: BoxRecord) => boolean {
    const form = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
    const window = this.#window(check.time(given, "begintime", form), check.time(given, "endtime", form));
    const ports = check.integers(given, "port");
    check.refuseUnless(ports?.length === 1, "port error");
    return (record) => window(record) && record.port === ports[0];
  }

  #window(begin: string | undefined, end: string | undefined): (record: BoxRecord) => boolean {
    const strict = this.#options.exclusiveTimes === true;
    return ({ time }) =>
      (begin === undefined || (strict ? time > begin : time >= begin)) &&
      (end === undefined || (strict ? time < end : time <= end));
  }

  #join(records: readonly string[]): string {
    const separator = this.#options.records === "document" ? "; \n" : ";";
    return [`total:${records.length}`, ...records].join(separator);
  }
}

/** Time:Port(Slot)(SIM):Number */
const head = ({ time, port, slot, sim, number }: BoxRecord): string =>
  `${time}:${port}(${slot})(${sim}):${number}`;

const writeSent = (record: BoxRecord): string => `${head(record)}:${FROM_API}:${record.text}:|E`;
