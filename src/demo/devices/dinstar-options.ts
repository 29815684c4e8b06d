// What a simulated Dinstar is told to be: its SIMs, its firmware's habits, its login.
import type { Phones } from "../phones.ts";
import type { UssdScript } from "./ussd.ts";

/** Register states of the document (section 10.3), and two that later firmware writes. */
type DinstarReg =
  | "POWER_OFF"
  | "NO_SIM"
  | "PIN_REQUIRE"
  | "PUK_REQUIRE"
  | "UNREGISTER"
  | "SEARCHING_NETWORK"
  | "REGISTER_OK"
  | "UNKNOWN"
  | "REGISTERED"
  | "Mobile Registered";

export interface DinstarPort {
  /** Own number as the network knows it; texts to it arrive here. */
  readonly number?: string;
  /** What the API says of it; default "", as the devices mostly do. */
  readonly shownNumber?: string;
  readonly reg?: DinstarReg;
  readonly type?: string;
  readonly imei?: string;
  readonly imsi?: string;
  readonly iccid?: string;
  readonly smsc?: string;
}

export interface DinstarOptions {
  /** Name in `phones.sent`; default "dinstar". */
  readonly name?: string;
  readonly phones?: Phones;
  /** Default 0: any free port, on 127.0.0.1. */
  readonly port?: number;
  /** Serve https with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** How many SIM ports, 1..32, or what is in each; default 8. */
  readonly ports?: number | readonly DinstarPort[];
  /** Milliseconds for one SMS part; default 0: at once, at request time. Infinity: until `finish()`. */
  readonly sendTime?: number;
  /** IANA name of the device's zone; default UTC. */
  readonly timezone?: string;
  /** Milliseconds that its clock is ahead. */
  readonly skew?: number;
  readonly now?: () => number;

  // Login
  readonly auth?: "digest" | "basic";
  readonly username?: string;
  readonly password?: string;
  /** Wrong logins until the ban; default Infinity. */
  readonly banAfter?: number;
  /** Milliseconds; default 60,000. */
  readonly banFor?: number;
  readonly nonceLifetime?: number;
  readonly nonceUses?: number;
  /** A raw "," in the last query parameter is a false 401. */
  readonly commaQuirk?: boolean;

  // Firmware
  /** Later firmware: top-level `sn` in every answer. */
  readonly sn?: string;
  /** How results and reports write numbers: as they were sent, or digits without "+". */
  readonly echo?: "as-sent" | "digits";
  /** Numbers with "+" are answered 400. */
  readonly refusesPlus?: boolean;
  /** No requested port can send: 550 (later firmware), or wait in the queue. Default "550". */
  readonly noPort?: "550" | "wait";
  /** Later documents: at most so many characters, else 413; default none. */
  readonly maxCharacters?: number;
  /** Whether results go on to DELIVERED after the reports; default true. */
  readonly showsDelivered?: boolean;
  /** `send_ussd` answers with the key "result:". */
  readonly ussdKeyQuirk?: boolean;
  /** What `query_ussd_reply` shows while there is nothing; default "". */
  readonly emptyUssd?: "" | " ";
  /** Parameters that this firmware does not know: a request with one of them is answered 400 as a whole. */
  readonly unknownFilters?: readonly string[];
  /** An info_type that is not among `infoTypes` makes the whole call 400; else it is passed over. */
  readonly strictInfo?: boolean;
  /** Info types this firmware knows; default all of the document, and smsc. */
  readonly infoTypes?: readonly string[];
  /** Where answers of the inbox are cut, bytes; default 8192. */
  readonly inboxCut?: number;
  /** Inbox size: the oldest text goes when it is full; default Infinity. */
  readonly inboxCapacity?: number;
  /** Results and reports remembered; default 50,000 each. */
  readonly resultCapacity?: number;
  /** Texts the queue takes; over it 500. Default Infinity. */
  readonly queueCapacity?: number;
  /** First task id; default 0. */
  readonly firstTask?: number;
  /** The network's USSD services; default: `standardUssd`. */
  readonly ussd?: UssdScript;
  /** Milliseconds until the network answers a USSD; default 0. */
  readonly ussdDelay?: number;
  /** Milliseconds that every answer is late (the request was carried out before); default 0. */
  readonly answerDelay?: number;
  /** Requests remembered; default 10,000. */
  readonly keepRequests?: number;
}
