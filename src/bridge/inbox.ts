// Everything that people send in: checked at the door, then stored with all its deliveries in one transaction. Nothing is answered before that.
import { answersOnly, check, NOT_YOU, overQuota } from "./admission.ts";
import { Rejected } from "./errors.ts";
import { reroute } from "./forward.ts";
import { type House, heard, report, stored, tell } from "./house.ts";
import { bounceToken, type Delivery } from "./message.ts";
import type { User } from "./policy.ts";
import type { Accepted, Inbox, Submission } from "./ports/channel.ts";
import type { AcceptOutcome, Entry } from "./ports/store.ts";
import { type Written, write } from "./submission.ts";

/** The door for channels. */
export const openInbox = (house: House): Inbox => ({
  check: (ask) => check(house, ask),
  accept: (submission) => timed(house, submission, () => accept(house, submission)),
  replace: (message, submission) => timed(house, submission, () => replace(house, message, submission)),
  withdraw: (message, by) => withdraw(house, message, by),
  bounced: (token, detail) => bounced(house, token, detail),
});

async function timed<T>(house: House, submission: Submission, work: () => Promise<T>): Promise<T> {
  const began = house.clock.now();
  let ok = false;
  try {
    const result = await work();
    ok = true;
    return result;
  } finally {
    house.meter.request(submission.from.via, "accept", ok, house.clock.now() - began);
  }
}

function known(house: House, name: string): User {
  const user = house.people.users.get(name);
  if (!user) throw new Rejected("not-allowed", NOT_YOU);
  return user;
}

async function accept(house: House, submission: Submission): Promise<Accepted> {
  const now = house.clock.now();
  const written = await write(house, known(house, submission.user), submission, now);
  house.fault("before accept");
  const result = await stored(house, () => house.store.accept(written.entry));
  house.fault("after accept");
  return answer(house, submission, written, result);
}

/** What the store made of it, as channels want to hear it. Throws Rejected. */
function answer(house: House, submission: Submission, written: Written, result: AcceptOutcome): Accepted {
  const { parts, cut } = written;
  const recipients = submission.to.length;
  switch (result.outcome) {
    case "no-thread":
      throw answersOnly(result.phone);
    case "over-quota":
      throw overQuota(result.freesAt);
    case "repeated":
      house.log.info("repeated", { message: result.id, user: submission.user });
      return { id: result.id, repeated: true, recipients, parts, cut };
    case "accepted":
      welcome(house, submission, written, result.id, result.deliveries);
      return { id: result.id, repeated: false, recipients, parts, cut };
  }
}

function welcome(
  house: House,
  submission: Submission,
  { parts, entry }: Written,
  id: string,
  deliveries: readonly Delivery[],
): void {
  const at = typeof entry.message === "string" ? house.clock.now() : entry.message.at;
  for (const delivery of deliveries) house.meter.moved(delivery, null, at);
  heard(house, deliveries);
  house.log.info("accepted", { message: id, user: submission.user, recipients: submission.to.length, parts });
  house.bell.ring();
}

async function replace(house: House, message: string, submission: Submission): Promise<Accepted | null> {
  const user = known(house, submission.user);
  const before = await phoneDeliveries(house, message);
  if (before.length === 0) return null;
  const written = await write(house, user, submission, house.clock.now());
  // The day's texts were counted with the earlier message: only what is more counts now.
  const more = Math.max(0, written.texts - before.length);
  const entry: Entry = { ...written.entry, counts: { user: user.name, texts: more } };
  house.fault("before accept");
  const ids = before.map(({ id }) => id);
  const { moved, follow } = await stored(house, () =>
    house.store.withdraw(ids, `replaced by its writer, ${user.name}`, [entry]),
  );
  house.fault("after accept");
  const [outcome] = follow;
  if (!outcome) return null;
  tell(house, moved);
  return answer(house, submission, written, outcome);
}

async function withdraw(house: House, message: string, by: string): Promise<boolean> {
  const ids = (await phoneDeliveries(house, message)).map(({ id }) => id);
  if (ids.length === 0) return false;
  const { moved } = await stored(house, () => house.store.withdraw(ids, `taken back by ${by}`, []));
  tell(house, moved);
  return moved.length > 0;
}

/** The texts of a message, without the copies for people. */
async function phoneDeliveries(house: House, message: string): Promise<readonly Delivery[]> {
  const all = await stored(house, () => house.store.deliveries(message));
  return all.filter(({ to }) => !house.channels.has(to.via));
}

/** A bounce of something that we sent to a person: that delivery failed after all, and the next in line is tried. */
async function bounced(house: House, token: string, detail: string): Promise<boolean> {
  const id = Number.parseInt(token.split("-")[0] ?? "", 36);
  if (!Number.isSafeInteger(id) || id < 1 || id > 0x7fff_ffff) return false;
  const job = await stored(house, () => house.store.delivery(id));
  if (!job || bounceToken(job.delivery) !== token || !house.channels.has(job.delivery.to.via)) return false;
  house.log.warn("bounce", { message: job.message.id, delivery: id, detail });
  const entries = await stored(house, () => reroute(house, job));
  await stored(house, () =>
    report(house, [{ id, change: { state: "failed", error: `bounced: ${detail}` }, follow: entries }]),
  );
  return true;
}
