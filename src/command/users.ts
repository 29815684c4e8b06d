// `simpost users`: the people of the config, and what they sent today.
import { z } from "zod";
import { person } from "../api/shapes.ts";
import { type ClientMeans, daemonOr, moment } from "./client-means.ts";
import { EXIT, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";
import { table } from "./table.ts";

type Person = z.output<typeof person>;

export async function usersCommand(line: Line, means: ClientMeans): Promise<number> {
  const { io, config, clock } = means;
  const { found } = await daemonOr<readonly Person[]>(
    means,
    async (client) => (await client.get("/users", {}, z.object({ items: z.array(person) }))).items,
    (store) =>
      Promise.all(
        config.users.map(async ({ name, role, addresses, perDay }) => {
          const { texts, freesAt } = await store.sentBy(name, clock.now());
          const frees = texts === 0 ? null : new Date(freesAt).toISOString();
          return { name, role, addresses: [...addresses], perDay, used: texts, freesAt: frees };
        }),
      ),
  );
  if (line.has("json")) for (const one of found) sayJson(io.stdout, one);
  else if (found.length === 0) say(io.stderr, "the config has no users");
  else say(io.stdout, table(["name", "role", "today", "per day", "frees", "addresses"], found.map(row)));
  return EXIT.ok;
}

const row = ({ name, role, addresses, perDay, used, freesAt }: Person) => ({
  name,
  role,
  today: used,
  "per day": perDay,
  frees: moment(freesAt),
  addresses: addresses.map(({ via, address }) => `${via}:${address}`).join(", "),
});
