// What the form of the search page asks for, from its address to the control room's words.
import { FOLLOWS, type State } from "../../bridge/message.ts";
import { readRecipient } from "../../bridge/phone.ts";
import type { Search } from "../../bridge/ports/control.ts";
import type { Visit } from "../visit.ts";

export const STATES = Object.keys(FOLLOWS) as readonly State[];
const FIELDS = ["number", "text", "state", "way", "gateway", "since", "until"] as const;
/** Longest piece of text that is looked for. */
const LONGEST = 500;

/** What is not filled in, or makes no sense, is no condition. */
export function searchOf(visit: Visit): Omit<Search, "limit"> {
  const { query } = visit;
  const state = STATES.find((one) => one === query("state"));
  const way = (["in", "out"] as const).find((one) => one === query("way"));
  const number = query("number").slice(0, LONGEST);
  const text = query("text").slice(0, LONGEST);
  const since = momentOf(query("since"), 0);
  // The minute that was named is included.
  const until = momentOf(query("until"), 59_999);
  const before = Number(query("before"));
  return {
    ...(number === "" ? {} : { number: canonical(number, visit.region) }),
    ...(text === "" ? {} : { text }),
    ...(state ? { state } : {}),
    ...(way ? { way } : {}),
    ...(query("gateway") === "" ? {} : { gateway: query("gateway") }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    ...(Number.isSafeInteger(before) && before > 0 ? { before } : {}),
  };
}

/** The same search as a query of an address, from `before` on; "" begins at the newest. */
export function asQuery({ query }: Visit, before: string): string {
  const pairs = FIELDS.map((name) => [name, query(name)] as const);
  const asked = new URLSearchParams(
    [...pairs, ["before", before] as const]
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name, value]),
  );
  return asked.size === 0 ? "" : `?${asked.toString()}`;
}

/** The phone that was meant; a sender in letters as it was written. */
function canonical(written: string, region: string | undefined): string {
  try {
    return readRecipient(written, region).phone;
  } catch {
    return written;
  }
}

/** A `datetime-local` field, in this machine's time zone, UTC milliseconds. */
function momentOf(written: string, more: number): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(written)) return null;
  const at = new Date(written).getTime();
  return Number.isNaN(at) ? null : at + more;
}
