// What a Synway SMG takes at most, and what its numbers mean: each constant with the vendor's section (Wireless Gateway API 1.8).
import type { Limits } from "../../bridge/ports/gateway.ts";
import { measure } from "../../bridge/text.ts";

/** 2.2.1 `num`: numbers in one request. */
export const MAX_NUMBERS = 50;
/** 2.2.1 `smsinfo`: length with encoding 0 (bit7), in septets: the stricter reading of "characters". */
export const MAX_SEPTETS = 600;
/** 2.2.1 `smsinfo`: length with encoding 8 (UCS-2), in UTF-16 code units. */
export const MAX_UNITS = 300;
/** 2.3.1 `ussd`: length of a USSD code. */
export const MAX_USSD = 255;
/** Ours: tasks in one querytxsms (2.2.2 names no limit). */
export const MAX_TASKS = 50;

/** 2.2.2 sending status. */
export const STATUS = { none: 0, wait: 1, sending: 2, successful: 3, failed: 4, timeout: 5 } as const;

/** 2.1.1 port status. */
export const PORT_STATES: Readonly<Record<number, string>> = {
  0: "idle",
  1: "off-hook",
  2: "ringing",
  3: "talking",
  4: "dialing",
  5: "dialing",
  6: "dialing",
  7: "pending",
  9: "ringback",
  10: "interior",
  11: "unavailable",
};
export const IDLE = 0;
export const UNAVAILABLE = 11;

/** 2.1.2 base station connection status. */
export const CONNECT_STATES: Readonly<Record<number, string>> = {
  0: "unconnected",
  1: "connected",
  2: "connecting",
  3: "rejected",
  4: "unknown",
  5: "roaming",
};
/** Connected, roaming. */
export const REGISTERED: readonly number[] = [1, 5];

/** 2.2.4 source of a text in the outbox. */
export const SOURCES: Readonly<Record<string, string>> = { 0: "web page", 1: "email", 2: "API", 3: "system" };

/** 2.2.1 `encoding`: 0 = bit7, 8 = UCS-2; and whether `text` is short enough in it. */
export function encode(text: string): { readonly encoding: "0" | "8"; readonly fits: boolean } {
  const { encoding, units } = measure(text);
  return encoding === "gsm7"
    ? { encoding: "0", fits: units <= MAX_SEPTETS }
    : { encoding: "8", fits: text.length <= MAX_UNITS };
}

export const LIMITS: Limits = {
  batch: MAX_NUMBERS,
  sameText: true,
  fits: (text) => encode(text).fits,
  ussd: MAX_USSD,
};
