// From the config to gateways.
import type { Gateway } from "../bridge/ports/gateway.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import type { Config } from "../config/load.ts";
import { drivers } from "../gateways/index.ts";

/** What is passed to gateways that are made from the config. */
export interface GatewayMeans {
  readonly clock: Clock;
  readonly log: Log;
}

export type GatewayEntry = Config["gateways"] extends ReadonlyMap<string, infer Entry> ? Entry : never;

/** Those that are in use. */
export const enabled = (config: Config): readonly (readonly [string, GatewayEntry])[] =>
  [...config.gateways].filter(([, gateway]) => gateway.enabled);

/** Makes one gateway of the config. Throws Error for a name that is not there or options that can't work. */
export function gatewayOf(config: Config, name: string, { clock, log }: GatewayMeans): Gateway {
  const entry = config.gateways.get(name);
  if (!entry) throw new Error(`there is no gateway "${name}" in ${config.file}`);
  const make = drivers[entry.driver];
  if (!make) throw new Error(`there is no driver "${entry.driver}"`);
  const reach =
    entry.driver === "loopback"
      ? { url: "", username: "", password: "", fingerprint: undefined }
      : {
          url: entry.url,
          username: entry.username,
          password: entry.password,
          fingerprint: entry.tls?.fingerprint,
        };
  return make({
    name,
    ...reach,
    timezone: entry.timezone,
    numbers: entry.numbers,
    region: config.region,
    timeout: entry.timeout,
    extra: entry,
    clock,
    log,
  });
}

/** Makes all gateways that are enabled; `dryRun`: loopback ones in their place. */
export function gatewaysOf(config: Config, means: GatewayMeans, dryRun: boolean): readonly Gateway[] {
  return enabled(config).map(([name]) => {
    if (!dryRun) return gatewayOf(config, name, means);
    const loopback = { ...config, gateways: new Map([[name, dry(config, name)]]) };
    return gatewayOf(loopback, name, means);
  });
}

function dry(config: Config, name: string): GatewayEntry {
  const entry = config.gateways.get(name);
  if (!entry) throw new Error(`there is no gateway ${name}`);
  const { enabled, timezone, numbers, poll, onUnknown, import: importAge, timeout, ports } = entry;
  return {
    driver: "loopback",
    enabled,
    timezone,
    numbers,
    poll,
    onUnknown,
    import: importAge,
    timeout,
    ports,
  };
}
