// Several people were given a text, and one of them answers: the others see the answer, on whatever channel they are.
import { type House, stored } from "./house.ts";
import { type Party, PRIORITY } from "./message.ts";
import { PATIENCE } from "./notice.ts";
import type { Submission } from "./ports/channel.ts";
import type { NewDelivery, ThreadQuery } from "./ports/store.ts";
import { partyKey } from "./route.ts";

/** Copies of what is written to the phone of `query`, for everybody else who was given its last text. `once`: the key of a copy, see NewDelivery. */
export async function copies(
  house: House,
  submission: Submission,
  query: ThreadQuery,
  now: number,
  once: (submission: Submission, what: readonly string[]) => string | null,
): Promise<readonly NewDelivery[]> {
  if (!house.settings.share || !house.people.several) return [];
  const thread = await stored(house, () => house.store.thread(query));
  if (thread === null) return [];
  const given = await stored(house, () => house.store.audience(thread.id));
  const own = partyKey(submission.from);
  const others = new Map<string, Party>();
  for (const party of given) {
    const key = partyKey(party);
    if (key !== own && house.channels.has(party.via)) others.set(key, party);
  }
  return [...others].map(([key, party]) => ({
    thread: { way: "id", id: thread.id },
    to: party,
    text: submission.text,
    parts: 0,
    // As what the phone writes: who shares the conversation reads it in its order, also after an outage.
    priority: PRIORITY.normal,
    expires: now + PATIENCE,
    deadline: now + PATIENCE,
    pool: party.via,
    line: `${party.via} ${party.address} ${thread.phone}`,
    lane: null,
    once: once(submission, [thread.phone, "copy", key, submission.text]),
    notify: [],
  }));
}
