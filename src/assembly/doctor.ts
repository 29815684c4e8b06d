// From the config to what the doctor looks at: plain values, and ways to try what they name.
import type { Gateway } from "../bridge/ports/gateway.ts";
import type { Store } from "../bridge/ports/store.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import { relayPlace, tryRelay } from "../channels/email/probe.ts";
import { splitListen } from "../config/kinds.ts";
import type { Config } from "../config/load.ts";
import { drivers } from "../gateways/index.ts";
import { stores } from "../stores/index.ts";
import { enabled, type GatewayEntry, gatewayOf } from "./gateways.ts";

export interface DoctorMeans {
  readonly clock: Clock;
  /** This Node, and the release to go to; null: it has no known holes. */
  readonly node: { readonly version: string; readonly fixed: string | null };
  /** The daemon itself asks. */
  readonly inside: boolean;
}

const SILENT: Log = { info() {}, warn() {}, error() {} };

/** Texts of this long ago tell of a device's clock, milliseconds; and so many of them. */
const LATELY = 2 * 86_400_000;
const ENOUGH = 50;

/** What the doctor looks at. Opens nothing yet. */
export function patientOf(config: Config, { clock, node, inside }: DoctorMeans) {
  const channels = [...config.channels];
  const openStore = (): Store => stores[config.store.driver](config.store.path, { readOnly: true });
  const mail = channels.flatMap(([name, channel]) =>
    channel.driver === "email" ? [{ name, ...channel, hostname: channel.hostname ?? config.domain }] : [],
  );
  return {
    node,
    config: { file: config.file, warnings: config.warnings },
    domain: config.domain,
    store: {
      path: config.store.path,
      look: () => looking(openStore, (store) => store.depth().then(() => {})),
    },
    http: splitListen(config.http.listen) ?? { address: "127.0.0.1", port: 0 },
    clients: mail.reduce(
      (sum, { listen, connections }) => sum + (listen.length > 0 ? connections.max : 0),
      0,
    ),
    inside,
    resolvers: null,
    mail: mail.map(({ name, hostname, listen, relay }) => ({
      name,
      hostname,
      listen: listen.map(({ address, port, tls, cert, key }) => ({ address, port, tls, cert, key })),
      relay: relayOf(relay, hostname),
    })),
    bots: channels.flatMap(([name, channel]) =>
      channel.driver === "telegram"
        ? [
            {
              name,
              token: channel.token,
              apiRoot: channel.apiRoot,
              webhook: channel.webhook?.url ?? null,
              chats: chatsOf(config, name),
            },
          ]
        : [],
    ),
    gateways: enabled(config).map(([name, entry]) => ({
      name,
      ...reachOf(entry),
      timezone: entry.timezone,
      ports: new Map([...entry.ports].map(([port, { number }]) => [port, number])),
      timeout: entry.timeout,
      make: () => gatewayOf(config, name, { clock, log: SILENT }),
      heard: () => looking(openStore, (store) => aheadOf(store, name, clock.now())),
    })),
  };
}

const reachOf = (entry: GatewayEntry) =>
  entry.driver === "loopback"
    ? { url: "", username: "", password: "", pinned: false }
    : {
        url: entry.url,
        username: entry.username,
        password: entry.password,
        pinned: entry.tls?.fingerprint !== undefined,
      };

function relayOf(relay: string, hostname: string) {
  const folder = /^maildir:(.+)$/.exec(relay)?.[1];
  if (folder !== undefined) return { kind: "folder" as const, path: folder };
  return { ...relayPlace(relay), try: () => tryRelay({ relay, hostname }) };
}

/** The chats of one bot that routes name, and of users: those may be anywhere. */
const chatsOf = (config: Config, bot: string): readonly string[] => [
  ...new Set([
    ...config.routes.flatMap(({ to }) =>
      to.flatMap((target) => (typeof target !== "string" && target.via === bot ? [target.address] : [])),
    ),
    ...[...config.users.values()].flatMap(({ telegram }) => telegram),
  ]),
];

/** How far a gateway's time of texts that came in was ahead of ours, milliseconds: `heard` is kept with each of them. */
async function aheadOf(store: Store, gateway: string, now: number): Promise<readonly number[]> {
  const jobs = await store.list({ way: "in", phones: true, gateway, since: now - LATELY, limit: ENOUGH });
  return jobs.flatMap(({ message }) => {
    const heard = Number(message.origin.heard);
    return message.origin.heard === undefined || Number.isNaN(heard) ? [] : [heard - message.at];
  });
}

async function looking<T>(open: () => Store, look: (store: Store) => Promise<T>): Promise<T> {
  const store = open();
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** What a gateway is reached with that is in no config yet. */
export interface Reach {
  readonly driver: "dinstar" | "synway" | "loopback";
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly fingerprint: string | undefined;
  readonly timezone: string;
  /** Settings of the driver's own. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Makes a gateway to try. `odd` hears what is odd about its answers. Throws Error for a URL or fingerprint that can't be. `timeout`: of one request, milliseconds. */
export function gatewayAt(
  reach: Reach,
  {
    clock,
    odd,
    timeout,
  }: { readonly clock: Clock; readonly odd: (what: string) => void; readonly timeout: number },
): Gateway {
  const make = drivers[reach.driver];
  if (!make) throw new Error(`there is no driver "${reach.driver}"`);
  const log: Log = {
    ...SILENT,
    warn(event, fields) {
      if (event === "gateway odd answer" && typeof fields?.what === "string") odd(fields.what);
    },
  };
  return make({ name: "gateway", numbers: "e164", region: undefined, ...reach, clock, log, timeout });
}

export { tryRelay } from "../channels/email/probe.ts";
