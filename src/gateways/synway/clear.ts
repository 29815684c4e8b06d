// Deletes records in the device (vendor sections 2.2.5, 2.3.3), only what was asked for.
import type { Clear } from "../../bridge/ports/gateway.ts";
import type { Params } from "./api.ts";
import { refuse, writtenPort } from "./conditions.ts";
import { type Device, dial } from "./device.ts";
import { stampAt } from "./stamps.ts";

/** 2.2.5 `smsbox`. */
const SMSBOX = { inbox: "r", outbox: "s", both: "r,s" } as const;

/** How many records were deleted; null: the device does not say. */
export async function clear(device: Device, what: Clear, signal: AbortSignal): Promise<number | null> {
  const { api } = device;
  const ports = what.ports?.map(writtenPort);
  const content =
    what.box === "ussd"
      ? await api.act("deleteussd", ussdToDelete(what, ports), signal)
      : await api.act("deletesms", textsToDelete(device, what, SMSBOX[what.box], ports), signal);
  const total = /total\s*:\s*(\d+)/i.exec(content)?.[1];
  return total === undefined ? null : Number(total);
}

/** 2.2.5. `clear: "2"` empties the box, and on some firmware both: only when all was asked for. */
function textsToDelete(
  device: Device,
  what: Clear,
  smsbox: string,
  ports: readonly string[] | undefined,
): Params {
  if (what.records?.length) throw refuse("the gateway's texts carry no numbers of their own");
  if (what.all) return { smsbox, clear: "2" };
  const zone = device.options.timezone;
  const conditions = {
    port: ports?.length ? ports.join(",") : undefined,
    phonenum: what.numbers?.length ? what.numbers.map((number) => dial(device, number)).join(",") : undefined,
    begintime: what.since === undefined ? undefined : stampAt(what.since, zone),
    endtime: what.until === undefined ? undefined : stampAt(what.until, zone),
  };
  if (Object.values(conditions).every((condition) => condition === undefined))
    throw refuse("say what to delete: ports, a number, a time, or all");
  return { ...conditions, smsbox, clear: "1" };
}

/** 2.3.3. */
function ussdToDelete(what: Clear, ports: readonly string[] | undefined): Params {
  if (what.all) return { port: "-1", num: "-1" };
  if (what.numbers?.length || what.since !== undefined || what.until !== undefined)
    throw refuse("the gateway deletes USSD answers by port and record only");
  if (!ports?.length) throw refuse("say what to delete: ports, or all");
  if (ports.some((port) => port.includes("."))) throw refuse("USSD answers are kept by port, not by slot");
  return { port: ports.join(","), num: what.records?.length ? what.records.join(",") : "-1" };
}
