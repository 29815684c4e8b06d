// A simulated Dinstar's inbox: rising ids, read marks, answers cut at about 8 KB (document section 6).
import type { IncomingSms } from "../phones.ts";
import type { DeviceClock } from "./clock.ts";
import { bytes } from "./dinstar-checks.ts";

/** Seen by clients; the document says nothing of it. */
export const INBOX_CUT = 8192;

export interface InboxRecord {
  readonly incoming_sms_id: number;
  readonly port: number;
  readonly number: string;
  readonly smsc: string;
  /** Device-local. */
  readonly timestamp: string;
  readonly text: string;
}

interface Stored {
  record: InboxRecord;
  read: boolean;
}

export class DinstarInbox {
  readonly #clock: DeviceClock;
  readonly #cut: number;
  readonly #capacity: number;
  #stored: Stored[] = [];
  #next = 1;

  constructor(clock: DeviceClock, cut: number, capacity: number) {
    this.#clock = clock;
    this.#cut = cut;
    this.#capacity = capacity;
  }

  get records(): readonly InboxRecord[] {
    return this.#stored.map(({ record }) => record);
  }

  get unread(): number {
    return this.#stored.filter(({ read }) => !read).length;
  }

  add(port: number, sms: IncomingSms): void {
    const record = {
      incoming_sms_id: this.#next,
      port,
      number: sms.from,
      smsc: sms.smsc ?? "+491710760000",
      timestamp: this.#clock.stamp(sms.at),
      text: sms.text,
    };
    this.#next += 1;
    this.#stored.push({ record, read: false });
    if (this.#stored.length > this.#capacity) this.#stored.shift();
  }

  /** Section 6. Whole records until the answer is full, at least one. */
  query(parameters: URLSearchParams): object {
    const flag = parameters.get("flag") ?? "unread";
    const after = parameters.get("incoming_sms_id") ?? "0";
    if (!["unread", "read", "all"].includes(flag) || !/^\d+$/.test(after)) return { error_code: 500 };
    const sms: InboxRecord[] = [];
    let room = this.#cut;
    for (const stored of this.#stored.slice(this.#after(Number(after)))) {
      if (flag !== "all" && stored.read !== (flag === "read")) continue;
      room -= bytes(JSON.stringify(stored.record)) + 1;
      if (room < 0 && sms.length > 0) break;
      sms.push(stored.record);
      if (flag === "unread") stored.read = true;
    }
    const unread = this.unread;
    return { error_code: 200, sms, read: this.#stored.length - unread, unread };
  }

  /** A person opened the inbox in the device's own pages. */
  markRead(): void {
    for (const stored of this.#stored) stored.read = true;
  }

  /** Deletes everything; ids begin again at 1, or go on. */
  wipe(restartIds: boolean): void {
    this.#stored = [];
    if (restartIds) this.#next = 1;
  }

  /** Keeps the texts under new ids from 1. */
  renumber(): void {
    this.#stored.forEach((stored, index) => {
      stored.record = { ...stored.record, incoming_sms_id: index + 1 };
    });
    this.#next = this.#stored.length + 1;
  }

  /** Where the records with a greater id begin: ids rise, so halves are enough. */
  #after(id: number): number {
    let low = 0;
    let high = this.#stored.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stored[middle]?.record.incoming_sms_id ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
