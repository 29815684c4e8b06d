// A gateway with what is known of it at this moment: up or down, its ports, what each port has in hand. Nothing here needs to survive a crash.

import type { Bell } from "./bell.ts";
import type { SendError } from "./errors.ts";
import { Pokes } from "./poke.ts";
import type { Happening } from "./ports/control.ts";
import type { Gateway, Hint, PortInfo } from "./ports/gateway.ts";
import type { Clock, Log } from "./ports/system.ts";
import { downPause, LONGEST_DOWN_GATEWAY } from "./retry.ts";

/** What of the house a station needs. */
interface House {
  readonly clock: Clock;
  readonly log: Log;
  readonly bell: Bell;
  readonly random: () => number;
  readonly watchers: ReadonlySet<(happening: Happening) => void>;
}

/** A port that let texts to this many phones in a row fail is left alone for a while. */
const FAILS_UNTIL_REST = 3;
/** First rest of a failing port, milliseconds; doubles up to the longest. */
const FIRST_REST = 60_000;
const LONGEST_REST = 15 * 60_000;
/** A port never gets more texts ahead than this, however fast it is: what lies in the device can't be cancelled or sent elsewhere. */
const WIDEST_WINDOW = 64;

/** A port that takes longer for a text is never given several ahead, milliseconds; a late look alone does not make it fast. Real SIMs take seconds. */
const QUICK = 200;

/** A SIM port as the bridge sees it. */
export interface Port {
  info: PortInfo;
  /** Texts handed over that the network has not taken yet, by delivery id. */
  readonly inHand: Set<number>;
  /** How many may be in hand: one on a real SIM, more on one that empties its hand between two looks. */
  window: number;
  /** Texts that left through it today. */
  used: number;
  /** Phones whose texts failed since the last one that was sent: one bad number says nothing of the port. */
  readonly failed: Set<string>;
  restUntil: number;
}

export class Station {
  readonly gateway: Gateway;
  readonly ports = new Map<number, Port>();
  /** Reachable, as far as the last request tells. False until the ports were read once. */
  up = false;
  /** Requests that failed in a row. */
  failures = 0;
  /** Not before this moment is it tried again, UTC milliseconds. */
  retryAt = 0;
  /** A batch is on its way. */
  sending = false;
  /** When it was last out of reach, UTC milliseconds. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** When its ports want to be looked at, UTC milliseconds. */
  portsAt = 0;
  /** The earliest moment at which a text wants to be asked about, UTC milliseconds. */
  askAt = Number.POSITIVE_INFINITY;
  /** Last time that something was sent or heard, UTC milliseconds. */
  activeAt = Number.NEGATIVE_INFINITY;
  /** How long this device takes to send one text, milliseconds, running mean. */
  serviceTime = 0;
  /** Why it is down, in the operator's words. */
  error: string | null = null;
  /** What the store remembers of ports that the device has not named yet: texts of the last day, and what is still in hand. */
  readonly usedBefore = new Map<number, number>();
  readonly heldBefore = new Map<number, number | null>();
  /** Doubtful texts that the device does not have, and since when it says so, UTC milliseconds. */
  readonly missing = new Map<number, number>();
  /** Ports that people paused; null among them: all of the gateway. */
  readonly paused = new Set<number | null>();
  /** Ports with a USSD session under way. */
  readonly sessions = new Set<number>();
  /** Looks that the device asked for by itself. */
  readonly pokes = new Pokes();
  /** Wakes its poll loop. */
  wake: () => void = () => {};

  constructor(gateway: Gateway) {
    this.gateway = gateway;
  }

  get name(): string {
    return this.gateway.name;
  }

  /** Takes over what the device says of its ports; returns those that came or went. */
  learn(
    infos: readonly PortInfo[],
  ): readonly { readonly port: number; readonly registered: boolean; readonly state: string }[] {
    const changes = [];
    for (const info of infos) {
      const known = this.ports.get(info.port);
      if (known?.info.registered !== info.registered)
        changes.push({ port: info.port, registered: info.registered, state: info.state });
      if (known) known.info = info;
      else {
        const used = this.usedBefore.get(info.port) ?? 0;
        this.ports.set(info.port, {
          info,
          inHand: new Set(),
          window: 1,
          used,
          failed: new Set(),
          restUntil: 0,
        });
      }
    }
    for (const [id, port] of this.heldBefore) this.hold(id, port);
    this.heldBefore.clear();
    const present = new Set(infos.map((info) => info.port));
    for (const [number, port] of this.ports) {
      if (present.has(number) || !port.info.registered) continue;
      port.info = { ...port.info, registered: false, state: "gone" };
      changes.push({ port: number, registered: false, state: "gone" });
    }
    return changes;
  }

