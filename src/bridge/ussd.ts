// USSD: one session per port at a time. A code is sent, the network's answer becomes a message in the same thread, and an answer to a menu goes on.
import { SendError } from "./errors.ts";
import { forward } from "./forward.ts";
import { reportStubbornly } from "./handover.ts";
import type { House } from "./house.ts";
import type { Placed } from "./lanes.ts";
import type { Delivery } from "./message.ts";
import { failed, queuedDeadline } from "./outcome.ts";
import type { Job, News } from "./ports/store.ts";
import { retryPause } from "./retry.ts";
import { markDown, type Station } from "./station.ts";

/** A code is tried again on a port that has another session after this, milliseconds. */
const SESSION_PAUSE = 2_000;
/** How often the answer is looked for, milliseconds. */
const LOOK_EVERY = 1_000;
const FIRST_LOOK = 100;

/** Whether a delivery goes into a USSD session rather than out as a text. */
export const isUssd = (delivery: Delivery): boolean => /^[*#]/.test(delivery.to.address);

/** Opens a session on the port, or goes on with one. Never throws. */
export async function dial(
  house: House,
  station: Station,
  { job, port }: Placed,
  signal: AbortSignal,
): Promise<void> {
  const { clock, settings } = house;
  const { delivery } = job;
  const later = (pause: number, error: string): News => ({
    id: delivery.id,
    change: {
      state: "queued",
      due: clock.now() + pause,
      deadline: queuedDeadline(job, settings.timing),
      error,
    },
  });
  const ussd = station.gateway.ussd;
  if (!ussd || station.sessions.has(port)) {
    return reportStubbornly(house, [later(SESSION_PAUSE, "the port has another session")], signal);
  }
  station.sessions.add(port);
  const lane = { gateway: station.name, port };
  const sentAt = clock.now();
  let news: News;
  try {
    // The port on disk before the code leaves: after a crash its answer is looked for there.
    await reportStubbornly(house, [{ id: delivery.id, change: { state: "sending", lane } }], signal);
    if (delivery.text === delivery.to.address) await ussd.cancel(port, signal);
    await ussd.send(port, delivery.text, signal);
    house.log.info("ussd", { gateway: station.name, port, message: job.message.id });
    news = waiting(job, lane, sentAt, settings.timing.ussd, clock.now());
  } catch (error) {
    const known =
      error instanceof SendError ? error : new SendError("unsure", "the driver failed", { cause: error });
    // A code that may have been sent is not sent again: its answer is waited for.
    if (known.kind === "unsure") news = waiting(job, lane, sentAt, settings.timing.ussd, clock.now());
    else {
      station.sessions.delete(port);
      const final = known.kind === "permanent" && known.scope === "message";
      news = final
        ? failed(job, known.words ?? "the gateway could not send this code", clock.now())
        : later(known.retryAfter ?? retryPause(delivery.attempts, house.random()), known.message);
      if (known.scope === "upstream") markDown(house, station, known);
    }
  }
  await reportStubbornly(house, [news], signal);
  if (news.change.due != null) station.askBy(news.change.due);
}

const waiting = (
  job: Job,
  lane: { gateway: string; port: number },
  sentAt: number,
  patience: number,
  now: number,
): News => ({
  id: job.delivery.id,
  change: { state: "accepted", lane, sentAt, due: now + FIRST_LOOK, deadline: now + patience, error: null },
  bind: lane,
});

/** Looks for the answer to one code. */
export async function readAnswer(
  house: House,
  station: Station,
  job: Job,
  signal: AbortSignal,
): Promise<readonly News[]> {
  const { delivery, thread } = job;
  const port = delivery.lane?.port ?? null;
  const ussd = station.gateway.ussd;
  const now = house.clock.now();
  if (port === null || !ussd)
    return [failed(job, "the SIM that the code was sent from is not known any more", now)];
  station.sessions.add(port);
  const sentAt = delivery.sentAt ?? now;
  const text = await ussd.reply(port, sentAt, signal);
  if (text !== null) {
    station.sessions.delete(port);
    const lane = { gateway: station.name, port };
    const from = { lane, phone: delivery.to.address, text, at: now, ref: null, origin: { ussd: "yes" } };
    const entry = forward(house, from, thread, { way: "id", id: delivery.thread });
    return [{ id: delivery.id, change: { state: "delivered", error: null }, follow: [entry] }];
  }
  if (sentAt + house.settings.timing.ussd <= now) {
    station.sessions.delete(port);
    return [failed(job, "the network gave no answer to this code", now)];
  }
  const state = delivery.state === "unsure" ? "unsure" : "accepted";
  return [{ id: delivery.id, change: { state, due: now + LOOK_EVERY } }];
}
