// Case: a burst of mails at 10 sessions, from the first MAIL FROM until the gateway was asked to send the last text.
import { atLeast, type Case, progress } from "./case.ts";
import { median, quantile, round, sum } from "./figures.ts";
import { startRig } from "./rig.ts";
import { readSends } from "./sends.ts";

const WARM_UP = 300;
const MAILS = 1_000;
const SESSIONS = 10;

/** One round. */
interface Round {
  /** Mails per second until the last request. */
  readonly rate: number;
  /** Mails per second until the last was accepted. */
  readonly acceptRate: number;
  /** From the answer to the mail until the gateway's request, milliseconds: median and 99th percentile. */
  readonly lag: number;
  readonly lag99: number;
  /** CPU of the daemon, milliseconds each. */
  readonly cpu: number;
  /** Requests to the gateway, each. */
  readonly requests: number;
  readonly lost: number;
  readonly doubled: number;
}

export const burst: Case = async function* ({ rounds, quick, ...daemon }) {
  const rig = await startRig({ daemon });
  const mails = quick ? MAILS / 4 : MAILS;
  const taken: Round[] = [];
  try {
    const warm = await rig.stats();
    await rig.load({ sessions: 4, mails: WARM_UP, reuse: true, first: 0 });
    await rig.settled(warm, WARM_UP);
    for (let at = 0; at < rounds; at++) {
      await rig.order({ do: "forget" });
      const before = await rig.stats();
      const cpu = rig.cpu();
      const loaded = await rig.load({ sessions: SESSIONS, mails, reuse: true, first: WARM_UP + at * mails });
      await rig.settled(before, mails);
      const used = rig.cpu() - cpu;
      const sends = readSends(await rig.requests(), before.origin);
      const accepted = loaded.mails.filter(({ outcome }) => outcome === "accepted");
      const began = Math.min(...loaded.mails.map(({ start }) => start));
      const lag = accepted.map(({ number, end }) => (sends.at.get(number) ?? Number.NaN) - end);
      taken.push({
        rate: (sends.at.size * 1_000) / (Math.max(...sends.at.values()) - began),
        acceptRate: (accepted.length * 1_000) / (Math.max(...accepted.map(({ end }) => end)) - began),
        lag: median(lag),
        lag99: quantile(lag, 0.99),
        cpu: used / mails,
        requests: sum(Object.values(sends.requests)) / mails,
        lost: accepted.filter(({ number }) => !sends.at.has(number)).length,
        doubled: sends.doubled,
      });
      progress(`burst: round ${at + 1}: ${Math.round(taken.at(-1)?.rate ?? 0)}/s`);
    }
  } finally {
    await rig.stop();
  }
  const of = (value: (one: Round) => number): number => median(taken.map(value));
  const rate = Math.round(of((one) => one.rate));
  yield {
    case: "burst",
    figures: {
      sessions: SESSIONS,
      mails,
      perSecond: rate,
      acceptedPerSecond: Math.round(of((one) => one.acceptRate)),
      answerToRequestP50Ms: round(of((one) => one.lag)),
      answerToRequestP99Ms: round(of((one) => one.lag99)),
      cpuMsPerMail: round(
        of((one) => one.cpu),
        3,
      ),
      requestsPerSms: round(
        of((one) => one.requests),
        3,
      ),
      lost: sum(taken.map(({ lost }) => lost)),
      doubled: sum(taken.map(({ doubled }) => doubled)),
    },
    targets: [atLeast("burst, until the last request", rate, 1_000, "mails/s")],
  };
};
