// What the rooms of this driver share: the device's API, its settings, and the little that is remembered between calls.

import { dialled } from "../../bridge/phone.ts";
import type { GatewayOptions } from "../../bridge/ports/gateway.ts";
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
}

/** A phone as this device wants it. */
export const dial = ({ options }: Device, phone: string): string =>
  dialled(phone, options.numbers, options.region);
