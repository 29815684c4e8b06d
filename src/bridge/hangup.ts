// Ending a USSD session that waits for the network's answer, because somebody does not want to wait.
import { type House, report } from "./house.ts";
import { failed } from "./outcome.ts";
import type { Viewer } from "./ports/control.ts";
import { maySee } from "./steer.ts";
import { isUssd } from "./ussd.ts";

/** Ends the session that a message opened, and fails it. False: there is none (any more), or not for this viewer. Never throws for what the device says. */
export async function hangUp(house: House, viewer: Viewer, message: string): Promise<boolean> {
  const open = (await house.store.deliveries(message)).find(
    (delivery) => isUssd(delivery) && (delivery.state === "accepted" || delivery.state === "unsure"),
  );
  const station = house.stations.get(open?.lane?.gateway ?? "");
  const port = open?.lane?.port ?? null;
  if (!open || port === null || !(await maySee(house, viewer, open.thread))) return false;
  try {
    await station?.gateway.ussd?.cancel(port, AbortSignal.timeout(house.settings.timing.timeout));
  } catch (error) {
    // A device that can't be told ends its session by itself after a while.
    house.log.warn("ussd", { gateway: station?.name, port, error });
  }
  const job = await house.store.delivery(open.id);
  if (!job) return false;
  const by = viewer.user ?? "the operator";
  const moved = await report(house, [failed(job, `ended by ${by}`, house.clock.now())]);
  station?.sessions.delete(port);
  return moved.length > 0;
}
