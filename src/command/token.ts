// `simpost token`: tokens for programs that use the API.
import { z } from "zod";
import { madeToken, role, scope, token } from "../api/shapes.ts";
import { Refused } from "./client.ts";
import { type ClientMeans, moment } from "./client-means.ts";
import { listed } from "./filter.ts";
import { EXIT, say, sayJson, Usage } from "./io.ts";
import { type Line, misused, nearest } from "./parse.ts";
import { printable, table } from "./table.ts";

type Act = (line: Line, means: ClientMeans, words: readonly string[]) => Promise<number>;

interface Verb {
  /** The options that it heeds, besides --config and --json. */
  readonly options: readonly string[];
  readonly act: Act;
}

const VERBS: Readonly<Record<string, Verb>> = {
  create: { options: ["user", "role", "scope", "expires"], act: create },
  list: { options: [], act: list },
  revoke: { options: [], act: revoke },
};

/** Does what the first word says. Throws Usage. */
export async function tokenCommand(line: Line, means: ClientMeans): Promise<number> {
  const [name = "", ...words] = line.positionals;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) {
    const guess = nearest(name, Object.keys(VERBS));
    const meant = guess === undefined ? "" : `: did you mean "${guess}"?`;
    throw misused("token", `there is no "${printable(name)}"${meant}`);
  }
  const idle = ["user", "role", "scope", "expires"].find(
    (option) =>
      !verb.options.includes(option) && (line.text(option) !== undefined || line.all(option).length > 0),
  );
  if (idle !== undefined) throw misused("token", `--${idle} is nothing for ${name}`);
  return verb.act(line, means, words);
}

async function create(line: Line, means: ClientMeans, words: readonly string[]): Promise<number> {
  const { io } = means;
  const wanted = readWanted(line, means, words);
  const made = await means.connect().post("/tokens", wanted, madeToken);
  if (line.has("json")) {
    sayJson(io.stdout, made);
    return EXIT.ok;
  }
  // Alone on standard output: TOKEN=$(simpost token create …)
  say(io.stdout, made.token);
  const whose = made.user === null ? "of nobody" : `of ${made.user}`;
  const until = made.expiresAt === null ? "until it is revoked" : `until ${moment(made.expiresAt)} UTC`;
  say(
    io.stderr,
    `Token ${made.id}, ${whose}, ${made.role}, for ${made.scopes.join(", ")}, ${until}. It is not shown again.`,
  );
  return EXIT.ok;
}

function readWanted(line: Line, { config, clock }: ClientMeans, words: readonly string[]) {
  const [name, ...more] = words;
  if (name === undefined || name.trim() === "" || more.length > 0)
    throw misused("token", "create wants one NAME: what the token is for");
  const user = line.text("user");
  if (user !== undefined && !config.users.some((one) => one.name === user)) {
    const guess = nearest(
      user,
      config.users.map((one) => one.name),
    );
    const meant = guess === undefined ? "" : `: did you mean "${guess}"?`;
    throw new Usage(`token: ${config.file} has no user "${printable(user)}"${meant}`);
  }
  const written = line.text("role");
  const of = role.safeParse(written);
  if (written !== undefined && !of.success)
    throw misused("token", `"${printable(written)}" is no role: they are ${role.options.join(", ")}`);
  // The daemon would give it all that this command has.
  if (user === undefined && !of.success)
    throw misused("token", "say whose it is (--user), or what it may do (--role admin or operator)");
  const scopes = listed(line, "scope").map((one) => {
    const known = scope.safeParse(one);
    if (!known.success)
      throw misused("token", `"${printable(one)}" is no scope: they are ${scope.options.join(", ")}`);
    return known.data;
  });
  const expires = line.text("expires");
  return {
    name,
    user: user ?? null,
    ...(of.success ? { role: of.data } : {}),
    ...(scopes.length > 0 ? { scopes: [...new Set(scopes)] } : {}),
    ...(expires === undefined ? {} : { expiresAt: new Date(until(expires, clock.now())).toISOString() }),
  };
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A hundred years. */
const LONGEST = 36_500 * 86_400_000;

/** UTC milliseconds of a date, a date with time (UTC without a zone), or a time from now (30m, 12h, 90d). Throws Usage. */
export function until(written: string, now: number): number {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(written) ?? [];
  const [, date, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const at =
    count === undefined
      ? Date.parse(`${date}T${time ?? "00:00"}${zone ?? "Z"}`)
      : now + Number(count) * (UNITS[unit] ?? Number.NaN);
  if (Number.isNaN(at) || at > now + LONGEST)
    throw misused("token", `"${printable(written)}" is no time: write 90d, 12h or 2027-01-31`);
  if (at <= now) throw misused("token", `--expires ${written}: that is over already`);
  return at;
}

async function list(line: Line, means: ClientMeans, words: readonly string[]): Promise<number> {
  const { io } = means;
  if (words.length > 0) throw misused("token", `list: "${printable(words[0] ?? "")}" is too much`);
  const { items } = await means.connect().get("/tokens", {}, z.object({ items: z.array(token) }));
  if (line.has("json")) for (const one of items) sayJson(io.stdout, one);
  else if (items.length === 0) say(io.stderr, "there are no tokens");
  else
    say(
      io.stdout,
      table(["id", "name", "user", "role", "scopes", "made", "used", "expires"], items.map(row)),
    );
  return EXIT.ok;
}

const row = ({ id, name, user, role, scopes, createdAt, usedAt, expiresAt }: z.output<typeof token>) => ({
  id,
  name,
  user,
  role,
  scopes: scopes.join(" "),
  made: moment(createdAt),
  used: moment(usedAt),
  expires: moment(expiresAt),
});

async function revoke(line: Line, means: ClientMeans, words: readonly string[]): Promise<number> {
  const { io } = means;
  if (words.length === 0) throw misused("token", "revoke wants an ID: `simpost token list` shows them");
  const client = means.connect();
  let code: number = EXIT.ok;
  for (const id of new Set(words)) {
    const revoked = await client.delete(`/tokens/${encodeURIComponent(id)}`).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refused && error.code === "not-found") return false;
        throw error;
      },
    );
    if (!revoked) code = EXIT.failed;
    if (line.has("json")) sayJson(io.stdout, { id, revoked });
    else if (revoked) say(io.stdout, `${id}: revoked`);
    else say(io.stderr, `${id}: there is no such token`);
  }
  return code;
}
