// Who asks: a token's bearer, or the command line on this machine; and whether that is enough for what is asked.
import { timingSafeEqual } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { Role, Viewer } from "../bridge/ports/control.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import { addressOf, isLoopback } from "../peer.ts";
import { createGuesses } from "./guesses.ts";
import type { ApiUser } from "./options.ts";
import { Problem } from "./problem.ts";
import { SCOPES, type Scope } from "./shapes.ts";
import { sha256, type Token, type Tokens } from "./tokens.ts";

/** Who asks. */
export interface Caller {
  /** The token's id, or LOCAL. */
  readonly id: string;
  readonly viewer: Viewer;
  readonly scopes: readonly Scope[];
  /** UTC milliseconds; null: never. */
  readonly expires: number | null;
}

/** `Caller.id` of the command line. */
const LOCAL = "local";

const RANKS: Readonly<Record<Role, number>> = { user: 0, operator: 1, admin: 2 };

/** Whether `role` may do what wants at least `least`. */
export const reaches = (role: Role, least: Role): boolean => RANKS[role] >= RANKS[least];

export interface Guard {
  /** Throws Problem. */
  caller(headers: Headers, peer: string): Promise<Caller>;
  /** The caller as she is now; null: her token was revoked, or has expired, or her user is gone. */
  still(caller: Caller): Promise<Caller | null>;
}

interface Means {
  readonly tokens: Tokens;
  readonly users: () => ReadonlyMap<string, ApiUser>;
  readonly localKey: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

export function createGuard({ tokens, users, localKey, clock, log }: Means): Guard {
  const guesses = createGuesses(clock);
  const own = localKey === null ? null : sha256(localKey);

  /** What a token is good for now; null: nothing. */
  const callerOf = (token: Token): Caller | null => {
    if (token.expires !== null && token.expires <= clock.now()) return null;
    const { id, user, role, scopes, expires } = token;
    if (user === null) return { id, viewer: { user, role }, scopes, expires };
    const person = users().get(user);
    if (!person) return null;
    // What a user may not do any more, her tokens may not either.
    const now = reaches(person.role, role) ? role : person.role;
    return { id, viewer: { user, role: now }, scopes, expires };
  };
  const local: Caller = { id: LOCAL, viewer: { user: null, role: "admin" }, scopes: SCOPES, expires: null };

  return {
    async caller(headers, peer) {
      const address = addressOf(headers, peer);
      const [, shown] = /^Bearer +(\S+) *$/i.exec(headers.get("Authorization") ?? "") ?? [];
      if (shown === undefined) throw unauthorized("Send `Authorization: Bearer TOKEN`", "");
      const hash = sha256(shown);
      const wait = guesses.wait(address, hash.toString("hex"));
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1_000);
        throw new Problem("too-many", `Too many wrong tokens came from your address`, {
          headers: { "Retry-After": String(seconds) },
        });
      }
      const isLocal = own !== null && timingSafeEqual(hash, own) && isHere(headers, peer);
      const token = isLocal ? null : await tokens.find(shown);
      if (!isLocal && !token) {
        guesses.wrong(address);
        log.warn("auth failed", { via: "api", client: address });
        throw unauthorized("This token is not known", ', error="invalid_token"');
      }
      guesses.right(address, hash.toString("hex"));
      const caller = token ? callerOf(token) : local;
      if (!caller) throw unauthorized("This token is not valid any more", ', error="invalid_token"');
      if (token) tokens.touch(token);
      return caller;
    },
    async still(caller) {
      if (caller.id === LOCAL) return caller;
      const token = await tokens.get(caller.id);
      return token && callerOf(token);
    },
  };
}

/** RFC 6750, section 3. */
const unauthorized = (detail: string, more: string): Problem =>
  new Problem("unauthorized", detail, { headers: { "WWW-Authenticate": `Bearer realm="simpost"${more}` } });

/** RFC 6890: 127.0.0.0/8 and ::1, the former also as an IPv6 socket shows it. */
/** Comes from this machine (also by an address of its own, where the listener has one), and not through a proxy on it. */
const isHere = (headers: Headers, peer: string): boolean =>
  (isLoopback(peer) || isOwn(peer.replace(/^::ffff:/i, ""))) &&
  !["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"].some((name) => headers.has(name));

const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));

/** Throws Problem unless the caller may do this. */
export function permit({ viewer, scopes }: Caller, scope: Scope, least: Role): void {
  if (!scopes.includes(scope)) {
    throw new Problem("forbidden", `The token lacks the scope "${scope}"`, {
      headers: { "WWW-Authenticate": `Bearer realm="simpost", error="insufficient_scope", scope="${scope}"` },
    });
  }
  if (!reaches(viewer.role, least)) throw new Problem("forbidden", `The role "${least}" is wanted for this`);
}
