// How fast the store is, and that its cost does not grow with what it holds: accept, claim, report at several sizes. Prints JSON.
//
//   node bench/store.ts [SIZE …]       default: 1000 100000 1000000
//
// Every size gets a fresh file that is filled with so many queued texts; then `MEASURED` more go through it in groups.
// Memory is that of the whole process, load generator included.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { News, Store } from "../src/bridge/ports/store.ts";
import { openSqlite } from "../src/stores/sqlite/store.ts";
import { entries } from "./entries.ts";

const MEASURED = 10_000;
const GROUP = 50;
const FILL_GROUP = 250;
const HOUR = 3_600_000;

const next = entries();
async function accept(store: Store, count: number, group: number): Promise<void> {
  for (let done = 0; done < count; done += group) {
    const now = Date.now();
    await Promise.all(Array.from({ length: Math.min(group, count - done) }, () => store.accept(next(now))));
  }
}

interface Figures {
  readonly rows: number;
  readonly perSecond: Readonly<Record<string, number>>;
  readonly cpuMicrosecondsPerMessage: Readonly<Record<string, number>>;
  readonly rssMiB: { readonly full: number; readonly after: number };
  readonly fileMiB: number;
}

/** What a step cost, in all. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function timed(work: () => Promise<void>): Promise<Cost> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const used = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: (used.user + used.system) / 1_000_000,
  };
}

const memory = (): number => Math.round(process.memoryUsage.rss() / 1024 / 1024);

async function run(size: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "simpost-bench-"));
  const path = join(folder, "store.db");
  const store = openSqlite(path);
  try {
    const filling = await timed(() => accept(store, size, FILL_GROUP));
    const rss = memory();
    const accepting = await timed(() => accept(store, MEASURED, GROUP));
    const claimed: number[][] = [];
    const claiming = await timed(async () => {
      for (let done = 0; done < MEASURED; ) {
        const now = Date.now();
        const jobs = await store.claim({
          pools: ["*", "a", ...Array.from({ length: 32 }, (_, port) => `a:${port}`)].map((pool) => ({
            pool,
            max: GROUP,
          })),
          limit: GROUP,
          run: 4,
          gateway: "a",
          now,
          node: "bench",
          lease: now + HOUR,
        });
        if (jobs.length === 0) break;
        claimed.push(jobs.map((job) => job.delivery.id));
        done += jobs.length;
      }
    });
    const now = Date.now();
    const settle = (change: (id: number) => News): Promise<Cost> =>
      timed(async () => {
        for (const ids of claimed) await store.report(ids.map(change));
      });
    const lane = (id: number) => ({ gateway: "a", port: id % 32 });
    const reporting = await settle((id) => ({
      id,
      change: {
        state: "accepted",
        lane: lane(id),
        due: now + 1_000,
        deadline: now + HOUR,
        track: String(id),
      },
      bind: lane(id),
    }));
    const delivering = await settle((id) => ({ id, change: { state: "delivered" } }));
    const steps = { accept: accepting, claim: claiming, report: reporting, deliver: delivering };
    const three = accepting.seconds + claiming.seconds + reporting.seconds;
    const each = (figure: (cost: Cost) => number) =>
      Object.fromEntries(Object.entries(steps).map(([name, cost]) => [name, Math.round(figure(cost))]));
    return {
      rows: size,
      perSecond: {
        fill: Math.round(size / filling.seconds),
        ...each(({ seconds }) => MEASURED / seconds),
        "accept+claim+report": Math.round(MEASURED / three),
      },
      cpuMicrosecondsPerMessage: each(({ cpuSeconds }) => (cpuSeconds * 1_000_000) / MEASURED),
      rssMiB: { full: rss, after: memory() },
      fileMiB: Math.round(statSync(path).size / 1024 / 1024),
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

const sizes = process.argv.slice(2).map(Number);
const figures = [];
for (const size of sizes.length > 0 ? sizes : [1_000, 100_000, 1_000_000]) figures.push(await run(size));

/** Of each size to the smallest: 1 is as good, less is worse. */
const [smallest] = figures;
const ratios = figures.slice(1).map(({ rows, perSecond }) => ({
  rows,
  comparedTo: smallest?.rows,
  ...Object.fromEntries(
    ["accept", "claim", "report"].map((step) => [
      step,
      Math.round((100 * (perSecond[step] ?? 0)) / (smallest?.perSecond[step] ?? 1)) / 100,
    ]),
  ),
}));

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
console.log(JSON.stringify({ machine, group: GROUP, figures, ratios }, null, 2));
