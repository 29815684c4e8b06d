// What the rooms of this driver share: the device's API, its settings, and the little that is remembered between calls.

import { dialled } from "../../bridge/phone.ts";
import type { GatewayOptions, Outgoing } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import type { BoxMemory } from "./boxes.ts";
import type { Settings } from "./settings.ts";

export interface Device {
  readonly api: Api;
  readonly options: GatewayOptions;
  readonly settings: Settings;
  /** The inbox's and the outbox's odd texts. */
  readonly inbox: BoxMemory;
  readonly outbox: BoxMemory;
  /** What texts said that were sent or asked about lately, by id: a task with such a userid carries that text and no other. */
  readonly texts: Map<string, string>;
}

/** Texts remembered: more than the bridge asks about at once. */
const REMEMBERED = 5_000;

/** Notes what these texts say; forgets the oldest. */
export function noteTexts(
  { texts }: Pick<Device, "texts">,
  some: readonly Pick<Outgoing, "id" | "text">[],
): void {
  for (const { id, text } of some) {
    texts.delete(String(id));
    texts.set(String(id), text);
  }
  for (const id of texts.keys()) {
    if (texts.size <= REMEMBERED) return;
    texts.delete(id);
  }
}

/** A phone as this device wants it. */
export const dial = ({ options }: Device, phone: string): string =>
  dialled(phone, options.numbers, options.region);
