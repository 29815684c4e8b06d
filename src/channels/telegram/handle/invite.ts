// Invitations: a link's token that ties a Telegram account to a user. Nothing is stored until one is used.
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** How long an invitation holds, milliseconds. */
export const INVITE_HOLDS = 15 * 60_000;
/** Chance in an invitation, bytes: by it a used one is known again. */
export const NONCE_BYTES = 6;
const USER_BYTES = 8;
/** Unix time in minutes. */
const EXPIRY_BYTES = 4;
const MAC_BYTES = 16;
const MINUTE = 60_000;
const BODY_BYTES = USER_BYTES + EXPIRY_BYTES + NONCE_BYTES;

export interface Invite {
  readonly user: string;
  /** When it ends, UTC milliseconds. */
  readonly expires: number;
  /** Names this invitation among others, hexadecimal. */
  readonly nonce: string;
}

/** Of the bot's token, for invitations alone. */
const keyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "", "simpost invitation", 32));

const hashOf = (user: string): Buffer => createHash("sha256").update(user).digest().subarray(0, USER_BYTES);

const macOf = (secret: string, body: Uint8Array): Buffer =>
  createHmac("sha256", keyOf(secret)).update(body).digest().subarray(0, MAC_BYTES);

/**
 * A token for `https://t.me/BOT?start=TOKEN`: 46 of the 64 characters A-Z a-z 0-9 _ - that Telegram's deep links allow. `secret`: the bot's token.
 * `expires`: UTC milliseconds, rounded up to the minute. `nonce`: `NONCE_BYTES` random bytes. Throws Error for another number of them.
 */
export function makeInvite(secret: string, user: string, expires: number, nonce: Uint8Array): string {
  if (nonce.length !== NONCE_BYTES) throw new Error(`a nonce has ${NONCE_BYTES} bytes`);
  const end = Buffer.alloc(EXPIRY_BYTES);
  end.writeUInt32BE(Math.ceil(expires / MINUTE));
  const body = Buffer.concat([hashOf(user), end, nonce]);
  return Buffer.concat([body, macOf(secret, body)]).toString("base64url");
}

/** Reads a token; null: it is not ours, was altered, is over, or is for none of `users`. Whether it was used before is not known here. */
export function readInvite(
  secret: string,
  token: string,
  now: number,
  users: readonly string[],
): Invite | null {
  const bytes = Buffer.from(token, "base64url");
  // Base64 has several spellings of the same bytes: only ours counts.
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(macOf(secret, body), bytes.subarray(BODY_BYTES))) return null;
  const expires = body.readUInt32BE(USER_BYTES) * MINUTE;
  if (now >= expires) return null;
  const hash = body.subarray(0, USER_BYTES);
  const user = users.find((name) => hashOf(name).equals(hash));
  if (user === undefined) return null;
  return { user, expires, nonce: body.subarray(USER_BYTES + EXPIRY_BYTES).toString("hex") };
}