  /** The device says that it has news: its poll loop looks at once. */
  poke(hints: readonly Hint[], now: number): void {
    if (this.pokes.add(hints, now)) this.wake();
  }

  /** A text was refused or failed, and it may be a port's fault. */
  doubtPorts(): void {
    this.portsAt = 0;
    this.wake();
  }

  /** Some text wants to be asked about by then. */
  askBy(at: number): void {
    if (at >= this.askAt) return;
    this.askAt = at;
    this.wake();
  }

  /** Notes that `id` is in the device's hands, at `port` if it is known. */
  hold(id: number, port: number | null): void {
    if (port === null) return;
    for (const [number, other] of this.ports) if (number !== port) other.inHand.delete(id);
    this.ports.get(port)?.inHand.add(id);
  }

  /** Notes that `id` left the device, well or not. The port learns from it. */
  release(id: number, ended: "sent" | "failed" | "unknown", now: number, phone = ""): void {
    this.missing.delete(id);
    for (const port of this.ports.values()) {
      if (!port.inHand.delete(id)) continue;
      if (ended === "sent") port.failed.clear();
      if (ended !== "failed") continue;
      this.doubtPorts();
      port.failed.add(phone);
      if (port.failed.size < FAILS_UNTIL_REST) continue;
      port.restUntil = now + Math.min(LONGEST_REST, FIRST_REST * 2 ** (port.failed.size - FAILS_UNTIL_REST));
    }
  }

  /** The device says that it does not have `id`. True once it has said so for `patience` milliseconds: a slow request may still be on its way in. */
  misses(id: number, now: number, patience: number): boolean {
    const since = this.missing.get(id) ?? now;
    this.missing.set(id, since);
    return now - since >= patience;
  }

  /**
   * After a look at what ports had in hand: widen the window of those that finished it all in no time, narrow the others'. What came since does not
   * count. `age`: how long ago a text was handed over, milliseconds.
   */
  adapt(before: ReadonlyMap<number, readonly number[]>, age: (id: number) => number): void {
    for (const [number, had] of before) {
      const port = this.ports.get(number);
      if (!port || had.length === 0) continue;
      if (had.some((id) => port.inHand.has(id))) port.window = 1;
      else if (had.length >= port.window && Math.max(...had.map(age)) <= QUICK * had.length)
        port.window = Math.min(WIDEST_WINDOW, port.window * 2);
    }
  }

  /** Which of these texts each port has in hand. */
  load(ids: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> {
    return new Map(
      [...this.ports].map(([number, port]) => [number, [...port.inHand].filter((id) => ids.has(id))]),
    );
  }
}

/** Whoever looks at this gateway, or one of its ports, has something new to see. */
export function tellOfGateway({ watchers }: Pick<House, "watchers">, gateway: string): void {
  for (const watcher of watchers) watcher({ kind: "gateway", gateway });
}

/** An upstream answered. */
export function markUp(house: House, station: Station): void {
  station.failures = 0;
  station.retryAt = 0;
  if (station.up) return;
  station.up = true;
  station.error = null;
  house.log.info("gateway up", { gateway: station.name });
  tellOfGateway(house, station.name);
  house.bell.ring();
}

/** An upstream could not be reached or refused us: nothing more goes there until its poll loop has reached it again. */
export function markDown(house: House, station: Station, error: SendError): void {
  const now = house.clock.now();
  station.failures += 1;
  // A request whose answer is missing says nothing of a reboot; that the device can't be reached does.
  if (error.kind !== "unsure") station.lostAt = now;
  station.retryAt =
    now + (error.retryAfter ?? downPause(station.failures, house.random(), LONGEST_DOWN_GATEWAY));
  const first = station.up || station.error === null;
  station.up = false;
  station.error = error.message;
  if (first) {
    house.log.warn("gateway down", { gateway: station.name, error });
    tellOfGateway(house, station.name);
  }
  station.wake();
}
