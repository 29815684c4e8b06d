// From the config to what the heart goes by: users, routes, gateways' settings, as plain values.
import type { GatewaySettings, Settings } from "../bridge/house.ts";
import type { User } from "../bridge/policy.ts";
import { compileText, type Route } from "../bridge/route.ts";
import type { Config } from "../config/load.ts";
import { enabled, type GatewayEntry } from "./gateways.ts";

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
    share: config.answers.share,
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
