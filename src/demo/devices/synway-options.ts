// What a simulated Synway is told to be: its SIMs, its dialect, its login.
import type { Phones } from "../phones.ts";
import type { UssdScript } from "./ussd.ts";

export interface SynwayPort {
  /** Own number as the network knows it; texts to it arrive here. */
  readonly number?: string;
  /** What inbox records say of it; default none, written (-1). */
  readonly shownNumber?: string;
  /** The active slot of a port with several SIM cards; default none, written (-1). */
  readonly slot?: "A" | "B" | "C" | "D";
  /** BS connection status (section 2.1.2): 0 unconnected, 1 connected, 2 connecting, 3 rejected, 4 unknown, 5 roaming. Default 1. 1 and 5 can send. */
  readonly connect?: 0 | 1 | 2 | 3 | 4 | 5;
  /** Port status (section 2.1.1), 0..11; default 0 when connected, else 11. */
  readonly state?: number;
  readonly type?: string;
  readonly iccid?: string;
  readonly imei?: string;
  readonly imsi?: string;
}

export interface SynwayOptions {
  /** Name in `phones.sent`; default "synway". */
  readonly name?: string;
  readonly phones?: Phones;
  /** Default 0: any free port, on 127.0.0.1. */
  readonly port?: number;
  /** How many SIM ports, or what is in each; default 8. */
  readonly ports?: number | readonly SynwayPort[];
  /** Milliseconds for one SMS part; default 0: at once, at request time. Infinity: until `finish()`. */
  readonly sendTime?: number;
  readonly timezone?: string;
  readonly skew?: number;
  readonly now?: () => number;

  // Login
  readonly username?: string;
  readonly password?: string;

  // Dialect
  /** How answers are written as JSON: escaped as they must be; control characters raw (real devices); nothing escaped at all. Default "raw". */
  readonly json?: "proper" | "raw" | "none";
  /** The good result's spelling; default "ok". */
  readonly ok?: "ok" | "oK" | "OK";
  /** Number of the first port for texts and USSD; default 1. */
  readonly portBase?: 0 | 1;
  /** Number of the first port in getwirelessinfo; default 0. */
  readonly wirelessBase?: 0 | 1;
  /** porttype answers one value for all ports ("one", as documented) or one record each. */
  readonly portTypes?: "one" | "each";
  /** How records of a box are joined: as captured (";"), or as printed in the document ("; " and a newline). */
  readonly records?: "captured" | "document";
  /** What stands between the groups of querytxsms; default ", ". */
  readonly groups?: ", " | ",\n" | "\n" | ",";
  /** Whether the header of querytxsms carries the userid; default "as-given". */
  readonly userid?: "as-given" | "never";
  /** Whether querytxsms lists texts that wait for a port (as port -1, status 1); default true. */
  readonly listsWaiting?: boolean;
  /** How the outbox is read: `querysxsms`; nothing; or `queryrxsms` mixes both boxes. Default "querysxsms". */
  readonly outbox?: "querysxsms" | "none" | "mixed";
  /** How numbers come back. */
  readonly echo?: "as-sent" | "digits";
  /** Newer firmware: /API/SendSMS, /API/QueryTxSMS, /API/QueryRxSMS, /API/QueryPortInfo. */
  readonly aliases?: boolean;
  /** Newer firmware: event newqueryrxsms, one port a call, times as YYYY-MM-DD HH:mm:ss. */
  readonly newInbox?: boolean;
  /** `begintime` and `endtime` do not belong to the window. */
  readonly exclusiveTimes?: boolean;
  /** Milliseconds after which a text that found no port is status 5; default 60,000. */
  readonly searchTimeout?: number;
  /** First task id; default 0. */
  readonly firstTask?: number;
  readonly ussd?: UssdScript;
  /** Milliseconds until the network answers a USSD; default 0. */
  readonly ussdDelay?: number;
  /** Milliseconds that every answer is late (the request was carried out before); default 0. */
  readonly answerDelay?: number;
  /** One request at a time, the others wait; default true. */
  readonly serial?: boolean;
  readonly keepRequests?: number;
}
