// A gateway: does it answer, does it take our login, are its SIMs registered, does its clock run right?

import { once } from "node:events";
import { connect } from "node:tls";
import type { Gateway, PortInfo } from "../../bridge/ports/gateway.ts";
import { httpClock, judgeClock, offsetAt, type Seen, wallTime } from "./clocks.ts";
import { bad, type Check, doubtful, good, type Said, words } from "./finding.ts";
import type { GatewayPatient } from "./patient.ts";

/** Besides what one request may take, milliseconds. */
const MORE = 30_000;
/** Texts this old still tell something of the clock, milliseconds. */
const LATELY = 2 * 86_400_000;
const PATIENCE = 5_000;

/** What devices come with, or what people write at the first try. */
const DEFAULTS = new Set(["", "admin", "password", "123456", "12345678", "root", "apiuseradmin"]);

export const gatewayCheck = (patient: GatewayPatient, now: () => number): Check => ({
  name: `gateway ${patient.name}`,
  limit: patient.timeout + MORE,
  async run(signal) {
    const gateway = patient.make();
    try {
      let ports: readonly PortInfo[];
      try {
        ports = await gateway.ports(signal);
      } catch (error) {
        return [await unreachable(patient, words(error), signal)];
      }
      if (patient.url === "")
        return [good("is no device: what it is given goes nowhere"), ...sims(patient, ports)];
      const seen = await look(patient, gateway, now, signal);
      return [
        good(`answers at ${patient.url}, and takes our login`),
        ...sims(patient, ports),
        ...numbers(patient, ports),
        judgeClock(seen, patient.timezone, now()),
        ...weak(patient),
      ];
    } finally {
      await gateway.close();
    }
  },
});

async function unreachable({ url, pinned }: GatewayPatient, why: string, signal: AbortSignal): Promise<Said> {
  if (/login/.test(why))
    return bad(
      why,
      "Check username and password: the device's API has an account of its own. Devices shut out who fails often; wait some minutes before the next try.",
    );
  if (/certificate/.test(why) && !pinned) {
    const seen = await fingerprintAt(url, signal).catch(() => null);
    return bad(
      why,
      `If this is the device, set tls: { fingerprint: ${seen === null ? "…" : `"${seen}"`} } for it.`,
    );
  }
  if (/fingerprint/.test(why))
    return bad(
      why,
      "If the device got a new certificate, set tls.fingerprint to that one; else somebody stands between.",
    );
  if (/New API/.test(why))
    return bad(why, "Is driver the right one, and the API switched on in the device's web pages?");
  if (/HTTP \d|can't be read|redirect/.test(why))
    return bad(why, "Are driver and url right? The address is that of the device, without a path.");
  return bad(
    why,
    `Is the device switched on, url right, and no firewall between? From this machine: curl -v ${url}`,
  );
}

/** The SHA-256 fingerprint of the certificate that an https server shows. Throws Error. */
export async function fingerprintAt(url: string, signal: AbortSignal): Promise<string> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false });
  socket.on("error", () => {});
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
    const { fingerprint256 } = socket.getPeerCertificate();
    return fingerprint256;
  } finally {
    socket.destroy();
  }
}

function sims({ ports: named }: GatewayPatient, ports: readonly PortInfo[]): readonly Said[] {
  const up = ports.filter(({ registered }) => registered);
  const missing = [...named.keys()].filter((port) => !ports.some((one) => one.port === port));
  const said: Said[] = [];
  const all = `${up.length} of ${ports.length} SIM ports are registered`;
  const others = ports.filter(({ registered }) => !registered);
  const states = `${all}; not: ${others.map(({ port, state }) => `${port} (${state})`).join(", ")}`;
  const todo = "Is a SIM card in it, unlocked (PIN), paid for, the antenna on? Empty ports are no harm.";
  if (up.length === 0) said.push(bad(ports.length === 0 ? "it has no SIM ports" : states, todo));
  else said.push(others.length === 0 ? good(all) : doubtful(states, todo));
  if (missing.length > 0)
    said.push(
      doubtful(
        `the config names ports that it does not have: ${missing.join(", ")}`,
        "Correct ports of this gateway: the API's first port is 0 on Dinstar.",
      ),
    );
  return said;
}

/** Neither the device nor the config knows the SIM's own number. */
function numbers({ ports: named }: GatewayPatient, ports: readonly PortInfo[]): readonly Said[] {
  const nameless = ports.filter(({ port, registered, number }) => registered && !number && !named.get(port));
  if (nameless.length === 0) return [];
  const which = nameless.map(({ port }) => port).join(", ");
  return [
    doubtful(
      `the numbers of the SIM cards in ports ${which} are not known`,
      `People can't see which number a text came to: set ports: { ${nameless[0]?.port}: { number: "+…" } } for it.`,
    ),
  ];
}

const weak = ({ username, password }: GatewayPatient): readonly Said[] =>
  DEFAULTS.has(password.toLowerCase()) || password === username
    ? [
        doubtful(
          "its password is one that everybody knows",
          "Whoever reaches the device sends texts at your cost: set another one in the device, then here.",
        ),
      ]
    : [];

async function look(
  { url, timezone, heard }: GatewayPatient,
  gateway: Gateway,
  now: () => number,
  signal: AbortSignal,
): Promise<Seen> {
  const known = await heard().catch(() => []);
  if (known.length > 0) return { heard: known, newest: null, date: null };
  return {
    heard: [],
    newest: await newestIn(gateway, timezone, now(), signal),
    date: await httpClock(url, now, signal).catch(() => null),
  };
}

/** How far the newest text in the device is in the future, with its clock in that zone, milliseconds; null: there is none, or it can't say. */
export async function newestIn(
  gateway: Gateway,
  timezone: string,
  now: number,
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const rows = (await gateway.desk?.inbox({ since: now - LATELY }, signal)) ?? [];
    const walls = rows.flatMap(({ time }) => wallTime(time) ?? []);
    return walls.length === 0 ? null : Math.max(...walls) - offsetAt(timezone, now) - now;
  } catch {
    return null;
  }
}
