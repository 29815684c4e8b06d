// get_port_info (section 10): which SIM is in which port, and whether the network knows it.
import type { PortInfo } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import { type Fields, int, rows, str } from "./parse.ts";

/** Section 10.2, and smsc, which only the example of section 10.4 asks for. */
const ASKED = ["type", "imei", "imsi", "iccid", "smsc", "number", "reg"];
const DOCUMENTED = ASKED.filter((type) => type !== "smsc");

/** Section 10.3 has REGISTER_OK; the others are seen on later firmware. */
const REGISTERED = new Set(["REGISTER_OK", "REGISTERED", "MOBILE REGISTERED"]);

const REFUSED = 400;

/** All ports. Throws as `Api.read`. */
export async function readPorts(api: Api, signal: AbortSignal): Promise<readonly PortInfo[]> {
  const full = await api.read(pathOf(ASKED), signal, undefined, [REFUSED]);
  const reply = full.code === REFUSED ? await api.read(pathOf(DOCUMENTED), signal) : full;
  return rows(reply.fields, "info")
    .flatMap(toInfo)
    .sort((a, b) => a.port - b.port);
}

/** Encoded: a raw comma in the last parameter makes one firmware refuse the login. */
const pathOf = (types: readonly string[]): string =>
  `/api/get_port_info?info_type=${encodeURIComponent(types.join(","))}`;

function toInfo(row: Fields): readonly PortInfo[] {
  const port = int(row.port);
  if (port === undefined) return [];
  const state = (str(row.reg) ?? "UNKNOWN").trim();
  const known = ["number", "imsi", "iccid", "imei", "type", "smsc"] as const;
  const info: { -readonly [key in keyof PortInfo]: PortInfo[key] } = {
    port,
    registered: REGISTERED.has(state.toUpperCase()),
    state,
    busy: false, // the device does not say; it queues
  };
  for (const key of known) {
    const value = str(row[key])?.trim();
    if (value) info[key] = value;
  }
  return [info];
}
