// `simpost gateway NAME …`: what a device can do, by hand.
import { Unreadable } from "../bridge/errors.ts";
import type { Row } from "../bridge/ports/gateway.ts";
import { readClear, tellClear } from "./clear.ts";
import {
  readFilter,
  readInboxFilter,
  readPortFilter,
  readReceiptFilter,
  tellFilter,
  unasked,
} from "./filter.ts";
import { EXIT, say, sayJson } from "./io.ts";
import { cant, type GatewayMeans, show, wrong } from "./means.ts";
import { type Line, nearest } from "./parse.ts";
import { Prompt } from "./prompt.ts";
import { printable } from "./table.ts";
import { ussdCommand } from "./ussd.ts";
import { COMMANDS } from "./words.ts";

interface Verb {
  /** The options that it heeds, besides --config and --json. */
  readonly options: readonly string[];
  readonly act: (means: GatewayMeans, words: readonly string[], line: Line) => Promise<number>;
}

const FILTER = ["port", "number", "since", "until"];

const VERBS: Readonly<Record<string, Verb>> = {
  ports: { options: ["port", "only"], act: ports },

  queue: {
    options: [],
    async act(means, words, line) {
      none(words);
      const { desk } = means.gateway;
      if (!desk?.queue) return cant(means, "list what waits in it");
      return show(means.io, line, await desk.queue(means.signal));
    },
  },

  inbox: { options: [...FILTER, "after", "unread", "read", "delete", "yes"], act: inbox },

  outbox: {
    options: FILTER,
    async act(means, words, line) {
      none(words);
      const filter = readFilter(line, means);
      const { desk } = means.gateway;
      if (!desk?.outbox) return cant(means, "list its outbox");
      return show(means.io, line, await desk.outbox(filter, means.signal));
    },
  },

  results: {
    options: FILTER,
    async act(means, words, line) {
      const filter = readFilter(line, means);
      const { desk } = means.gateway;
      if (!desk?.results) return cant(means, "tell results by hand");
      return show(means.io, line, await desk.results(words, filter, means.signal));
    },
  },

  receipt: {
    options: ["count", "since", "until"],
    async act(means, words, line) {
      const filter = readReceiptFilter(two(words, "receipt PORT NUMBER"), line, means);
      const { desk } = means.gateway;
      if (!desk?.receipt) return cant(means, "tell delivery reports by hand");
      return show(means.io, line, await desk.receipt(filter, means.signal));
    },
  },

  ussd: { options: ["cancel", "since", "until"], act: ussdCommand },

  cancel: {
    options: [],
    async act(means, words, line) {
      const [task] = words;
      if (task === undefined || words.length > 1) throw wrong("cancel wants one TASK");
      const { gateway, io, signal } = means;
      if (!gateway.desk?.cancel) return cant(means, "cancel tasks");
      const stopped = await gateway.desk.cancel(task, signal);
      if (line.has("json")) sayJson(io.stdout, { task, stopped });
      else if (stopped) say(io.stdout, "stopped");
      else say(io.stderr, `${gateway.name} knows no task ${printable(task)}`);
      return stopped ? EXIT.ok : EXIT.failed;
    },
  },

  clear: {
    options: [...FILTER, "record", "all", "yes"],
    async act(means, words, line) {
      const { gateway, io, signal } = means;
      const what = readClear(words, line, means);
      if (!gateway.desk?.clear) return cant(means, "delete records");
      if (!(await sure(means, line, `Delete for ever from ${gateway.name}: ${tellClear(what)}?`)))
        return EXIT.failed;
      const deleted = await gateway.desk.clear(what, signal);
      if (line.has("json")) sayJson(io.stdout, { deleted });
      else
        say(
          io.stdout,
          deleted === null ? "deleted; the device does not say how many" : `deleted: ${deleted}`,
        );
      return EXIT.ok;
    },
  },
};

/** Does what the words after the gateway's name say. Throws Usage, and what the driver throws. */
export async function gatewayCommand(line: Line, means: GatewayMeans): Promise<number> {
  const [, name = "", ...words] = line.positionals;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) {
    const guess = nearest(name, Object.keys(VERBS));
    throw wrong(`there is no "${printable(name)}"${guess === undefined ? "" : `: did you mean "${guess}"?`}`);
  }
  const idle = Object.keys(COMMANDS.gateway.options).find(
    (option) =>
      !["config", "json", ...verb.options].includes(option) &&
      (line.has(option) || line.text(option) !== undefined || line.all(option).length > 0),
  );
  if (idle !== undefined) throw wrong(`${name} has no --${idle}`);
  return verb.act(means, words, line);
}

async function ports(means: GatewayMeans, words: readonly string[], line: Line): Promise<number> {
  none(words);
  const { gateway, signal, io } = means;
  const filter = readPortFilter(line);
  const plain = Object.keys(filter).length === 0;
  const found =
    (plain ? undefined : await gateway.desk?.ports?.(filter, signal)) ?? (await gateway.ports(signal));
  const hidden: readonly string[] = filter.details ? unasked(filter.details) : [];
  const rows = found
    .filter(({ port }) => filter.ports?.includes(port) ?? true)
    .map((port): Row => Object.fromEntries(Object.entries(port).filter(([key]) => !hidden.includes(key))));
  return show(io, line, rows);
}

async function inbox(means: GatewayMeans, words: readonly string[], line: Line): Promise<number> {
  none(words);
  const { gateway, signal, io } = means;
  const { desk } = gateway;
  const filter = readInboxFilter(line, means);
  if (!line.has("delete")) {
    if (line.has("yes")) throw wrong("--yes is for --delete");
    if (!desk) return cant(means, "list its inbox");
    return show(io, line, await desk.inbox(filter, signal));
  }
  if (filter.after !== undefined || filter.read !== undefined)
    throw wrong("--delete goes with --port, --number, --since and --until only");
  if (!desk?.take) return cant(means, "delete what it lists");
  const told = tellFilter(filter);
  const question = `List and delete for ever from ${gateway.name}: ${told === "" ? "the whole inbox" : `inbox, ${told}`}?
A text that has arrived since, even now, goes with the others: what simpost has not fetched yet is never forwarded.`;
  if (!(await sure(means, line, question))) return EXIT.failed;
  try {
    return show(io, line, await desk.take(filter, signal));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // The texts are gone from the device: this answer is all that is left of them.
    if (line.has("json")) sayJson(io.stdout, { raw: error.raw });
    else say(io.stdout, error.raw.split(/\r?\n/).map(printable).join("\n"));
    say(io.stderr, `simpost: ${error.message}; what ${gateway.name} answered stands on standard output`);
    return EXIT.failed;
  }
}

/** Asks, unless --yes was said. Throws Usage where nobody can be asked. */
async function sure({ io }: GatewayMeans, line: Line, question: string): Promise<boolean> {
  if (line.has("yes")) return true;
  const prompt = new Prompt(io);
  if (!prompt.terminal) throw wrong("there is no terminal to ask at: say --yes to delete");
  if (await prompt.confirm(question)) return true;
  say(io.stderr, "nothing was deleted");
  return false;
}

function none(words: readonly string[]): void {
  if (words.length > 0) throw wrong(`"${words[0]}" is too much`);
}

function two(words: readonly string[], usage: string): readonly [string, string] {
  const [first, second] = words;
  if (first === undefined || second === undefined || words.length > 2) throw wrong(`it is written: ${usage}`);
  return [first, second];
}
