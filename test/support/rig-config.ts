// What a rig is told to be, and the config that it writes for its daemon.
import type { Store } from "../../src/bridge/ports/store.ts";
import type { DinstarOptions, SimulatedDinstar } from "../../src/demo/devices/dinstar.ts";
import type { SimulatedSynway, SynwayOptions } from "../../src/demo/devices/synway.ts";
import type { MailboxOptions } from "../../src/demo/mailbox.ts";
import type { Phones } from "../../src/demo/phones.ts";
import type { BotApiOptions } from "../../src/demo/telegram/botapi.ts";
import { DOMAIN } from "./smtp.ts";

export type Group = Readonly<Record<string, unknown>>;
export type DeviceName = "dinstar" | "synway";
export const BOTH: readonly DeviceName[] = ["dinstar", "synway"];

export interface Devices {
  dinstar: SimulatedDinstar;
  synway: SimulatedSynway;
}

export interface RigOptions {
  /** Which devices there are; each is the gateway of its name. Default: a Dinstar. */
  readonly devices?: readonly DeviceName[];
  /** What each device is told to be. */
  readonly dinstar?: DinstarOptions;
  readonly synway?: SynwayOptions;
  /** Ports of each device; default 2. */
  readonly ports?: number;
  /** More keys of every gateway, and of one. */
  readonly gateway?: Group;
  readonly gateways?: Readonly<Partial<Record<DeviceName, Group>>>;
  readonly channel?: Group;
  readonly mailbox?: MailboxOptions;
  readonly timing?: Group;
  readonly text?: Group;
  readonly users?: Group;
  readonly trust?: readonly string[];
  readonly routes?: readonly Group[];
  /** Before the daemon starts. */
  readonly before?: (world: {
    readonly phones: Phones;
    readonly devices: Devices;
    readonly folder: string;
  }) => void | Promise<void>;
  /** What stands between the daemon and its store. */
  readonly store?: (store: Store) => Store;
  /** There is a Telegram channel, with a simulated Telegram that is told to be so. */
  readonly telegram?: Omit<Partial<BotApiOptions>, "token" | "port">;
  /** More keys of that channel. */
  readonly bot?: Group;
  readonly answers?: Group;
  readonly webhooks?: Group;
  /** Where HTTP listens; default: any free port of this machine. */
  readonly http?: string;
  /** The relay is away until `relayUp`. */
  readonly relayDown?: boolean;
  /** Wait for the first look into every inbox; default true. */
  readonly wait?: boolean;
}

/** The bot's token; what no log and no error may show. */
export const TOKEN = "4242:rig-secret";

export const PEOPLE: Group = {
  ana: { email: ["ana@example.org"], send: { allow: ["*"] } },
  ben: { email: ["ben@example.org"], send: { allow: ["*"] } },
  cleo: { email: ["cleo@example.org"] },
};

export interface Reach {
  readonly name: DeviceName;
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The whole config, as it is written. `apiRoot`: where Telegram is; null: there is none. */
export function configOf(
  options: RigOptions,
  devices: readonly Reach[],
  relay: string,
  apiRoot: string | null,
): Group {
  const { gateway, gateways, channel, timing, text, users, trust, routes } = options;
  const entry = ({ name, ...reach }: Reach): Group => {
    const own = name === "synway" ? { settle: "200ms" } : {};
    return { driver: name, ...own, ...reach, poll: "100ms", ...gateway, ...gateways?.[name] };
  };
  return {
    domain: DOMAIN,
    region: "DE",
    store: { path: "./simpost.db" },
    http: { listen: options.http ?? "127.0.0.1:0" },
    gateways: Object.fromEntries(devices.map((device) => [device.name, entry(device)])),
    channels: {
      email: { driver: "email", listen: [{ address: "127.0.0.1", port: 0 }], relay, ...channel },
      ...(apiRoot === null
        ? {}
        : { telegram: { driver: "telegram", token: TOKEN, apiRoot, ...options.bot } }),
    },
    timing: { timeout: "5s", ...timing },
    text: { subject: "never", ...text },
    ...(options.answers ? { answers: options.answers } : {}),
    ...(options.webhooks ? { webhooks: options.webhooks } : {}),
    users: users ?? PEOPLE,
    trust: { networks: trust ?? ["127.0.0.0/8"] },
    routes: routes ?? [{ to: ["email:team@example.org"] }],
    log: { numbers: "full" },
  };
}
