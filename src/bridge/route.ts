// Who gets a text that came in: whoever wrote last to that phone, else the first route that matches, else the next one.
import { RE2JS } from "re2js";
import type { Lane, Party, Thread } from "./message.ts";
import { matches } from "./phone.ts";
import type { User } from "./policy.ts";

/** A line of the config's `routes`. What is null matches all. */
export interface Route {
  readonly gateway: string | null;
  readonly port: number | null;
  /** Pattern of the sender; see phone.ts `matches`. */
  readonly from: string | null;
  /** RE2 pattern that is found somewhere in the text. */
  readonly text: RE2JS | null;
  /** Users (all their channels) or single parties. */
  readonly to: readonly (string | Party)[];
}

/** Compiles a `text` pattern of a route; linear time, whatever is written. Throws on a syntax error. */
export const compileText = (pattern: string): RE2JS => RE2JS.compile(pattern, RE2JS.DOTALL | RE2JS.MULTILINE);

/** A text that came in, as far as routes look at it. */
export interface Heard {
  readonly lane: Lane;
  readonly phone: string;
  readonly text: string;
}

/** What a route decision rests on. */
export interface Directory {
  readonly users: ReadonlyMap<string, User>;
  readonly channels: ReadonlySet<string>;
  readonly routes: readonly Route[];
}

/**
 * The circles of people to try, best first: who wrote last in the open thread, then each matching route's people. A user, mailbox or channel
 * that no longer exists is left out. Empty: nobody is there to take it.
 * `open`: the thread if somebody wrote in it recently enough, else null.
 */
export function circles(
  heard: Heard,
  open: Thread | null,
  directory: Directory,
): readonly (readonly Party[])[] {
  const found: (readonly Party[])[] = [];
  const wrote = open?.wrote;
  if (wrote && stillThere(wrote.party, wrote.user, directory)) found.push([wrote.party]);
  for (const route of directory.routes) {
    if (!applies(route, heard)) continue;
    const people = route.to.flatMap((target) => expand(target, directory));
    if (people.length > 0) found.push(people);
  }
  return found;
}

/** The first circle none of whose people were tried already, without duplicates. */
export function nextCircle(all: readonly (readonly Party[])[], tried: readonly Party[]): readonly Party[] {
  const seen = new Set(tried.map(partyKey));
  for (const circle of all) {
    const fresh = new Map(
      circle.filter((party) => !seen.has(partyKey(party))).map((party) => [partyKey(party), party]),
    );
    if (fresh.size > 0) return [...fresh.values()];
  }
  return [];
}

function applies(route: Route, heard: Heard): boolean {
  if (route.gateway !== null && route.gateway !== heard.lane.gateway) return false;
  if (route.port !== null && route.port !== heard.lane.port) return false;
  if (route.from !== null && !matches(route.from, heard.phone)) return false;
  return route.text === null || route.text.matcher(heard.text).find();
}

function expand(target: string | Party, directory: Directory): readonly Party[] {
  const parties = typeof target === "string" ? (directory.users.get(target)?.reach ?? []) : [target];
  return parties.filter((party) => directory.channels.has(party.via));
}

/** A person who still has that address, or whoever writes from a place that the config names: a group's chat. */
function stillThere(party: Party, user: string | null, directory: Directory): boolean {
  if (!directory.channels.has(party.via)) return false;
  if (user === null) return true;
  if (!directory.users.has(user)) return false;
  const named = (own: string | Party): boolean => typeof own !== "string" && isWithin(own, party);
  return (
    [...directory.users.values()].some(({ parties }) => parties.some(named)) ||
    directory.routes.some(({ to }) => to.some(named))
  );
}

/** Two parties with one key are one. Case says nothing, except in URLs. */
export const partyKey = ({ via, address }: Party): string =>
  `${via}:${address.includes("://") ? address : address.toLowerCase()}`;

/** Whether `party` is that place, or a part of it: one topic (`CHAT:TOPIC`) of a chat. */
export function isWithin(party: Party, place: Party): boolean {
  const [own, other] = [partyKey(party), partyKey(place)];
  return own === other || own.startsWith(`${other}:`);
}
