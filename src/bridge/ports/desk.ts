// The contract of the desk: where people who come through a channel look things up and steer.
import type { Delivery, Message, Party, State } from "../message.ts";
import type { Measure } from "../text.ts";
import type { Job } from "./store.ts";

/** A SIM port as people want to see it. */
export interface PortView {
  readonly gateway: string;
  /** Of the gateway. */
  readonly up: boolean;
  readonly port: number;
  readonly label: string | null;
  readonly number: string | null;
  readonly registered: boolean;
  /** The device's own words. */
  readonly state: string;
  /** Texts in the last 24 hours. */
  readonly used: number;
  /** Texts handed over that the network has not taken yet. */
  readonly inHand: number;
  /** Left alone until then, because texts through it failed, UTC milliseconds; null: it is not. */
  readonly restsUntil: number | null;
  /** Nothing is sent through it until it is resumed. */
  readonly paused: boolean;
  /** What else the device says of its SIM; null: it does not. */
  readonly sim: {
    readonly imsi: string | null;
    readonly iccid: string | null;
    readonly imei: string | null;
    readonly type: string | null;
  };
}

/** How the house stands. */
export interface Standing {
  /** Deliveries in each state. */
  readonly depth: Readonly<Record<State, number>>;
  /** `error`: why it is down, in the operator's words. */
  readonly gateways: readonly {
    readonly name: string;
    readonly up: boolean;
    readonly error: string | null;
  }[];
  readonly channels: readonly { readonly name: string; readonly up: boolean }[];
}

/** Where people look things up and steer. */
export interface Desk {
  /** By gateway and port, as in the config. */
  ports(): readonly PortView[];
  standing(): Promise<Standing>;
  /** Deliveries to and from phones with `what` in number or text, newest first; of the conversations of `user` only, unless null. */
  find(user: string | null, what: string, limit: number): Promise<readonly Job[]>;
  /** A message with all its deliveries; null: there is none. */
  message(
    id: string,
  ): Promise<{ readonly message: Message; readonly deliveries: readonly Delivery[] } | null>;
  /** The conversation in which `ref` was said on channel `via`: the delivery that it came with; null: none. */
  said(via: string, ref: string): Promise<Job | null>;
  /** What a text would cost as it would be sent now, and how many parts may be (`maxParts`). */
  price(text: string): Measure & { readonly maxParts: number };
  /** What people call a phone, or null. */
  nameOf(phone: string): string | null;
  /** From now on people call this phone so; null: no more. */
  call(phone: string, name: string | null): Promise<void>;
  /** The user whose address this is, also by a tie; null: a stranger. */
  userOf(party: Party): string | null;
  /** Ties another address to a user, for good. Throws Error if there is no such user. */
  tie(user: string, party: Party): Promise<void>;
  /** Whether a config's route or user names this party: a place where texts for people go. */
  isPlace(party: Party): boolean;
}
