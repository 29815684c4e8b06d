// The contract of a gateway driver: what the heart asks of a box with SIM cards.
import type { SendError } from "../errors.ts";
import type { State } from "../message.ts";
import type { Clock, Log } from "./system.ts";

/** A text ready to leave. */
export interface Outgoing {
  /** Correlation number, 1 .. 2^31-1, unique for ever. */
  readonly id: number;
  /** The phone as simpost writes it: E.164 or a short code. The driver writes it the way its device wants. */
  readonly number: string;
  readonly text: string;
}

/** Texts for one request: each may leave from any of `ports` (never empty). */
export interface Batch {
  readonly ports: readonly number[];
  readonly texts: readonly Outgoing[];
}

/** The gateway took it. `track` is the driver's own handle, handed back in `Submitted`. */
export interface Receipt {
  readonly id: number;
  readonly track: string | null;
}

/** A text that was handed over, or may have been. */
export interface Submitted extends Outgoing {
  readonly state: State;
  /** When the request left, UTC milliseconds. */
  readonly at: number;
  /** The port it left from; null when the gateway chose and has not said yet. */
  readonly port: number | null;
  readonly parts: number;
  readonly track: string | null;
}

/**
 * What a gateway says of a text.
 * `waiting`: the device has it, the network not yet. `absent`: it is proven that the device never took it.
 * `unknown`: the device can't say now. `failed`: the network refused it, or the handset never got it.
 */
export interface Report {
  readonly id: number;
  readonly outcome: "waiting" | "sent" | "delivered" | "failed" | "absent" | "unknown";
  readonly port?: number;
  readonly track?: string;
  /** The device's own words, for the operator. */
  readonly detail?: string;
}

/** A text read from a gateway's inbox. */
export interface Incoming {
  /** UTC milliseconds, from the device's clock and configured zone. */
  readonly at: number;
  /** The device's own time, as it wrote it: part of the text's identity. */
  readonly stamp: string;
  readonly port: number;
  /** SIM slot A to D, where the port has several. */
  readonly slot?: string;
  /** Own number of the SIM, if the device said so. */
  readonly sim?: string;
  /** The sender as the device wrote it. */
  readonly number: string;
  readonly text: string;
  readonly smsc?: string;
  /** The device's own id, if it has any. */
  readonly ref?: string;
  /** It lay there already at the very first look (`cursor` was undefined when the scan began). */
  readonly old: boolean;
}

export interface Received {
  readonly texts: readonly Incoming[];
  /** Opaque; never undefined, also when the inbox is empty. Stored in the same transaction as the texts. */
  readonly cursor: string;
  /**
   * null: each text is new by its id. A string: these texts may have been seen (an overlapping window, a new epoch); all answers of one
   * such scan carry the same string, and the store lets a text through only if this scan shows more equal ones than were ever taken.
   */
  readonly scan: string | null;
  /** There is more to read: ask again at once. */
  readonly more: boolean;
}

export interface PortInfo {
  /** As the API counts it. Port 0 is a port. */
  readonly port: number;
  readonly registered: boolean;
  /** The device's own words for its state. */
  readonly state: string;
  /** In a call, dialling, pending …: can't send right now. */
  readonly busy: boolean;
  readonly number?: string;
  readonly imsi?: string;
  readonly iccid?: string;
  readonly imei?: string;
  readonly type?: string;
  readonly smsc?: string;
}

/** What a gateway can take; enforced here before the request and by the driver again. */
export interface Limits {
  /** Texts in one request, 1 .. 128. */
  readonly batch: number;
  /** Only equal texts may share a request. */
  readonly sameText: boolean;
  /** Whether the device can take `text` at all (length in its own measure). */
  fits(text: string): boolean;
  /** Longest USSD code in bytes; 0: no USSD. */
  readonly ussd: number;
}

/** Rows for people: `simpost gateway NAME …`. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Which records: all conditions hold together. What a device can't be asked for is sorted out by the driver; a condition that neither can judge is
 * a SendError `permanent`, never passed over.
 */
export interface Filter {
  /** As the API counts them; where a port has several SIMs also one slot of it: `1.A`. */
  readonly ports?: readonly string[];
  /** Phones as simpost writes them, or names. */
  readonly numbers?: readonly string[];
  /** UTC milliseconds, both included. */
  readonly since?: number;
  readonly until?: number;
}

export interface InboxFilter extends Filter {
  /** Only texts with a greater id, where the device numbers them. */
  readonly after?: string;
  /** true: texts that were read already. false: unread ones, which the device then marks as read. Left out: all, and nothing is marked. */
  readonly read?: boolean;
}

export interface ReceiptFilter extends Filter {
  /** How many reports, the newest; from 1. */
  readonly count?: number;
}

/** What a device knows of a port besides its state. */
export type PortDetail = "number" | "imsi" | "iccid" | "imei" | "type" | "smsc";

export interface PortFilter {
  /** As the API counts them. */
  readonly ports?: readonly number[];
  /** Left out: all of them. */
  readonly details?: readonly PortDetail[];
}

/** Which stored records to delete. Nothing is ever deleted unless asked. */
export interface Clear extends Filter {
  readonly box: "inbox" | "outbox" | "both" | "ussd";
  /** Of `ussd`: the device's own sequence numbers, of the ports named. */
  readonly records?: readonly number[];
  /** Everything, whatever the other fields say. Without it at least one of them is needed. */
  readonly all?: boolean;
}

/**
 * A vendor's protocol, translated. Stateless but for its connection and login: loops, cursors, retries and crash safety live in the bridge.
 * Every method: throws SendError (or Unreadable), never anything else; obeys `signal`; one request at a time goes to the device.
 */
