// Figures for the operator, as Prometheus text. No label ever holds a phone number, a mailbox or a user.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { State } from "../bridge/message.ts";
import type { Meter } from "../bridge/ports/system.ts";
import { createEndpoints, type Endpoints } from "./endpoints.ts";
import { createKeeping, type Keeping } from "./keeping.ts";
import { measureLoop } from "./loop.ts";
import { createPlaces } from "./places.ts";
import { Stopwatch } from "./stopwatch.ts";

export interface Metrics extends Meter, Endpoints, Keeping {
  readonly contentType: string;
  /** All figures in the Prometheus text format. */
  text(): Promise<string>;
}

/** What runs. */
export interface Build {
  /** simpost's own. */
  readonly version: string;
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
/** prom-client's own figures of the event loop count the pauses between its looks as lag. loop.ts has better ones; these are left out, and look once an hour. */
const LOOP = { prefix: "nodejs_eventloop_lag", precision: 3_600_000 };
/** `Meter.request`'s `what` for a message that a channel takes in: it has a histogram of its own. */
const ACCEPTING = "accept";

interface Asked {
  readonly times: { observe(seconds: number): void };
  readonly errors: { inc(): void };
}

/** Makes the figures, in a registry of their own. */
export function createMeter({ version }: Build = { version: "unknown" }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP.precision });
  for (const { name } of registry.getMetricsAsArray())
    if (name.startsWith(LOOP.prefix)) registry.removeSingleMetric(name);
  measureLoop(registry);
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
  new Gauge({
    name: "simpost_build_info",
    help: "1, with the version that runs and the Node that runs it",
    labelNames: ["version", "node"] as const,
    registers,
  }).set({ version, node: process.versions.node }, 1);
  const endpoints = createEndpoints(registry);
  /** Each upstream's and word's own: made once, so that its errors are 0 before there is one, and counting looks nothing up. */
  const asked = new Map<string, Map<string, Asked>>();
  const askedOf = (via: string, what: string): Asked => {
    const words = asked.get(via) ?? new Map<string, Asked>();
    asked.set(via, words);
    const known = words.get(what);
    if (known) return known;
    errors.inc({ via, what }, 0);
    const times = what === ACCEPTING ? accept.labels({ channel: via }) : request.labels({ via, what });
    const made = { times, errors: errors.labels({ via, what }) };
    words.set(what, made);
    return made;
  };

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
      const { times, errors } = askedOf(via, what);
      times.observe(ms / 1000);
      if (!ok) errors.inc();
    },

    ...endpoints,
    setGateway(gateway, up, ports) {
      endpoints.setGateway(gateway, up, ports);
      // A counter that begins at its first event hides that one from `increase()`.
      for (const { port } of ports ?? []) places.expect({ gateway, port });
    },
    setChannel(channel, up) {
      endpoints.setChannel(channel, up);
      if (up !== null) places.expectChannel(channel);
    },
    ...createKeeping(registry),
  };
}
