// What leaves for people: claims deliveries for each channel, hands them over side by side, and finds the next in line when one can't be reached.
import { SendError } from "./errors.ts";
import { reroute } from "./forward.ts";
import { reportStubbornly } from "./handover.ts";
import type { House } from "./house.ts";
import type { Channel, Post } from "./ports/channel.ts";
import type { Job, News } from "./ports/store.ts";
import { downPause, retryPause } from "./retry.ts";

/** A claimed mail that was not settled by then may be claimed by another node, milliseconds. */
const LEASE = 5 * 60_000;
/** Ids of a conversation that a mail refers to. */
const REFS = 20;

/** How a channel's upstream is doing. */
interface Line {
  underWay: number;
  failures: number;
  /** When it last failed, UTC milliseconds. */
  failedAt: number;
  /** Nothing is handed over before, UTC milliseconds. */
  retryAt: number;
}

export class Mailroom {
  readonly #house: House;
  readonly #lines = new Map<string, Line>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(house: House) {
    this.#house = house;
    for (const name of house.channels.keys())
      this.#lines.set(name, { underWay: 0, failures: 0, failedAt: 0, retryAt: 0 });
  }

  /** Claims what each channel can take now and begins to hand it over. True if anything was claimed. */
  async round(hard: AbortSignal): Promise<boolean> {
    const rounds = [...this.#house.channels.values()].map((channel) => this.#claim(channel, hard));
    return (await Promise.all(rounds)).some(Boolean);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #claim(channel: Channel, hard: AbortSignal): Promise<boolean> {
    const { store, clock, node, log } = this.#house;
    const line = this.#lines.get(channel.name);
    const now = clock.now();
    if (!line || line.retryAt > now) return false;
    // One at a time finds out whether an upstream that failed is back.
    const limit = (line.failures > 0 ? 1 : channel.concurrency) - line.underWay;
    if (limit <= 0) return false;
    line.underWay += limit;
    const jobs = await store
      .claim({
        pools: [{ pool: channel.name, max: limit }],
        limit,
        run: 1,
        gateway: null,
        now,
        node,
        lease: now + LEASE,
      })
      .finally(() => (line.underWay -= limit));
    line.underWay += jobs.length;
    for (const job of jobs) {
      const work = this.#hand(channel, line, job, hard)
        .catch((error: unknown) => log.error("bug", { via: channel.name, error }))
        .finally(() => {
          line.underWay -= 1;
          this.#underWay.delete(work);
          this.#house.bell.ring();
        });
      this.#underWay.add(work);
    }
    return jobs.length > 0;
  }

  async #hand(channel: Channel, line: Line, job: Job, hard: AbortSignal): Promise<void> {
    const { clock, meter, log } = this.#house;
    this.#house.fault("after mail claim");
    const began = clock.now();
    let news: News;
    try {
      const post = await this.#post(channel, job);
      this.#house.fault("before mail");
      const { ref } = await channel.send(post, hard);
      this.#house.fault("after mail");
      meter.request(channel.name, "send", true, clock.now() - began);
      if (this.#house.troubled.delete(channel.name)) log.info("relay up", { via: channel.name });
      line.failures = 0;
      const change = { state: "accepted", due: null, deadline: null, error: null } as const;
      news = { id: job.delivery.id, change: ref === null ? change : { ...change, ref } };
    } catch (error) {
      meter.request(channel.name, "send", false, clock.now() - began);
      news = await this.#refused(channel, line, job, error, began);
    }
    await reportStubbornly(this.#house, [news], hard);
    this.#house.fault("after mail settle");
  }

  async #post(channel: Channel, job: Job): Promise<Post> {
    const { store } = this.#house;
    const refs = await store.refs(job.delivery.thread, channel.name, REFS);
    const name = this.#house.people.nameOf(job.thread.phone);
    const { notice } = job.message;
    if (notice === null) {
      const last = await store.lastWritten(job.delivery.thread, channel.name);
      return { ...job, refs, name, about: null, topic: last && (last.origin.subject ?? "") };
    }
    const original = await store.message(notice.message);
    const all = await store.deliveries(notice.message);
    const deliveries = all.filter((delivery) => notice.about.includes(delivery.id));
    if (original === null)
      throw new SendError("permanent", "the message that the notice is about is gone", { scope: "message" });
    return { ...job, refs, name, about: { message: original, deliveries } };
  }

  async #refused(channel: Channel, line: Line, job: Job, error: unknown, began: number): Promise<News> {
    const { clock, log, random } = this.#house;
    const { delivery } = job;
    if (!(error instanceof SendError)) log.error("bug", { via: channel.name, error });
    const known =
      error instanceof SendError
        ? error
        : new SendError("temporary", "the channel failed", { cause: error, scope: "message" });
    const now = clock.now();
    if (known.kind === "permanent" && known.scope === "message") {
      return {
        id: delivery.id,
        change: { state: "failed", error: known.message },
        follow: await reroute(this.#house, job),
      };
    }
    // A mail that may have been taken goes again under the same Message-ID: twice is better than never (RFC 5321 section 4.5.4.1).
    if (known.scope === "upstream") {
      if (line.failures === 0) log.warn("relay down", { via: channel.name, error: known });
      this.#house.troubled.add(channel.name);
      // Several that were under way together are one failure.
      if (began >= line.failedAt) {
        line.failures += 1;
        line.failedAt = now;
        line.retryAt = now + (known.retryAfter ?? downPause(line.failures, random()));
      }
    }
    const pause =
      known.scope === "upstream"
        ? Math.max(0, line.retryAt - now)
        : (known.retryAfter ?? retryPause(delivery.attempts, random()));
    return {
      id: delivery.id,
      change: { state: "queued", due: now + pause, deadline: delivery.expires, error: known.message },
    };
  }
}
