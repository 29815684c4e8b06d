// What the command line wants to see, in the device's words, and checked here again: a filter may be unknown to a firmware.
import { SendError } from "../../bridge/errors.ts";
import type { Filter, GatewayOptions } from "../../bridge/ports/gateway.ts";
import { toLocal } from "../localtime.ts";
import type { Api, Reply } from "./api.ts";
import { createQuery } from "./filters.ts";
import { MAX_NUMBER_BYTES, MAX_PORT, MAX_QUERIED } from "./limits.ts";
import { type Fields, int, str } from "./parse.ts";
import { samePhone } from "./phones.ts";

export interface Conditions {
  /** number, port, time_after, time_before (sections 3.2, 4.2), as far as they were given. */
  readonly body: Fields;
  /** Whether a record meets them; one without a time meets every time. */
  readonly keeps: (row: Fields) => boolean;
}

/** Throws SendError `permanent` for what the device can't be asked. */
export function conditionsOf(
  { ports, numbers, since, until }: Filter,
  dial: (phone: string) => string,
  { timezone }: Pick<GatewayOptions, "timezone">,
): Conditions {
  const port = ports && portsOf(ports);
  const number = numbers?.map(dial);
  if (number && number.length > MAX_QUERIED) throw refuse(`at most ${MAX_QUERIED} numbers at once`);
  if (number?.some((one) => Buffer.byteLength(one) > MAX_NUMBER_BYTES))
    throw refuse(`a number has at most ${MAX_NUMBER_BYTES} bytes`);
  const after = since === undefined ? undefined : toLocal(since, timezone);
  const before = until === undefined ? undefined : toLocal(until, timezone);
  return {
    body: {
      ...(number === undefined ? {} : { number }),
      ...(port === undefined ? {} : { port }),
      ...(after === undefined ? {} : { time_after: after }),
      ...(before === undefined ? {} : { time_before: before }),
    },
    keeps(row) {
      const time = str(row.time) ?? "";
      return (
        (port?.includes(int(row.port) ?? -1) ?? true) &&
        (number?.some((one) => samePhone(str(row.number) ?? "", one)) ?? true) &&
        (after === undefined || time === "" || time >= after) &&
        (before === undefined || time === "" || time <= before)
      );
    },
  };
}

/** Ports 0 .. 31 (section 2.2). */
export function portsOf(written: readonly string[]): readonly number[] {
  return written.map((port) => {
    if (/^\d{1,2}$/.test(port) && Number(port) <= MAX_PORT) return Number(port);
    throw refuse(`"${port}" is no port: 0 to ${MAX_PORT}`);
  });
}

/** The answer to the narrowest of these queries (narrowest first) that the firmware takes. Throws as `Api.read`. */
export function ask(api: Api, path: string, bodies: readonly Fields[], signal: AbortSignal): Promise<Reply> {
  const different = [...new Map(bodies.map((body) => [JSON.stringify(body), body])).values()];
  return createQuery<null>(
    api,
    path,
    different.map((body) => () => body),
  )(null, signal);
}

export const refuse = (message: string): SendError =>
  new SendError("permanent", message, { scope: "message", words: message });
