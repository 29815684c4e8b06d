// Texts to phones, looked up page by page.
import type { z } from "zod";
import { page, text } from "../api/shapes.ts";
import type { State } from "../bridge/message.ts";
import type { Client } from "./client.ts";
import type { ClientMeans } from "./client-means.ts";
import { say } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import type { ProgressLine } from "./progress.ts";
import { Prompt } from "./prompt.ts";

export type Text = z.output<typeof text>;

export interface Wanted {
  readonly state?: State;
  readonly number?: string | undefined;
  /** UTC milliseconds. */
  readonly since?: number | undefined;
}

/** The API's longest page. */
const PAGE = 500;
const TEXTS = page(text);

/** All texts to phones that fit, newest first. */
export async function textsOut(
  client: Client,
  { state, number, since }: Wanted,
  shown: ProgressLine,
): Promise<readonly Text[]> {
  const all: Text[] = [];
  const query = {
    way: "out",
    state,
    number,
    since: since === undefined ? undefined : new Date(since).toISOString(),
    limit: PAGE,
  };
  let cursor: string | undefined;
  do {
    shown.show(`looking, ${all.length} texts`, null);
    const { items, next } = await client.get("/messages", { ...query, cursor }, TEXTS);
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  shown.end();
  return all;
}

/** Asks before something is done to many. False: not agreed to, and said so. Throws Usage where nobody can be asked. */
export async function agreed(line: Line, { io }: ClientMeans, question: string): Promise<boolean> {
  if (line.has("yes")) return true;
  const prompt = new Prompt(io);
  if (!prompt.terminal) throw misused(line.command, "there is no terminal to ask at: say --yes to do it");
  if (await prompt.confirm(question)) return true;
  say(io.stderr, "nothing was changed");
  return false;
}
