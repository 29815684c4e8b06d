// How the house stands, for probes and figures.
import type { House } from "../bridge/house.ts";
import type { Store } from "../bridge/ports/store.ts";
import type { Metrics } from "../http/metrics.ts";
import type { Readiness, Standing } from "../http/server.ts";

/** Ready: mail and gateways are being served; one that is down shows, and does not change that. */
export async function readiness(house: House, store: Store): Promise<Readiness> {
  const storeUp = await store.probe().then(
    () => true,
    () => false,
  );
  const standing = (up: boolean): Standing => (up ? "up" : "down");
  return {
    ready: true,
    store: standing(storeUp),
    gateways: Object.fromEntries([...house.stations].map(([name, station]) => [name, standing(station.up)])),
    channels: Object.fromEntries(
      [...house.channels.keys()].map((name) => [name, standing(!house.troubled.has(name))]),
    ),
  };
}

/** The figures, with how gateways and channels stand at this moment. */
export function figures(house: House, meter: Metrics): Promise<string> {
  for (const [name, station] of house.stations) {
    const ports = [...station.ports].map(([port, { info }]) => ({ port, up: info.registered }));
    meter.setGateway(name, station.up, ports);
  }
  for (const name of house.channels.keys()) meter.setChannel(name, !house.troubled.has(name));
  return meter.text();
}
