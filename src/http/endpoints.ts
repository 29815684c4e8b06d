// How gateways, their ports, and channels' upstreams stand, as figures: 1 or 0, and nothing for what is gone.
import { Gauge, type Registry } from "prom-client";

export interface Endpoints {
  /** Whether a gateway answers, and which of its ports are registered; `null`: it is no longer configured. */
  setGateway(
    name: string,
    up: boolean | null,
    ports?: readonly { readonly port: number; readonly up: boolean }[],
  ): void;
  /** Whether a channel's upstream (relay, bot) answers; `null`: it is no longer configured. */
  setChannel(name: string, up: boolean | null): void;
}

export function createEndpoints(registry: Registry): Endpoints {
  const registers = [registry];
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
