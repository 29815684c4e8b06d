// Names of messages: short, sortable by time, impossible to guess.
import { randomBytes } from "node:crypto";

/** Crockford's base 32, lower case: no i, l, o, u. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 9;
const RANDOM_DIGITS = 7;

/** Chance is drawn from the system in stocks: one draw for every id would cost more than the id. */
const STOCK = 1024;
let stock = Buffer.alloc(0);

function draw(): number {
  if (stock.length === 0) stock = randomBytes(STOCK);
  const byte = stock[0] ?? 0;
  stock = stock.subarray(1);
  return byte & 31;
}

/** A new message id: 9 digits of time (milliseconds), 7 of chance (35 bits). `now`: UTC milliseconds. */
export function newId(now: number): string {
  let rest = now;
  let time = "";
  for (let i = 0; i < TIME_DIGITS; i++) {
    time = DIGITS.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let chance = "";
  for (let i = 0; i < RANDOM_DIGITS; i++) chance += DIGITS.charAt(draw());
  return time + chance;
}
