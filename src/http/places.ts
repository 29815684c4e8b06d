// Counters of deliveries by place: a SIM, a gateway yet to choose one, or a channel.
import { Counter, type Registry } from "prom-client";
import { ANY_GATEWAY, type Delivery, type Lane, NOBODY } from "../bridge/message.ts";

interface Child {
  inc(): void;
}

/** One place's counters. */
export interface Place {
  readonly to: "phone" | "channel";
  readonly accepted: Child;
  readonly submitted: Child;
  readonly sent: Child;
  readonly delivered: Child;
  readonly failed: Child;
  readonly unsure: Child;
}

type Labels = Partial<Record<"gateway" | "port" | "channel", string>>;

export interface Places {
  /** Where a delivery goes. A phone whose gateway is yet to be chosen is at gateway "*". */
  of(delivery: Delivery): Place;
  heard(lane: Lane): void;
  /** Its counters are there from now on, at 0. */
  expect(lane: Lane): void;
  expectChannel(name: string): void;
}

/** Makes the counters. Each place's label sets are made once: counting allocates nothing. */
export function createPlaces(registry: Registry): Places {
  const counter = (name: string, help: string) =>
    new Counter({
      name: `simpost_${name}_total`,
      help,
      labelNames: ["gateway", "port", "channel"] as const,
      registers: [registry],
    });
  const accepted = counter("accepted", "Deliveries accepted into the store");
  const submitted = counter("submitted", "Deliveries that the gateway or relay took");
  const sent = counter("sent", "Deliveries that the network took");
  const delivered = counter("delivered", "Deliveries that were confirmed at their end");
  const failed = counter("failed", "Deliveries that failed for good");
  const unsure = counter("unsure", "Deliveries whose request left without an answer");
  const heard = counter("heard", "Texts read off a gateway's inbox");

  /** At 0 from the beginning. */
  const child = (counter: Counter<keyof Labels>, labels: Labels): Child => {
    counter.inc(labels, 0);
    return counter.labels(labels);
  };
  const make = (labels: Labels): Place => ({
    to: labels.channel === undefined ? "phone" : "channel",
    accepted: child(accepted, labels),
    submitted: child(submitted, labels),
    sent: child(sent, labels),
    delivered: child(delivered, labels),
    failed: child(failed, labels),
    unsure: child(unsure, labels),
  });
  const sims = new Family((gateway, port) =>
    make(port === null ? { gateway } : { gateway, port: String(port) }),
  );
  const channels = new Family((channel) => make({ channel }));
  const ears = new Family((gateway, port) =>
    child(heard, port === null ? { gateway } : { gateway, port: String(port) }),
  );
  channels.get(NOBODY, null);

  return {
    of({ to: { via }, lane, parts }) {
      if (lane !== null && (via === lane.gateway || via === ANY_GATEWAY))
        return sims.get(lane.gateway, lane.port);
      return parts > 0 || via === ANY_GATEWAY ? sims.get(via, null) : channels.get(via, null);
    },
    heard: ({ gateway, port }) => ears.get(gateway, port).inc(),
    expect({ gateway, port }) {
      sims.get(gateway, port);
      ears.get(gateway, port);
    },
    expectChannel: (name) => void channels.get(name, null),
  };
}

/** Things made once per name and port. */
class Family<T> {
  readonly #made = new Map<string, Map<number | null, T>>();
  readonly #make: (name: string, port: number | null) => T;

  constructor(make: (name: string, port: number | null) => T) {
    this.#make = make;
  }

  get(name: string, port: number | null): T {
    let ports = this.#made.get(name);
    if (!ports) {
      ports = new Map();
      this.#made.set(name, ports);
    }
    let made = ports.get(port);
    if (made === undefined) {
      made = this.#make(name, port);
      ports.set(port, made);
    }
    return made;
  }
}
