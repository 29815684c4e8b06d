// The loopback driver: the contract, and what a process that ends takes with it.
import { expect, test } from "vitest";
import type { InboxFilter, Outgoing } from "../../src/bridge/ports/gateway.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { gatewayContract, type Rig } from "../contract/gateway.ts";
import { FakeClock } from "../support/clock.ts";
import { gatewayOptions } from "../support/gateway.ts";

const never = new AbortController().signal;
let id = 1;
const text = (body: string, number = "+49151000001"): Outgoing => ({ id: id++, number, text: body });

async function rig(): Promise<Rig> {
  const clock = new FakeClock();
  const gateway = loopback(gatewayOptions({ name: "loop", clock }));
  const sent = async () => (await gateway.desk?.outbox?.({}, never)) ?? [];
  let rows: Awaited<ReturnType<typeof sent>> = [];
  return {
    gateway,
    now: () => clock.now(),
    async hear(port, from, body) {
      await gateway.send({ ports: [port], texts: [text(`echo ${body}`, from)] }, never);
    },
    sent: () =>
      rows.map((row) => ({
        number: String(row.number).slice(1),
        text: String(row.text),
        port: Number(row.port),
      })),
    async work() {
      rows = await sent();
    },
    ussd: { code: "*100#", answer: "You dialled *100#" },
    close: () => gateway.close(),
    hold: () => undefined,
    refuse: () => undefined,
    loseAnswer: () => undefined,
    loseRequest: () => undefined,
    forget: () => undefined,
    wipeInbox: () => undefined,
    unplug: async () => undefined,
    plug: async () => undefined,
    mostConcurrent: () => 1,
  };
}

const alone = "there is no device and no connection that could fail";
gatewayContract("loopback", rig, {
  "a text that the device can't take is refused before anything leaves":
    "it takes every text: memory has no limit",
  "what the network refuses has failed, and only that": alone,
  "what waits inside the device is neither sent nor failed": "nothing ever waits: it sends at once",
  "a send whose answer was lost is found": alone,
  "a send that never arrived is absent, and may be sent again": alone,
  "what a device that forgot does not list is not proven absent":
    "it forgets only with the process: see below",
  "an inbox that was wiped and counts anew hides nothing and repeats nothing":
    "it begins anew only with the process: see below",
  "a device that is away: temporary for all, and as before when it is back": alone,
  "one request at a time goes to the device": alone,
});

test("in a new life everything is new, and an old cursor hides nothing", async () => {
  const before = loopback(gatewayOptions());
  await before.send({ ports: [2], texts: [text("echo one")] }, never);
  const { cursor } = await before.receive(undefined, never);
  const after = loopback(gatewayOptions());
  await after.send({ ports: [2], texts: [text("echo two")] }, never);
  const page = await after.receive(cursor, never);
  expect(page.texts.map(({ text: body, old, port }) => [body, old, port])).toEqual([["two", false, 2]]);
  expect((await after.receive(page.cursor, never)).texts).toEqual([]);
});

test("what was sent in another life is unknown, not absent", async () => {
  const gateway = loopback(gatewayOptions());
  const lost = { ...text("x"), state: "unsure", at: 0, port: null, parts: 1, track: null } as const;
  const outcome = async (context: Parameters<typeof gateway.inquire>[1]) =>
    (await gateway.inquire([lost], context, never))[0]?.outcome;
  expect(await outcome({ witness: { ...lost, id: 999 }, steady: true })).toBe("unknown");
  expect(await outcome({ witness: null, steady: false })).toBe("unknown");
  expect(await outcome({ witness: null, steady: true })).toBe("absent");
  await gateway.send({ ports: [0], texts: [lost] }, never);
  expect(await outcome({ witness: null, steady: false })).toBe("delivered");
});

test("its desk lists what was sent", async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1, 12));
  const gateway = loopback(gatewayOptions({ clock, timezone: "Asia/Shanghai" }));
  const one = text("hello");
  await gateway.send({ ports: [3], texts: [one] }, never);
  expect(await gateway.desk?.outbox?.({}, never)).toEqual([
    { id: one.id, time: "2026-01-01 20:00:00", port: 3, number: "+49151000001", text: "hello" },
  ]);
});

test("its desk lists what was asked for, and refuses what it can't judge", async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1, 12));
  const gateway = loopback(gatewayOptions({ clock }));
  await gateway.send({ ports: [3], texts: [text("echo a")] }, never);
  const since = clock.now();
  await clock.advance(1_000);
  await gateway.send({ ports: [1], texts: [text("echo b", "+49151000002")] }, never);
  const list = async (filter: InboxFilter) =>
    ((await gateway.desk?.inbox(filter, never)) ?? []).map((row) => row.text);
  expect(await list({ ports: ["1", "2"] })).toEqual(["b"]);
  expect(await list({ numbers: ["+49151000001"] })).toEqual(["a"]);
  expect(await list({ since: since + 1 })).toEqual(["b"]);
  expect(await list({ until: since })).toEqual(["a"]);
  for (const filter of [{ after: "1" }, { read: true }])
    await expect(list(filter)).rejects.toMatchObject({ kind: "permanent" });
});
