// Everything that people send in: checked at the door, then stored with all its deliveries in one transaction. Nothing is answered before that.
import { createHash } from "node:crypto";
import { Rejected } from "./errors.ts";
import { reroute } from "./forward.ts";
import type { House } from "./house.ts";
import { report } from "./house.ts";
import { newId } from "./id.ts";
import { poolOf, poolOfLane } from "./lanes.ts";
import { ANY_GATEWAY, bounceToken, type Lane, type Message, type Thread } from "./message.ts";
import { readRecipient } from "./phone.ts";
import { mayUse, namesOf, right, type User } from "./policy.ts";
import type { Accepted, Check, Inbox, Recipient, Submission } from "./ports/channel.ts";
import type { Entry, NewDelivery, ThreadQuery } from "./ports/store.ts";
import { fit } from "./text.ts";

const NOT_YOU = "You are not allowed to send texts here";

/** The door for channels. */
export const openInbox = (house: House): Inbox => ({
  check: (ask) => check(house, ask),
  accept: async (submission) => {
    const began = house.clock.now();
    const told = (ok: boolean): void =>
      house.meter.request(submission.from.via, "accept", ok, house.clock.now() - began);
    try {
      const accepted = await accept(house, submission);
      told(true);
      return accepted;
    } catch (error) {
      told(false);
      throw error;
    }
  },
  bounced: (token, detail) => bounced(house, token, detail),
});

async function check(house: House, ask: Check): Promise<Recipient> {
  const { settings, clock } = house;
  const user = ask.user === null ? undefined : settings.users.get(ask.user);
  if (!user) throw new Rejected("not-allowed", NOT_YOU);
  const { phone, kind } = readRecipient(ask.to, settings.region);
  const pin = pinOf(house, user, ask);
  if (ask.before.length > 0 && ask.before.some((other) => other.phone === phone)) {
    return { phone, kind, pin, raw: ask.to, notify: ask.notify ?? ["failure", "delay"] };
  }
  const may = right(user, phone);
  if (may === "no") throw new Rejected("not-allowed", `You are not allowed to send to ${phone}`);
  if (kind === "ussd" && ussdGateways(house, user, pin).length === 0) {
    throw new Rejected("no-such-sim", "No gateway here can send USSD codes");
  }
  if (may === "answer") {
    const since = clock.now() - settings.timing.thread;
    const open = await read(house, () =>
      house.store.thread({
        way: "out",
        phone,
        refs: [],
        who: null,
        since,
        pin,
        gateways: [...house.stations.keys()],
        only: true,
      }),
    );
    if (!open) throw new Rejected("not-allowed", `You are not allowed to begin a conversation with ${phone}`);
  }
  const perDay = user.send?.perDay;
  if (perDay != null) {
    const sent = await read(house, () => house.store.sentBy(user.name, clock.now()));
    if (sent.texts + ask.before.length + 1 > perDay) throw overQuota(sent.freesAt);
  }
  return { phone, kind, pin, raw: ask.to, notify: ask.notify ?? ["failure", "delay"] };
}

async function accept(house: House, submission: Submission): Promise<Accepted> {
  const { settings, store, clock } = house;
  const user = settings.users.get(submission.user);
  if (!user) throw new Rejected("not-allowed", NOT_YOU);
  if (submission.text.trim() === "")
    throw new Rejected("nothing-to-send", "There is no text to send in this message");
  const now = clock.now();
  const deliveries: NewDelivery[] = [];
  let cut = false;
  for (const recipient of unique(submission.to)) {
    const made = await address(house, user, submission, recipient, now);
    deliveries.push(...made.deliveries);
    cut ||= made.cut;
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
    deliveries,
    writer: { party: submission.from, user: user.name },
    onceSince: now - settings.timing.validity,
    counts: { user: user.name, texts: deliveries.length },
    ...(perDay === null ? {} : { quota: { user: user.name, perDay } }),
  };
  house.fault("before accept");
  const result = await write(house, () => store.accept(entry));
  house.fault("after accept");
  const parts = deliveries.reduce((sum, delivery) => sum + delivery.parts, 0);
  switch (result.outcome) {
    case "no-thread":
      throw new Rejected("not-allowed", `You are not allowed to begin a conversation with ${result.phone}`);
    case "over-quota":
      throw overQuota(result.freesAt);
    case "repeated":
      house.log.info("repeated", { message: result.id, user: user.name });
      return { id: result.id, repeated: true, recipients: submission.to.length, parts, cut };
    case "accepted": {
      for (const delivery of result.deliveries) house.meter.moved(delivery, null, now);
      house.log.info("accepted", {
        message: result.id,
        user: user.name,
        recipients: submission.to.length,
        parts,
      });
      house.bell.ring();
      return { id: result.id, repeated: false, recipients: submission.to.length, parts, cut };
    }
  }
}

