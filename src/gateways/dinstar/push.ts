// What newer Dinstar firmware pushes: JSON with the device's `sn` and a list for each kind of news, several in one request, without authentication.
import type { Hint } from "../../bridge/ports/gateway.ts";

/** What is to be looked at when a list is there. `ussd`: answers to codes are asked for like results. */
const HINTS: Readonly<Record<string, Hint>> = {
  sms: "inbox",
  sms_result: "results",
  sms_deliver_status: "results",
  ussd: "results",
  register: "ports",
};

/** Nothing else of the body is used: what came is read from the device. What can't be read, or names nothing known, may be about a text. */
export function readPush(body: string): readonly Hint[] {
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    return ["inbox"];
  }
  if (typeof told !== "object" || told === null) return ["inbox"];
  const hints = Object.keys(told).flatMap((key) => (Object.hasOwn(HINTS, key) ? (HINTS[key] ?? []) : []));
  return hints.length === 0 ? ["inbox"] : [...new Set(hints)];
}
