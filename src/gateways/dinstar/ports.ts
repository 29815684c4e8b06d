// get_port_info (section 10): which SIM is in which port, and whether the network knows it.
import type { PortFilter, PortInfo } from "../../bridge/ports/gateway.ts";
import type { Api, Reply } from "./api.ts";
import { type Fields, int, rows, str } from "./parse.ts";

/** Section 10.2, and smsc, which only the example of section 10.4 asks for. */
const ASKED = ["type", "imei", "imsi", "iccid", "smsc", "number", "reg"];

/** Section 10.3 has REGISTER_OK; the others are seen on later firmware. */
const REGISTERED = new Set(["REGISTER_OK", "REGISTERED", "MOBILE REGISTERED"]);

const REFUSED = 400;

/** All ports, or those asked for. Throws as `Api.read`. */
export async function readPorts(
  api: Api,
  signal: AbortSignal,
  { ports, details }: PortFilter = {},
): Promise<readonly PortInfo[]> {
  const asked = ASKED.filter((type) => type === "reg" || (details?.some((one) => one === type) ?? true));
  const documented = asked.filter((type) => type !== "smsc");
  const paths = [...new Set([pathOf(asked, ports), pathOf(documented, ports), pathOf(documented)])];
  const last = paths.pop() ?? "";
  let reply: Reply | undefined;
  for (const path of paths) {
    const tried = await api.read(path, signal, undefined, [REFUSED]);
    if (tried.code === REFUSED) continue;
    reply = tried;
    break;
  }
  reply ??= await api.read(last, signal);
  return rows(reply.fields, "info")
    .flatMap(toInfo)
    .filter(({ port }) => ports?.includes(port) ?? true)
    .sort((a, b) => a.port - b.port);
}

/** Encoded: a raw comma in the last parameter makes one firmware refuse the login. */
function pathOf(types: readonly string[], ports?: readonly number[]): string {
  const port = ports ? `port=${encodeURIComponent(ports.join(","))}&` : "";
  return `/api/get_port_info?${port}info_type=${encodeURIComponent(types.join(","))}`;
}

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
