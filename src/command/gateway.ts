// `simpost gateway NAME …`: what a device can do, by hand.
import type { Desk, Gateway, Row } from "../bridge/ports/gateway.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { readClear, tellClear } from "./clear.ts";
import { EXIT, type Io, say, sayJson, type Usage } from "./io.ts";
import { type Line, misused, nearest } from "./parse.ts";
import { Prompt } from "./prompt.ts";
import { columnsOf, printable, table } from "./table.ts";

export interface GatewayMeans {
  readonly gateway: Gateway;
  readonly clock: Clock;
  /** Turns a phone as written into the form that drivers take. */
  readonly canonical: (number: string) => string;
  /** How long a USSD answer is waited for, milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly io: Io;
}

/** How often a USSD answer is asked for, milliseconds. */
const USSD_EVERY = 1_000;

type Verb = (means: GatewayMeans, words: readonly string[], line: Line) => Promise<number>;

const VERBS: Readonly<Record<string, Verb>> = {
  async ports({ gateway, signal, io }, words, line) {
    none(words);
    const ports = await gateway.ports(signal);
    return show(
      io,
      line,
      ports.map((port): Row => ({ ...port })),
    );
  },

  queue: (means, words, line) => list(means, none(words), line, "queue", "list what waits in it"),
  inbox: (means, words, line) => list(means, none(words), line, "inbox", "list its inbox"),
  outbox: (means, words, line) => list(means, none(words), line, "outbox", "list its outbox"),

  async results(means, words, line) {
    const results = means.gateway.desk?.results?.bind(means.gateway.desk);
    if (!results) return cant(means, "tell results by hand");
    return show(means.io, line, await results(words, means.signal));
  },

  async receipt(means, words, line) {
    const [port, number] = two(words, "receipt PORT NUMBER");
    const receipt = means.gateway.desk?.receipt?.bind(means.gateway.desk);
    if (!receipt) return cant(means, "tell delivery reports by hand");
    return show(means.io, line, await receipt(portOf(port), means.canonical(number), means.signal));
  },

  async ussd(means, words, line) {
    const [port, code] = two(words, "ussd PORT CODE");
    return ussd(means, portOf(port), code, line);
  },

  async cancel(means, words) {
    const [task] = words;
    if (task === undefined || words.length > 1) throw wrong("cancel wants one TASK");
    const cancel = means.gateway.desk?.cancel?.bind(means.gateway.desk);
    if (!cancel) return cant(means, "cancel tasks");
    const known = await cancel(task, means.signal);
    say(
      known ? means.io.stdout : means.io.stderr,
      known ? "stopped" : `${means.gateway.name} knows no task ${printable(task)}`,
    );
    return known ? EXIT.ok : EXIT.failed;
  },

  async clear(means, words, line) {
    const { gateway, io, signal } = means;
    const what = readClear(words, line, means);
    const clear = gateway.desk?.clear?.bind(gateway.desk);
    if (!clear) return cant(means, "delete records");
    if (!line.has("yes")) {
      const prompt = new Prompt(io);
      if (!prompt.terminal) throw wrong("there is no terminal to ask at: say --yes to delete");
      if (!(await prompt.confirm(`Delete for ever from ${gateway.name}: ${tellClear(what)}?`))) {
        say(io.stderr, "nothing was deleted");
        return EXIT.failed;
      }
    }
    const deleted = await clear(what, signal);
    say(io.stdout, deleted === null ? "deleted; the device does not say how many" : `deleted: ${deleted}`);
    return EXIT.ok;
  },
};

/** Does what the words after the gateway's name say. Throws Usage, and what the driver throws. */
export async function gatewayCommand(line: Line, means: GatewayMeans): Promise<number> {
  const [, verb = "", ...words] = line.positionals;
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!act) {
    const guess = nearest(verb, Object.keys(VERBS));
    throw wrong(`there is no "${printable(verb)}"${guess === undefined ? "" : `: did you mean "${guess}"?`}`);
  }
  return act(means, words, line);
}

type Box = "queue" | "inbox" | "outbox";

async function list(means: GatewayMeans, _: undefined, line: Line, box: Box, what: string): Promise<number> {
  const desk: Desk | undefined = means.gateway.desk;
  const read = desk?.[box]?.bind(desk);
  if (!read) return cant(means, what);
  return show(means.io, line, await read(means.signal));
}

async function ussd(means: GatewayMeans, port: number, code: string, line: Line): Promise<number> {
  const { gateway, clock, patience, signal, io } = means;
  const talk = gateway.ussd;
  if (!talk) return cant(means, "send USSD codes");
  // A code begins a session; anything else answers the menu of the one that is open.
  if (/^[*#]/.test(code)) await talk.cancel(port, signal);
  const since = clock.now();
  await talk.send(port, code, signal);
  while (clock.now() - since < patience) {
    await clock.wait(USSD_EVERY, signal);
    const reply = await talk.reply(port, since, signal);
    if (reply === null) continue;
    if (line.has("json")) sayJson(io.stdout, { port, code, reply });
    else say(io.stdout, reply.split(/\r?\n/).map(printable).join("\n"));
    return EXIT.ok;
  }
  say(io.stderr, `simpost: no answer within ${Math.round(patience / 1_000)} s`);
  return EXIT.failed;
}

function show(io: Io, line: Line, rows: readonly Row[]): number {
  if (line.has("json")) for (const row of rows) sayJson(io.stdout, row);
  else if (rows.length === 0) say(io.stderr, "nothing there");
  else say(io.stdout, table(columnsOf(rows), rows));
  return EXIT.ok;
}

function cant({ gateway, io }: GatewayMeans, what: string): number {
  say(io.stderr, `simpost: ${gateway.name} can't ${what}: its interface has nothing for it`);
  return EXIT.failed;
}

const wrong = (what: string): Usage => misused("gateway", what);

function none(words: readonly string[]): undefined {
  if (words.length > 0) throw wrong(`"${words[0]}" is too much`);
}

function two(words: readonly string[], usage: string): readonly [string, string] {
  const [first, second] = words;
  if (first === undefined || second === undefined || words.length > 2) throw wrong(`it is written: ${usage}`);
  return [first, second];
}

function portOf(word: string): number {
  if (!/^\d{1,3}$/.test(word)) throw wrong(`"${word}" is no port: ports are numbers`);
  return Number(word);
}
