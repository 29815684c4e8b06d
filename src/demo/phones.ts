// The air: phones that get what the simulated devices send, answer, report, and write to the devices' SIMs.
import { Journal } from "./journal.ts";
import { Timers } from "./timers.ts";

/** A text that left a device and reached the network, all its parts. */
export interface SentSms {
  readonly device: string;
  /** As the device's API counts its ports for texts. */
  readonly port: number;
  /** Own number of the SIM it left from. */
  readonly ownNumber: string;
  /** As the device was told. */
  readonly to: string;
  readonly text: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** `user_id` (Dinstar) or `userid` (Synway) of the request; "" when there was none. */
  readonly correlation: string;
  /** The device's own task id. */
  readonly task: number;
  readonly parts: number;
}

/** How a phone, and the network in front of it, behaves. */
export interface Behaviour {
  /** Texts back whatever this returns; undefined: stays silent. */
  readonly answer?: (sms: SentSms) => string | undefined;
  /** Milliseconds until it answers; default 0, at once. */
  readonly answerDelay?: number;
  /** Status codes (3GPP TS 23.040 9.2.3.15) reported for each part, one after the other; default [0]; []: no report ever. */
  readonly reports?: readonly number[];
  /** Milliseconds before each report; default 0. */
  readonly reportDelay?: number;
  /** The network refuses from this part on (0: all of it); undefined: takes everything. */
  readonly refuseFrom?: number;
}

/** A text for a device's inbox. */
export interface IncomingSms {
  readonly from: string;
  readonly text: string;
  /** When the device notes it as received, UTC milliseconds by the device's clock; default: its now. */
  readonly at?: number;
  readonly smsc?: string;
  /** SIM slot A to D (Synway). */
  readonly slot?: string;
}

/** What a device is to the air. */
export interface Station {
  readonly name: string;
  /** The port whose SIM has this number. */
  portOf(number: string): number | undefined;
  /** Takes a text for this port; false: it can't now (down, not registered): the network keeps it. */
  receive(port: number, sms: IncomingSms): boolean;
}

/** Where a text goes: the SIM's number, or the SIM's place. */
export type Sim = string | { readonly device: string; readonly port: number };

/** Digits alone: +49 151 1, 0049151 1 and 491511 are one phone. */
export const phoneKey = (number: string): string => number.replace(/\D/g, "").replace(/^00/, "") || number;

export class Phones {
  readonly #sent: Journal<SentSms>;
  readonly #timers = new Timers();
  readonly #stations = new Map<string, Station>();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #listeners = new Set<(sms: SentSms) => void>();
  #held: { readonly to: Sim; readonly sms: IncomingSms }[] = [];
  #usual: Behaviour;

  /** `keep`: how many sent texts are remembered (default 100,000); `usual`: how a phone behaves that was told nothing else. */
  constructor(options: { readonly keep?: number; readonly usual?: Behaviour } = {}) {
    this.#sent = new Journal(options.keep ?? 100_000);
    this.#usual = options.usual ?? {};
  }

  /** Every text that left for a phone, oldest first. */
  get sent(): readonly SentSms[] {
    return this.#sent.entries;
  }

  /** How many texts ever left, whatever is remembered. */
  get total(): number {
    return this.#sent.total;
  }

  /** Texts to `number`, in any spelling. */
  to(number: string): readonly SentSms[] {
    return this.sent.filter((sms) => phoneKey(sms.to) === phoneKey(number));
  }

  /** Calls `listener` for every text that leaves; returns how to stop that. */
  onSms(listener: (sms: SentSms) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the first text, past or coming, that `wanted` takes. Rejects after `timeout` milliseconds. */
  waitFor(wanted: (sms: SentSms) => boolean, timeout = 10_000): Promise<SentSms> {
    const past = this.sent.find(wanted);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`phones: no such text within ${timeout} ms`));
      }, timeout);
      const stop = this.onSms((sms) => {
        if (!wanted(sms)) return;
        clearTimeout(timer);
        stop();
        resolve(sms);
      });
    });
  }

  /** Sets how the phone `number` behaves; "*": every phone that was told nothing else. */
  behave(number: string, behaviour: Behaviour): void {
    if (number === "*") this.#usual = behaviour;
    else this.#behaviours.set(phoneKey(number), behaviour);
  }

  /** `from` texts a SIM. When its device is down or not registered the text waits in the network. */
  text(from: string, to: Sim, text: string, more: Omit<IncomingSms, "from" | "text"> = {}): void {
    const sms: IncomingSms = { from, text, ...more };
    if (!this.#deliver(to, sms)) this.#held.push({ to, sms });
  }

  /** How many texts wait for a device that is not there. */
  get held(): number {
    return this.#held.length;
  }

  /** For devices: this station is on the air (again). */
  attach(station: Station): void {
    this.#stations.set(station.name, station);
    const held = this.#held;
    this.#held = [];
    this.#held.push(...held.filter(({ to, sms }) => !this.#deliver(to, sms)));
  }

  /** For devices: this station is gone for good. */
  detach(station: Station): void {
    if (this.#stations.get(station.name) === station) this.#stations.delete(station.name);
  }

  /** For devices: does the network take part number `part` (from 0) to this phone? */
  takes(to: string, part: number): boolean {
    const from = this.#behaviour(to).refuseFrom;
    return from === undefined || part < from;
  }

  /** For devices: all parts left. `report` is called with part and status code for each report that comes back. */
  leave(sms: SentSms, report: (part: number, status: number) => void): void {
    this.#sent.add(sms);
    const behaviour = this.#behaviour(sms.to);
    for (const listener of this.#listeners) listener(sms);
    this.#report(sms, behaviour, 0, report);
    const answer = behaviour.answer?.(sms);
    if (answer === undefined) return;
    const back = { device: sms.device, port: sms.port };
    this.#timers.after(behaviour.answerDelay ?? 0, () => this.text(sms.to, back, answer));
  }

  /** Forgets the texts that left, not what waits. */
  forget(): void {
    this.#sent.clear();
  }

  close(): void {
    this.#timers.clear();
    this.#listeners.clear();
    this.#stations.clear();
  }

  #behaviour(number: string): Behaviour {
    return this.#behaviours.get(phoneKey(number)) ?? this.#usual;
  }

  #report(
    sms: SentSms,
    behaviour: Behaviour,
    step: number,
    report: (part: number, status: number) => void,
  ): void {
    const status = (behaviour.reports ?? [0])[step];
    if (status === undefined) return;
    this.#timers.after(behaviour.reportDelay ?? 0, () => {
      for (let part = 0; part < sms.parts; part += 1) report(part, status);
      this.#report(sms, behaviour, step + 1, report);
    });
  }

  #deliver(to: Sim, sms: IncomingSms): boolean {
    if (typeof to !== "string") return this.#stations.get(to.device)?.receive(to.port, sms) ?? false;
    for (const station of this.#stations.values()) {
      const port = station.portOf(to);
      if (port !== undefined) return station.receive(port, sms);
    }
    return false;
  }
}
