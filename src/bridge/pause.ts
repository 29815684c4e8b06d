// Gateways and ports that people paused: nothing is sent through them until they are resumed, also after a restart.
import type { House } from "./house.ts";
import type { Lane } from "./message.ts";
import { tellOfGateway } from "./station.ts";

/** Whose the notes are in the ledger; never a configured name. */
const OWN = "-pauses";

const keyOf = ({ gateway, port }: Lane): string => `${gateway}:${port ?? ""}`;

/** Reads what was paused; of gateways that are not there any more nothing is known. */
export async function loadPauses(house: House): Promise<void> {
  for (const { key } of await house.store.notes(OWN, "")) {
    const [gateway = "", port = ""] = key.split(":");
    house.stations.get(gateway)?.paused.add(port === "" ? null : Number(port));
  }
}

/** Pauses or resumes. False: there is no such gateway or port. Resuming all of a gateway resumes its ports too. */
export async function setPaused(house: House, lane: Lane, paused: boolean, by: string): Promise<boolean> {
  const station = house.stations.get(lane.gateway);
  if (!station || (lane.port !== null && !station.ports.has(lane.port))) return false;
  const all = !paused && lane.port === null ? [...station.paused] : [lane.port];
  const value = paused ? by : null;
  await house.store.note(
    OWN,
    all.map((port) => ({ key: keyOf({ ...lane, port }), value })),
  );
  for (const port of all) {
    if (paused) station.paused.add(port);
    else station.paused.delete(port);
  }
  house.log.info(paused ? "paused" : "resumed", { gateway: lane.gateway, port: lane.port ?? undefined, by });
  tellOfGateway(house, lane.gateway);
  house.bell.ring();
  return true;
}

/** What is paused. */
export const pausedLanes = (house: House): readonly Lane[] =>
  [...house.stations.values()].flatMap((station) =>
    [...station.paused].map((port) => ({ gateway: station.name, port })),
  );
