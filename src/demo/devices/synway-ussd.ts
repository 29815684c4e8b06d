// A simulated Synway's USSD files: send, read, delete (section 2.3).
import type { Timers } from "../timers.ts";
import type { DeviceClock } from "./clock.ts";
import type { Modem } from "./modem.ts";
import { compact } from "./synway-boxes.ts";
import * as check from "./synway-checks.ts";
import type { SynwayOptions } from "./synway-options.ts";
import { standardUssd, UssdNetwork } from "./ussd.ts";

export interface UssdFile {
  readonly port: number;
  /** Sequence number on its port, from 0. */
  readonly order: number;
  readonly time: string;
  readonly content: string;
  readonly sent: boolean;
  /** The network's words; null: none yet. */
  reply: string | null;
}

export class SynwayUssd {
  readonly #options: SynwayOptions;
  readonly #modem: Modem;
  readonly #clock: DeviceClock;
  readonly #timers: Timers;
  readonly #ready: (port: number) => boolean;
  readonly #network: UssdNetwork;
  readonly #orders = new Map<number, number>();
  #files: UssdFile[] = [];

  constructor(
    options: SynwayOptions,
    modem: Modem,
    clock: DeviceClock,
    timers: Timers,
    ready: (port: number) => boolean,
  ) {
    this.#options = options;
    this.#modem = modem;
    this.#clock = clock;
    this.#timers = timers;
    this.#ready = ready;
    this.#network = new UssdNetwork(options.ussd ?? standardUssd);
  }

  get files(): readonly UssdFile[] {
    return this.#files;
  }

  /** Section 2.3.1. */
  send(given: check.Parameters): string {
    const ports = check.integers(given, "port");
    check.refuseUnless(ports !== undefined, "port is missing");
    const text = check.required(given, "ussd");
    check.refuseUnless(text.length <= check.MAX_USSD, "ussd too long");
    return ports.map((port) => `${port}:${this.#one(port, text) ? 1 : 0}`).join(";");
  }

  /** Section 2.3.2. */
  query(given: check.Parameters): string {
    const ports = check.integers(given, "port");
    check.refuseUnless(ports !== undefined, "port is missing");
    const begin = check.time(given, "begintime");
    const end = check.time(given, "endtime");
    const found = this.#files.filter(
      ({ port, time }) =>
        (ports.includes(-1) || ports.includes(port)) &&
        (begin === undefined || time >= begin) &&
        (end === undefined || time <= end),
    );
    const written = found.map(
      ({ port, order, time, content, sent, reply }) =>
        `${port}|${order}|${time}|${content}|${sent ? 1 : 0}| ${reply ?? "NULL"}|E`,
    );
    return [`total:${found.length}`, ...written].join(";");
  }

  /** Section 2.3.3. */
  delete(given: check.Parameters): string {
    const ports = check.integers(given, "port");
    check.refuseUnless(ports !== undefined, "port is missing");
    const orders = check.integers(given, "num") ?? [-1];
    const doomed = ({ port, order }: UssdFile): boolean =>
      ports.includes(-1) || (ports.includes(port) && (orders.includes(-1) || orders.includes(order)));
    const before = this.#files.length;
    this.#files = this.#files.filter((file) => !doomed(file));
    return `total:${before - this.#files.length}`;
  }

  reset(): void {
    this.#network.reset();
    this.#files = [];
    this.#orders.clear();
  }

  #one(port: number, content: string): boolean {
    const sent = this.#ready(port) && !this.#modem.busy(port);
    const order = this.#orders.get(port) ?? 0;
    this.#orders.set(port, order + 1);
    const file: UssdFile = { port, order, time: compact(this.#clock.stamp()), content, sent, reply: null };
    this.#files.push(file);
    if (!sent) return false;
    this.#timers.after(this.#options.ussdDelay ?? 0, () => {
      file.reply = this.#network.ask(port, content);
    });
    return true;
  }
}
