// `/start TOKEN`: a link from an invitation ties a Telegram account to a user. Each is used once.
import { escapeHtml } from "../html.ts";
import { readInvite } from "./invite.ts";
import { tell } from "./say.ts";
import type { Room } from "./scene.ts";
import { type Deed, knownChat, placeOf, userOf } from "./who.ts";

const KEY = "invite:";

/** Joins of each bot go one after the other: of two people with one link the first one has it. */
const joining = new WeakMap<Room, Promise<void>>();

export function join(deed: Deed, token: string): Promise<void> {
  const { room } = deed;
  const turn = (joining.get(room) ?? Promise.resolve()).then(() => joinNow(deed, token));
  joining.set(
    room,
    turn.catch(() => undefined),
  );
  return turn;
}

async function joinNow(deed: Deed, token: string): Promise<void> {
  const { room, from, chat } = deed;
  const { options, desk } = room;
  const party = { via: options.name, address: knownChat(room, chat) };
  const place = placeOf(deed, userOf(room, from));
  const say = async (line: string): Promise<void> => {
    await tell(place, { html: escapeHtml(line) });
  };
  const now = options.clock.now();
  const invite = readInvite(options.token, token, now, options.users);
  const used = await usedInvites(room);
  // Used by the same account: the update is given again, or the link pressed twice.
  const by = invite && used.get(invite.nonce);
  if (!invite || (by !== undefined && by !== null && by.party !== party.address))
    return say(place.words("tg-invite-bad"));
  const is = desk.userOf(party);
  if (is !== null && is !== invite.user) return say(place.words("tg-joined-other", { user: is }));
  await options.ledger.note(options.name, [
    ...[...used]
      .filter(([, { expires }]) => expires <= now)
      .map(([nonce]) => ({ key: KEY + nonce, value: null })),
    { key: KEY + invite.nonce, value: `${invite.expires} ${party.address}` },
  ]);
  if (is === null) await desk.tie(invite.user, party);
  await say(placeOf(deed, invite.user).words("tg-joined", { user: invite.user }));
}

/** Invitations that were used, by nonce: until when they hold, and who used them. */
async function usedInvites({
  options,
}: Room): Promise<ReadonlyMap<string, { readonly expires: number; readonly party: string }>> {
  const notes = await options.ledger.notes(options.name, KEY);
  return new Map(
    notes.map(({ key, value }) => {
      const [expires = "0", party = ""] = value.split(" ");
      return [key.slice(KEY.length), { expires: Number(expires), party }];
    }),
  );
}
