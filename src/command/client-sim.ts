// SIMs as they are written on the command line: a gateway of the config, or gateway:port.
import type { Lane } from "../bridge/message.ts";
import type { ClientConfig } from "./client-means.ts";
import { type Line, misused, nearest } from "./parse.ts";
import { printable } from "./table.ts";

/** `gateway` or `gateway:port`. Throws Usage. */
export function readSim(line: Line, written: string, config: ClientConfig): Lane {
  const { command } = line;
  const [, gateway = "", port] = /^([^:]+)(?::(\d{1,3}))?$/.exec(written) ?? [];
  if (gateway === "")
    throw misused(command, `"${printable(written)}" is no SIM: write gateway:port, or gateway`);
  knownGateway(command, gateway, config);
  return { gateway, port: port === undefined ? null : Number(port) };
}

/** Throws Usage when the config has no such gateway. */
export function knownGateway(
  command: Line["command"],
  gateway: string,
  { file, gateways }: Pick<ClientConfig, "file" | "gateways">,
): void {
  if (gateways.includes(gateway)) return;
  const guess = nearest(gateway, gateways);
  const meant = guess === undefined ? `only: ${gateways.join(", ")}` : `did you mean "${guess}"?`;
  throw misused(command, `${file} has no gateway "${printable(gateway)}": ${meant}`);
}
