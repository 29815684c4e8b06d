// USSD (vendor section 2.3): codes out, the network's answers in. The device keeps answers as records; which one is new is found out here.
import { SendError } from "../../bridge/errors.ts";
import type { Ussd, UssdDesk } from "../../bridge/ports/gateway.ts";
import { Refused, unreadable } from "./api.ts";
import type { Device } from "./device.ts";
import { MAX_USSD } from "./limits.ts";
import { type Stamp, shift, stampAt } from "./stamps.ts";

/** One code that was sent, with what came back: `PORT|ORDER|TIME|CODE|SENT|REPLY|E`. */
export interface UssdRecord {
  readonly port: number;
  readonly order: number;
  readonly time: Stamp;
  readonly code: string;
  /** The device got it out. */
  readonly sent: boolean;
  /** null: none yet. */
  readonly reply: string | null;
}

/** The device's clock may be this far behind ours, milliseconds. */
const SKEW = 60_000;

/** For the flow, one port at a time, and for the command line, several in one request. They share what is known of older answers. */
export function createUssd(device: Device): { readonly one: Ussd; readonly several: UssdDesk } {
  const { api, options } = device;
  /** The records that were there before the last code was sent, by port: theirs are not the answers to it. */
  const before = new Map<number, ReadonlySet<string>>();

  const several: UssdDesk = {
    async send(ports, code, signal) {
      if (code === "" || Buffer.byteLength(code) > MAX_USSD)
        throw new SendError("permanent", `a USSD code has 1 to ${MAX_USSD} characters`, {
          scope: "message",
          words: "the code is too long for the gateway",
        });
      for (const port of ports) before.delete(port);
      const there = await records(device, ports, {}, signal);
      for (const port of ports)
        before.set(port, new Set(there.filter(isOf(device, port, ports)).map(nameOf)));
      const content = await api.act("txussd", { port: ports.join(","), ussd: code }, signal);
      return ports.map((port) => ({ port, error: refusal(port, content) }));
    },

    async replies(ports, since, signal) {
      const begin = shift(stampAt(since, options.timezone), -SKEW);
      const there = await records(device, ports, { begin }, signal);
      const found = new Map<number, string>();
      for (const port of ports) {
        const seen = before.get(port);
        const fresh = there.filter(
          (record) => isOf(device, port, ports)(record) && record.time >= begin && !seen?.has(nameOf(record)),
        );
        const [newest] = fresh.sort((a, b) =>
          a.time < b.time ? 1 : a.time > b.time ? -1 : b.order - a.order,
        );
        if (newest && newest.reply !== null) found.set(port, newest.reply);
      }
      return found;
    },

    async cancel(ports, signal) {
      // The session itself can't be ended through the API: what can be is that its answer is taken for a later one's.
      await nothingToDo(api.act("deleteussd", { port: ports.join(","), num: "-1" }, signal));
    },

    async kept(ports, { since, until }, signal) {
      const begin = since === undefined ? undefined : stampAt(since, options.timezone);
      const end = until === undefined ? undefined : stampAt(until, options.timezone);
      const there = await records(device, ports, { begin, end }, signal);
      return there
        .filter(({ time }) => time >= (begin ?? "") && time <= (end ?? "9"))
        .map(({ port, order, time, code, sent, reply }) => ({
          port,
          record: order,
          time,
          code,
          sent,
          reply,
        }));
    },
  };

  return {
    several,
    one: {
      async send(port, code, signal) {
        const [dialled] = await several.send([port], code, signal);
        if (dialled?.error) throw dialled.error;
      },
      reply: async (port, since, signal) => (await several.replies([port], since, signal)).get(port) ?? null,
      cancel: (port, signal) => several.cancel([port], signal),
    },
  };
}

/** 2.3.1: `PORT:1` sent, `PORT:0` not. */
function refusal(port: number, content: string): SendError | null {
  const sent = new RegExp(`(?:^|[;,\\s])${port}\\s*:\\s*([01])(?:[;,.\\s]|$)`).exec(content)?.[1];
  if (sent === "1") return null;
  return sent === undefined
    ? new SendError("unsure", "the gateway said ok, but not whether the code was sent")
    : new SendError("temporary", `port ${port} could not send the code`, { scope: "message" });
}

/** A record of this port; where one port alone was asked, one with a number below the first port's is its too. */
const isOf =
  ({ settings }: Device, port: number, asked: readonly number[]) =>
  (record: UssdRecord): boolean =>
    record.port === port || (asked.length === 1 && record.port < settings.portBase);

/** What is the same in a record before and after its reply came. */
const nameOf = ({ order, time, code }: UssdRecord): string => `${order}|${time}|${code}`;

/** The device's USSD records of these ports (2.3.2). */
async function records(
  device: Device,
  ports: readonly number[],
  { begin, end }: { readonly begin?: Stamp | undefined; readonly end?: Stamp | undefined },
  signal: AbortSignal,
): Promise<readonly UssdRecord[]> {
  try {
    const params = { port: ports.join(","), begintime: begin, endtime: end };
    const all = readUssd(await device.api.ask("rxussd", params, signal));
    return all.filter((record) => ports.some((port) => isOf(device, port, ports)(record)));
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}

const START = /(\d{1,3})\|(\d+)\|(\d{14})\|([^|]*)\|([01])\|/y;

/** Reads `total:N;` and N records; a reply may hold `|`, `;` and newlines. Throws Unreadable. */
export function readUssd(content: string): readonly UssdRecord[] {
  const head = /^\s*total\s*:\s*(\d+)\s*;?\s*/i.exec(content);
  if (!head) throw unreadable("the list of USSD answers", content);
  const total = Number(head[1]);
  const body = content.slice(head[0].length);
  if (total === 0 && body.trim() === "") return [];
  const ends = [...body.matchAll(/\|E[;\s]*/g)];
  const starts: { readonly end: number; readonly from: number; readonly hit: RegExpExecArray }[] = [];
  for (const [end, from] of [[0, 0], ...ends.map((hit) => [hit.index, hit.index + hit[0].length])] as const) {
    START.lastIndex = from ?? 0;
    const hit = START.exec(body);
    if (hit && (starts.length > 0 || from === 0)) starts.push({ end: end ?? 0, from: from ?? 0, hit });
  }
  const last = ends.at(-1);
  const chosen = total === 1 ? starts.slice(0, 1) : starts;
  if (total === 0 || chosen.length !== total || !last || last.index + last[0].length !== body.length)
    throw unreadable(`${total} USSD answers`, content);
  return chosen.map(({ from, hit }, i) => {
    const [whole, port, order, time = "", code = "", sent] = hit;
    const reply = body.slice(from + whole.length, chosen[i + 1]?.end ?? last.index).trim();
    return {
      port: Number(port),
      order: Number(order),
      time,
      code,
      sent: sent === "1",
      reply: reply === "" || reply === "NULL" ? null : reply,
    };
  });
}

/** The device answers with an error where there is nothing to delete. */
async function nothingToDo(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}