export interface Gateway {
  readonly name: string;
  readonly limits: Limits;
  /** Hands texts over in one request, all or none. SendError `unsure` when they may have been taken. */
  send(batch: Batch, signal: AbortSignal): Promise<readonly Receipt[]>;
  /** What became of texts that were taken (results, then delivery reports), many per request. Says nothing of those it knows nothing new of. */
  progress(open: readonly Submitted[], signal: AbortSignal): Promise<readonly Report[]>;
  /**
   * Did these arrive after all? One report each: found (`waiting`, `sent`, `delivered`, `failed`), `absent` or `unknown`. Sends nothing.
   * `witness`: a text that the device listed before these were sent; if it is gone too, the device forgot, and absence proves nothing.
   * `steady`: the device was never out of reach since. `recall`: what texts of ours with these ids say, of those that are remembered: after a restart the
   * driver itself knows none.
   */
  inquire(
    unsure: readonly Submitted[],
    context: {
      readonly witness: Submitted | null;
      readonly steady: boolean;
      readonly recall?: (ids: readonly number[]) => Promise<readonly Pick<Outgoing, "id" | "text">[]>;
    },
    signal: AbortSignal,
  ): Promise<readonly Report[]>;
  /** Reads the inbox from `cursor` (undefined: the very first look). Never deletes, never marks as read. Throws Unreadable rather than lose a text. */
  receive(cursor: string | undefined, signal: AbortSignal): Promise<Received>;
  /** All ports that the device has. */
  ports(signal: AbortSignal): Promise<readonly PortInfo[]>;
  /** Only of devices that push: what there is to be looked at, after this body was pushed. Never throws, and nothing in it is believed: a forged one costs a look. */
  pushed?(body: string): readonly Hint[];
  readonly ussd?: Ussd;
  /** Capabilities of the device that the flow does not use, for the command line. */
  readonly desk?: Desk;
  close(): Promise<void>;
}

/** What a device has news of. */
export type Hint = "inbox" | "results" | "ports";

/** One session per port at a time; the bridge holds the lock. */
export interface Ussd {
  /** SendError temporary: the port is busy; permanent: it can't. */
  send(port: number, code: string, signal: AbortSignal): Promise<void>;
  /** The network's answer to what was sent at or after `since` (UTC milliseconds), or null: not yet. */
  reply(port: number, since: number, signal: AbortSignal): Promise<string | null>;
  /** Ends the session and forgets a stale answer. */
  cancel(port: number, signal: AbortSignal): Promise<void>;
}

/** What became of a USSD code on one port. */
export interface Dialled {
  readonly port: number;
  /** null: it was sent. */
  readonly error: SendError | null;
}

/** USSD on several ports at once: one request each. */
export interface UssdDesk {
  send(ports: readonly number[], code: string, signal: AbortSignal): Promise<readonly Dialled[]>;
  /** The network's answers so far to what was sent at or after `since` (UTC milliseconds), by port. */
  replies(ports: readonly number[], since: number, signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
  cancel(ports: readonly number[], signal: AbortSignal): Promise<void>;
  /** The answers that lie in the device, whatever they answer. */
  kept(ports: readonly number[], filter: Filter, signal: AbortSignal): Promise<readonly Row[]>;
}

export interface Desk {
  /** Texts that wait inside the device. */
  queue?(signal: AbortSignal): Promise<readonly Row[]>;
  inbox(filter: InboxFilter, signal: AbortSignal): Promise<readonly Row[]>;
  /**
   * Lists the inbox and deletes what was listed, in one request: what simpost has not read by then is never forwarded, and what the device
   * deletes without listing it is lost. Throws Unreadable with the whole answer if it can't be read: the texts are gone from the device by then.
   */
  take?(filter: Filter, signal: AbortSignal): Promise<readonly Row[]>;
  outbox?(filter: Filter, signal: AbortSignal): Promise<readonly Row[]>;
  /** What the device says of texts it sent; `tasks`: task ids, where the device wants them. */
  results?(tasks: readonly string[], filter: Filter, signal: AbortSignal): Promise<readonly Row[]>;
  /** The delivery reports for texts from `ports` to `numbers`. */
  receipt?(filter: ReceiptFilter, signal: AbortSignal): Promise<readonly Row[]>;
  /** Like `Gateway.ports`, asked anew, of some ports or for some details only. */
  ports?(filter: PortFilter, signal: AbortSignal): Promise<readonly PortInfo[]>;
  readonly ussd?: UssdDesk;
  /** Stops a sending task. False: the device does not know it. */
  cancel?(task: string, signal: AbortSignal): Promise<boolean>;
  /** Deletes records in the device; returns how many, or null if the device does not say. */
  clear?(what: Clear, signal: AbortSignal): Promise<number | null>;
}

/** What a driver is made with. Plain values: a driver knows no config. */
export interface GatewayOptions {
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** IANA name of the device's clock's zone. */
  readonly timezone: string;
  /** How the device wants numbers. */
  readonly numbers: "e164" | "digits" | "national";
  /** ISO 3166 country whose national form `numbers: national` means, and that texts' senders in national form are read with. */
  readonly region: string | undefined;
  /** One request, milliseconds. */
  readonly timeout: number;
  /** SHA-256 of the device's own certificate, hex, colons allowed; then nothing else about the certificate is checked. */
  readonly fingerprint: string | undefined;
  /** Whatever else the config says for this driver, already validated by config/schema.ts. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly log: Log;
}
