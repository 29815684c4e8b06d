// Reads the simulated Dinstar's log of requests: which text was asked to be sent, and when.
import type { RequestRecord } from "../src/demo/devices/shell-options.ts";

interface Batch {
  readonly param: readonly { readonly text_param: readonly string[] }[];
}

const isSend = ({ endpoint, status }: RequestRecord): boolean => endpoint === "send_sms" && status === 200;

/** The texts of a send_sms request. */
const textsOf = ({ body }: RequestRecord): readonly string[] =>
  (body as Batch).param.map(({ text_param }) => text_param.join(""));

export interface Sends {
  /** When each numbered mail's text (ZQ<number>Q) was first asked for, CLOCK_MONOTONIC milliseconds. */
  readonly at: ReadonlyMap<number, number>;
  /** Texts that were asked for again. */
  readonly doubled: number;
  /** Requests by endpoint. */
  readonly requests: Readonly<Record<string, number>>;
}

/** `origin`: see `Stats` of rig.ts. */
export function readSends(requests: readonly RequestRecord[], origin: number): Sends {
  const at = new Map<number, number>();
  let doubled = 0;
  for (const request of requests.filter(isSend)) {
    for (const text of textsOf(request)) {
      const number = Number(/ZQ(\d+)Q/.exec(text)?.[1] ?? Number.NaN);
      if (Number.isNaN(number)) continue;
      if (at.has(number)) doubled += 1;
      else at.set(number, request.at + origin);
    }
  }
  const byEndpoint = Map.groupBy(requests, ({ endpoint }) => endpoint);
  return {
    at,
    doubled,
    requests: Object.fromEntries([...byEndpoint].map(([endpoint, own]) => [endpoint, own.length])),
  };
}
