// Whose text it is that a token sends: her rights and her quota count.
import type { Desk } from "./endpoint.ts";
import type { Caller } from "./guard.ts";
import { Problem } from "./problem.ts";

/** The user who sends. `named`: as the request says. Throws Problem. */
export function whose(desk: Desk, { viewer }: Caller, named: string | undefined): string {
  if (named !== undefined && named !== viewer.user && viewer.role !== "admin")
    throw new Problem("forbidden", "This token may send as its own user only");
  const user = named ?? viewer.user;
  if (user === null)
    throw new Problem("no-such-user", "The token is nobody's: say in `user` whose text this is");
  if (!desk.users().has(user)) throw new Problem("no-such-user", `There is no user "${user.slice(0, 100)}"`);
  return user;
}
