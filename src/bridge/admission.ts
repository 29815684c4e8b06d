// May this person write to this phone, from this SIM? Asked at the door, before there is a text.
import { Rejected } from "./errors.ts";
import { type House, stored } from "./house.ts";
import type { Lane } from "./message.ts";
import { readRecipient } from "./phone.ts";
import { mayUse, right, type User } from "./policy.ts";
import type { Check, Recipient } from "./ports/channel.ts";
import { ussdGateways } from "./submission.ts";

export const NOT_YOU = "You are not allowed to send texts here";

/** Throws Rejected. A yes may still become a no when the text is there: only an answer was allowed, and it answers nothing. */
export async function check(house: House, ask: Check): Promise<Recipient> {
  const { settings, clock, people } = house;
  const user = ask.user === null ? undefined : people.users.get(ask.user);
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
    const open = await stored(house, () =>
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
    if (!open) throw answersOnly(phone);
  }
  const perDay = user.send?.perDay;
  if (perDay != null) {
    const sent = await stored(house, () => house.store.sentBy(user.name, clock.now()));
    const full = sent.texts + ask.before.length + 1 > perDay;
    if (full && !(await mayRepeat(house, user, phone))) throw overQuota(sent.freesAt);
  }
  return { phone, kind, pin, raw: ask.to, notify: ask.notify ?? ["failure", "delay"] };
}

/**
 * Whether the user wrote to this phone lately: then this may be that very text again, because its answer got lost, and that is no text more. Only the
 * text itself shows which, and the quota is looked at again when it is there.
 */
async function mayRepeat(house: House, user: User, phone: string): Promise<boolean> {
  const since = house.clock.now() - house.settings.timing.validity;
  const query = { way: "out", phone, refs: [], who: [user.name], since, pin: null, only: true } as const;
  return (await stored(house, () => house.store.thread(query))) !== null;
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

/** Only answers are allowed, and this is none. */
export const answersOnly = (phone: string): Rejected =>
  new Rejected("not-allowed", `You are not allowed to begin a conversation with ${phone}`, {
    answersOnly: true,
  });

export const overQuota = (freesAt: number): Rejected =>
  new Rejected(
    "over-quota",
    `You have sent all the texts you may send in a day; more from ${new Date(freesAt).toISOString()}`,
    {
      retryAt: freesAt,
    },
  );
