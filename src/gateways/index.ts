// All gateway drivers, by the name that the config calls them: one line each.
import type { Gateway, GatewayOptions } from "../bridge/ports/gateway.ts";
import { dinstar } from "./dinstar/index.ts";
import { loopback } from "./loopback/index.ts";
import { synway } from "./synway/index.ts";

/** Makes a gateway. Throws a plain Error for options that can't work; connects only when asked for something. */
export type Driver = (options: GatewayOptions) => Gateway;

export const drivers: Readonly<Record<string, Driver>> = {
  dinstar,
  loopback,
  synway,
};
