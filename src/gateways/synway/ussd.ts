// USSD (vendor section 2.3): codes out, the network's answers in. The device keeps answers as records; which one is new is found out here.
import { SendError } from "../../bridge/errors.ts";
import type { Ussd } from "../../bridge/ports/gateway.ts";
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

export function createUssd(device: Device): Ussd {
  const { api, options } = device;
  /** The records that were there before the last code was sent, by port: theirs are not the answers to it. */
  const before = new Map<number, ReadonlySet<string>>();

  return {
    async send(port, code, signal) {
      if (code === "" || Buffer.byteLength(code) > MAX_USSD)
        throw new SendError("permanent", `a USSD code has 1 to ${MAX_USSD} characters`, {
          scope: "message",
          words: "the code is too long for the gateway",
        });
      before.delete(port);
      before.set(port, new Set((await records(device, port, undefined, signal)).map(nameOf)));
      const content = await api.act("txussd", { port: String(port), ussd: code }, signal);
      const sent = new RegExp(`(?:^|[;,\\s])${port}\\s*:\\s*([01])(?:[;,.\\s]|$)`).exec(content)?.[1];
      if (sent === undefined)
        throw new SendError("unsure", "the gateway said ok, but not whether the code was sent");
      if (sent === "0")
        throw new SendError("temporary", `port ${port} could not send the code`, { scope: "message" });
    },

    async reply(port, since, signal) {
      const begin = shift(stampAt(since, options.timezone), -SKEW);
      const seen = before.get(port);
      const fresh = (await records(device, port, begin, signal)).filter(
        (record) => record.time >= begin && !seen?.has(nameOf(record)),
      );
      const newest = fresh.sort((a, b) =>
        a.time < b.time ? 1 : a.time > b.time ? -1 : b.order - a.order,
      )[0];
      return newest?.reply ?? null;
    },

    async cancel(port, signal) {
      // The session itself can't be ended through the API: what can be is that its answer is taken for a later one's.
      await nothingToDo(api.act("deleteussd", { port: String(port), num: "-1" }, signal));
    },
  };
}

/** What is the same in a record before and after its reply came. */
const nameOf = ({ order, time, code }: UssdRecord): string => `${order}|${time}|${code}`;

/** The device's USSD records of one port, or of all. */
export async function records(
  device: Device,
  port: number | undefined,
  begin: Stamp | undefined,
  signal: AbortSignal,
): Promise<readonly UssdRecord[]> {
  const { portBase } = device.settings;
  const which = port === undefined ? undefined : String(port);
  try {
    const content = await device.api.ask("rxussd", { port: which, begintime: begin }, signal);
    const all = readUssd(content);
    return port === undefined ? all : all.filter((record) => record.port === port || record.port < portBase);
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
