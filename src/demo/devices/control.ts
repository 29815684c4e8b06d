// Orders for simulated devices that run in another process: one JSON object in, one JSON value out.
import type { Behaviour, Phones, Sim } from "../phones.ts";
import type { SimulatedDinstar } from "./dinstar.ts";
import type { Fault } from "./faults.ts";
import type { SimulatedSynway } from "./synway.ts";

/** A fault as JSON can say it: "always" stands for Infinity. */
type FaultOrder = Omit<Fault, "times"> & { readonly times?: number | "always" };

/** A phone's behaviour as JSON can say it: a fixed answer. */
type BehaviourOrder = Omit<Behaviour, "answer"> & { readonly answer?: string };

/** Orders to the air, and to all at once. */
type WorldOrder =
  /** Texts a SIM, `count` times (default 1; "#" in the text becomes 1, 2, …). */
  | {
      readonly do: "text";
      readonly from: string;
      readonly to: Sim;
      readonly text: string;
      readonly count?: number;
    }
  | { readonly do: "behave"; readonly number: string; readonly as: BehaviourOrder }
  /** Texts that left, from the `since`th on (default 0). */
  | { readonly do: "sent"; readonly since?: number }
  /** `origin`: CLOCK_MONOTONIC, in milliseconds, at which the clock of the requests' `at` was 0. */
  | { readonly do: "stats" }
  | { readonly do: "forget" };

/** Orders to one device. */
type DeviceAction =
  | { readonly do: "fault"; readonly fault: FaultOrder }
  | { readonly do: "reboot"; readonly downtime?: number; readonly inbox?: "keep" | "wipe" }
  | { readonly do: "clear-faults" | "unplug" | "plug" | "wipe-inbox" }
  | { readonly do: "jump"; readonly ms: number }
  | { readonly do: "port"; readonly port: number; readonly set: object }
  | { readonly do: "hold"; readonly on: boolean }
  /** Ends what is in the air. */
  | { readonly do: "finish" }
  /** Milliseconds for a part; "never": until `finish`. */
  | { readonly do: "send-time"; readonly ms: number | "never" }
  /** Requests that are remembered. */
  | { readonly do: "requests" };

/** `device` is "dinstar" or "synway". */
export type Order = WorldOrder | (DeviceAction & { readonly device: string });

export interface World {
  readonly phones: Phones;
  readonly dinstar: SimulatedDinstar | null;
  readonly synway: SimulatedSynway | null;
}

/** Figures of one device. */
const stats = (device: SimulatedDinstar | SimulatedSynway) => ({
  url: device.url,
  requests: device.requestCount,
  connections: device.connectionCount,
  mostConcurrent: device.mostConcurrent,
  waiting: device.modem.waiting,
  queued: device.queued,
  inbox: device.inbox.length,
});

/** Carries an order out. Throws for one that it does not know, or for a device that does not run. */
export async function obey(world: World, order: Order): Promise<unknown> {
  if ("device" in order) return command(find(world, order.device), order);
  const { phones, dinstar, synway } = world;
  switch (order.do) {
    case "text": {
      const count = order.count ?? 1;
      for (let n = 1; n <= count; n += 1)
        phones.text(order.from, order.to, order.text.replaceAll("#", String(n)));
      return { held: phones.held };
    }
    case "behave": {
      const { answer, ...rest } = order.as;
      phones.behave(order.number, answer === undefined ? rest : { ...rest, answer: () => answer });
      return {};
    }
    case "sent":
      return { total: phones.total, sent: phones.sent.slice(order.since ?? 0) };
    case "stats":
      return {
        sent: phones.total,
        held: phones.held,
        dinstar: dinstar && stats(dinstar),
        synway: synway && stats(synway),
        rss: process.memoryUsage.rss(),
        cpu: process.cpuUsage(),
        origin: Number(process.hrtime.bigint()) / 1e6 - performance.now(),
      };
    case "forget":
      phones.forget();
      dinstar?.forgetRequests();
      synway?.forgetRequests();
      return {};
    default:
      throw new Error("unknown order");
  }
}

function find({ dinstar, synway }: World, name: string): SimulatedDinstar | SimulatedSynway {
  const device = [dinstar, synway].find((one) => one?.name === name);
  if (!device) throw new Error(`no device ${name}`);
  return device;
}

async function command(device: SimulatedDinstar | SimulatedSynway, order: DeviceAction): Promise<unknown> {
  switch (order.do) {
    case "fault": {
      const { times = 1, ...fault } = order.fault;
      device.faults.add({ ...fault, times: times === "always" ? Number.POSITIVE_INFINITY : times });
      return {};
    }
    case "clear-faults":
      device.faults.clear();
      return {};
    case "reboot":
      await device.reboot({ downtime: order.downtime ?? 0, inbox: order.inbox ?? "keep" });
      return {};
    case "unplug":
      await device.unplug();
      return {};
    case "plug":
      await device.plug();
      return {};
    case "wipe-inbox":
      device.wipeInbox();
      return {};
    case "jump":
      device.clock.jump(order.ms);
      return {};
    case "port":
      device.setPort(order.port, order.set);
      return {};
    case "hold":
      device.modem.hold(order.on);
      return {};
    case "finish":
      device.modem.finish();
      return {};
    case "send-time":
      device.modem.sendTime = order.ms === "never" ? Number.POSITIVE_INFINITY : order.ms;
      return {};
    case "requests":
      return { requests: device.requests };
    default:
      throw new Error("unknown order");
  }
}
