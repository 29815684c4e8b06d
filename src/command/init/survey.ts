// What answers at an address: which vendor's gateway, which dialect, its SIM ports, its clock. Only reads.
import { once } from "node:events";
import { connect } from "node:tls";
import { Agent, request } from "undici";
import type { Gateway, PortInfo } from "../../bridge/ports/gateway.ts";
import { httpClock, offsetAt, wallTime } from "../doctor/clocks.ts";
import { words } from "../doctor/finding.ts";

export type Driver = "dinstar" | "synway" | "loopback";

/** How a gateway is reached. */
export interface Reach {
  readonly driver: Driver;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly fingerprint: string | undefined;
  readonly timezone: string;
  readonly extra: Readonly<Record<string, string>>;
}

/** Makes a gateway to try; `odd` hears what is odd about its answers, in a few words. Throws Error for what can't be. */
export type GatewayAt = (reach: Reach, odd: (what: string) => void) => Gateway;

export interface Found {
  readonly driver: Driver;
  /** Settings that this firmware needs. */
  readonly extra: Readonly<Record<string, string>>;
  /** What was seen, for people. */
  readonly notes: readonly string[];
  readonly ports: readonly PortInfo[];
  readonly clock: ClockSeen;
}

/** Milliseconds. */
export interface ClockSeen {
  /** The newest text's time as the device writes it, as if that were UTC; null: none lies there. */
  readonly newest: number | null;
  /** How far its Date field is ahead of us; null: it sends none. */
  readonly date: number | null;
}

export interface Target {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly fingerprint: string | undefined;
  /** Undefined: it is found out. */
  readonly driver: Driver | undefined;
}

const PATIENCE = 10_000;
/** Texts this old still tell something of the clock. */
const LATELY = 2 * 86_400_000;
/** A page of the Dinstar's that changes nothing; elsewhere there is none, and the login is asked for all the same. */
const DOOR = "/api/query_sms_in_queue";

/** The dialects that are tried, in this order. */
const DIALECTS: readonly { readonly driver: Driver; readonly extra: Readonly<Record<string, string>> }[] = [
  { driver: "dinstar", extra: {} },
  { driver: "synway", extra: {} },
  { driver: "synway", extra: { paths: "functions" } },
];

/** Asks it. Throws Error, in words for whoever typed the address, when nothing there can be talked with. */
export async function survey(
  target: Target,
  at: GatewayAt,
  now: () => number,
  signal: AbortSignal,
): Promise<Found> {
  const challenge = await challengeAt(target.url, signal);
  const wanted = DIALECTS.filter(({ driver }) => target.driver === undefined || driver === target.driver);
  // Only a Dinstar asks for Digest. Basic is a Synway's, or an old Dinstar's.
  const digest = /\bdigest\b/i.test(challenge);
  const likely =
    digest && target.driver === undefined ? wanted.filter(({ driver }) => driver === "dinstar") : wanted;
  const order = digest
    ? likely
    : likely.toSorted((a, b) => Number(a.driver === "dinstar") - Number(b.driver === "dinstar"));
  let first: unknown;
  for (const dialect of order) {
    const odd = new Set<string>();
    const reach = { ...target, ...dialect, timezone: "UTC" };
    const gateway = at(reach, (what) => odd.add(what));
    try {
      const ports = await gateway.ports(signal);
      const inbox = await inboxOf(reach, gateway, at, signal);
      const extra = { ...dialect.extra, ...inbox.extra };
      const date = await httpClock(target.url, now, signal).catch(() => null);
      const notes = [
        vendorOf(dialect.driver, challenge),
        ...Object.entries(extra).map(([key, value]) => `newer firmware: ${key}: ${value}`),
        ...[...odd].map((what) => `odd answers, which simpost copes with: ${what}`),
      ];
      return { driver: dialect.driver, extra, notes, ports, clock: { newest: inbox.newest, date } };
    } catch (error) {
      first ??= error;
      // One more guess with a wrong password, and the device may shut us out.
      if (/login|403/.test(words(error))) throw new Error(words(error), { cause: error });
    } finally {
      await gateway.close();
    }
  }
  throw new Error(words(first), { cause: first });
}

