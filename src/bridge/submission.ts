// What a person hands in, as the store takes it: one message, its texts to phones, and copies for those who share the conversation.
import { hash } from "node:crypto";
import { Rejected } from "./errors.ts";
import { type House, stored } from "./house.ts";
import { newId } from "./id.ts";
import { poolOf, poolOfLane } from "./lanes.ts";
import { ANY_GATEWAY, type Lane, type Message, type Thread } from "./message.ts";
import { mayUse, namesOf, right, type User } from "./policy.ts";
import type { Recipient, Submission } from "./ports/channel.ts";
import type { Entry, NewDelivery, ThreadQuery } from "./ports/store.ts";
import { copies } from "./share.ts";
import { fit } from "./text.ts";

/** A submission, ready to be stored. */
export interface Written {
  readonly entry: Entry;
  /** Texts to phones. */
  readonly texts: number;
  /** SMS parts of all of them. */
  readonly parts: number;
  /** Something at the end was left out. */
  readonly cut: boolean;
}

/** Throws Rejected: nothing to send, too long, no gateway for it. */
export async function write(house: House, user: User, submission: Submission, now: number): Promise<Written> {
  if (submission.text.trim() === "")
    throw new Rejected("nothing-to-send", "There is no text to send in this message");
  const deliveries: NewDelivery[] = [];
  const shared: NewDelivery[] = [];
  let cut = false;
  for (const recipient of unique(submission.to)) {
    const made = await address(house, user, submission, recipient, now);
    deliveries.push(...made.deliveries);
    cut ||= made.cut;
    shared.push(...(await copies(house, submission, made.query, now, onceOf)));
  }
  const message: Message = {
    id: newId(now),
    at: now,
    from: submission.from,
    user: user.name,
    text: submission.text,
    ref: submission.ref,
    origin: submission.origin,
    notice: null,
  };
  const perDay = user.send?.perDay ?? null;
  const entry: Entry = {
    message,
    deliveries: [...deliveries, ...shared],
    writer: { party: submission.from, user: user.name },
    onceSince: now - house.settings.timing.validity,
    counts: { user: user.name, texts: deliveries.length },
    ...(perDay === null ? {} : { quota: { user: user.name, perDay } }),
  };
  const parts = deliveries.reduce((sum, delivery) => sum + delivery.parts, 0);
  return { entry, texts: deliveries.length, parts, cut };
}

/** The deliveries of one submission to one phone: one, or several if the text had to be split. */
async function address(
  house: House,
  user: User,
  submission: Submission,
  recipient: Recipient,
  now: number,
): Promise<{
  readonly deliveries: readonly NewDelivery[];
  readonly cut: boolean;
  readonly query: ThreadQuery;
}> {
  const { settings, stations } = house;
  const { phone, pin } = recipient;
  const query: ThreadQuery = (await named(house, submission, recipient)) ?? {
    way: "out",
    phone,
    refs: submission.refs,
    // A group's chat is nobody's own address, but its conversations are found by it.
    who: [...new Set([...namesOf(user), `${submission.from.via}:${submission.from.address}`])],
    since: now - settings.timing.thread,
    pin,
    gateways: [...stations.keys()],
    only: right(user, phone) !== "send",
  };
  const all = [...stations.keys()];
  // Where the text leaves from matters here only if not every gateway can take it; the store ties it to its thread's SIM anyway.
  const anywhere =
    recipient.kind !== "ussd" &&
    mayUse(user, all).length > 0 &&
    [...stations.values()].every((station) => station.gateway.limits.fits(submission.text));
  const thread: Thread | null = anywhere ? null : await stored(house, () => house.store.thread(query));
  const lane = thread?.lane ?? pin;
  const candidates =
    recipient.kind === "ussd" ? ussdGateways(house, user, lane) : lane ? [lane.gateway] : mayUse(user, all);
  if (candidates.length === 0) throw new Rejected("no-such-sim", "No gateway here may send your texts");
  const able = (text: string): readonly string[] =>
    recipient.kind === "ussd"
      ? candidates
      : candidates.filter((name) => stations.get(name)?.gateway.limits.fits(text) ?? true);
  const { texts: pieces, cut } =
    recipient.kind === "ussd"
      ? { texts: [{ text: submission.text.trim(), parts: 0 }], cut: false }
      : fit(submission.text, { ...settings.text, fits: (text) => able(text).length > 0 });
  const expires = now + (user.validity ?? settings.timing.validity);
  const warnAt = now + settings.timing.warn;
  const deliveries = pieces.map((piece, index) => ({
    thread: query,
    to: { via: pin?.gateway ?? ANY_GATEWAY, address: phone },
    text: piece.text,
    parts: piece.parts,
    priority: submission.priority,
    expires,
    deadline: recipient.notify.includes("delay") ? Math.min(warnAt, expires) : expires,
    pool: pin ? poolOfLane(pin) : poolOf(able(piece.text), all),
    line: phone,
    lane: pin,
    once: onceOf(submission, [phone, String(index), piece.text]),
    notify: recipient.notify,
  }));
  return { deliveries, cut, query };
}

/** The conversation that a submission names, if its text can be said there: with this phone, on a SIM that there is and that is not another than the asked one. */
async function named(
  house: House,
  { thread: id }: Submission,
  { phone, pin }: Recipient,
): Promise<ThreadQuery | null> {
  if (id === undefined) return null;
  const thread = await stored(house, () => house.store.thread({ way: "id", id }));
  if (thread?.phone !== phone) return null;
  const { lane } = thread;
  if (lane === null) return { way: "id", id };
  const isAsked =
    pin === null ||
    (pin.gateway === lane.gateway && (pin.port === lane.port || pin.port === null || lane.port === null));
  return house.stations.has(lane.gateway) && isAsked ? { way: "id", id } : null;
}

/** Gateways that `user` may send USSD codes through. */
export function ussdGateways(house: House, user: User, lane: Lane | null): readonly string[] {
  const able = [...house.stations.values()]
    .filter((station) => station.gateway.ussd)
    .map((station) => station.name);
  const allowed = mayUse(user, able);
  return lane ? allowed.filter((name) => name === lane.gateway) : allowed;
}

const unique = (recipients: readonly Recipient[]): readonly Recipient[] => [
  ...new Map(recipients.map((recipient) => [recipient.phone, recipient])).values(),
];

/** The key by which a repetition is known; null: the upstream gave no id, and nothing is one. */
const onceOf = (submission: Submission, what: readonly string[]): string | null =>
  submission.ref === null
    ? null
    : hash("sha256", JSON.stringify([submission.ref, submission.from.address, ...what]), "base64url");
