// Case: texts that were queued while the gateway was away, to a phone each, into 32 ports that take no time.
import { atLeast, atMost, type Case, progress } from "./case.ts";
import { median, round, sum } from "./figures.ts";
import { startRig } from "./rig.ts";
import { readSends } from "./sends.ts";

const TEXTS = 10_000;
const SESSIONS = 50;

/** One round. */
interface Round {
  /** SMS per second, from the first request to the last. */
  readonly rate: number;
  /** SMS per second until the last was reported as delivered. */
  readonly settled: number;
  /** Requests per SMS: sends and queries; and with the looks at inbox and ports that happen anyway. */
  readonly perSms: number;
  readonly allPerSms: number;
  /** CPU of the daemon, milliseconds each. */
  readonly cpu: number;
  /** CPU of the simulated devices, milliseconds each. */
  readonly devices: number;
  readonly lost: number;
  readonly doubled: number;
}

export const drain: Case = async function* ({ rounds, quick, ...daemon }) {
  const texts = quick ? TEXTS / 5 : TEXTS;
  const rig = await startRig({ daemon });
  const taken: Round[] = [];
  try {
    for (let at = 0; at < rounds; at++) {
      await rig.order({ do: "unplug", device: "dinstar" });
      await rig.order({ do: "forget" });
      const before = await rig.stats();
      const loaded = await rig.load({ sessions: SESSIONS, mails: texts, reuse: true, first: at * texts });
      const queued = loaded.mails.filter(({ outcome }) => outcome === "accepted").length;
      await rig.order({ do: "plug", device: "dinstar" });
      const [cpu, devices] = [rig.cpu(), await rig.stats()];
      await rig.settled(before, queued);
      const [used, after] = [rig.cpu() - cpu, await rig.stats()];
      const log = await rig.requests();
      const sends = readSends(log, before.origin);
      const moments = [...sends.at.values()];
      const { send_sms = 0, query_sms_result = 0, query_sms_deliver_status = 0 } = sends.requests;
      taken.push({
        rate: (sends.at.size * 1_000) / (Math.max(...moments) - Math.min(...moments)),
        settled:
          (sends.at.size * 1_000) /
          (Math.max(...log.map((one) => one.at)) + before.origin - Math.min(...moments)),
        perSms: (send_sms + query_sms_result + query_sms_deliver_status) / queued,
        allPerSms: log.length / queued,
        cpu: used / queued,
        devices: (after.cpu.user + after.cpu.system - devices.cpu.user - devices.cpu.system) / 1_000 / queued,
        lost: queued - sends.at.size,
        doubled: sends.doubled,
      });
      progress(`drain: round ${at + 1}: ${Math.round(taken.at(-1)?.rate ?? 0)} SMS/s`);
    }
  } finally {
    await rig.stop();
  }
  const of = (value: (one: Round) => number): number => median(taken.map(value));
  const [rate, perSms] = [
    Math.round(of((one) => one.rate)),
    round(
      of((one) => one.allPerSms),
      3,
    ),
  ];
  yield {
    case: "drain",
    figures: {
      texts,
      perSecond: rate,
      settledPerSecond: Math.round(of((one) => one.settled)),
      requestsPerSms: perSms,
      sendsAndQueriesPerSms: round(
        of((one) => one.perSms),
        3,
      ),
      cpuMsPerSms: round(
        of((one) => one.cpu),
        3,
      ),
      devicesCpuMsPerSms: round(
        of((one) => one.devices),
        3,
      ),
      lost: sum(taken.map(({ lost }) => lost)),
      doubled: sum(taken.map(({ doubled }) => doubled)),
    },
    targets: [
      atLeast("drain", rate, 2_000, "SMS/s"),
      atMost("drain, requests, results and reports included", perSms, 0.1, "per SMS"),
    ],
  };
};
