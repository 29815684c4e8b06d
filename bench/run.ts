// The benchmark: runs the cases and prints a JSON line for each figure, then a summary. See README.md.
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { FLAGS } from "../tools/flags.ts";
import { accept, intake } from "./accept.ts";
import { burst } from "./burst.ts";
import { atMost, type Case, type Line, type Options } from "./case.ts";
import { drain } from "./drain.ts";
import { endGenerator } from "./generator.ts";
import { idle } from "./idle.ts";
import { memory } from "./memory.ts";
import { pages } from "./pages.ts";
import { ours, output } from "./processes.ts";

const HELP = `node bench/run.ts [CASE …] [options]      cases: accept intake idle burst drain memory store console pages; default: all
  --rounds N       each figure is the median of N rounds (default 3)
  --quick          a fraction of the work: shows that everything runs, its figures mean little
  --built          the daemon as built (npm run build), not from its sources
  --flag FLAG      for the daemon's Node instead of those that "npm start" gives it (may be given several times)
  --beside PORT    accept, intake: in turn with the SMTP server on this port of 127.0.0.1 …
  --rcpt ADDRESS   … which takes mail to this address ("#": eight digits, others for each mail)
  --from ADDRESS   … from this one (default: alice@example.com)`;

const CASES: Readonly<Record<string, Case>> = {
  accept,
  intake,
  idle,
  burst,
  drain,
  memory,
  store,
  console: lookBack,
  pages,
};

/** What a page may wait for the store, milliseconds. */
const PAGE = 100;

/** The store alone, as a process of its own: its cost must not grow with what it holds. */
async function* store({ quick }: Options): AsyncGenerator<Line> {
  const sizes = quick ? ["1000", "10000"] : [];
  const text = await output([ours("bench/store.ts"), ...sizes]);
  const { machine: _, ...figures } = JSON.parse(text) as Record<string, unknown>;
  yield { case: "store", figures, targets: [] };
}

/** What the console asks of a store that holds much, as a process of its own. Searches for a text look through what they may: they are shown, not aimed at. */
async function* lookBack({ quick }: Options): AsyncGenerator<Line> {
  const text = await output([ours("bench/console.ts"), ...(quick ? ["20000"] : [])]);
  const { count, figures } = JSON.parse(text) as {
    readonly count: number;
    readonly figures: Readonly<Record<string, { readonly ms: number }>>;
  };
  const targets = Object.entries(figures)
    .filter(([name]) => !name.startsWith("text"))
    .map(([name, { ms }]) => atMost(`console, ${name}`, ms, PAGE, "ms"));
  yield { case: "console", figures: { count, ...figures }, targets };
}

const say = (line: object): void => console.log(JSON.stringify(line));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
    built: { type: "boolean", default: false },
    flag: { type: "string", multiple: true, default: [...FLAGS] },
    beside: { type: "string" },
    rcpt: { type: "string", default: "" },
    from: { type: "string", default: "alice@example.com" },
    help: { type: "boolean", default: false },
  },
});

const unknown = positionals.find((name) => !(name in CASES));
if (values.help || unknown !== undefined || (values.beside !== undefined && values.rcpt === "")) {
  console.error(HELP);
  process.exit(values.help ? 0 : 2);
}

const options: Options = {
  rounds: Number(values.rounds),
  quick: values.quick,
  main: ours(values.built ? "dist/main.js" : "src/main.ts"),
  flags: values.flag,
  beside:
    values.beside === undefined
      ? null
      : { port: Number(values.beside), rcpt: values.rcpt, from: values.from },
};

const targets = [];
const load = loadavg()[0];
for (const [name, run] of Object.entries(CASES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for await (const line of run(options)) {
    targets.push(...line.targets);
    say({ case: line.case, ...line.figures });
  }
}
await endGenerator();
say({
  case: "summary",
  at: new Date().toISOString(),
  commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ours("."), encoding: "utf8" }).trim(),
  machine: {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadBefore: load,
  },
  options: { rounds: options.rounds, quick: options.quick, built: values.built, flags: options.flags },
  missed: targets.filter(({ met }) => !met).map(({ what }) => what),
  targets,
});
