// Deadlines: warns, expires, gives up, and picks up what a crash left lying.
import { reroute } from "./forward.ts";
import { type House, report } from "./house.ts";
import { settle } from "./outcome.ts";
import type { Job, News } from "./ports/store.ts";
import { isUssd } from "./ussd.ts";

/** Deadlines seen to in one go. */
const ROUND = 200;
/** After a start, texts whose outcome is unknown are first asked about before their deadline counts, milliseconds at most. */
const GRACE = 60_000;

/** Sees to all deadlines that have come. True if there may be more. */
export async function sweep(house: House, startedAt: number): Promise<boolean> {
  const now = house.clock.now();
  const jobs = await house.store.overdue(now, ROUND);
  if (jobs.length === 0) return false;
  const asked = now >= startedAt + Math.min(GRACE, house.settings.timing.unknown);
  const news: News[] = [];
  for (const job of jobs) news.push(await decide(house, job, now, asked, startedAt));
  await report(house, news);
  for (const { id, change } of news) {
    const station =
      change.state === "unsure"
        ? house.stations.get(jobs.find((job) => job.delivery.id === id)?.delivery.lane?.gateway ?? "")
        : undefined;
    station?.askBy(now);
    const left = jobs.find((job) => job.delivery.id === id)?.delivery.lane?.gateway;
    if (change.state === "failed" && left !== undefined)
      house.stations.get(left)?.release(id, "unknown", now);
  }
  return jobs.length === ROUND;
}

async function decide(house: House, job: Job, now: number, asked: boolean, startedAt: number): Promise<News> {
  const { delivery } = job;
  if (house.channels.has(delivery.to.via)) return forPeople(house, job, now);
  const waits = delivery.state === "unsure" || delivery.state === "accepted";
  if (waits && !asked)
    return {
      id: delivery.id,
      change: { state: delivery.state, deadline: startedAt + Math.min(GRACE, house.settings.timing.unknown) },
    };
  const news = settle(house, job, now);
  if (delivery.state === "sending" && isUssd(delivery)) {
    return { ...news, change: { ...news.change, deadline: now + house.settings.timing.ussd } };
  }
  return news;
}

/** A mail that was being handed over when the process died goes again; one that waited too long goes to the next in line. */
async function forPeople(house: House, job: Job, now: number): Promise<News> {
  const { delivery } = job;
  if (delivery.state === "sending")
    return { id: delivery.id, change: { state: "queued", due: now, deadline: delivery.expires } };
  if (delivery.state !== "queued")
    return { id: delivery.id, change: { state: delivery.state, deadline: null } };
  const error = `could not be handed over in time${delivery.error ? ` (${delivery.error})` : ""}`;
  return { id: delivery.id, change: { state: "failed", error }, follow: await reroute(house, job) };
}
