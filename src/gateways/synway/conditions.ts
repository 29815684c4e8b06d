// What the command line wants to see or to delete, in the device's words, and checked here again: a filter may be unknown to a firmware.
import { SendError } from "../../bridge/errors.ts";
import type { Filter } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import type { Narrow, Window } from "./boxes.ts";
import { type Device, dial } from "./device.ts";
import { sameNumber } from "./numbers.ts";
import type { SmsRecord } from "./records.ts";
import { stampAt, stampOf } from "./stamps.ts";

export interface Conditions {
  readonly window: Window;
  readonly narrow: Narrow;
  /** Whether a record meets them; one whose time can't be read meets every time. */
  readonly keeps: (record: Pick<SmsRecord, "time" | "port" | "slot" | "number">) => boolean;
}

/** Throws SendError `permanent` for what is no port. */
export function conditionsOf(device: Device, filter: Filter): Conditions {
  const places = filter.ports?.map(placeOf);
  const numbers = filter.numbers?.map((number) => dial(device, number));
  const { timezone } = device.options;
  const begin = filter.since === undefined ? undefined : stampAt(filter.since, timezone);
  const end = filter.until === undefined ? undefined : stampAt(filter.until, timezone);
  return {
    window: { ...(begin === undefined ? {} : { begin }), ...(end === undefined ? {} : { end }) },
    narrow: { ports: places && [...new Set(places.map(({ port }) => port))], numbers },
    keeps({ time, port, slot, number }) {
      const stamp = stampOf(time);
      return (
        (places?.some((place) => place.port === port && (place.slot ?? slot) === slot) ?? true) &&
        (numbers?.some((one) => sameNumber(number, one)) ?? true) &&
        (stamp === undefined || (stamp >= (begin ?? "") && stamp <= (end ?? "9")))
      );
    },
  };
}

/** Reads with the narrower request, and again without it where the firmware refuses it. One that wants a port in each request keeps the ports. */
export async function narrowly<T>(
  { settings }: Device,
  narrow: Narrow,
  read: (narrow: Narrow) => Promise<T>,
): Promise<T> {
  try {
    return await read(narrow);
  } catch (error) {
    if (!(error instanceof Refused) || !(narrow.ports ?? narrow.numbers)) throw error;
    return read(settings.inboxEvent === "newqueryrxsms" ? { ports: narrow.ports } : {});
  }
}

/** A port, or one slot of it, as 2.2.5 writes it: `1`, `1.A`. */
export function writtenPort(port: string): string {
  if (/^\d{1,3}(?:\.[A-D])?$/i.test(port)) return port.toUpperCase();
  throw refuse(`"${port}" is no port: 1, or 1.A for one slot of it`);
}

function placeOf(written: string): { readonly port: number; readonly slot: string | undefined } {
  const [port = "", slot] = writtenPort(written).split(".");
  return { port: Number(port), slot };
}

export const refuse = (message: string): SendError =>
  new SendError("permanent", message, { scope: "message", words: message });
