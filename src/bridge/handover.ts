// Hands claimed texts to a gateway in one request, and settles what the answer, or its absence, means for each.
import { SendError } from "./errors.ts";
import { type House, report } from "./house.ts";
import type { Load, Placed } from "./lanes.ts";
import { failed, queuedDeadline } from "./outcome.ts";
import type { Job, News } from "./ports/store.ts";
import { retryPause } from "./retry.ts";
import { markDown, markUp, type Station } from "./station.ts";

/** An uncertain text is asked about for the first time after this, milliseconds: the device may still be busy with it. */
const FIRST_INQUIRY = 500;

/**
 * Sends one load. Never throws: whatever happens is settled, or stays `sending` on disk and is found out about after its lease.
 * False: some of it comes back or is in doubt, so nothing that was claimed behind it may leave now.
 */
export async function handOver(
  house: House,
  station: Station,
  load: Load,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock } = house;
  for (const { job, port } of load.placed) station.hold(job.delivery.id, port);
  const texts = load.placed.map(({ job }) => ({
    id: job.delivery.id,
    number: job.delivery.to.address,
    text: job.delivery.text,
  }));
  const began = clock.now();
  station.activeAt = began;
  let news: readonly News[];
  try {
    house.fault("before send");
    const receipts = await station.gateway.send({ ports: load.ports, texts }, signal);
    house.fault("after send");
    house.meter.request(station.name, "send", true, clock.now() - began);
    markUp(house, station);
    const tracks = new Map(receipts.map((receipt) => [receipt.id, receipt.track]));
    news = load.placed.map((placed) =>
      taken(house, station, load, placed, tracks.get(placed.job.delivery.id) ?? null),
    );
  } catch (error) {
    house.meter.request(station.name, "send", false, clock.now() - began);
    const known =
      error instanceof SendError ? error : new SendError("unsure", "the driver failed", { cause: error });
    if (!(error instanceof SendError)) house.log.error("bug", { gateway: station.name, error });
    const first = load.placed[0];
    if (known.kind === "permanent" && known.scope === "message" && load.placed.length > 1 && first) {
      // One of them is bad: find out which, so that the others don't suffer for it.
      const middle = Math.ceil(load.placed.length / 2);
      const rest = load.placed.slice(middle);
      if (await handOver(house, station, { ...load, placed: load.placed.slice(0, middle) }, signal))
        return handOver(house, station, { ...load, placed: rest }, signal);
      await giveBack(
        house,
        station,
        rest.map(({ job }) => job),
        signal,
      );
      return false;
    }
    news = load.placed.map((placed) => refused(house, station, load, placed, known));
    if (known.scope === "upstream") markDown(house, station, known);
  }
  await reportStubbornly(house, news, signal);
  house.fault("after settle");
  const asks = news.flatMap(({ change }) =>
    change.due != null && change.state !== "queued" ? [change.due] : [],
  );
  if (asks.length > 0) station.askBy(Math.min(...asks));
  return news.every(({ change }) => change.state === "accepted" || change.state === "failed");
}

/** Puts claimed texts that certainly did not leave back into the queue, in their old places. */
export async function giveBack(
  house: House,
  station: Station,
  jobs: readonly Job[],
  signal: AbortSignal,
): Promise<void> {
  const now = house.clock.now();
  const news = jobs.map((job): News => {
    station.release(job.delivery.id, "unknown", now);
    const deadline = queuedDeadline(job, house.settings.timing);
    return { id: job.delivery.id, change: { state: "queued", due: now, deadline } };
  });
  await reportStubbornly(house, news, signal);
}

function taken(
  house: House,
  station: Station,
  load: Load,
  { job, port }: Placed,
  track: string | null,
): News {
  const now = house.clock.now();
  const poll = house.settings.gateways.get(station.name)?.poll ?? 1_000;
  const known = load.ports.length === 1 ? port : null;
  const lane = { gateway: station.name, port: known };
  const used = station.ports.get(port);
  if (used) used.used += 1;
  return {
    id: job.delivery.id,
    change: {
      state: "accepted",
      lane,
      // Half of it: what is measured includes this pause, and would never get shorter.
      due: now + Math.min(poll, Math.round(station.serviceTime / 2)),
      deadline: now + house.settings.timing.unknown,
      error: null,
      ...(track === null ? {} : { track }),
    },
    ...(known !== null && job.thread.lane?.port == null ? { bind: lane } : {}),
  };
}

function refused(house: House, station: Station, load: Load, { job, port }: Placed, error: SendError): News {
  const now = house.clock.now();
  const { delivery } = job;
  const { timing } = house.settings;
  const words = error.words ?? "the gateway could not take it";
  if (error.kind === "unsure") {
    const lane = { gateway: station.name, port: load.ports.length === 1 ? port : null };
    return {
      id: delivery.id,
      change: {
        state: "unsure",
        lane,
        due: now + FIRST_INQUIRY,
        deadline: now + timing.unknown,
        error: error.message,
      },
    };
  }
  station.release(delivery.id, "unknown", now);
  if (error.scope === "message") station.doubtPorts();
  if (error.kind === "permanent" && error.scope === "message") return failed(job, words, now);
  // While this gateway is down others may take it at once; if there is none, it waits in the queue, not in a loop.
  const pause =
    error.scope === "upstream" ? 0 : (error.retryAfter ?? retryPause(delivery.attempts, house.random()));
  return {
    id: delivery.id,
    change: {
      state: "queued",
      due: now + pause,
      deadline: queuedDeadline(job, timing),
      error: error.message,
    },
  };
}

/** How long to wait before a settlement that could not be stored is tried again, milliseconds. */
const STORE_PAUSE = 500;
/** News that are stored together: a mail that comes meanwhile waits for these only, not for all that a device had to tell. */
const TOGETHER = 32;

/** What a gateway answered must get onto the disk, however long the disk refuses. */
export async function reportStubbornly(
  house: House,
  news: readonly News[],
  signal: AbortSignal,
): Promise<void> {
  for (const slice of slices(news)) if (!(await storeStubbornly(house, slice, signal))) return;
}

/** All that tells somebody something is one slice: a message to many phones that fails makes one notice. */
function slices(news: readonly News[]): readonly (readonly News[])[] {
  const tells = ({ follow = [] }: News): boolean => follow.length > 0;
  const plain = news.filter((one) => !tells(one));
  const telling = news.filter(tells);
  const count = Math.ceil(plain.length / TOGETHER);
  const parts = Array.from({ length: count }, (_, n) => plain.slice(n * TOGETHER, (n + 1) * TOGETHER));
  return telling.length > 0 ? [telling, ...parts] : parts;
}

/** False: it was told to give up. */
async function storeStubbornly(house: House, news: readonly News[], signal: AbortSignal): Promise<boolean> {
  for (let failures = 0; ; failures++) {
    try {
      await report(house, news);
      if (failures > 0) house.log.info("store recovered", {});
      return true;
    } catch (error) {
      if (failures === 0) house.log.error("store failing", { error });
      if (signal.aborted) return false;
      await house.clock.wait(STORE_PAUSE, signal);
    }
  }
}
