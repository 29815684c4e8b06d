// Pure: which gateway and SIM port sends a text, and how many each may be handed now.
import type { Lane } from "./message.ts";
import type { Job } from "./ports/store.ts";
import type { Port, Station } from "./station.ts";

/** Where only equal texts share a request, no more than this are claimed at once: each may need a request of its own. */
const CLAIM_ONE_BY_ONE = 4;

/** With more gateways than this, a text that only some of them may send is given to one of those, so that claims stay cheap. */
const MOST_SHARED = 6;

/** The pool of work that any of `gateways` (not empty) may do, out of `all` that there are: see `ClaimQuery`. */
export function poolOf(gateways: readonly string[], all: readonly string[]): string {
  if (gateways.length === all.length && gateways.length > 1) return "*";
  return (all.length > MOST_SHARED ? gateways.slice(0, 1) : gateways).toSorted().join(",");
}

/** All pools that `gateway` shares with others: what `poolOf` may have said. */
export function sharedPools(gateway: string, all: readonly string[]): readonly string[] {
  if (all.length < 2) return [];
  if (all.length > MOST_SHARED) return ["*"];
  const sets: (readonly string[])[] = [[gateway]];
  for (const name of all) {
    if (name !== gateway) sets.push(...sets.map((set) => [...set, name]));
  }
  return sets.filter((set) => set.length > 1).map((set) => poolOf(set, all));
}

/** The pool of work that only this SIM may do. */
export const poolOfLane = (lane: Lane): string =>
  lane.port === null ? lane.gateway : `${lane.gateway}:${lane.port}`;

/** Whether the port can take texts at all now. A resting port may, when nothing else is there (`desperate`). */
export const usable = (port: Port, now: number, desperate: boolean): boolean =>
  port.info.registered && !port.info.busy && (desperate || port.restUntil <= now);

/** Free places of a station by port, least used port first. Empty: it can take nothing now. */
export function room(
  station: Station,
  now: number,
): readonly { readonly port: number; readonly free: number }[] {
  if (!station.up || station.sending || station.paused.has(null)) return [];
  const open = [...station.ports.values()].filter(({ info }) => !station.paused.has(info.port));
  const rested = open.some((port) => usable(port, now, false));
  return open
    .filter((port) => usable(port, now, !rested) && !station.sessions.has(port.info.port))
    .toSorted((a, b) => a.used + a.inHand.size - (b.used + b.inHand.size) || a.info.port - b.info.port)
    .map((port) => ({ port: port.info.port, free: port.window - port.inHand.size }))
    .filter(({ free }) => free > 0);
}

/** Stations that can take texts now, the one with the least used free port first; of equal ones the first of the config. */
export function inTurn(stations: Iterable<Station>, now: number): readonly Station[] {
  const least = (station: Station): number => {
    const first = room(station, now)[0];
    const port = first && station.ports.get(first.port);
    return port ? port.used + port.inHand.size : Number.POSITIVE_INFINITY;
  };
  return [...stations]
    .map((station) => ({ station, used: least(station) }))
    .filter(({ used }) => used < Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.used - b.used)
    .map(({ station }) => station);
}

/** What a station may claim now: the pools it serves, each with how many at most, and how many in all. */
export function claimable(
  station: Station,
  all: readonly string[],
  now: number,
): {
  readonly pools: readonly { readonly pool: string; readonly max: number }[];
  readonly limit: number;
  readonly run: number;
} {
  const places = room(station, now);
  const total = places.reduce((sum, place) => sum + place.free, 0);
  const limits = station.gateway.limits;
  const limit = Math.min(total, limits.sameText ? CLAIM_ONE_BY_ONE : limits.batch);
  const pools = [...sharedPools(station.name, all), station.name].map((pool) => ({ pool, max: limit }));
  const tied = places.map(({ port, free }) => ({
    pool: poolOfLane({ gateway: station.name, port }),
    max: free,
  }));
  return { pools: [...pools, ...tied], limit, run: Math.max(1, ...places.map((place) => place.free)) };
}

/** A job with the port that it is counted against; the device may choose another of the load's ports. */
export interface Placed {
  readonly job: Job;
  readonly port: number;
}

/** Jobs that go out in one request, from any of `ports`. */
export interface Load {
  readonly ports: readonly number[];
  readonly placed: readonly Placed[];
}

/**
 * Divides claimed jobs into requests. A text whose thread has a SIM leaves from it; the others from the least used ports, one thread always
 * from one port, so that its texts can't overtake each other. Texts that may go anywhere share one request with all the ports chosen for them.
 */
export function loads(jobs: readonly Job[], station: Station, now: number): readonly Load[] {
  const places = room(station, now).map((place) => ({ ...place }));
  const tied = new Map<number, Placed[]>();
  const threads = new Map<number, Job[]>();
  for (const job of jobs) {
    const port = tiedPort(job, station.name);
    if (port === null) push(threads, job.delivery.thread, job);
    else push(tied, port, { job, port });
  }
  for (const place of places) place.free -= tied.get(place.port)?.length ?? 0;
  const anywhere: Placed[] = [];
  for (const own of threads.values()) {
    const place =
      places.find((other) => other.free >= own.length) ?? places.find((other) => other.free > 0) ?? places[0];
    if (!place) continue;
    place.free -= own.length;
    places.splice(places.indexOf(place), 1);
    places.push(place);
    const [only] = own;
    if (own.length === 1 && only) anywhere.push({ job: only, port: place.port });
    else for (const job of own) push(tied, place.port, { job, port: place.port });
  }
  const out: Load[] = [...tied].map(([port, placed]) => ({ ports: [port], placed }));
  if (anywhere.length > 0)
    out.push({
      ports: [...new Set(anywhere.map(({ port }) => port))].toSorted((a, b) => a - b),
      placed: anywhere,
    });
  return out;
}

/** The port of `gateway` that a job must leave from; null: any. */
export function tiedPort(job: Job, gateway: string): number | null {
  const lane = job.thread.lane?.port == null ? job.delivery.lane : job.thread.lane;
  return lane?.gateway === gateway ? lane.port : null;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
