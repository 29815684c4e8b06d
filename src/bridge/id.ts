// Names of messages: short, sortable by time, impossible to guess.
import { randomBytes } from "node:crypto";

/** Crockford's base 32, lower case: no i, l, o, u. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 9;
const RANDOM_DIGITS = 7;

/** A new message id: 9 digits of time (milliseconds), 7 of chance (35 bits). `now`: UTC milliseconds. */
export function newId(now: number): string {
  let rest = now;
  let time = "";
  for (let i = 0; i < TIME_DIGITS; i++) {
    time = DIGITS.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let chance = "";
  for (const byte of randomBytes(RANDOM_DIGITS)) chance += DIGITS.charAt(byte & 31);
  return time + chance;
}
