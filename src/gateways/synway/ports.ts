// The ports: call state, connection to a base station, and what is known of modem and SIM (vendor section 2.1).
import { SendError, Unreadable } from "../../bridge/errors.ts";
import type { PortFilter, PortInfo } from "../../bridge/ports/gateway.ts";
import { Refused, unreadable } from "./api.ts";
import type { Device } from "./device.ts";
import { CONNECT_STATES, IDLE, PORT_STATES, REGISTERED, UNAVAILABLE } from "./limits.ts";

/** Modem and SIM data hardly change, and take five requests: read this rarely, and again this soon after a failure, milliseconds. */
const WIRELESS_EVERY = 3_600_000;
const WIRELESS_AGAIN = 600_000;

/** 2.1.3 `type`, and what the contract calls it. */
const TYPES = [
  ["porttype", "type"],
  ["ICCID", "iccid"],
  ["IMEI", "imei"],
  ["IMSI", "imsi"],
  ["PhoneNo", "number"],
] as const;

type Wireless = Partial<Record<(typeof TYPES)[number][1], string>>;

export function createPorts(device: Device): (signal: AbortSignal) => Promise<readonly PortInfo[]> {
  const { options } = device;
  let wireless: ReadonlyMap<number, Wireless> = new Map();
  let wirelessAt = Number.NEGATIVE_INFINITY;

  return async (signal) => {
    const states = await portStates(device, signal);
    const connected = await connectStates(device, states.length, signal);
    if (options.clock.now() >= wirelessAt) {
      const { found, complete } = await readWireless(device, states.length, signal);
      wireless = complete ? found : new Map([...wireless, ...found]);
      wirelessAt = options.clock.now() + (complete ? WIRELESS_EVERY : WIRELESS_AGAIN);
    }
    return describe(device, states, connected, wireless);
  };
}

const describe = (
  { settings }: Device,
  states: readonly number[],
  connected: readonly number[] | undefined,
  wireless: ReadonlyMap<number, Wireless>,
): readonly PortInfo[] =>
  states.map((state, i) => {
    const port = settings.portBase + i;
    const connection = connected?.[i];
    const words = [PORT_STATES[state] ?? `state ${state}`];
    if (connection !== undefined) words.push(CONNECT_STATES[connection] ?? `connection ${connection}`);
    return {
      port,
      registered: state !== UNAVAILABLE && (connection === undefined || REGISTERED.includes(connection)),
      state: words.join(", "),
      busy: state !== IDLE && state !== UNAVAILABLE,
      ...wireless.get(port),
    };
  });

/** The same asked anew, of some ports or for some details only: for the command line. */
export async function listPorts(
  device: Device,
  { ports, details }: PortFilter,
  signal: AbortSignal,
): Promise<readonly PortInfo[]> {
  const states = await portStates(device, signal);
  const connected = await connectStates(device, states.length, signal);
  const known = await readWireless(device, states.length, signal, { ports, details });
  return describe(device, states, connected, known.found).filter(({ port }) => ports?.includes(port) ?? true);
}

/** Call states (2.1.1), first port first. */
export async function portStates(device: Device, signal: AbortSignal): Promise<readonly number[]> {
  const content = await device.api.ask("getportinfo", {}, signal);
  return readStates(content, "portstate");
}

const counts = new WeakMap<Device, number>();

/** How many ports the device has: asked once. */
export async function portCount(device: Device, signal: AbortSignal): Promise<number> {
  const known = counts.get(device);
  if (known !== undefined) return known;
  const { length } = await portStates(device, signal);
  counts.set(device, length);
  return length;
}

/** Connection states (2.1.2); undefined: the firmware does not have this event. */
async function connectStates(
  device: Device,
  count: number,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  try {
    const content = await device.api.ask("getportconnectstate", {}, signal);
    const states = readStates(content, "connectstate");
    if (states.length !== count) throw unreadable(`connection states of ${count} ports`, content);
    return states;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** `total:8;NAME:0,0,…`, with `;` or `.` or nothing at the end. Throws Unreadable. */
export function readStates(content: string, name: string): readonly number[] {
  const hit = /^\s*total\s*:\s*(\d+)\s*;\s*(\w+)\s*:\s*(\d+(?:\s*,\s*\d+)*)?\s*,?\s*[;.]?\s*$/i.exec(content);
  const states = (hit?.[3] ?? "").split(",").flatMap((state) => (state.trim() === "" ? [] : [Number(state)]));
  if (hit?.[2]?.toLowerCase() !== name || Number(hit[1]) !== states.length) throw unreadable(name, content);
  return states;
}

/** Never fails but for a stop: a device that does not say keeps its ports. */
async function readWireless(
  device: Device,
  count: number,
  signal: AbortSignal,
  { ports, details }: { readonly [key in keyof PortFilter]: PortFilter[key] | undefined } = {},
) {
  const { portBase, wirelessBase } = device.settings;
  const port = ports?.map((one) => one - portBase + wirelessBase).join(",");
  const found = new Map<number, Wireless>();
  let complete = true;
  for (const [type, field] of TYPES) {
    if (details && !details.includes(field)) continue;
    try {
      const content = await device.api.ask("getwirelessinfo", { type, port }, signal);
      for (const [index, value] of readWirelessInfo(content, count, wirelessBase)) {
        const port = index - wirelessBase + portBase;
        found.set(port, { ...found.get(port), [field]: value });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof SendError || error instanceof Unreadable)) throw error;
      complete &&= error instanceof Refused; // asking again for what it does not have is no use
    }
  }
  return { found, complete };
}

/** `2:8986….3:8986….`, or one value for all ports: `PortType:WCDMA`. Empty values and other ports are left out. Throws Unreadable. */
export function readWirelessInfo(content: string, count: number, base: number): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const record of content.split(/[.;,\r\n]+/)) {
    if (record.trim() === "") continue;
    const hit = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(record);
    if (!hit) throw unreadable("modem and SIM data", content);
    const [, key = "", value = ""] = hit;
    if (/^(?:|null|none|unknown|-1)$/i.test(value)) continue;
    const indices = /^\d+$/.test(key) ? [Number(key)] : Array.from({ length: count }, (_, i) => base + i);
    for (const index of indices) if (index >= base && index < base + count) found.set(index, value);
  }
  return found;
}
