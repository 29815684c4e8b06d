// Figures for the operator, as Prometheus text. No label ever holds a phone number, a mailbox or a user.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { State } from "../bridge/message.ts";
import type { Meter } from "../bridge/ports/system.ts";
import { createPlaces } from "./places.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Reads how many deliveries are in each state. */
export type ReadDepth = () => Promise<Readonly<Record<State, number>>>;

export interface Metrics extends Meter {
  readonly contentType: string;
  /** All figures in the Prometheus text format. */
  text(): Promise<string>;
  /** Where the queue's depth is read at every scrape. When it can't be read, that scrape goes without. */
  setDepth(read: ReadDepth): void;
  /** Whether a gateway answers, and which of its ports are registered; `null`: it is no longer configured. */
  setGateway(
    name: string,
    up: boolean | null,
    ports?: readonly { readonly port: number; readonly up: boolean }[],
  ): void;
  /** Whether a channel's upstream (relay, bot) answers; `null`: it is no longer configured. */
  setChannel(name: string, up: boolean | null): void;
}

/** Steps on the way out, in order. A report that overtakes its receipt passes several at once. */
const STAGES = ["submitted", "sent", "delivered"] as const;
/** How many of them a state has behind it. */
const REACHED: Readonly<Record<State, number>> = {
  queued: 0,
  sending: 0,
  unsure: 0,
  failed: 0,
  accepted: 1,
  sent: 2,
  delivered: 3,
};

/** Buckets in seconds: from one device's answer to the three days that a report may take. */
const LATENCY = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 259_200,
];
const REQUEST = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const ACCEPT = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** Milliseconds. The default, 10, would wake an idle process a hundred times a second. */
const LOOP_PRECISION = 100;
/** `Meter.request`'s `what` for a message that a channel takes in: it has a histogram of its own. */
const ACCEPTING = "accept";

/** Makes the figures, in a registry of their own. */
export function createMeter(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION });
  const places = createPlaces(registry);
  const begun = new Stopwatch();
  const latency = new Histogram({
    name: "simpost_latency_seconds",
    help: "From acceptance until a delivery was submitted, sent, delivered",
    labelNames: ["stage", "to"] as const,
    buckets: LATENCY,
    registers,
  });
  const request = new Histogram({
    name: "simpost_request_seconds",
    help: "Requests to gateways and to channels' upstreams",
    labelNames: ["via", "what"] as const,
    buckets: REQUEST,
    registers,
  });
  const accept = new Histogram({
    name: "simpost_accept_seconds",
    help: "Taking a message in from a channel, until the store has it",
    labelNames: ["channel"] as const,
    buckets: ACCEPT,
    registers,
  });
  const errors = new Counter({
    name: "simpost_request_errors_total",
    help: "Requests that failed, messages that could not be taken in",
    labelNames: ["via", "what"] as const,
    registers,
  });
  let readDepth: ReadDepth | undefined;
  new Gauge({
    name: "simpost_deliveries",
    help: "Deliveries in the store by state",
    labelNames: ["state"] as const,
    registers,
    async collect() {
      const depth = await readDepth?.().catch(() => undefined);
      this.reset();
      for (const [state, value] of Object.entries(depth ?? {})) this.set({ state }, value);
    },
  });
  const gatewayUp = new Gauge({
    name: "simpost_gateway_up",
    help: "1: the gateway answers",
    labelNames: ["gateway"] as const,
    registers,
  });
  const portUp = new Gauge({
    name: "simpost_port_up",
    help: "1: the SIM port is registered",
    labelNames: ["gateway", "port"] as const,
    registers,
  });
  const channelUp = new Gauge({
    name: "simpost_channel_up",
    help: "1: the channel's relay or bot answers",
    labelNames: ["channel"] as const,
    registers,
  });
  const portsOf = new Map<string, readonly number[]>();

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),

    moved(delivery, from, at) {
      const place = places.of(delivery);
      if (from === null) {
        place.accepted.inc();
        begun.start(delivery.id, at);
      }
      if (delivery.state === from) return;
      if (delivery.state === "unsure" || delivery.state === "failed") place[delivery.state].inc();
      const since = begun.since(delivery.id, at);
      for (const stage of STAGES.slice(from === null ? 0 : REACHED[from], REACHED[delivery.state])) {
        place[stage].inc();
        if (since !== null) latency.observe({ stage, to: place.to }, since / 1000);
      }
      if (delivery.state === "delivered" || delivery.state === "failed") begun.stop(delivery.id);
    },

    heard: (lane) => places.heard(lane),

    request(via, what, ok, ms) {
      if (what === ACCEPTING) accept.observe({ channel: via }, ms / 1000);
      else request.observe({ via, what }, ms / 1000);
      if (!ok) errors.inc({ via, what });
    },

    setDepth(read) {
      readDepth = read;
    },

    setGateway(gateway, up, ports) {
      if (up === null) gatewayUp.remove({ gateway });
      else gatewayUp.set({ gateway }, Number(up));
      if (up !== null && ports === undefined) return;
      for (const port of portsOf.get(gateway) ?? []) portUp.remove({ gateway, port: String(port) });
      for (const { port, up: registered } of ports ?? []) {
        portUp.set({ gateway, port: String(port) }, Number(registered));
      }
      portsOf.set(gateway, ports?.map(({ port }) => port) ?? []);
    },

    setChannel(channel, up) {
      if (up === null) channelUp.remove({ channel });
      else channelUp.set({ channel }, Number(up));
    },
  };
}