/** The deliveries of one submission to one phone: one, or several if the text had to be split. */
async function address(
  house: House,
  user: User,
  submission: Submission,
  recipient: Recipient,
  now: number,
): Promise<{ readonly deliveries: readonly NewDelivery[]; readonly cut: boolean }> {
  const { settings, stations } = house;
  const { phone, pin } = recipient;
  const query: ThreadQuery = {
    way: "out",
    phone,
    refs: submission.refs,
    who: namesOf(user),
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
  const thread: Thread | null = anywhere ? null : await read(house, () => house.store.thread(query));
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
    once:
      submission.ref === null
        ? null
        : hash([submission.ref, submission.from.address, phone, String(index), piece.text]),
    notify: recipient.notify,
  }));
  return { deliveries, cut };
}

/** A bounce of something that we sent to a person: that delivery failed after all, and the next in line is tried. */
async function bounced(house: House, token: string, detail: string): Promise<boolean> {
  const id = Number.parseInt(token.split("-")[0] ?? "", 36);
  if (!Number.isSafeInteger(id) || id < 1 || id > 0x7fff_ffff) return false;
  const job = await read(house, () => house.store.delivery(id));
  if (!job || bounceToken(job.delivery) !== token || !house.channels.has(job.delivery.to.via)) return false;
  house.log.warn("bounce", { message: job.message.id, delivery: id, detail });
  const entries = await read(house, () => reroute(house, job));
  await write(house, () =>
    report(house, [{ id, change: { state: "failed", error: `bounced: ${detail}` }, follow: entries }]),
  );
  return true;
}

/** The SIM that an address asks for. A port alone means the first gateway of the config that has such a port. */
function pinOf(house: House, user: User, ask: Check): Lane | null {
  if (ask.gateway === undefined && ask.port === undefined) return null;
  const port = ask.port ?? null;
  const all = mayUse(user, [...house.stations.keys()]);
  const named = ask.gateway === undefined ? all : all.filter((name) => name === ask.gateway);
  if (named.length === 0)
    throw new Rejected("no-such-sim", `There is no gateway "${ask.gateway}" for you here`);
  const having = named.filter((name) => {
    const ports = house.stations.get(name)?.ports;
    return port === null || ports === undefined || ports.size === 0 || ports.has(port);
  });
  const [gateway] = having;
  if (gateway === undefined)
    throw new Rejected(
      "no-such-sim",
      ask.gateway ? `Gateway "${ask.gateway}" has no port ${port}` : `No gateway here has a port ${port}`,
    );
  return { gateway, port };
}

function ussdGateways(house: House, user: User, lane: Lane | null): readonly string[] {
  const able = [...house.stations.values()]
    .filter((station) => station.gateway.ussd)
    .map((station) => station.name);
  const allowed = mayUse(user, able);
  return lane ? allowed.filter((name) => name === lane.gateway) : allowed;
}

const unique = (recipients: readonly Recipient[]): readonly Recipient[] => [
  ...new Map(recipients.map((recipient) => [recipient.phone, recipient])).values(),
];

const overQuota = (freesAt: number): Rejected =>
  new Rejected(
    "over-quota",
    `You have sent all the texts you may send in a day; more from ${new Date(freesAt).toISOString()}`,
    {
      retryAt: freesAt,
    },
  );

const hash = (values: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(values)).digest("base64url");

/** Store failures become one answer for strangers: try again later. */
async function write<T>(house: House, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Rejected) throw cause;
    house.log.error("store failing", { error: cause });
    throw new Rejected("store", "The message could not be stored now; please try again later", { cause });
  }
}

const read = write;
