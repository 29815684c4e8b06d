// From the config to channels.
import type { FaultPoint } from "../bridge/house.ts";
import type { Channel } from "../bridge/ports/channel.ts";
import type { Store } from "../bridge/ports/store.ts";
import type { Clock, Log, Meter } from "../bridge/ports/system.ts";
import type { EmailChannel } from "../channels/email/index.ts";
import type { Inherited } from "../channels/email/options.ts";
import { channels } from "../channels/index.ts";
import type { TelegramChannel } from "../channels/telegram/index.ts";
import { verify } from "../config/hash.ts";
import type { Config } from "../config/load.ts";
import { WEBHOOK } from "../config/webhooks.ts";
import { enabled } from "./gateways.ts";

/** What is passed to channels that are made from the config. */
export interface ChannelMeans {
  readonly store: Store;
  /** This process' name in leases. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** 0 .. 1, for jitter. */
  readonly random: () => number;
  readonly fault: (point: FaultPoint) => void;
  /** Sockets that were open before we started, by address and port. */
  readonly inherited: (address: string, port: number) => Inherited | undefined;
}

/** All channels, in the config's order and webhooks last, and those of each kind. */
export interface Channels {
  readonly all: readonly Channel[];
  readonly mail: readonly EmailChannel[];
  /** With the path at which each takes what Telegram brings; null: it fetches. */
  readonly chat: readonly { readonly channel: TelegramChannel; readonly path: string | null }[];
}

type ChannelEntry = Config["channels"] extends ReadonlyMap<string, infer Entry> ? Entry : never;
type MailEntry = ChannelEntry & { driver: "email" };
type ChatEntry = ChannelEntry & { driver: "telegram" };

/** Makes the channels of the config. Rejects with Error for options that can't work. */
export async function channelsOf(config: Config, means: ChannelMeans): Promise<Channels> {
  const all: Channel[] = [];
  const mail: EmailChannel[] = [];
  const chat: Channels["chat"][number][] = [];
  for (const [name, entry] of config.channels) {
    if (entry.driver === "email") {
      const channel = mailOf(config, name, entry, means);
      mail.push(channel);
      all.push(channel);
    } else {
      const channel = await chatOf(config, name, entry, means);
      const { webhook } = entry;
      chat.push({ channel, path: webhook ? new URL(webhook.url).pathname : null });
      all.push(channel);
    }
  }
  const webhooks = webhooksOf(config, means);
  if (webhooks) all.push(webhooks);
  return { all, mail, chat };
}

/** The channel of the URLs that routes name; undefined: none does. */
function webhooksOf(config: Config, { clock, log, random }: ChannelMeans): Channel | undefined {
  const targets = config.routes.flatMap(({ to }) => to);
  const urls = targets.flatMap((target) =>
    typeof target !== "string" && target.via === WEBHOOK ? [target.address] : [],
  );
  if (urls.length === 0) return undefined;
  const { secret, oldSecret, timeout } = config.webhooks;
  const secrets = [secret, oldSecret].filter((one) => one !== undefined);
  return channels.webhook({
    name: WEBHOOK,
    urls,
    secrets,
    timeout,
    sims: simsOf(config),
    clock,
    log,
    random,
  });
}

function mailOf(
  config: Config,
  name: string,
  channel: MailEntry,
  { clock, log, inherited }: ChannelMeans,
): EmailChannel {
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
    sims: simsOf(config),
    verify,
    inherited,
    clock,
    log,
  });
}

function chatOf(
  config: Config,
  name: string,
  channel: ChatEntry,
  { store, ...means }: ChannelMeans,
): Promise<TelegramChannel> {
  const { token, apiRoot, webhook, reactions, askOver } = channel;
  return channels.telegram({
    name,
    token,
    apiRoot,
    webhook: webhook ?? null,
    reactions,
    askOver,
    language: config.language,
    languages: new Map(
      [...config.users].flatMap(([user, { language }]) => (language === undefined ? [] : [[user, language]])),
    ),
    region: config.region,
    users: [...config.users.keys()],
    sims: simsOf(config),
    ledger: store,
    ...means,
  });
}

/** What the config calls the SIMs. */
const simsOf = (config: Config) =>
  enabled(config).flatMap(([gateway, { ports }]) =>
    [...ports].map(([port, { number, label }]) => ({
      gateway,
      port,
      ...(number === null ? {} : { number }),
      ...(label === null ? {} : { label }),
    })),
  );
