// Runs the heart: the outbox, a watch per gateway, and the housekeeping; stops them in the right order.

import { openDesk } from "./desk.ts";
import type { House } from "./house.ts";
import { openInbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { loadPauses } from "./pause.ts";
import { watch } from "./poll.ts";
import type { Channel } from "./ports/channel.ts";
import { isUssd } from "./ussd.ts";

/** Finished messages are looked for this often, and deleted in steps of this many. */
const PRUNE_EVERY = 10 * 60_000;
const PRUNE_STEP = 500;
const PRUNE_PAUSE = 100;
/** Least used port: texts of this long count, milliseconds. */
const USAGE = 24 * 3_600_000;
/** An outbox that has not turned for this long is stuck, milliseconds. */
const STUCK = 5 * 60_000;
/** What is in flight at a stop has this long to end, milliseconds; then its requests are cut off and found out about at the next start. */
const PATIENCE = 7_000;

export interface Engine {
  /** Stops taking, ends what is in flight. Everything that did not end is in the store. */
  stop(): Promise<void>;
  /** Whether the outbox turns as it should: it never sleeps for long. */
  sound(): boolean;
}

/** Starts everything. Rejects when a channel can't be opened; then nothing runs. */
export async function startEngine(house: House): Promise<Engine> {
  const { store, clock, log, node } = house;
  const soft = new AbortController();
  const hard = new AbortController();
  const recovered = await store.recover(node, clock.now());
  if (recovered > 0) log.warn("recovered after a crash", { deliveries: recovered });
  await house.people.load();
  await loadPauses(house);
  await remember(house);
  const outbox = new Outbox(house);
  const leaving = outbox.run(soft.signal, hard.signal);
  const watches = [...house.stations.values()].map((station) => watch(house, station, soft.signal));
  const housekeeping = prune(house, soft.signal);
  const channels = [...house.channels.values()];
  const stop = async (opened: readonly Channel[]): Promise<void> => {
    const late = clock.wait(PATIENCE, hard.signal).then(() => hard.abort());
    await Promise.allSettled(opened.map((channel) => channel.stop()));
    soft.abort();
    for (const station of house.stations.values()) station.wake();
    await Promise.all([leaving, housekeeping, ...watches]);
    hard.abort();
    await late;
    await Promise.allSettled([...house.stations.values()].map((station) => station.gateway.close()));
  };
  const opened: Channel[] = [];
  try {
    for (const channel of channels) {
      await channel.start(openInbox(house), openDesk(house));
      opened.push(channel);
    }
  } catch (error) {
    await stop(opened);
    throw error;
  }
  return { stop: () => stop(opened), sound: () => clock.now() - outbox.turnedAt < STUCK };
}

/** What each port did lately, and what the devices still have in hand from before. */
async function remember(house: House): Promise<void> {
  const now = house.clock.now();
  for (const { lane, texts } of await house.store.usage(now - USAGE)) {
    if (lane.port !== null) house.stations.get(lane.gateway)?.usedBefore.set(lane.port, texts);
  }
  for (const station of house.stations.values()) {
    for (const { delivery } of await house.store.open(station.name, Number.MAX_SAFE_INTEGER, 1_000)) {
      const port = delivery.lane?.port ?? null;
      if (isUssd(delivery)) {
        if (port !== null) station.sessions.add(port);
      } else if (delivery.state === "accepted" || delivery.state === "unsure")
        station.heldBefore.set(delivery.id, port);
      station.askBy(now);
    }
  }
}

async function prune(house: House, signal: AbortSignal): Promise<void> {
  const { store, clock, log, settings } = house;
  while (!signal.aborted) {
    try {
      const deleted = await store.prune(clock.now() - settings.keep, PRUNE_STEP);
      if (deleted > 0) log.info("pruned", { messages: deleted });
      await clock.wait(deleted === PRUNE_STEP ? PRUNE_PAUSE : PRUNE_EVERY, signal);
    } catch (error) {
      log.error("store failing", { error });
      await clock.wait(PRUNE_EVERY, signal);
    }
  }
}
