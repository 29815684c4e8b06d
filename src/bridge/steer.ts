// What people do from the control room: send, send again, from another SIM, take back.
import { Rejected } from "./errors.ts";
import { type House, stored } from "./house.ts";
import type { Delivery, Lane, Message, Party } from "./message.ts";
import { PRIORITY } from "./message.ts";
import { namesOf } from "./policy.ts";
import type { Accepted, Inbox, Recipient, Submission } from "./ports/channel.ts";
import type { Order, Viewer } from "./ports/control.ts";

/** `Party.via` of those who have no address on any channel. Never a configured name. */
const HERE = "-here";

/** Ids of a conversation that find it again. */
const REFS = 5;

export const partyOf = (house: House, user: string): Party =>
  house.people.users.get(user)?.reach[0] ?? { via: HERE, address: user };

/** Whether the viewer may see what was said in a thread. */
export async function maySee(house: House, viewer: Viewer, thread: number): Promise<boolean> {
  if (viewer.role !== "user") return true;
  const user = house.people.users.get(viewer.user ?? "");
  return user !== undefined && (await house.store.takesPart(thread, namesOf(user)));
}

/** Those deliveries that the viewer may see. */
export async function visible(
  house: House,
  viewer: Viewer,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const threads = [...new Set(deliveries.map(({ thread }) => thread))];
  const seen = await Promise.all(threads.map((thread) => maySee(house, viewer, thread)));
  return deliveries.filter(({ thread }) => seen[threads.indexOf(thread)] === true);
}

/** Throws Rejected. */
export async function send(house: House, inbox: Inbox, order: Order): Promise<Accepted> {
  const from = partyOf(house, order.user);
  const to = await recipients(house, inbox, order.user, from, order.to, order.lane ?? null);
  return inbox.accept({
    user: order.user,
    from,
    to,
    text: order.text,
    ref: order.key === undefined ? null : `key:${order.key}`,
    refs: order.thread === undefined ? [] : await refsOf(house, order.thread),
    ...(order.thread === undefined ? {} : { thread: order.thread }),
    priority: order.urgent ? PRIORITY.urgent : PRIORITY.normal,
    origin: { name: order.user },
  });
}

/** Throws Rejected. */
export async function again(
  house: House,
  inbox: Inbox,
  viewer: Viewer,
  id: string,
  lane: Lane | null,
  key: string,
): Promise<Accepted | null> {
  const found = await written(house, viewer, id);
  if (!found) return null;
  const failed = found.deliveries.filter(({ state }) => state === "failed");
  if (failed.length === 0) return null;
  const copy = await copyOf(house, inbox, found.message, failed, lane);
  return inbox.accept({ ...copy, text: textOf(found, failed), ref: `again:${id}:${key}` });
}

/** Of a text that had to be split only the pieces that failed go again; the others have arrived. */
function textOf(
  { message, deliveries }: { readonly message: Message; readonly deliveries: readonly Delivery[] },
  failed: readonly Delivery[],
): string {
  const [first] = failed;
  const same = ({ to }: Delivery): boolean => to.address === first?.to.address;
  const pieces = failed.filter(same);
  return pieces.length === deliveries.filter(same).length
    ? message.text
    : pieces.map(({ text }) => text).join(" ");
}

/** Throws Rejected. */
export async function reroute(
  house: House,
  inbox: Inbox,
  viewer: Viewer,
  id: string,
  lane: Lane,
): Promise<Accepted | null> {
  const found = await written(house, viewer, id);
  if (!found || found.deliveries.some(({ state }) => state !== "queued")) return null;
  return inbox.replace(id, await copyOf(house, inbox, found.message, found.deliveries, lane));
}

export async function cancel(house: House, inbox: Inbox, viewer: Viewer, id: string): Promise<boolean> {
  const found = await written(house, viewer, id);
  return found !== null && inbox.withdraw(id, viewer.user ?? "the operator");
}

/** A message that a person wrote to phones, with its deliveries to them; null also where the viewer may not see all of them: it is steered as a whole. */
async function written(
  house: House,
  viewer: Viewer,
  id: string,
): Promise<{ readonly message: Message; readonly deliveries: readonly Delivery[] } | null> {
  const message = await stored(house, () => house.store.message(id));
  if (message?.from == null || message.user === null) return null;
  const all = await stored(house, () => house.store.deliveries(id));
  const deliveries = all.filter(({ to }) => !house.channels.has(to.via));
  const seen = await visible(house, viewer, deliveries);
  return deliveries.length > 0 && seen.length === deliveries.length ? { message, deliveries } : null;
}

/** The same text once more, with the rights of who wrote it. */
async function copyOf(
  house: House,
  inbox: Inbox,
  message: Message,
  deliveries: readonly Delivery[],
  lane: Lane | null,
): Promise<Submission> {
  const user = message.user ?? "";
  const from = message.from ?? partyOf(house, user);
  const phones = [...new Set(deliveries.map(({ to }) => to.address))];
  const [first] = deliveries;
  return {
    user,
    from,
    to: await recipients(house, inbox, user, from, phones, lane),
    text: message.text,
    ref: message.ref,
    refs: first && lane === null ? await refsOf(house, first.thread) : [],
    ...(first && lane === null ? { thread: first.thread } : {}),
    priority: first?.priority ?? PRIORITY.normal,
    origin: message.origin,
  };
}

/** Ids that were said in a thread, on whatever channel. */
async function refsOf(house: House, thread: number): Promise<readonly string[]> {
  const all = [...house.channels.keys()].map((via) => house.store.refs(thread, via, REFS));
  return stored(house, async () => (await Promise.all(all)).flat());
}

/** Throws Rejected. Who has no address here gets no notice: the page shows what became of it. */
async function recipients(
  house: House,
  inbox: Inbox,
  user: string,
  from: Party,
  phones: readonly string[],
  lane: Lane | null,
): Promise<readonly Recipient[]> {
  if (phones.length === 0) throw new Rejected("not-a-number", "There is nobody to send this to");
  const found: Recipient[] = [];
  for (const to of phones) {
    const sim = lane ? { gateway: lane.gateway, ...(lane.port === null ? {} : { port: lane.port }) } : {};
    const notify = house.channels.has(from.via) ? (["failure", "delay"] as const) : [];
    found.push(await inbox.check({ user, from, to, ...sim, notify, before: found }));
  }
  return found;
}
