// Tokens: who has which, new ones, no more of one. Nobody gives more than she has.
import { z } from "zod";
import { type Desk, endpoint } from "../endpoint.ts";
import { type Caller, reaches } from "../guard.ts";
import { notFound, Problem } from "../problem.ts";
import { madeToken, role, SCOPES, scope, stamp, stampOrNull, token } from "../shapes.ts";
import type { NewToken, Token } from "../tokens.ts";
import { moment } from "../values.ts";

const LONGEST_NAME = 100;

const shown = ({ id, name, user, role: of, scopes, created, used, expires }: Token) => ({
  id,
  name,
  user,
  role: of,
  scopes: [...scopes],
  createdAt: stamp(created),
  usedAt: stampOrNull(used),
  expiresAt: stampOrNull(expires),
});

/** Admins see all tokens, others those of their own user. */
const sees = ({ viewer }: Caller, { user }: Token): boolean =>
  viewer.role === "admin" || (user !== null && user === viewer.user);

const list = endpoint({
  method: "get",
  path: "/tokens",
  name: "listTokens",
  summary: "Tokens, the oldest first: your own; an admin's list is of all",
  scope: "tokens",
  answer: { status: 200, what: "tokens, without their secrets", schema: z.object({ items: z.array(token) }) },
  async run({ desk, caller }) {
    const all = await desk.tokens.all();
    return { body: { items: all.filter((one) => sees(caller, one)).map(shown) } };
  },
});

const wanted = z.strictObject({
  name: z.string().trim().min(1).max(LONGEST_NAME).describe("what it is for"),
  user: z
    .string()
    .min(1)
    .nullable()
    .optional()
    .describe("whose it is; default: yours. null: nobody's, for admins"),
  role: role.optional().describe("default: the user's"),
  scopes: z.array(scope).min(1).max(SCOPES.length).default(["read"]),
  expiresAt: moment.nullable().optional().describe("default: never, or when your own expires"),
});

const make = endpoint({
  method: "post",
  path: "/tokens",
  name: "makeToken",
  summary: "Make a token",
  more: "With no more rights than you have, for no longer. It is shown this once.",
  scope: "tokens",
  body: wanted,
  answer: { status: 201, what: "the new token", schema: madeToken },
  problems: ["no-such-user", "store"],
  async run({ desk, caller, body }) {
    const made = await desk.tokens.make(allowed(desk, caller, body));
    return { body: { ...shown(made.token), token: made.secret } };
  },
});

/** Throws Problem when it is more than the caller may give. */
function allowed(desk: Desk, { viewer, scopes, expires }: Caller, body: z.output<typeof wanted>): NewToken {
  const user = body.user === undefined ? viewer.user : body.user;
  if (viewer.role !== "admin" && (user === null || user !== viewer.user))
    throw new Problem("forbidden", "You may make tokens for yourself only");
  const person = user === null ? null : desk.users().get(user);
  if (person === undefined) throw new Problem("no-such-user", "There is no such user");
  const most = person && !reaches(person.role, viewer.role) ? person.role : viewer.role;
  const wants = body.role ?? most;
  if (!reaches(viewer.role, wants)) throw new Problem("forbidden", "A token can't do more than you can");
  if (!reaches(most, wants)) throw new Problem("forbidden", "A token can't do more than its user can");
  if (user === null && wants === "user")
    throw new Problem(
      "bad-request",
      "A token that is nobody's has no conversations: give it a user, or a role",
    );
  const beyond = body.scopes.find((one) => !scopes.includes(one));
  if (beyond !== undefined) throw new Problem("forbidden", `You don't have the scope "${beyond}" yourself`);
  const until = body.expiresAt ?? expires;
  if (until !== null && until <= desk.clock.now())
    throw new Problem("bad-request", "expiresAt: lies in the past");
  if (expires !== null && (until === null || until > expires))
    throw new Problem("forbidden", "A token can't outlive the one that makes it");
  return { name: body.name, user, role: wants, scopes: [...new Set(body.scopes)], expires: until };
}

const revoke = endpoint({
  method: "delete",
  path: "/tokens/{id}",
  name: "revokeToken",
  summary: "Revoke a token, at once",
  scope: "tokens",
  params: {
    id: z
      .string()
      .regex(/^[0-9a-f]{12}$/)
      .describe("the token's id"),
  },
  answer: { status: 204, what: "it is no more", schema: z.null() },
  problems: ["not-found", "store"],
  async run({ desk, caller, path: { id } }) {
    const found = await desk.tokens.get(id);
    if (!found || !sees(caller, found)) throw notFound("token");
    await desk.tokens.revoke(id);
    desk.streams.end(id);
    return { body: null };
  },
});

export const tokens = [list, make, revoke];
