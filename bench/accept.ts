// Cases: taking mail in, while the texts leave and are reported (accept), and with the gateway away, so that they queue (intake). 1 KB, one recipient.
import { atLeast, atMost, type Beside, type Case, progress, type Target } from "./case.ts";
import { median, quantile, round } from "./figures.ts";
import { send } from "./generator.ts";
import type { Loaded } from "./load.ts";
import { sleep } from "./processes.ts";
import { type Rig, startRig } from "./rig.ts";

/** Mails before the first that counts, in this order: a daemon runs for months, and V8 compiles the last of its code after some 5,000 mails. */
const WARM_UP = [
  { sessions: 4, reuse: true, mails: 8_000 },
  { sessions: 4, reuse: false, mails: 2_000 },
] as const;
/** Of these, with `--quick`. */
const QUICK = 1 / 10;
/** By sessions: enough for about two seconds, so that how a load begins and ends does not count for much. */
const MAILS: Readonly<Record<number, number>> = { 1: 1_000, 10: 5_000, 50: 7_000 };
/** Another server gets this long to clear its queue between two loads, milliseconds. */
const REST = 1_000;

/** One load, in figures. Latency, milliseconds: from MAIL FROM, or from the connection's begin, to the answer to DATA. */
interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds per mail, of the load generator. */
  readonly loadCpu: number;
  /** Milliseconds per mail, of the daemon, until the text has left and was reported as delivered. */
  readonly cpu: number;
  readonly notAccepted: number;
}

function measured({ mails, cpu }: Loaded, daemonCpu: number): Measured {
  const done = mails.filter(({ outcome }) => outcome === "accepted");
  const times = done.map(({ start, end }) => end - start);
  const took = Math.max(...done.map(({ end }) => end)) - Math.min(...mails.map(({ start }) => start));
  return {
    rate: (done.length * 1_000) / took,
    p50: median(times),
    p99: quantile(times, 0.99),
    loadCpu: cpu / mails.length,
    cpu: daemonCpu / mails.length,
    notAccepted: mails.length - done.length,
  };
}

interface Shape {
  readonly sessions: number;
  readonly reuse: boolean;
  readonly mails: number;
}

async function own(rig: Rig, shape: Shape, first: number, away: boolean): Promise<Measured> {
  const before = await rig.stats();
  const cpu = rig.cpu();
  const loaded = await rig.load({ ...shape, first });
  if (!away) await rig.settled(before, shape.mails);
  return measured(loaded, rig.cpu() - cpu);
}

async function other(beside: Beside, shape: Shape, first: number): Promise<Measured> {
  const loaded = await send({ ...beside, ...shape, first });
  await sleep(REST);
  return measured(loaded, Number.NaN);
}

function figures(rounds: readonly Measured[]): Record<string, unknown> {
  const of = (value: (one: Measured) => number): number => median(rounds.map(value));
  const rates = rounds.map(({ rate }) => Math.round(rate));
  return {
    perSecond: Math.round(of(({ rate }) => rate)),
    range: [Math.min(...rates), Math.max(...rates)],
    p50Ms: round(of(({ p50 }) => p50)),
    p99Ms: round(of(({ p99 }) => p99)),
    ...(Number.isNaN(of(({ cpu }) => cpu))
      ? {}
      : {
          cpuMsPerMail: round(
            of(({ cpu }) => cpu),
            3,
          ),
        }),
    loadCpuMsPerMail: round(
      of(({ loadCpu }) => loadCpu),
      3,
    ),
    notAccepted: rounds.reduce((all, { notAccepted }) => all + notAccepted, 0),
  };
}

function targets(title: string, { sessions, reuse }: Shape, ours: readonly Measured[]): readonly Target[] {
  const name = `${title} ${sessions} ${reuse ? "reused" : "new"}`;
  const of = (value: (one: Measured) => number): number => round(median(ours.map(value)));
  const rate = Math.round(of((one) => one.rate));
  const least = reuse ? { 10: 2_500, 50: 3_500 }[sessions] : { 10: 1_500 }[sessions];
  return [
    ...(least === undefined ? [] : [atLeast(name, rate, least, "mails/s")]),
    ...(sessions === 10 && reuse
      ? [
          atMost(
            `${name}, p99`,
            of((one) => one.p99),
            20,
            "ms",
          ),
        ]
      : []),
    ...(sessions === 10 && reuse
      ? [
          atMost(
            `${name}, CPU`,
            of((one) => one.cpu),
            0.5,
            "ms per mail",
          ),
        ]
      : []),
  ];
}

async function* taking(
  title: "accept" | "intake",
  { rounds, quick, beside, ...daemon }: Parameters<Case>[0],
): ReturnType<Case> {
  const away = title === "intake";
  const rig = await startRig({ daemon, unplugged: away });
  try {
    let first = 0;
    const take = (mails: number): number => {
      first += mails;
      return first - mails;
    };
    for (const whole of WARM_UP) {
      const shape = { ...whole, mails: quick ? whole.mails * QUICK : whole.mails };
      await own(rig, shape, take(shape.mails), away);
      if (beside) await other(beside, shape, take(shape.mails));
    }
    for (const [sessions, whole] of Object.entries(MAILS)) {
      for (const reuse of [true, false]) {
        const shape = { sessions: Number(sessions), reuse, mails: quick ? whole / 4 : whole };
        const ours: Measured[] = [];
        const theirs: Measured[] = [];
        for (let at = 0; at < rounds; at++) {
          ours.push(await own(rig, shape, take(shape.mails), away));
          if (beside) theirs.push(await other(beside, shape, take(shape.mails)));
          progress(
            `${title}: ${sessions} sessions, ${reuse ? "reused" : "new"}, round ${at + 1}: ${Math.round(ours.at(-1)?.rate ?? 0)}/s`,
          );
        }
        const ratio = median(ours.map(({ rate }) => rate)) / median(theirs.map(({ rate }) => rate));
        const name = { sessions: shape.sessions, connections: reuse ? "reused" : "new" };
        const compared = beside ? { beside: figures(theirs), ratio: round(ratio) } : {};
        const twice = beside
          ? [atLeast(`${title} ${sessions} ${name.connections}, to the other`, round(ratio), 2, "times")]
          : [];
        const memory = { rssMiB: rig.memory().rss };
        yield {
          case: title,
          figures: { ...name, mails: shape.mails, ...figures(ours), ...memory, ...compared },
          targets: [...targets(title, shape, ours), ...(sessions === "10" ? twice : [])],
        };
      }
    }
  } finally {
    await rig.stop();
  }
}

export const accept: Case = (options) => taking("accept", options);
export const intake: Case = (options) => taking("intake", options);
