// What one part of the config must be, given the others.
import { botDoubts, botProblems } from "./bots.ts";
import { isLoopback, isMailbox, splitListen } from "./kinds.ts";
import type { ChannelConfig, GatewayConfig, Parsed } from "./schema.ts";
import type { Path, Problem } from "./source.ts";
import { WEBHOOK, webhookDoubt, webhookProblem, webhookUrl } from "./webhooks.ts";
import { meant } from "./words.ts";

/** What can't be right. */
export const contradictions = (config: Parsed): readonly Problem[] => [
  ...names(config),
  ...[...config.gateways].flatMap(([name, gateway]) => checkGateway(config, name, gateway)),
  ...sameDevices(config),
  ...[...config.channels].flatMap(([name, channel]) => checkChannel(name, channel)),
  ...sameListeners(config),
  ...botProblems(config),
  ...people(config),
  ...targets(config),
];

/** What is allowed, and yet the operator should know. */
export const doubts = (config: Parsed): readonly Problem[] => [
  ...[...config.channels].flatMap(([name, channel]) =>
    channel.driver === "email" ? openListeners(name, channel) : [],
  ),
  ...exposed(config),
  ...botDoubts(config),
  ...openWebhooks(config),
  ...idle(config),
  ...joinless(config),
];

const known = (name: string, names: Iterable<string>, what: string): string | undefined => {
  const all = [...names];
  return all.includes(name) ? undefined : `there is no ${what} "${name}"${meant(name, all)}`;
};

const problem = (path: Path, message: string | undefined): Problem[] =>
  message === undefined ? [] : [{ path, message }];

function names({ gateways, channels }: Parsed): Problem[] {
  const taken = (group: string, all: ReadonlyMap<string, unknown>): Problem[] =>
    problem(
      [group, WEBHOOK],
      all.has(WEBHOOK) ? `"${WEBHOOK}" stands before URLs in routes: give it another name` : undefined,
    );
  return [
    ...taken("gateways", gateways),
    ...taken("channels", channels),
    ...[...channels.keys()].flatMap((name) =>
      problem(
        ["channels", name],
        gateways.has(name) ? `a gateway is called "${name}" too: give one of them another name` : undefined,
      ),
    ),
  ];
}

function checkGateway({ region }: Parsed, name: string, gateway: GatewayConfig): Problem[] {
  const path = ["gateways", name];
  const plain =
    gateway.driver !== "loopback" &&
    gateway.tls?.fingerprint !== undefined &&
    gateway.url.startsWith("http:");
  return [
    ...problem(
      [...path, "numbers"],
      gateway.numbers === "national" && !region ? "national numbers are of a country: set region" : undefined,
    ),
    ...problem(
      [...path, "tls", "fingerprint"],
      plain ? "only an https device has a certificate: the url begins with http:" : undefined,
    ),
  ];
}

/** One device under two names would be read twice: every text would come twice. */
function sameDevices({ gateways }: Parsed): Problem[] {
  const seen = new Map<string, string>();
  return [...gateways].flatMap(([name, gateway]) => {
    if (gateway.driver === "loopback" || !gateway.enabled) return [];
    const url = URL.parse(gateway.url)?.href.replace(/\/+$/, "") ?? "";
    const other = seen.get(url);
    seen.set(url, name);
    const message = `the gateway "${other}" is the same device: every text would be read twice`;
    return problem(["gateways", name, "url"], other === undefined ? undefined : message);
  });
}

function checkChannel(name: string, channel: ChannelConfig): Problem[] {
  if (channel.driver !== "email") return [];
  return channel.listen.flatMap(({ tls, cert, key }, index) => {
    const path = ["channels", name, "listen", index];
    if (tls === "none") {
      return problem(
        [...path, cert ? "cert" : "key"],
        cert || key ? "is of no use with tls: none; set tls to starttls or implicit" : undefined,
      );
    }
    return [
      ...problem([...path, "cert"], cert ? undefined : `is missing: tls: ${tls} needs a certificate`),
      ...problem([...path, "key"], key ? undefined : `is missing: tls: ${tls} needs the certificate's key`),
    ];
  });
}

/** Every place that is listened at, with where the config says so. Port 0 is any free one. */
function listeners({ http, channels }: Parsed): { readonly path: Path; readonly at: string }[] {
  const spelled = (address: string, port: number): string => `${address.toLowerCase()}:${port}`;
  const own = splitListen(http.listen);
  return [
    ...(own ? [{ path: ["http", "listen"], at: spelled(own.address, own.port) }] : []),
    ...[...channels].flatMap(([name, channel]) =>
      channel.driver === "email"
        ? channel.listen.map(({ address, port }, index) => ({
            path: ["channels", name, "listen", index, "port"],
            at: spelled(address, port),
          }))
        : [],
    ),
  ].filter(({ at }) => !at.endsWith(":0"));
}

function sameListeners(config: Parsed): Problem[] {
  const seen = new Set<string>();
  return listeners(config).flatMap(({ path, at }) => {
    const twice = seen.has(at);
    seen.add(at);
    return problem(path, twice ? `${at} is listened at twice` : undefined);
  });
}

