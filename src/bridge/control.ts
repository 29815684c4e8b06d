// The control room: what console, API and command line see and do, each viewer as far as the role goes.
import { openDesk } from "./desk.ts";
import { hangUp } from "./hangup.ts";
import type { House } from "./house.ts";
import { openInbox } from "./inbox.ts";
import { pausedLanes, setPaused } from "./pause.ts";
import { namesOf } from "./policy.ts";
import type { Control, Search, Viewer, Waiting } from "./ports/control.ts";
import type { Job, MessageQuery } from "./ports/store.ts";
import { again, cancel, maySee, partyOf, reroute, send, visible } from "./steer.ts";

export function openControl(house: House): Control {
  const inbox = openInbox(house);
  const { store } = house;
  return {
    ...openDesk(house),
    messages: (viewer, search) => messages(house, viewer, search),
    async story(viewer, message) {
      // A text to several phones belongs to several conversations; of those of others nothing is shown.
      const all = await store.deliveries(message);
      const deliveries = await visible(house, viewer, all);
      if (deliveries.length === 0) return null;
      const jobs = await Promise.all(deliveries.map(({ id }) => store.delivery(id)));
      const steps = deliveries.map(async ({ id }) => [id, await store.history(id)] as const);
      const partly = deliveries.length < all.length;
      return { jobs: jobs.filter((job) => job !== null), steps: new Map(await Promise.all(steps)), partly };
    },
    async conversations(viewer, before, limit) {
      const who = whoOf(house, viewer);
      return who?.length === 0 ? [] : store.conversations(who, before, limit);
    },
    async conversation(viewer, thread, before, limit) {
      if (!(await maySee(house, viewer, thread))) return null;
      const jobs = await store.conversation(thread, before, limit);
      return jobs.length === 0 && before === null ? null : jobs;
    },
    queue: (viewer, limit) => queue(house, viewer, limit),
    figures: (since, until) => store.figures(since, until),
    send: (order) => send(house, inbox, order),
    again: (viewer, message, lane, key) => again(house, inbox, viewer, message, lane, key),
    reroute: (viewer, message, lane) => reroute(house, inbox, viewer, message, lane),
    cancel: (viewer, message) => cancel(house, inbox, viewer, message),
    hangUp: (viewer, message) => hangUp(house, viewer, message),
    pause: (lane, paused, by) => setPaused(house, lane, paused, by),
    paused: () => pausedLanes(house),
    watch(listener) {
      house.watchers.add(listener);
      return () => void house.watchers.delete(listener);
    },
    partyOf: (user) => partyOf(house, user),
  };
}

/** Whose conversations the viewer sees: names, or null for all; empty: nobody's. */
function whoOf(house: House, viewer: Viewer): readonly string[] | null {
  if (viewer.role !== "user") return null;
  const user = house.people.users.get(viewer.user ?? "");
  return user ? namesOf(user) : [];
}

async function messages(house: House, viewer: Viewer, search: Search): Promise<readonly Job[]> {
  const names = whoOf(house, viewer);
  if (names?.length === 0) return [];
  return house.store.list({ ...search, phones: true, ...(names ? { who: names } : {}) });
}

async function queue(house: House, viewer: Viewer, limit: number): Promise<readonly Waiting[]> {
  const names = whoOf(house, viewer);
  if (names?.length === 0) return [];
  const who = names ? { who: names } : {};
  const of = (state: NonNullable<MessageQuery["state"]>) =>
    house.store.list({ state, limit, oldest: true, phones: true, ...who });
  const jobs = [...(await of("unsure")), ...(await of("sending")), ...(await of("queued"))];
  const phones = new Set<string>();
  return jobs.slice(0, limit).map((job) => {
    const { address } = job.delivery.to;
    const behind = phones.has(address);
    phones.add(address);
    return { job, why: whyOf(house, job, behind) };
  });
}

/** Why a text has not left. `behind`: another one to the same phone is before it. */
function whyOf(house: House, { delivery, thread }: Job, behind: boolean): Waiting["why"] {
  if (delivery.state !== "queued") return "asked";
  const later = delivery.error !== null && (delivery.due ?? 0) > house.clock.now();
  // A text that came in, on its way to people.
  if (house.channels.has(delivery.to.via)) {
    if (house.troubled.has(delivery.to.via)) return "down";
    return later ? "retry" : behind ? "behind" : "turn";
  }
  const tied = thread.lane ?? delivery.lane;
  const stations = [...house.stations.values()].filter(({ name }) => !tied || tied.gateway === name);
  const open = stations.filter(({ paused }) => !paused.has(null) && !paused.has(tied?.port ?? null));
  if (stations.length > 0 && open.length === 0) return "paused";
  if (!open.some(({ up }) => up)) return "down";
  if (behind) return "behind";
  return later ? "retry" : "turn";
}
