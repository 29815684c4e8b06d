// From the config to the parts of the house: users, routes, gateways, channels, each as the plain values that its room wants.

import type { GatewaySettings, Settings } from "./bridge/house.ts";
import type { User } from "./bridge/policy.ts";
import type { Gateway } from "./bridge/ports/gateway.ts";
import type { Clock, Log, Meter } from "./bridge/ports/system.ts";
import { compileText, type Route } from "./bridge/route.ts";
import type { EmailChannel } from "./channels/email/index.ts";
import { channels } from "./channels/index.ts";
import { verify } from "./config/hash.ts";
import type { Config } from "./config/load.ts";
import { drivers } from "./gateways/index.ts";

/** What is passed to parts that are made from the config. */
export interface Means {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

type GatewayEntry = Config["gateways"] extends ReadonlyMap<string, infer Entry> ? Entry : never;

const enabled = (config: Config): readonly (readonly [string, GatewayEntry])[] =>
  [...config.gateways].filter(([, gateway]) => gateway.enabled);

/** What the heart goes by. */
export function settingsOf(config: Config): Settings {
  return {
    region: config.region,
    users: new Map([...config.users].map(([name]) => [name, userOf(config, name)])),
    routes: config.routes.map(routeOf),
    gateways: new Map(enabled(config).map(([name, gateway]) => [name, gatewaySettings(name, gateway)])),
    timing: {
      ...config.timing,
      timeout: Math.max(0, ...enabled(config).map(([, gateway]) => gateway.timeout)),
    },
    text: config.text,
    share: true,
    keep: config.store.keep,
  };
}

function userOf(config: Config, name: string): User {
  const user = config.users.get(name);
  if (!user) throw new Error(`there is no user ${name}`);
  const byDriver = { email: user.email, telegram: user.telegram };
  const channels = [...config.channels].map(([via, channel]) =>
    byDriver[channel.driver].map((address) => ({ via, address })),
  );
  const { send } = user;
  return {
    name,
    parties: channels.flat(),
    reach: [...config.channels].flatMap(([via, channel]) => {
      const addresses = byDriver[channel.driver];
      return (channel.driver === "email" ? addresses.slice(0, 1) : addresses).map((address) => ({
        via,
        address,
      }));
    }),
    send: send
      ? { allow: send.allow, deny: send.deny, perDay: send.perDay ?? null, gateways: send.gateways ?? null }
      : null,
    validity: user.validity ?? null,
    language: user.language ?? null,
  };
}

const routeOf = ({ when, to }: Config["routes"][number]): Route => ({
  gateway: when.gateway ?? null,
  port: when.port ?? null,
  from: when.from ?? null,
  text: when.text === undefined ? null : compileText(when.text),
  to,
});

const gatewaySettings = (name: string, entry: GatewayEntry): GatewaySettings => ({
  inbox: `${name} (${entry.driver})`,
  numbers: entry.numbers,
  poll: entry.poll,
  onUnknown: entry.onUnknown,
  importAge: entry.import,
  ports: entry.ports,
});

/** Makes one gateway of the config. Throws Error for a name that is not there or options that can't work. */
export function gatewayOf(config: Config, name: string, { clock, log }: Omit<Means, "meter">): Gateway {
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
export function gatewaysOf(config: Config, means: Means, dryRun: boolean): readonly Gateway[] {
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

/** Makes the mail channels of the config. */
export function channelsOf(config: Config, means: Means): readonly EmailChannel[] {
  return [...config.channels].flatMap(([name, channel]) => {
    if (channel.driver !== "email") {
      means.log.warn("config", {
        channel: name,
        problem: "this version has no Telegram channel yet: it is left out",
      });
      return [];
    }
    const { domain, text, users, trust } = config;
    return channels.email({
      name,
      domain,
      listen: channel.listen.map(({ address, port, tls, cert, key }) => ({
        address,
        port,
        tls,
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      })),
      relay: channel.relay,
      hostname: channel.hostname ?? domain,
      connections: channel.connections.relay,
      users: [...users].map(([user, { email, password }]) => ({
        name: user,
        email,
        ...(password === undefined ? {} : { password }),
      })),
      trust: trust.networks,
      subject: text.subject,
      maxSize: channel.maxSize,
      maxClients: channel.connections.max,
      perAddress: channel.connections.perAddress,
      maxRecipients: channel.maxRecipients,
      idle: channel.idleTimeout,
      language: (user) => (user === null ? undefined : users.get(user)?.language) ?? config.language,
      sims: enabled(config).flatMap(([gateway, { ports }]) =>
        [...ports].map(([port, { number, label }]) => ({
          gateway,
          port,
          ...(number === null ? {} : { number }),
          ...(label === null ? {} : { label }),
        })),
      ),
      verify,
      ...means,
    });
  });
}
