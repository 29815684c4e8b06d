// The Dinstar driver against the simulated device: the shared contract, on plain and on odd firmware.

import type { GatewayOptions } from "../../../src/bridge/ports/gateway.ts";
import { type DinstarOptions, startDinstar } from "../../../src/demo/devices/dinstar.ts";
import { drivers } from "../../../src/gateways/index.ts";
import { gatewayContract, type Rig } from "../../contract/gateway.ts";
import { gatewayOptions } from "../../support/gateway.ts";

async function rig(device: DinstarOptions, options: Partial<GatewayOptions> = {}): Promise<Rig> {
  const sim = await startDinstar(device);
  const { url, username, password } = sim;
  const gateway = drivers.dinstar?.(
    gatewayOptions({ url, username, password, timezone: device.timezone ?? "UTC", ...options }),
  );
  if (!gateway) throw new Error("no driver");
  return {
    gateway,
    now: () => Date.now(),
    hear: (port, from, text) => sim.phones.text(from, { device: sim.name, port }, text),
    sent: () =>
      sim.phones.sent.map(({ to, text, port }) => ({ number: to.replace(/^\+|^00/, ""), text, port })),
    hold: (held) => sim.modem.hold(held),
    refuse: (number) => sim.phones.behave(number, { refuseFrom: 0 }),
    loseAnswer: () => sim.faults.add({ kind: "drop-after-processing", on: "send_sms" }),
    loseRequest: () => sim.faults.add({ kind: "drop-before-processing", on: "send_sms" }),
    forget: () => sim.reboot(),
    wipeInbox: () => sim.wipeInbox(),
    unplug: () => sim.unplug(),
    plug: () => sim.plug(),
    mostConcurrent: () => sim.mostConcurrent,
    ussd: { code: "*100#", answer: "Your balance is 12.34 EUR" },
    async close() {
      await gateway.close();
      await sim.stop();
    },
  };
}

gatewayContract("dinstar", () => rig({}));

const odd: DinstarOptions = {
  auth: "basic",
  sn: "da00-0000",
  echo: "digits",
  refusesPlus: true,
  noPort: "wait",
  showsDelivered: false,
  ussdKeyQuirk: true,
  emptyUssd: " ",
  unknownFilters: ["user_id", "time_after"],
  strictInfo: true,
  infoTypes: ["type", "imei", "imsi", "iccid", "number", "reg"],
  timezone: "America/St_Johns",
  inboxCut: 600,
};

gatewayContract("dinstar on odd firmware", () => rig(odd, { numbers: "digits" }));
