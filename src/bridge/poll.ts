// The loop that watches one gateway: its ports, its inbox, what became of texts, USSD answers. It keeps pace with what goes on.
import { createHash } from "node:crypto";
import { ask } from "./ask.ts";
import { SendError, Unreadable } from "./errors.ts";
import { forward } from "./forward.ts";
import { type House, heard } from "./house.ts";
import { readSender } from "./phone.ts";
import type { Incoming } from "./ports/gateway.ts";
import type { ThreadQuery } from "./ports/store.ts";
import { markDown, markUp, type Station, tellOfGateway } from "./station.ts";

/** How often the ports are read: once in so many polls, but within these bounds, milliseconds; `AMISS`: while something is. */
const PORTS_POLLS = 10;
const PORTS_SOONEST = 1_000;
const PORTS_EVERY = 15_000;
const PORTS_EVERY_AMISS = 3_000;
/** A conversation counts as going on for this long after the last text either way, milliseconds. */
const ACTIVE_FOR = 60_000;
/** While a conversation goes on the inbox is looked at this many times per poll interval, but not more often than the floor, milliseconds. */
const ACTIVE_LOOKS = 2;
const SHORTEST_POLL = 100;
/** A gateway is watched by one node at a time; this long after it fell silent another takes over, milliseconds. */
const LEASE = 30_000;
/** The device said that there is something, and it is not in its inbox yet: looked for once more after this, milliseconds. */
const SECOND_LOOK = 1_000;
/** After a fault that is not the gateway's (the store, a bug), milliseconds. */
const FAULT_PAUSE = 1_000;

/** Watches until `signal` aborts. Never rejects. */
export async function watch(house: House, station: Station, signal: AbortSignal): Promise<void> {
  let inboxAt = 0;
  let leasedUntil = 0;
  while (!signal.aborted) {
    const now = house.clock.now();
    if (station.retryAt > now) {
      await rest(house, station, station.retryAt, signal);
      continue;
    }
    try {
      if (leasedUntil - LEASE / 2 < now) {
        if (!(await house.store.lease(`gateway ${station.name}`, house.node, now + LEASE, now))) {
          await rest(house, station, now + LEASE / 3, signal);
          continue;
        }
        leasedUntil = now + LEASE;
      }
      const moved = station.pokes.take("ports", now);
      if (moved || !station.up || station.portsAt <= now) {
        station.portsAt = now + portsPause(house, station);
        await readPorts(house, station, signal);
      }
      const told = station.pokes.take("results", now);
      if (told || station.askAt <= now) await ask(house, station, signal, told);
      const called = station.pokes.take("inbox", now);
      if (called || inboxAt <= now) {
        const came = await readInbox(house, station, signal);
        const next = pace(house, station);
        inboxAt = house.clock.now() + (called && !came ? Math.min(next, SECOND_LOOK) : next);
      }
    } catch (error) {
      if (signal.aborted) return;
      await blame(house, station, error, signal);
      inboxAt = Math.max(inboxAt, house.clock.now() + pace(house, station));
      continue;
    }
    const at = Math.min(inboxAt, station.askAt, station.portsAt, station.pokes.next);
    await rest(house, station, at, signal);
  }
}

async function readPorts(house: House, station: Station, signal: AbortSignal): Promise<void> {
  const infos = await timed(house, station, "ports", () => station.gateway.ports(signal));
  const changes = station.learn(infos);
  if (changes.length > 0) tellOfGateway(house, station.name);
  for (const change of changes) {
    const fields = { gateway: station.name, port: change.port, state: change.state };
    if (change.registered) house.log.info("port up", fields);
    else house.log.warn("port down", fields);
  }
  markUp(house, station);
  house.bell.ring();
}

/** Reads all that is new, page by page; each page is on disk, with the cursor, before the next is asked for. True: something was. */
async function readInbox(house: House, station: Station, signal: AbortSignal): Promise<boolean> {
  let came = false;
  const inbox = house.settings.gateways.get(station.name)?.inbox ?? station.name;
  for (let more = true; more && !signal.aborted; ) {
    const cursor = await house.store.cursor(inbox);
    const answer = await timed(house, station, "receive", () => station.gateway.receive(cursor, signal));
    more = answer.more;
    if (answer.texts.length === 0 && answer.cursor === cursor) continue;
    const texts = [];
    for (const text of answer.texts) texts.push(await toEntry(house, station, text));
    house.fault("before receive");
    const taken = await house.store.receive({
      gateway: inbox,
      cursor: answer.cursor,
      scan: answer.scan,
      texts,
      now: house.clock.now(),
    });
    house.fault("after receive");
    for (const { id, deliveries } of taken) {
      house.log.info("text in", { gateway: station.name, message: id, deliveries: deliveries.length });
      for (const delivery of deliveries) house.meter.moved(delivery, null, house.clock.now());
      heard(house, deliveries);
    }
    if (taken.length === 0) continue;
    came = true;
    station.activeAt = house.clock.now();
    house.bell.ring();
  }
  return came;
}

