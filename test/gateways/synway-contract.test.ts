// The Synway driver against the simulated device: the shared contract, on plain and on odd firmware.
import type { GatewayOptions } from "../../src/bridge/ports/gateway.ts";
import { type SynwayOptions, startSynway } from "../../src/demo/devices/synway.ts";
import { synway } from "../../src/gateways/synway/index.ts";
import { gatewayContract, type Rig } from "../contract/gateway.ts";
import { gatewayOptions } from "../support/gateway.ts";

async function rig(
  device: SynwayOptions,
  extra: GatewayOptions["extra"] = {},
  options: Partial<GatewayOptions> = {},
): Promise<Rig> {
  // the suite counts ports from 0
  const sim = await startSynway({ portBase: 0, ...device });
  const { url, username, password } = sim;
  const gateway = synway(
    gatewayOptions({
      url,
      username,
      password,
      timezone: device.timezone ?? "UTC",
      extra: { portBase: 0, settle: 0, ...extra },
      ...options,
    }),
  );
  return {
    gateway,
    now: () => Date.now(),
    hear: (port, from, text) => sim.phones.text(from, { device: sim.name, port }, text),
    sent: () =>
      sim.phones.sent.map(({ to, text, port }) => ({ number: to.replace(/^\+|^00/, ""), text, port })),
    hold: (held) => sim.modem.hold(held),
    refuse: (number) => sim.phones.behave(number, { refuseFrom: 0 }),
    loseAnswer: () => sim.faults.add({ kind: "drop-after-processing", on: "txsms" }),
    loseRequest: () => sim.faults.add({ kind: "drop-before-processing", on: "txsms" }),
    forget: () => sim.reboot({ inbox: "wipe" }),
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

gatewayContract("synway", () => rig({}));

gatewayContract("synway that prints as its document does", () =>
  rig(
    {
      json: "none",
      ok: "oK",
      records: "document",
      groups: ",\n",
      userid: "never",
      echo: "digits",
      portTypes: "each",
      wirelessBase: 1,
      exclusiveTimes: true,
      timezone: "America/St_Johns",
      firstTask: 7,
    },
    { json: "literal", wirelessBase: 1 },
    { numbers: "digits" },
  ),
);

gatewayContract("synway with newer firmware", () =>
  rig(
    {
      json: "proper",
      ok: "OK",
      newInbox: true,
      aliases: true,
      groups: "\n",
      listsWaiting: false,
      skew: 5_000,
    },
    { paths: "functions", inboxEvent: "newqueryrxsms" },
  ),
);

gatewayContract("synway whose one event gives both boxes", () =>
  rig({ outbox: "mixed" }, { outboxEvent: "queryrxsms" }),
);
