// A simulated Synway with its driver, for the driver's own tests. Everything is closed after each test.
import { afterEach } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import type { Gateway, GatewayOptions, Outgoing, Submitted } from "../../src/bridge/ports/gateway.ts";
import { type SimulatedSynway, type SynwayOptions, startSynway } from "../../src/demo/devices/synway.ts";
import { synway } from "../../src/gateways/synway/index.ts";
import { FakeClock } from "../support/clock.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { MemoryLog } from "../support/log.ts";

export const never = new AbortController().signal;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export interface Setup {
  readonly device: SimulatedSynway;
  readonly gateway: Gateway;
  readonly clock: FakeClock;
  readonly log: MemoryLog;
  /** Another driver for the same device, as after a restart. */
  readonly again: (extra?: GatewayOptions["extra"]) => Gateway;
  /** The bodies of all requests for one event. */
  readonly asked: (event: string) => readonly Readonly<Record<string, unknown>>[];
}

/** The device's clock is the driver's. */
export async function setup(
  device: SynwayOptions = {},
  extra: GatewayOptions["extra"] = {},
  options: Partial<GatewayOptions> = {},
): Promise<Setup> {
  const clock = new FakeClock();
  const log = new MemoryLog();
  const sim = await startSynway({ now: () => clock.now(), ...device });
  cleanups.push(() => sim.stop());
  const make = (more: GatewayOptions["extra"] = {}): Gateway => {
    const gateway = synway(
      gatewayOptions({
        url: sim.url,
        username: sim.username,
        password: sim.password,
        timezone: device.timezone ?? "UTC",
        extra: { settle: 0, ...extra, ...more },
        clock,
        log,
        ...options,
      }),
    );
    cleanups.push(() => gateway.close());
    return gateway;
  };
  return {
    device: sim,
    gateway: make(),
    clock,
    log,
    again: make,
    asked: (event) =>
      sim.requests.flatMap(({ endpoint, body }) =>
        endpoint === event && typeof body === "object" && body !== null ? [{ ...body }] : [],
      ),
  };
}

export const sms = (id: number, number: string, text = "hello"): Outgoing => ({ id, number, text });

/** A text as the store would hand it back. */
export const open = (
  text: Outgoing,
  at: number,
  state: Submitted["state"],
  more: Partial<Submitted> = {},
): Submitted => ({ ...text, at, state, port: 1, parts: 1, track: null, ...more });

/** What `promise` rejects with; throws when it does not, or with something else. */
export async function failure(promise: Promise<unknown>): Promise<SendError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof SendError) return error;
  throw error;
}