async function toEntry(house: House, station: Station, text: Incoming) {
  const settings = house.settings.gateways.get(station.name);
  const now = house.clock.now();
  const print = createHash("sha256")
    .update(JSON.stringify([text.port, text.slot ?? "", text.number, text.stamp, text.text]))
    .digest("base64url")
    .slice(0, 24);
  // Age 0 is "none", whatever the device's clock says: one that is ahead makes every age negative.
  const importAge = settings?.importAge ?? 0;
  if (text.old && (importAge === 0 || now - text.at > importAge)) return { print, entry: null };
  const sender = readSender(text.number, {
    region: house.settings.region,
    numbers: settings?.numbers ?? "e164",
  });
  const lane = { gateway: station.name, port: text.port };
  const query: ThreadQuery = {
    way: "in",
    phone: sender.address,
    lane,
    since: now - house.settings.timing.thread,
  };
  const origin = {
    stamp: text.stamp,
    ...(text.slot === undefined ? {} : { slot: text.slot }),
    ...(text.sim === undefined ? {} : { sim: text.sim }),
    ...(text.smsc === undefined ? {} : { smsc: text.smsc }),
    ...(sender.answerable ? {} : { answerable: "no" }),
  };
  house.meter.heard(lane);
  const from = { lane, phone: sender.address, text: text.text, at: text.at, ref: text.ref ?? null, origin };
  return { print, entry: forward(house, from, await house.store.thread(query), query) };
}

/** Milliseconds between two looks at the inbox. */
function pace(house: House, station: Station): number {
  const poll = house.settings.gateways.get(station.name)?.poll ?? 1_000;
  const active = house.clock.now() - station.activeAt < ACTIVE_FOR;
  return active ? Math.min(poll, Math.max(SHORTEST_POLL, poll / ACTIVE_LOOKS)) : poll;
}

/** Milliseconds between two looks at the ports. */
function portsPause(house: House, station: Station): number {
  const poll = house.settings.gateways.get(station.name)?.poll ?? 1_000;
  const longest = amiss(station) ? PORTS_EVERY_AMISS : PORTS_EVERY;
  return Math.min(longest, Math.max(PORTS_SOONEST, poll * PORTS_POLLS));
}

/** Something is not as it should be: look at the ports more often. */
const amiss = (station: Station): boolean =>
  [...station.ports.values()].some((port) => port.info.busy) ||
  ![...station.ports.values()].some((port) => port.info.registered);

async function timed<T>(house: House, station: Station, what: string, work: () => Promise<T>): Promise<T> {
  const began = house.clock.now();
  let ok = false;
  try {
    const result = await work();
    ok = true;
    return result;
  } finally {
    house.meter.request(station.name, what, ok, house.clock.now() - began);
  }
}

/** Says what went wrong and whose fault it is. */
async function blame(house: House, station: Station, error: unknown, signal: AbortSignal): Promise<void> {
  if (error instanceof SendError) return markDown(house, station, error);
  if (error instanceof Unreadable) {
    house.log.error("gateway unreadable", { gateway: station.name, error: error.message });
    await house.store
      .keep(station.name, error.raw, house.clock.now())
      .catch((cause: unknown) => house.log.error("store failing", { error: cause }));
  } else house.log.error("store failing", { gateway: station.name, error });
  await house.clock.wait(FAULT_PAUSE, signal);
}

/** Waits until `at` (UTC milliseconds), or until somebody wakes this station. */
async function rest(house: House, station: Station, at: number, signal: AbortSignal): Promise<void> {
  const ms = at - house.clock.now();
  if (ms <= 0 || signal.aborted) return;
  const nap = new AbortController();
  const wake = (): void => nap.abort("awake");
  station.wake = wake;
  signal.addEventListener("abort", wake, { once: true });
  await house.clock.wait(ms, nap.signal);
  signal.removeEventListener("abort", wake);
  station.wake = () => {};
}
