// From the config to an invitation: what ties somebody's Telegram account to a user.
import { randomBytes } from "node:crypto";
import { INVITE_HOLDS, makeInvite, NONCE_BYTES } from "../channels/telegram/handle/invite.ts";

/** A one-time token for the bot that has `secret` as its token. `now` and `expires`: UTC milliseconds. */
export function invitationOf(
  secret: string,
  user: string,
  now: number,
): { readonly token: string; readonly expires: number } {
  const expires = now + INVITE_HOLDS;
  return { token: makeInvite(secret, user, expires, randomBytes(NONCE_BYTES)), expires };
}
