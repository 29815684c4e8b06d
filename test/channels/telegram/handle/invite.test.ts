// Invitations: what we made is read, nothing else is.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  INVITE_HOLDS,
  makeInvite,
  NONCE_BYTES,
  readInvite,
} from "../../../../src/channels/telegram/handle/invite.ts";

const SECRET = "4711:AAsecret";
const NOW = Date.UTC(2026, 10, 22, 12);
const USERS = ["ana", "bob", "c".repeat(64)];
const nonces = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const tokens = fc
  .tuple(fc.constantFrom(...USERS), nonces)
  .map(([user, nonce]) => ({ user, nonce, token: makeInvite(SECRET, user, NOW + INVITE_HOLDS, nonce) }));

test("a token is what Telegram's deep links take, and is read again until it ends", () => {
  fc.assert(
    fc.property(tokens, fc.integer({ min: 0, max: INVITE_HOLDS - 1 }), ({ user, nonce, token }, later) => {
      expect(token).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(readInvite(SECRET, token, NOW + later, USERS)).toEqual({
        user,
        expires: NOW + INVITE_HOLDS,
        nonce: Buffer.from(nonce).toString("hex"),
      });
    }),
  );
});

test("no altered token is accepted", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ";
  fc.assert(
    fc.property(tokens, fc.nat(), fc.constantFrom(...Array.from(alphabet)), ({ token }, where, character) => {
      const at = where % token.length;
      fc.pre(token.charAt(at) !== character);
      const altered = token.slice(0, at) + character + token.slice(at + 1);
      expect(readInvite(SECRET, altered, NOW, USERS)).toBeNull();
    }),
    { numRuns: 1_000 },
  );
});

test("what others wrote is no token", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      expect(readInvite(SECRET, text, NOW, USERS)).toBeNull();
    }),
  );
});

test("it ends, it is for one bot, and for users that there are", () => {
  const token = makeInvite(SECRET, "ana", NOW + INVITE_HOLDS, new Uint8Array(NONCE_BYTES));
  expect(readInvite(SECRET, token, NOW + INVITE_HOLDS, USERS)).toBeNull();
  expect(readInvite("4712:other", token, NOW, USERS)).toBeNull();
  expect(readInvite(SECRET, token, NOW, ["bob"])).toBeNull();
  expect(() => makeInvite(SECRET, "ana", NOW, new Uint8Array(5))).toThrow("a nonce has 6 bytes");
});
