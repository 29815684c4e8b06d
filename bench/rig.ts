// The bench itself: simulated devices, and the daemon on a fresh store in front of them, each in a process of its own.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Order } from "../src/demo/devices/control.ts";
import type { RequestRecord } from "../src/demo/devices/shell-options.ts";
import { FLAGS } from "../tools/flags.ts";
import type { Options } from "./case.ts";
import { send } from "./generator.ts";
import type { Loaded } from "./load.ts";
import { cpuOf, end, freePort, memoryOf, ours, start, until } from "./processes.ts";
import type { Order as LoadOrder } from "./smtp.ts";

export const SENDER = "ana@example.org";
/** A phone in Germany, another for each mail. */
export const RCPT = "+49151#@sms.example.org";

export interface RigOptions {
  readonly daemon: Pick<Options, "main" | "flags">;
  /** Where texts from phones go; default: a Maildir. */
  readonly relay?: string;
  /** A Synway beside the Dinstar. */
  readonly synway?: boolean;
  /** A store that is there already; the default is an empty one. */
  readonly store?: string;
  /** The gateways can't be reached when the daemon starts. */
  readonly unplugged?: boolean;
}

export interface Stats {
  /** Texts that left the devices. */
  readonly sent: number;
  /** CLOCK_MONOTONIC at which the devices' performance.now() was 0, milliseconds. */
  readonly origin: number;
  readonly dinstar: { readonly requests: number } | null;
  readonly cpu: { readonly user: number; readonly system: number };
}

export interface Rig {
  readonly mailPort: number;
  readonly pid: number;
  /** CPU time of the daemon so far, milliseconds. */
  cpu(): number;
  memory(): ReturnType<typeof memoryOf>;
  /** Carries an order to the devices out. */
  order<T>(order: Order): Promise<T>;
  stats(): Promise<Stats>;
  /** What the Dinstar was asked since it was last told to forget. */
  requests(): Promise<readonly RequestRecord[]>;
  /** Deliveries by state, as the daemon's own metrics say. */
  depth(): Promise<Readonly<Record<string, number>>>;
  /** Resolves when `texts` more than `before` have left, and nothing is on its way any more. */
  settled(before: Stats, texts: number): Promise<void>;
  load(order: Omit<LoadOrder, "port" | "from" | "rcpt">): Promise<Loaded>;
  stop(): Promise<void>;
}

interface Devices {
  readonly process: ChildProcess;
  readonly dinstar: string;
  readonly synway: string | null;
  readonly control: string;
}

async function startDevices(synway: boolean): Promise<Devices> {
  const kinds = ["--dinstar", "0", ...(synway ? ["--synway", "0"] : [])];
  const args = [
    ...FLAGS,
    ours("src/demo/devices/serve.ts"),
    ...kinds,
    "--ports",
    "32",
    "--keep",
    "200000",
    "--quiet",
  ];
  const child = start(args, ["ignore", "pipe", "inherit"]);
  if (!child.stdout) throw new Error("the devices have no output");
  for await (const line of createInterface(child.stdout))
    return { process: child, ...(JSON.parse(line) as Omit<Devices, "process">) };
  throw new Error("the devices did not start");
}

const config = (rig: {
  readonly store: string;
  readonly relay: string;
  readonly mail: number;
  readonly http: number;
  readonly devices: Devices;
}): string => `
domain: sms.example.org
region: DE
store: { driver: sqlite, path: "${rig.store}" }
http: { listen: "127.0.0.1:${rig.http}" }
gateways:
  office: { driver: dinstar, url: "${rig.devices.dinstar}", username: admin, password: secret }
${rig.devices.synway === null ? "" : `  depot: { driver: synway, url: "${rig.devices.synway}", username: ApiUserAdmin, password: secret }`}
channels:
  email: { driver: email, listen: [{ address: 127.0.0.1, port: ${rig.mail}, tls: none }], relay: "${rig.relay}" }
users:
  ana: { email: [${SENDER}], send: { allow: ["*"] } }
trust: { networks: [127.0.0.0/8] }
routes:
  - { to: [ana] }
`;

/** Starts it all. */
export async function startRig(options: RigOptions): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "simpost-bench-"));
  const devices = await startDevices(options.synway ?? false);
  const order = async <T>(body: Order): Promise<T> => {
    const answer = await fetch(devices.control, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`devices: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  if (options.unplugged) await order({ do: "unplug", device: "dinstar" });
  const [mailPort, http] = [await freePort(), await freePort()];
  const file = join(folder, "simpost.yaml");
  const store = options.store ?? join(folder, "simpost.db");
  const relay = options.relay ?? `maildir:${join(folder, "mail")}`;
  writeFileSync(file, config({ store, relay, mail: mailPort, http, devices }));
  const log = join(folder, "log");
  const { flags, main } = options.daemon;
  const daemon = start([...flags, main, "run", "-c", file], ["ignore", openSync(log, "w"), "inherit"]);
  const pid = daemon.pid ?? 0;
  const get = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${http}${path}`)).text();
  const dead = (): boolean => daemon.exitCode !== null || daemon.signalCode !== null;
  await until("the daemon serves", async () => {
    if (dead()) throw new Error(`the daemon ended: ${readFileSync(log, "utf8").slice(-2_000)}`);
    const body = await get("/readyz").catch(() => "");
    return options.unplugged ? body !== "" : /"office":"up"/.test(body);
  });
  const stats = () => order<Stats>({ do: "stats" });
  const depth = async (): Promise<Readonly<Record<string, number>>> => {
    const found = (await get("/metrics")).matchAll(/^simpost_deliveries\{state="(\w+)"\} (\d+)/gm);
    return Object.fromEntries([...found].map(([, state = "", n]) => [state, Number(n)]));
  };
  return {
    mailPort,
    pid,
    cpu: () => cpuOf(pid),
    memory: () => memoryOf(pid),
    order,
    stats,
    requests: async () =>
      (await order<{ requests: RequestRecord[] }>({ do: "requests", device: "dinstar" })).requests,
    depth,
    async settled(before, texts) {
      await until(`${texts} texts left`, async () => (await stats()).sent - before.sent >= texts);
      await until(
        "all is reported",
        async () => {
          const { queued = 0, sending = 0, accepted = 0, sent = 0, unsure = 0 } = await depth();
          return queued + sending + accepted + sent + unsure === 0;
        },
        { pause: 200 },
      );
    },
    load: (what) => send({ ...what, port: mailPort, from: SENDER, rcpt: RCPT }),
    async stop() {
      await end(daemon);
      await end(devices.process);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
