// What people call a SIM.
import type { Lane } from "../../bridge/message.ts";
import type { TelegramOptions } from "./parts.ts";

/** A SIM's label, else its number, else `gateway:port`, as the config has them. */
export function simLabel({ sims }: Pick<TelegramOptions, "sims">, lane: Lane): string {
  const sim = sims.find(({ gateway, port }) => gateway === lane.gateway && port === lane.port);
  return sim?.label ?? sim?.number ?? (lane.port === null ? lane.gateway : `${lane.gateway}:${lane.port}`);
}
