// What a rig is told to be, and the config that it writes for its daemon.
import type { Store } from "../../src/bridge/ports/store.ts";
import type { DinstarOptions, SimulatedDinstar } from "../../src/demo/devices/dinstar.ts";
import type { SimulatedSynway, SynwayOptions } from "../../src/demo/devices/synway.ts";
import type { MailboxOptions } from "../../src/demo/mailbox.ts";
import type { Phones } from "../../src/demo/phones.ts";
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
  /** The relay is away until `relayUp`. */
  readonly relayDown?: boolean;
  /** Wait for the first look into every inbox; default true. */
  readonly wait?: boolean;
}

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

/** The whole config, as it is written. */
export function configOf(options: RigOptions, devices: readonly Reach[], relay: string): Group {
  const { gateway, gateways, channel, timing, text, users, trust, routes } = options;
  const entry = ({ name, ...reach }: Reach): Group => {
    const own = name === "synway" ? { settle: "200ms" } : {};
    return { driver: name, ...own, ...reach, poll: "100ms", ...gateway, ...gateways?.[name] };
  };
  return {
    domain: DOMAIN,
    region: "DE",
    store: { path: "./simpost.db" },
    http: { listen: "127.0.0.1:0" },
    gateways: Object.fromEntries(devices.map((device) => [device.name, entry(device)])),
    channels: {
      email: { driver: "email", listen: [{ address: "127.0.0.1", port: 0 }], relay, ...channel },
    },
    timing: { timeout: "5s", ...timing },
    text: { subject: "never", ...text },
    users: users ?? PEOPLE,
    trust: { networks: trust ?? ["127.0.0.0/8"] },
    routes: routes ?? [{ to: ["email:team@example.org"] }],
    log: { numbers: "full" },
  };
}
