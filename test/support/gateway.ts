// The options that a driver is made with, for tests: a device on this machine in UTC, unless said otherwise.
import type { GatewayOptions } from "../../src/bridge/ports/gateway.ts";
import type { Clock } from "../../src/bridge/ports/system.ts";
import { MemoryLog } from "./log.ts";

const realClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

export function gatewayOptions(more: Partial<GatewayOptions> = {}): GatewayOptions {
  return {
    name: "office",
    url: "http://127.0.0.1:9",
    username: "admin",
    password: "secret",
    timezone: "UTC",
    numbers: "e164",
    region: "DE",
    timeout: 5_000,
    fingerprint: undefined,
    extra: {},
    clock: realClock,
    log: new MemoryLog(),
    ...more,
  };
}
