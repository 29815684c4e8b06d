// The simulated gateways in a process of their own: they live on when the daemon dies, and know what really left.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Order } from "../../../src/demo/devices/control.ts";
import type { SentSms } from "../../../src/demo/phones.ts";

const SERVE = fileURLToPath(new URL("../../../src/demo/devices/serve.ts", import.meta.url));

/** One of the simulated devices. */
export type DeviceName = "dinstar" | "synway";

export class Devices {
  readonly dinstar: string;
  readonly synway: string;
  readonly #child: ChildProcess;
  readonly #control: string;

  private constructor(child: ChildProcess, urls: { dinstar: string; synway: string; control: string }) {
    this.#child = child;
    this.#control = urls.control;
    this.dinstar = urls.dinstar;
    this.synway = urls.synway;
  }

  /** Starts both. `args`: more options of serve.ts. */
  static async start(args: readonly string[] = []): Promise<Devices> {
    const child = spawn(
      process.execPath,
      [SERVE, "--dinstar", "0", "--synway", "0", "--control", "0", "--quiet", "--keep", "1000000", ...args],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    return new Devices(child, JSON.parse(line) as { dinstar: string; synway: string; control: string });
  }

  async order(order: Order): Promise<unknown> {
    const response = await fetch(this.#control, { method: "POST", body: JSON.stringify(order) });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`devices: ${JSON.stringify(body)}`);
    return body;
  }

  /** Every text that left, oldest first. */
  async sent(): Promise<readonly SentSms[]> {
    return ((await this.order({ do: "sent" })) as { sent: readonly SentSms[] }).sent;
  }

  /** How many requests a device has answered so far. */
  async requests(device: DeviceName): Promise<number> {
    const stats = (await this.order({ do: "stats" })) as Record<DeviceName, { requests: number }>;
    return stats[device].requests;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exited;
  }
}