function people({ users, gateways, domain }: Parsed): Problem[] {
  const owners = new Map<string, string>();
  const claim = (name: string, address: string, path: Path): Problem[] => {
    const owner = owners.get(address);
    owners.set(address, owner ?? name);
    if (owner === undefined) return [];
    return problem(
      path,
      owner === name ? `${address} is there twice` : `${address} is ${owner}'s too: an address is one user's`,
    );
  };
  return [...users].flatMap(([name, { email, telegram, send }]) => [
    ...email.flatMap((address, index) => [
      ...claim(name, address, ["users", name, "email", index]),
      ...problem(
        ["users", name, "email", index],
        address.endsWith(`@${domain}`) ? `addresses at ${domain} are phones, not people` : undefined,
      ),
    ]),
    ...telegram.flatMap((id, index) => claim(name, id, ["users", name, "telegram", index])),
    ...(send?.gateways ?? []).flatMap((gateway, index) =>
      problem(["users", name, "send", "gateways", index], known(gateway, gateways.keys(), "gateway")),
    ),
  ]);
}

function targets(config: Parsed): Problem[] {
  return config.routes.flatMap(({ when, to }, index) => [
    ...(when.gateway === undefined
      ? []
      : problem(
          ["routes", index, "when", "gateway"],
          known(when.gateway, config.gateways.keys(), "gateway"),
        )),
    ...to.flatMap((target, at) =>
      problem(
        ["routes", index, "to", at],
        target.includes(":") ? party(config, target) : person(config, target),
      ),
    ),
  ]);
}

function person({ users, channels }: Parsed, name: string): string | undefined {
  const user = users.get(name);
  if (!user) return `${known(name, users.keys(), "user")}; for a mailbox or chat write CHANNEL:ADDRESS`;
  return isHomeless(user) && ![...channels.values()].some(({ driver }) => driver === "telegram")
    ? `the user "${name}" has no address that it could be sent to`
    : undefined;
}

const isHomeless = ({
  email,
  telegram,
}: {
  readonly email: readonly string[];
  readonly telegram: readonly string[];
}): boolean => email.length + telegram.length === 0;

/** Whoever has no address in the config may still join by a link; until then texts pass them by. */
function joinless({ users, routes }: Parsed): Problem[] {
  return routes.flatMap(({ to }, index) =>
    to.flatMap((target, at) => {
      const user = users.get(target);
      return problem(
        ["routes", index, "to", at],
        user && isHomeless(user)
          ? `the user "${target}" has no address here: she gets texts once she has joined by a link (simpost invite ${target})`
          : undefined,
      );
    }),
  );
}

function party({ channels, webhooks }: Parsed, target: string): string | undefined {
  const url = webhookUrl(target);
  if (url !== undefined) return webhookProblem(url, webhooks.secret !== undefined);
  const [, name = "", address = ""] = /^([^:]*):(.*)$/.exec(target) ?? [];
  const channel = channels.get(name);
  if (!channel) return known(name, channels.keys(), "channel");
  if (channel.driver === "email") return isMailbox(address) ? undefined : `"${address}" is no mail address`;
  return /^-?\d{1,20}(?::\d{1,20})?$/.test(address)
    ? undefined
    : `"${address}" is no chat: a number, CHAT:TOPIC for one topic`;
}

function openListeners(name: string, { listen }: ChannelConfig & { driver: "email" }): Problem[] {
  return listen.flatMap(({ address, tls }, index) =>
    problem(
      ["channels", name, "listen", index],
      tls === "none" && !isLoopback(address)
        ? `mail and passwords cross the network in the clear at ${address}: set tls to starttls`
        : undefined,
    ),
  );
}

function exposed({ http }: Parsed): Problem[] {
  const address = splitListen(http.listen)?.address ?? "";
  return problem(
    ["http", "listen"],
    isLoopback(address) ? undefined : `figures and health are open to whoever reaches ${address}`,
  );
}

function openWebhooks({ routes }: Parsed): Problem[] {
  return routes.flatMap(({ to }, index) =>
    to.flatMap((target, at) => {
      const url = webhookUrl(target);
      return problem(["routes", index, "to", at], url === undefined ? undefined : webhookDoubt(url));
    }),
  );
}

function idle({ gateways, channels, users, routes }: Parsed): Problem[] {
  const drivers = new Set([...channels.values()].map(({ driver }) => driver));
  const enabled = [...gateways.values()].some((gateway) => gateway.enabled);
  const nobody = drivers.size === 0 && !routes.some(({ to }) => to.some((target) => webhookUrl(target)));
  return [
    ...problem(["gateways"], enabled ? undefined : "there is no gateway: no text can be sent or come in"),
    ...problem(["channels"], nobody ? "there is no channel: nobody can be reached" : undefined),
    ...problem(
      ["routes"],
      routes.length === 0
        ? "there is no route: texts that answer nobody are kept, and nobody gets them"
        : undefined,
    ),
    ...[...users].flatMap(([name, { email, telegram }]) => [
      ...problem(
        ["users", name, "email"],
        email.length > 0 && !drivers.has("email") ? "has no use: there is no email channel" : undefined,
      ),
      ...problem(
        ["users", name, "telegram"],
        telegram.length > 0 && !drivers.has("telegram")
          ? "has no use: there is no telegram channel"
          : undefined,
      ),
    ]),
  ];
}
