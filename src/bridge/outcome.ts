// Pure: what a gateway's report, or its silence, means for a delivery.
import type { House, Timing } from "./house.ts";
import { newId } from "./id.ts";
import type { Change } from "./message.ts";
import { notices } from "./notice.ts";
import type { Report } from "./ports/gateway.ts";
import type { Job, News } from "./ports/store.ts";
import { askPause } from "./retry.ts";

/** A text that waits for its delivery report is asked about at least this often, milliseconds. */
const LONGEST_ASK_REPORT = 10 * 60_000;
/** A text whose sending is not yet known is asked about at least this often, milliseconds. */
const LONGEST_ASK_SEND = 30_000;

/** What happened to a job after its gateway was asked. `report` undefined: the gateway said nothing of it. */
export function newsOf(house: House, job: Job, report: Report | undefined, now: number): News {
  const { delivery } = job;
  const { timing } = house.settings;
  const gateway = delivery.lane?.gateway ?? delivery.to.via;
  const settings = house.settings.gateways.get(gateway);
  const poll = settings?.poll ?? 1_000;
  const longest = delivery.state === "sent" ? LONGEST_ASK_REPORT : LONGEST_ASK_SEND;
  const due = now + askPause(now - (delivery.sentAt ?? now), poll, longest);
  const port = report?.port ?? delivery.lane?.port ?? null;
  const seen = { lane: { gateway, port }, ...(report?.track === undefined ? {} : { track: report.track }) };
  const bind = port === null || job.thread.lane?.port != null ? {} : { bind: { gateway, port } };
  switch (report?.outcome) {
    case "waiting":
      return { id: delivery.id, change: { state: "accepted", due, deadline: now + timing.unknown, ...seen } };
    case "sent":
      return {
        id: delivery.id,
        change: { state: "sent", due, deadline: reportDeadline(job, timing, now), ...seen, error: null },
        ...bind,
      };
    case "delivered":
      return {
        id: delivery.id,
        change: { state: "delivered", ...seen, error: null },
        follow: notices("delivered", job, newId(now), now),
        ...bind,
      };
    case "failed":
      return failed(job, `the network refused it${report.detail ? ` (${report.detail})` : ""}`, now);
    case "absent":
      if (delivery.state !== "unsure") break;
      return {
        id: delivery.id,
        change: {
          state: "queued",
          due: now,
          deadline: queuedDeadline(job, timing),
          error: "not taken by the gateway",
        },
      };
    case "unknown":
    case undefined:
      break;
  }
  if (delivery.deadline !== null && delivery.deadline <= now) return settle(house, job, now);
  // Why it can't be told yet: the operator sees it with the message.
  const why = delivery.state === "unsure" && report?.detail ? { error: report.detail } : {};
  return { id: delivery.id, change: { state: delivery.state, due, ...why } };
}

/** What a deadline that has come means for a delivery. */
export function settle(house: House, job: Job, now: number): News {
  const { delivery } = job;
  const { timing } = house.settings;
  switch (delivery.state) {
    case "queued": {
      if (delivery.expires <= now)
        return failed(
          job,
          `it could not be sent in time${delivery.error ? ` (${delivery.error})` : ""}`,
          now,
        );
      return {
        id: delivery.id,
        change: { state: "queued", warned: true, deadline: delivery.expires },
        follow: delivery.warned ? [] : notices("delayed", job, newId(now), now),
      };
    }
    case "sending":
      // Whoever had claimed it is gone: the request may have left.
      return {
        id: delivery.id,
        change: {
          state: "unsure",
          due: now,
          deadline: now + timing.unknown,
          error: "interrupted while it was sent",
        },
      };
    case "unsure": {
      const gateway = house.settings.gateways.get(delivery.lane?.gateway ?? "");
      if (gateway?.onUnknown === "resend") {
        return {
          id: delivery.id,
          change: {
            state: "queued",
            due: now,
            deadline: queuedDeadline(job, timing),
            error: "outcome unknown; sent again as the config asks",
          },
        };
      }
      return failed(job, UNKNOWN, now);
    }
    case "accepted":
      return failed(job, UNKNOWN, now);
    case "sent":
      // No report came: the network has it, and that is all that will ever be known.
      return {
        id: delivery.id,
        change: { state: "sent", due: null, deadline: null, warned: true },
        follow: notices("delivered", job, newId(now), now),
      };
    case "delivered":
    case "failed":
      return { id: delivery.id, change: { state: delivery.state } };
  }
}

const UNKNOWN =
  "outcome unknown: the gateway took it, or may have, and never said what became of it; it was not sent again";

/** A delivery to a phone that failed for good: its sender is told. */
export function failed(job: Job, error: string, now: number): News {
  const change: Change = { state: "failed", error };
  const told = { ...job, delivery: { ...job.delivery, ...change } };
  return { id: job.delivery.id, change, follow: notices("failed", told, newId(now), now) };
}

/** When a queued delivery wants attention next: the warning to its sender, or its end. */
export function queuedDeadline(job: Job, timing: Timing): number {
  const { delivery, message } = job;
  if (delivery.warned || !delivery.notify.includes("delay")) return delivery.expires;
  return Math.min(message.at + timing.warn, delivery.expires);
}

const reportDeadline = (job: Job, timing: Timing, now: number): number =>
  job.delivery.state === "sent" && job.delivery.deadline !== null
    ? job.delivery.deadline
    : now + timing.report;
