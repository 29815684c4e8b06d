// The Synway SMG driver: puts its rooms together behind the bridge's contract.
import type { Gateway, GatewayOptions } from "../../bridge/ports/gateway.ts";
import { createApi } from "./api.ts";
import { BoxMemory } from "./boxes.ts";
import { createDesk } from "./desk.ts";
import type { Device } from "./device.ts";
import { createReceive } from "./inbox.ts";
import { inquire } from "./inquire.ts";
import { LIMITS } from "./limits.ts";
import { createPorts } from "./ports.ts";
import { createProgress } from "./progress.ts";
import { createSend } from "./send.ts";
import { readSettings } from "./settings.ts";
import { createUssd } from "./ussd.ts";

/** Wireless Gateway API 1.8. Connects when it is first asked something. Throws a plain Error for wrong options. */
export function synway(options: GatewayOptions): Gateway {
  const settings = readSettings(options.extra);
  const api = createApi(options, settings);
  const device: Device = {
    api,
    options,
    settings,
    inbox: new BoxMemory(),
    outbox: new BoxMemory(),
    texts: new Map(),
  };
  const ussd = createUssd(device);
  return {
    name: options.name,
    limits: LIMITS,
    send: createSend(device),
    progress: createProgress(device),
    inquire: (unsure, context, signal) => inquire(device, unsure, context, signal),
    receive: createReceive(device),
    ports: createPorts(device),
    ussd: ussd.one,
    desk: createDesk(device, ussd.several),
    close: () => api.close(),
  };
}
