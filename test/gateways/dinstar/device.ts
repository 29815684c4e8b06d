// A simulated Dinstar with the driver on it, for one test; both are put away when the test ends.
import { onTestFinished } from "vitest";
import type {
  Gateway,
  GatewayOptions,
  Outgoing,
  Report,
  Submitted,
} from "../../../src/bridge/ports/gateway.ts";
import {
  type DinstarOptions,
  type SimulatedDinstar,
  startDinstar,
} from "../../../src/demo/devices/dinstar.ts";
import { dinstar } from "../../../src/gateways/dinstar/index.ts";
import { FakeClock } from "../../support/clock.ts";
import { gatewayOptions } from "../../support/gateway.ts";
import { MemoryLog } from "../../support/log.ts";

export const never = new AbortController().signal;

export interface Bench {
  readonly sim: SimulatedDinstar;
  readonly gateway: Gateway;
  readonly clock: FakeClock;
  readonly log: MemoryLog;
}

export async function bench(
  device: DinstarOptions = {},
  options: Partial<GatewayOptions> = {},
): Promise<Bench> {
  const clock = new FakeClock();
  const log = new MemoryLog();
  const sim = await startDinstar({ now: () => clock.now(), ...device });
  const { url, username, password } = sim;
  const gateway = dinstar(gatewayOptions({ url, username, password, clock, log, ...options }));
  onTestFinished(async () => {
    await gateway.close();
    await sim.stop();
  });
  return { sim, gateway, clock, log };
}

/** What the device answers to the next request at `endpoint`, word for word. */
export function answer(sim: SimulatedDinstar, endpoint: string, body: unknown, times = 1): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  sim.faults.add({ kind: "reply", on: endpoint, body: text, times });
}

/** The requests that reached an endpoint and got past the login. */
export const requests = (sim: SimulatedDinstar, endpoint: string) =>
  sim.requests.filter((request) => request.endpoint === endpoint && request.status === 200);

export const text = (id: number, body = "hello", number = "+4915112345678"): Outgoing => ({
  id,
  number,
  text: body,
});

export const open = (of: Outgoing, more: Partial<Submitted> = {}): Submitted => ({
  ...of,
  state: "accepted",
  at: Date.UTC(2026, 10, 22, 12),
  port: null,
  parts: 1,
  track: null,
  ...more,
});

/** A text that the device has said was sent: port, first reference, parts, and the device's time. */
export const sent = (
  of: Outgoing,
  track: { port: number; ref: number; count: number; time: string },
): Submitted =>
  open(of, { state: "sent", port: track.port, parts: track.count, track: JSON.stringify(track) });

export const outcome = (reports: readonly Report[], id: number): string | undefined =>
  reports.find((report) => report.id === id)?.outcome;
