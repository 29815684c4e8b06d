// Asks a gateway what became of the texts it was given: results, delivery reports, doubtful sends, USSD answers.

import { reportStubbornly } from "./handover.ts";
import type { House } from "./house.ts";
import type { Delivery } from "./message.ts";
import { newsOf } from "./outcome.ts";
import type { Report, Submitted } from "./ports/gateway.ts";
import type { Job, News } from "./ports/store.ts";
import type { Station } from "./station.ts";
import { isUssd, readAnswer } from "./ussd.ts";

/** How many are asked about in one round. */
const ROUND = 256;
/** How many are asked about before their time. */
const EARLY = 96;
/** A device must say for this long that it does not have a text before that is believed, milliseconds. */
const CONFIRM = 2_000;
/** Weight of the newest text in the running mean of a device's service time. */
const NEWEST = 0.3;

/**
 * One round: everything whose time to be asked has come. `told`: the device says that it knows more, so the next ones are asked about before their
 * time; not the doubtful ones, for whom time itself is evidence. Throws what the driver throws, after settling what was learnt.
 */
export async function ask(house: House, station: Station, signal: AbortSignal, told = false): Promise<void> {
  station.askAt = Number.POSITIVE_INFINITY;
  const { clock, store } = house;
  const now = clock.now();
  const early = told ? await store.open(station.name, Number.MAX_SAFE_INTEGER, EARLY) : [];
  const due = await store.open(station.name, now, ROUND);
  const known = new Set(due.map(({ delivery }) => delivery.id));
  const jobs = [
    ...due,
    ...early.filter(({ delivery }) => !known.has(delivery.id) && delivery.state !== "unsure"),
  ];
  const sessions = jobs.filter((job) => isUssd(job.delivery));
  const texts = jobs.filter((job) => !isUssd(job.delivery));
  const doubtful = texts.filter((job) => job.delivery.state === "unsure");
  const taken = texts.filter((job) => job.delivery.state !== "unsure");
  const news: News[] = [];
  try {
    if (taken.length > 0) {
      const before = station.load(new Set(taken.map(({ delivery }) => delivery.id)));
      const reports = await station.gateway.progress(taken.map(submitted), signal);
      news.push(...judge(house, station, taken, reports));
      const sentAt = new Map(taken.map(({ delivery }) => [delivery.id, delivery.sentAt ?? 0]));
      station.adapt(before, (id) => clock.now() - (sentAt.get(id) ?? 0));
    }
    if (doubtful.length > 0) {
      const oldest = Math.min(...doubtful.map(({ delivery }) => delivery.sentAt ?? 0));
      const witness = await store.witness(station.name, oldest);
      const context = {
        witness: witness && submittedOf(witness),
        steady: station.lostAt < oldest,
        recall: async (ids: readonly number[]) => {
          const jobs = await Promise.all(ids.map((id) => store.delivery(id)));
          return jobs.flatMap((job) => (job ? [{ id: job.delivery.id, text: job.delivery.text }] : []));
        },
      };
      const reports = await station.gateway.inquire(doubtful.map(submitted), context, signal);
      news.push(...judge(house, station, doubtful, reports));
    }
    for (const job of sessions) news.push(...(await readAnswer(house, station, job, signal)));
  } finally {
    house.fault("before report");
    await reportStubbornly(house, news, signal);
    house.fault("after report");
    station.askBy((await store.nextAsk(station.name)) ?? Number.POSITIVE_INFINITY);
    house.bell.ring();
  }
}

/** Turns reports into news, and lets the station learn from them. */
function judge(
  house: House,
  station: Station,
  jobs: readonly Job[],
  reports: readonly Report[],
): readonly News[] {
  const now = house.clock.now();
  const byId = new Map(reports.map((report) => [report.id, report]));
  return jobs.map((job) => {
    const { delivery } = job;
    const report = confirmed(house, station, byId.get(delivery.id), now);
    const news = newsOf(house, job, report, now);
    const { error } = news.change;
    if (news.change.state === "unsure" && error && error !== delivery.error)
      house.log.warn("unsure", {
        delivery: delivery.id,
        message: delivery.message,
        via: station.name,
        error,
      });
    const left = delivery.state === "accepted" || delivery.state === "unsure";
    if (left && (news.change.state === "sent" || news.change.state === "delivered")) {
      station.release(delivery.id, "sent", now);
      station.serviceTime += NEWEST * (now - (delivery.sentAt ?? now) - station.serviceTime);
    } else if (left && news.change.state === "failed") {
      const ended = report?.outcome === "failed" ? "failed" : "unknown";
      station.release(delivery.id, ended, now, delivery.to.address);
    } else if (news.change.state === "queued") station.release(delivery.id, "unknown", now);
    else if (left) station.hold(delivery.id, report?.port ?? delivery.lane?.port ?? null);
    return news;
  });
}

/** A text is absent only when the device has said so for a while. */
function confirmed(
  house: House,
  station: Station,
  report: Report | undefined,
  now: number,
): Report | undefined {
  if (report?.outcome === "absent") {
    const patience = Math.min(CONFIRM, house.settings.timing.unknown / 5);
    if (!station.misses(report.id, now, patience)) return { ...report, outcome: "unknown" };
  }
  if (report) station.missing.delete(report.id);
  return report;
}

const submitted = (job: Job): Submitted => submittedOf(job.delivery);

const submittedOf = (delivery: Delivery): Submitted => ({
  id: delivery.id,
  number: delivery.to.address,
  text: delivery.text,
  state: delivery.state,
  at: delivery.sentAt ?? 0,
  port: delivery.lane?.port ?? null,
  parts: delivery.parts,
  track: delivery.track,
});
