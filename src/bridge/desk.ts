// Where people who come through a channel look things up and steer: ports, standing, search, names, ties.
import type { House } from "./house.ts";
import { readRecipient } from "./phone.ts";
import { namesOf } from "./policy.ts";
import type { Desk, PortView, Standing } from "./ports/desk.ts";
import type { Job, MessageQuery } from "./ports/store.ts";
import type { Port, Station } from "./station.ts";
import { measure, transliterate } from "./text.ts";

export const openDesk = (house: House): Desk => ({
  ports: () => [...house.stations.values()].flatMap((station) => portsOf(house, station)),
  standing: () => standing(house),
  find: (user, what, limit) => find(house, user, what, limit),
  async message(id) {
    const message = await house.store.message(id);
    return message && { message, deliveries: await house.store.deliveries(id) };
  },
  said: (via, ref) => house.store.byRef(via, ref),
  price(text) {
    const { maxParts, transliterate: simple } = house.settings.text;
    return { ...measure(simple ? transliterate(text) : text), maxParts };
  },
  nameOf: (phone) => house.people.nameOf(phone),
  call: (phone, name) => house.people.call(phone, name),
  userOf: (party) => house.people.userOf(party),
  async tie(user, party) {
    await house.people.tie(user, party);
    house.log.info("tied", { user, via: party.via, address: party.address });
  },
  isPlace: (party) => house.people.isPlace(party),
});

function portsOf(house: House, station: Station): readonly PortView[] {
  const configured = house.settings.gateways.get(station.name)?.ports;
  const view = (port: Port): PortView => {
    const { info } = port;
    const own = configured?.get(info.port);
    return {
      gateway: station.name,
      up: station.up,
      port: info.port,
      label: own?.label ?? null,
      number: own?.number ?? info.number ?? null,
      registered: info.registered,
      state: info.state,
      used: port.used,
      inHand: port.inHand.size,
      paused: station.paused.has(null) || station.paused.has(info.port),
      restsUntil: port.restUntil > house.clock.now() ? port.restUntil : null,
      sim: {
        imsi: info.imsi ?? null,
        iccid: info.iccid ?? null,
        imei: info.imei ?? null,
        type: info.type ?? null,
      },
    };
  };
  return [...station.ports.values()].toSorted((a, b) => a.info.port - b.info.port).map(view);
}

const standing = async (house: House): Promise<Standing> => ({
  depth: await house.store.depth(),
  gateways: [...house.stations.values()].map(({ name, up, error }) => ({ name, up, error })),
  channels: [...house.channels.keys()].map((name) => ({ name, up: !house.troubled.has(name) })),
});

async function find(house: House, user: string | null, what: string, limit: number): Promise<readonly Job[]> {
  const person = user === null ? undefined : house.people.users.get(user);
  if (user !== null && !person) return [];
  const who: Partial<MessageQuery> = person ? { who: namesOf(person) } : {};
  const number = numberIn(what, house.settings.region);
  if (number !== null) {
    const found = await house.store.list({ ...who, number, limit });
    if (found.length > 0) return found;
  }
  return house.store.list({ ...who, text: what, limit });
}

/** The phone that was meant, if it can be one. */
function numberIn(what: string, region: string | undefined): string | null {
  if (!/^[+\d][\d\s()/-]*$/.test(what.trim())) return null;
  try {
    return readRecipient(what.trim(), region).phone;
  } catch {
    return null;
  }
}
