// Everything that leaves: one loop that wakes when there is work, claims what gateways and channels can take now, and sees to deadlines.
import { SendError } from "./errors.ts";
import { giveBack, handOver } from "./handover.ts";
import type { House } from "./house.ts";
import { claimable, inTurn, type Load, loads } from "./lanes.ts";
import { Mailroom } from "./mailroom.ts";
import type { Station } from "./station.ts";
import { sweep } from "./sweep.ts";
import { dial, isUssd } from "./ussd.ts";

/** After the store failed, milliseconds. */
const STORE_PAUSE = 1_000;
/** Longest sleep: a net under the bell, milliseconds. */
const LONGEST_NAP = 30_000;
/** Requests that one claim may need, for its lease. */
const REQUESTS_PER_CLAIM = 6;
/**
 * Milliseconds from one request to the next, unless it was full: what comes in meanwhile shares the next one, and a device that needs seconds for one
 * text is not hurried.
 */
const SPACING = 50;
/** Milliseconds from one round of the loop to the next: under load the bell rings for every mail, and one round serves many. */
const BREATH = 10;

export class Outbox {
  readonly #house: House;
  readonly #mailroom: Mailroom;
  readonly #underWay = new Set<Promise<void>>();
  readonly #startedAt: number;
  readonly #gateways: readonly string[];

  constructor(house: House) {
    this.#house = house;
    this.#mailroom = new Mailroom(house);
    this.#startedAt = house.clock.now();
    this.turnedAt = this.#startedAt;
    this.#gateways = [...house.stations.keys()];
  }

  /** When the loop last turned, UTC milliseconds. */
  turnedAt: number;

  /** Works until `signal` aborts, then waits for what is under way. `hard` aborts requests that do not end. Never rejects. */
  async run(signal: AbortSignal, hard: AbortSignal): Promise<void> {
    const { bell, clock, log } = this.#house;
    let failing = false;
    while (!signal.aborted) {
      bell.take();
      const began = clock.now();
      this.turnedAt = began;
      try {
        const busy = await this.#round(hard);
        if (failing) log.info("store recovered", {});
        failing = false;
        if (!busy) await this.#nap(began, signal);
        const early = began + BREATH - clock.now();
        if (early > 0) await clock.wait(early, signal);
      } catch (error) {
        if (!failing) log.error("store failing", { error });
        failing = true;
        await clock.wait(STORE_PAUSE, signal);
      }
    }
    await Promise.all([...this.#underWay, this.#mailroom.idle()]);
  }

  /** Claims for everyone who can take something now. True if there may be more to do at once. */
  async #round(hard: AbortSignal): Promise<boolean> {
    const { clock, stations } = this.#house;
    const swept = await sweep(this.#house, this.#startedAt);
    const claims = inTurn(stations.values(), clock.now()).map((station) => this.#claim(station, hard));
    const [posted, ...claimed] = await Promise.all([this.#mailroom.round(hard), ...claims]);
    return swept || posted || claimed.some(Boolean);
  }

  async #claim(station: Station, hard: AbortSignal): Promise<boolean> {
    const { store, clock, settings, node } = this.#house;
    const now = clock.now();
    const wanted = claimable(station, this.#gateways, now);
    if (wanted.limit === 0) return false;
    const lease = now + REQUESTS_PER_CLAIM * settings.timing.timeout;
    const jobs = await store.claim({ ...wanted, gateway: station.name, now, node, lease });
    if (jobs.length === 0) return false;
    this.#house.fault("after claim");
    const codes = loads(
      jobs.filter((job) => isUssd(job.delivery)),
      station,
      now,
    );
    const texts = loads(
      jobs.filter((job) => !isUssd(job.delivery)),
      station,
      now,
    );
    const placed = new Set(
      [...codes, ...texts].flatMap((load) => load.placed.map(({ job }) => job.delivery.id)),
    );
    station.sending = true;
    this.#track(
      (async () => {
        // What has lost its port meanwhile, and what was claimed behind a text that comes back or is in doubt.
        const back = jobs.filter(({ delivery }) => !placed.has(delivery.id));
        let going = true;
        for (const load of texts) {
          for (const request of this.#requests(station, load)) {
            if (going) going = await handOver(this.#house, station, request, hard);
            else back.push(...request.placed.map(({ job }) => job));
          }
        }
        await giveBack(this.#house, station, back, hard);
        for (const load of codes)
          for (const placed of load.placed) await dial(this.#house, station, placed, hard);
        const pause = now + SPACING - clock.now();
        if (pause > 0 && jobs.length < wanted.limit) await clock.wait(pause, hard);
        station.sending = false;
        this.#house.bell.ring();
      })(),
    );
    return true;
  }

  /** One load may be several requests where only equal texts may share one, or more texts than one takes. */
  #requests(station: Station, load: Load): readonly Load[] {
    const { sameText, batch } = station.gateway.limits;
    const groups = sameText
      ? [...Map.groupBy(load.placed, ({ job }) => job.delivery.text).values()]
      : [load.placed];
    return groups.flatMap((group) => {
      const out = [];
      for (let i = 0; i < group.length; i += batch) {
        const placed = group.slice(i, i + batch);
        const own = [...new Set(placed.map(({ port }) => port))];
        out.push({ ports: sameText ? own : load.ports, placed });
      }
      return out;
    });
  }

  #track(work: Promise<void>): void {
    const entry = work.catch((error: unknown) => {
      this.#house.log.error("bug", { error: error instanceof SendError ? error.message : error });
    });
    this.#underWay.add(entry);
    void entry.finally(() => this.#underWay.delete(entry));
  }

  /** `since`: when the round before it began. What has come due while that round went on must not be slept over. */
  async #nap(since: number, signal: AbortSignal): Promise<void> {
    const { bell, clock, store } = this.#house;
    if (bell.take()) return;
    const next = await store.next(since);
    if (bell.take() || signal.aborted) return;
    const nap = new AbortController();
    // A reason of its own: an error with its stack would be made at each ring.
    const wake = (): void => nap.abort("awake");
    const off = bell.listen(wake);
    signal.addEventListener("abort", wake, { once: true });
    const left = next === null ? LONGEST_NAP : next - clock.now();
    await clock.wait(Math.max(0, Math.min(LONGEST_NAP, left)), nap.signal);
    signal.removeEventListener("abort", wake);
    off();
  }
}
