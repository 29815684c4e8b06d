// The radio half of a simulated device: SIM ports, the queue in front of them, and the time a part takes.
import type { Phones } from "../phones.ts";
import type { Timers } from "../timers.ts";

/** A text inside the device. The callbacks tell the API half what happens to it. */
export interface Job {
  readonly task: number;
  readonly to: string;
  readonly text: string;
  readonly parts: number;
  /** Ports it may leave from. */
  readonly ports: readonly number[];
  readonly correlation: string;
  /** A port took it; `ref` is the first part's reference, 0..255. */
  started(port: number, ref: number): void;
  /** So many parts are out. */
  progressed(parts: number): void;
  ended(ok: boolean): void;
  /** A delivery report for this part (from 0). */
  reported(part: number, status: number): void;
}

/** What the modem must know of its SIMs. */
export interface Sims {
  /** Registered with the network: can send. */
  ready(port: number): boolean;
  numberOf(port: number): string;
}

interface Line {
  job: Job | null;
  ref: number;
  used: number;
}

export class Modem {
  /** Milliseconds for one part; 0: at once; Infinity: stays in the air until `finish()`. */
  sendTime: number;
  /** Most texts that ever waited at once. */
  deepest = 0;
  readonly #name: string;
  readonly #phones: Phones;
  readonly #sims: Sims;
  readonly #timers: Timers;
  readonly #lines = new Map<number, Line>();
  #queue: Job[] = [];
  #freed: number[] = [];
  #refilling = false;
  #turn = 0;
  #held = false;

  constructor(name: string, phones: Phones, sims: Sims, timers: Timers, sendTime: number) {
    this.#name = name;
    this.#phones = phones;
    this.#sims = sims;
    this.#timers = timers;
    this.sendTime = sendTime;
  }

  /** Texts that wait for a port. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** A text is in the air on this port. */
  busy(port: number): boolean {
    return this.#lines.get(port)?.job != null;
  }

  /** Takes a text: an idle port sends it now, or it waits. */
  submit(job: Job): void {
    const port = this.#held ? undefined : this.#idle(job.ports);
    if (port !== undefined) {
      this.#start(job, port);
      return;
    }
    this.#queue.push(job);
    this.deepest = Math.max(this.deepest, this.#queue.length);
  }

  /** Takes the texts that `which` names out of the queue, not those already in the air; returns them. */
  remove(which: (job: Job) => boolean): readonly Job[] {
    const removed = this.#queue.filter(which);
    this.#queue = this.#queue.filter((job) => !which(job));
    return removed;
  }

  /** While held no port takes a text from the queue. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.wake();
  }

  /** Lets waiting texts look for a port again: one became ready. */
  wake(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const job of queue) this.submit(job);
  }

  /** Ends what is in the air, on one port or on all. */
  finish(port?: number): void {
    for (const [number, line] of this.#lines) {
      if (line.job && (port === undefined || port === number)) this.#part(line.job, number, line.job.parts);
    }
  }

  /** As after a power cut: nothing waits, nothing is in the air, references start again. */
  reset(): void {
    this.#timers.clear();
    this.#lines.clear();
    this.#queue = [];
  }

  #line(port: number): Line {
    let line = this.#lines.get(port);
    if (!line) {
      line = { job: null, ref: 0, used: 0 };
      this.#lines.set(port, line);
    }
    return line;
  }

  /** The port among these that is free and was used longest ago. */
  #idle(ports: readonly number[]): number | undefined {
    let best: number | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for (const port of ports) {
      if (!this.#sims.ready(port)) continue;
      const line = this.#line(port);
      if (line.job || line.used >= oldest) continue;
      best = port;
      oldest = line.used;
    }
    return best;
  }

  #start(job: Job, port: number): void {
    const line = this.#line(port);
    this.#turn += 1;
    line.job = job;
    line.used = this.#turn;
    const ref = line.ref;
    line.ref = (line.ref + job.parts) % 256;
    job.started(port, ref);
    this.#timers.after(this.sendTime, () => this.#part(job, port, 1));
  }

  /** `done` parts are out, if the network took the last of them. */
  #part(job: Job, port: number, done: number): void {
    const line = this.#line(port);
    if (line.job !== job) return;
    if (!this.#sims.ready(port) || !this.#phones.takes(job.to, done - 1)) {
      this.#end(job, port, false);
      return;
    }
    job.progressed(done);
    if (done < job.parts) this.#timers.after(this.sendTime, () => this.#part(job, port, done + 1));
    else this.#end(job, port, true);
  }

  #end(job: Job, port: number, ok: boolean): void {
    job.ended(ok);
    this.#line(port).job = null;
    if (ok) {
      const { to, text, correlation, task, parts } = job;
      const ownNumber = this.#sims.numberOf(port);
      const sms = { device: this.#name, port, ownNumber, to, text, at: Date.now(), correlation, task, parts };
      this.#phones.leave(sms, (part, status) => job.reported(part, status));
    }
    this.#next(port);
  }

  /** A port became free. A loop, not a recursion: an instant modem empties a long queue in here. */
  #next(port: number): void {
    this.#freed.push(port);
    if (this.#refilling) return;
    this.#refilling = true;
    for (let free = this.#freed.pop(); free !== undefined; free = this.#freed.pop()) this.#refill(free);
    this.#refilling = false;
  }

  #refill(port: number): void {
    if (this.#held || !this.#sims.ready(port) || this.busy(port)) return;
    const index = this.#queue.findIndex((job) => job.ports.includes(port));
    const job = this.#queue[index];
    if (!job) return;
    this.#queue.splice(index, 1);
    this.#start(job, port);
  }
}