const vendorOf = (driver: Driver, challenge: string): string => {
  if (driver === "synway") return "a Synway SMG";
  return /\bdigest\b/i.test(challenge)
    ? "a Dinstar with the New API"
    : "a Dinstar with older firmware (Basic login)";
};

/** How it asks for a login: its WWW-Authenticate; "": not at all. Throws Error when nothing answers. */
async function challengeAt(url: string, signal: AbortSignal): Promise<string> {
  // No password is said: whose certificate it is comes later.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, allowH2: false });
  try {
    const over = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const { headers, body } = await request(url.replace(/\/+$/, "") + DOOR, { dispatcher, signal: over });
    await body.dump({ limit: 64 * 1024 });
    return [headers["www-authenticate"] ?? []].flat().join(", ");
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    throw new Error(`nothing can be reached at ${url}: ${late ? "no answer in time" : words(error)}`, {
      cause: error,
    });
  } finally {
    await dispatcher.destroy(null);
  }
}

/** The SHA-256 fingerprint of a certificate that is not to be trusted by itself; null: it is, or there is none. Throws Error. */
export async function untrusted(
  url: string,
  signal: AbortSignal,
): Promise<{ fingerprint: string; why: string } | null> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:") return null;
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false });
  socket.on("error", () => {});
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
    if (socket.authorized) return null;
    return {
      fingerprint: socket.getPeerCertificate().fingerprint256,
      why: String(socket.authorizationError),
    };
  } finally {
    socket.destroy();
  }
}

/** The newest text's time, and the inbox's event where the usual one is not known. What can't be read tells nothing. */
async function inboxOf(reach: Reach, gateway: Gateway, at: GatewayAt, signal: AbortSignal) {
  const newest = async (device: Gateway): Promise<number | null> => {
    const rows = (await device.desk?.inbox({ since: Date.now() - LATELY }, signal)) ?? [];
    const walls = rows.flatMap(({ time }) => wallTime(time) ?? []);
    return walls.length === 0 ? null : Math.max(...walls);
  };
  try {
    return { newest: await newest(gateway), extra: {} };
  } catch {
    if (reach.driver !== "synway" || reach.extra.paths === "functions") return { newest: null, extra: {} };
  }
  const extra = { inboxEvent: "newqueryrxsms" };
  const other = at({ ...reach, extra: { ...reach.extra, ...extra } }, () => {});
  try {
    return { newest: await newest(other), extra };
  } catch {
    return { newest: null, extra: {} };
  } finally {
    await other.close();
  }
}

/** This much ahead is no rounding, milliseconds. */
const NOTICEABLE = 60_000;
const HOUR = 3_600_000;

/** The zone that the device's clock probably runs in, and why. `here`: this machine's. */
export function suggestZone(
  { newest, date }: ClockSeen,
  here: string,
  now: number,
): { zone: string; why: string | null } {
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= NOTICEABLE;
  const isFuture = (zone: string): boolean =>
    newest !== null && newest - offsetAt(zone, now) > now + NOTICEABLE;
  const offset = offsetAt(here, now);
  if (isFuture(here) && !isFuture("UTC"))
    return { zone: "UTC", why: `its newest text would be of the future in ${here}` };
  if (isFuture(here) && newest !== null) {
    // The sign of these names is turned round (tz database, file etcetera).
    const hours = Math.ceil((newest - now - NOTICEABLE) / HOUR);
    const zone = hours > 0 && hours <= 14 ? `Etc/GMT-${hours}` : here;
    return { zone, why: "its newest text is of the future: its clock runs ahead, or in a zone further east" };
  }
  if (isFuture("UTC")) return { zone: here, why: "its newest text would be of the future in UTC" };
  if (date !== null && offset !== 0 && isNear(date, offset))
    return { zone: here, why: "its web server writes local time" };
  return { zone: here, why: null };
}
