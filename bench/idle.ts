// Case: one message at a time. How long a mail takes to the gateway's request, a text to the relay; and what doing nothing costs.
import { Mailbox } from "../src/demo/mailbox.ts";
import { atMost, type Case, progress } from "./case.ts";
import { median, monotonic, quantile, round } from "./figures.ts";
import { sleep, until } from "./processes.ts";
import { type Rig, startRig } from "./rig.ts";
import { readSends } from "./sends.ts";

const WARM_UP = 2_000;
const MAILS = 50;
const PER_SECOND = 5;
const TEXTS = 20;
/** Between two texts, milliseconds, in steps that meet every part of the poll interval. */
const APART = [310, 470, 590, 730, 890];
const DOING_NOTHING = 20_000;
/** After the start, milliseconds. */
const SETTLE = 3_000;
/** The default poll interval of a Dinstar, milliseconds. */
const POLL = 500;

/** CPU of the daemon while nothing happens, percent of a core. */
async function nothing(rig: Rig, ms: number): Promise<number> {
  await sleep(SETTLE);
  const [began, cpu] = [monotonic(), rig.cpu()];
  await sleep(ms);
  return (100 * (rig.cpu() - cpu)) / (monotonic() - began);
}

export const idle: Case = async function* ({ quick, ...daemon }) {
  progress("idle: doing nothing");
  for (const synway of [false, true]) {
    const rig = await startRig({ daemon, synway });
    try {
      const gateways = synway ? 2 : 1;
      const each = round((await nothing(rig, quick ? DOING_NOTHING / 4 : DOING_NOTHING)) / gateways);
      yield {
        case: "idle CPU",
        figures: { gateways, percentOfACorePerGateway: each, rssMiB: rig.memory().rss },
        targets: [atMost(`idle CPU with ${gateways}`, each, 1, "% of a core per gateway")],
      };
    } finally {
      await rig.stop();
    }
  }
  const mailbox = await Mailbox.start({ parse: false });
  const rig = await startRig({ daemon, relay: mailbox.url });
  try {
    yield await mailToRequest(rig, quick ? MAILS / 5 : MAILS);
    yield await textToRelay(rig, mailbox, quick ? TEXTS / 4 : TEXTS);
  } finally {
    await rig.stop();
    await mailbox.stop();
  }
};

async function mailToRequest(rig: Rig, mails: number) {
  progress("idle: mail to request");
  const before = await rig.stats();
  // V8 has seen the code: a daemon runs for months.
  await rig.load({ sessions: 2, mails: WARM_UP, reuse: false, first: 1_000 });
  await rig.settled(before, WARM_UP);
  const { mails: sent } = await rig.load({ sessions: 2, mails, reuse: false, first: 0, rate: PER_SECOND });
  await rig.settled(before, WARM_UP + mails);
  const sends = readSends(await rig.requests(), before.origin);
  const moment = (number: number): number => sends.at.get(number) ?? Number.NaN;
  const fromDot = sent.map(({ number, dot }) => moment(number) - dot);
  const middle = round(median(fromDot));
  return {
    case: "idle, mail to request",
    figures: {
      mails,
      dotToRequestP50Ms: middle,
      dotToRequestP99Ms: round(quantile(fromDot, 0.99)),
      answerToRequestP50Ms: round(median(sent.map(({ number, end }) => moment(number) - end))),
    },
    targets: [atMost("idle, end of DATA to the gateway's request, median", middle, 5, "ms")],
  };
}

async function textToRelay(rig: Rig, mailbox: Mailbox, texts: number) {
  progress("idle: text to relay");
  const readable = new Map<number, number>();
  const mailed = new Map<number, number>();
  mailbox.onSource((_, source) => {
    const number = Number(/ZT(\d+)T/.exec(source.toString("latin1"))?.[1] ?? Number.NaN);
    if (!mailed.has(number)) mailed.set(number, monotonic());
  });
  for (let number = 0; number < texts; number++) {
    // The device may have it as soon as the order is on its way.
    readable.set(number, monotonic());
    const from = `+4917${String(10_000_000 + number)}`;
    await rig.order({
      do: "text",
      from,
      to: { device: "dinstar", port: number % 32 },
      text: `ZT${number}T hello`,
    });
    await sleep(APART[number % APART.length] ?? 0);
  }
  await until("all texts are mailed", () => mailed.size >= texts);
  const times = [...readable].map(([number, at]) => (mailed.get(number) ?? Number.NaN) - at);
  const middle = round(median(times));
  return {
    case: "idle, text to relay",
    figures: { texts, pollMs: POLL, p50Ms: middle, worstMs: round(Math.max(...times)) },
    targets: [
      atMost("idle, text in the inbox to mail at the relay, median", middle, POLL + 20, "ms (one poll + 20)"),
    ],
  };
}
