// From a phone to people: who gets a text, and who gets it next when those can't be reached.
import type { House } from "./house.ts";
import { newId } from "./id.ts";
import { type Lane, type Message, NOBODY, type Party, PRIORITY, type Thread } from "./message.ts";
import { PATIENCE } from "./notice.ts";
import type { Entry, Job, NewDelivery, ThreadQuery } from "./ports/store.ts";
import { circles, type Directory, nextCircle } from "./route.ts";

/** A text, or the answer to a USSD code, as it goes to people. */
export interface FromPhone {
  readonly lane: Lane;
  readonly phone: string;
  readonly text: string;
  /** When it came, UTC milliseconds. */
  readonly at: number;
  readonly ref: string | null;
  readonly origin: Readonly<Record<string, string>>;
}

/** The entry that brings a text to its people. `thread`: the one that it belongs to, if there is one already. */
export function forward(house: House, from: FromPhone, thread: Thread | null, query: ThreadQuery): Entry {
  const now = house.clock.now();
  const message: Message = {
    id: newId(now),
    at: now,
    from: { via: from.lane.gateway, address: from.phone },
    user: null,
    text: from.text,
    ref: from.ref,
    origin: { ...from.origin, heard: String(from.at), port: String(from.lane.port ?? "") },
    notice: null,
  };
  const heard = { lane: from.lane, phone: from.phone, text: from.text };
  const people = nextCircle(circles(heard, openOnly(house, thread), directory(house)), []);
  return { message, deliveries: toPeople(house, message, people, query) };
}

/** When nobody of those who were tried got a text: the entries that bring it to the next ones. */
export async function reroute(house: House, job: Job): Promise<readonly Entry[]> {
  const { message, thread, delivery } = job;
  if (message.from === null || !house.stations.has(message.from.via)) return [];
  const others = await house.store.deliveries(message.id);
  if (others.some((other) => other.id !== delivery.id && other.state !== "failed")) return [];
  const lane = thread.lane ?? { gateway: message.from.via, port: null };
  const heard = { lane, phone: message.from.address, text: message.text };
  const tried = others.map((other) => other.to);
  const people = nextCircle(circles(heard, openOnly(house, thread), directory(house)), tried);
  if (people.length === 0 && tried.some((party) => party.via === NOBODY)) return [];
  return [
    { message: message.id, deliveries: toPeople(house, message, people, { way: "id", id: thread.id }) },
  ];
}

function toPeople(
  house: House,
  message: Message,
  people: readonly Party[],
  thread: ThreadQuery,
): readonly NewDelivery[] {
  const now = house.clock.now();
  const common = {
    thread,
    text: message.text,
    parts: 0,
    priority: PRIORITY.normal,
    lane: null,
    once: null,
    notify: [],
  } as const;
  if (people.length === 0) {
    // Nobody is there to take it: it stays in the store, where `simpost messages --state failed` shows it.
    house.log.error("no route", { message: message.id, via: message.from?.via, from: message.from?.address });
    return [
      {
        ...common,
        to: { via: NOBODY, address: "" },
        expires: now,
        deadline: null,
        pool: NOBODY,
        line: "",
        state: "failed",
        error: "no route",
      },
    ];
  }
  return people.map((party) => ({
    ...common,
    to: party,
    expires: now + PATIENCE,
    deadline: now + PATIENCE,
    pool: party.via,
    line: `${party.via} ${party.address} ${message.from?.address ?? ""}`,
  }));
}

/** The thread, if somebody wrote in it lately enough to get the answer. */
function openOnly(house: House, thread: Thread | null): Thread | null {
  const since = house.clock.now() - house.settings.timing.thread;
  return thread?.wrote && thread.wrote.at >= since ? thread : null;
}

const directory = (house: House): Directory => ({
  users: house.people.users,
  routes: house.settings.routes,
  channels: new Set(house.channels.keys()),
});
