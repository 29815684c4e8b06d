// A simulated Dinstar's tables of results and delivery reports: bounded, and found by number or user_id without a scan.
import { phoneKey } from "../phones.ts";

type DinstarStatus = "SENDING" | "SENT_OK" | "DELIVERED" | "FAILED";

export interface ResultRecord {
  readonly port: number;
  readonly user_id: number | undefined;
  readonly number: string;
  /** Device-local. */
  readonly time: string;
  status: DinstarStatus;
  readonly count: number;
  succ_count: number;
  readonly ref_id: number;
}

export interface ReportRecord {
  readonly port: number;
  readonly number: string;
  readonly time: string;
  readonly ref_id: number;
  readonly status_code: number;
}

interface Filter {
  readonly number?: readonly string[] | undefined;
  readonly port?: readonly number[] | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly user_id?: readonly number[] | undefined;
}

interface Row {
  readonly number: string;
  readonly port: number;
  readonly time: string;
  readonly user_id?: number | undefined;
}

export class Table<T extends Row> {
  readonly #capacity: number;
  /** The oldest one is at `#oldest` once it is full, else at 0. */
  readonly #rows: T[] = [];
  #oldest = 0;
  readonly #byNumber = new Map<string, Set<T>>();
  readonly #byUser = new Map<number, Set<T>>();

  /** Keeps the newest `capacity` rows, 1 or more. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(row: T): void {
    enter(this.#byNumber, phoneKey(row.number), row);
    if (row.user_id !== undefined) enter(this.#byUser, row.user_id, row);
    if (this.#rows.length < this.#capacity) return void this.#rows.push(row);
    const oldest = this.#rows[this.#oldest];
    if (oldest) this.#forget(oldest);
    this.#rows[this.#oldest] = row;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** Rows that meet every condition; a number matches with or without "+", times are bounds that belong to it. */
  find(filter: Filter): T[] {
    return this.#candidates(filter).filter(
      (row) =>
        (filter.port === undefined || filter.port.includes(row.port)) &&
        (filter.after === undefined || row.time >= filter.after) &&
        (filter.before === undefined || row.time <= filter.before) &&
        (filter.user_id === undefined || (row.user_id !== undefined && filter.user_id.includes(row.user_id))),
    );
  }

  clear(): void {
    this.#rows.length = 0;
    this.#oldest = 0;
    this.#byNumber.clear();
    this.#byUser.clear();
  }

  /** Oldest first. */
  get rows(): readonly T[] {
    return [...this.#rows.slice(this.#oldest), ...this.#rows.slice(0, this.#oldest)];
  }

  #candidates(filter: Filter): T[] {
    if (filter.number)
      return [...new Set(filter.number.map(phoneKey))].flatMap((key) => [...(this.#byNumber.get(key) ?? [])]);
    if (filter.user_id)
      return [...new Set(filter.user_id)].flatMap((id) => [...(this.#byUser.get(id) ?? [])]);
    return [...this.rows];
  }

  #forget(row: T): void {
    leave(this.#byNumber, phoneKey(row.number), row);
    if (row.user_id !== undefined) leave(this.#byUser, row.user_id, row);
  }
}

function enter<K, T>(index: Map<K, Set<T>>, key: K, row: T): void {
  const rows = index.get(key);
  if (rows) rows.add(row);
  else index.set(key, new Set([row]));
}

function leave<K, T>(index: Map<K, Set<T>>, key: K, row: T): void {
  const rows = index.get(key);
  rows?.delete(row);
  if (rows?.size === 0) index.delete(key);
}
