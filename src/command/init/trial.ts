// A test text at the end: through the gateway itself, or nowhere.

import { readRecipient } from "../../bridge/phone.ts";
import type { Submitted } from "../../bridge/ports/gateway.ts";
import { words } from "../doctor/finding.ts";
import type { GatewayAnswers } from "./draft.ts";
import type { InitMeans } from "./means.ts";

/** The daemon numbers its texts from 1: these are far from there (a number has 31 bits). */
const FIRST_ID = 2_000_000_000;
const IDS = 100_000_000;
/** Milliseconds: a SIM takes 5 to 8 s for a text. */
const PATIENCE = 60_000;
const PAUSE = 1_000;

export interface Trial {
  readonly gateway: GatewayAnswers;
  /** As typed. */
  readonly number: string;
  readonly region: string | null;
  readonly text: string;
  /** Nothing is sent. */
  readonly dry: boolean;
}

/** What became of it, in words; `ok`: the network took it. */
export async function tryText(
  { gateway, number, region, text, dry }: Trial,
  { gatewayAt, clock }: Pick<InitMeans, "gatewayAt" | "clock">,
): Promise<{ readonly ok: boolean; readonly told: string }> {
  const { signal } = new AbortController();
  try {
    const { phone } = readRecipient(number, region ?? undefined);
    const fingerprint = gateway.fingerprint ?? undefined;
    const device = gatewayAt(
      { ...gateway, fingerprint, ...(dry ? { driver: "loopback" as const } : {}) },
      () => {},
    );
    try {
      const ports = (await device.ports(signal)).flatMap(({ port, registered }) =>
        registered ? [port] : [],
      );
      if (ports.length === 0) return { ok: false, told: "no SIM card is registered: nothing was sent" };
      const id = FIRST_ID + Math.floor(Math.random() * IDS);
      const at = clock.now();
      const receipts = await device.send({ ports, texts: [{ id, number: phone, text }] }, signal);
      const track = receipts.find((receipt) => receipt.id === id)?.track ?? null;
      const open: Submitted = { id, number: phone, text, state: "accepted", at, port: null, parts: 1, track };
      while (clock.now() < at + PATIENCE) {
        const [report] = (await device.progress([open], signal)).filter((one) => one.id === id);
        const { outcome, port, detail } = report ?? {};
        if (outcome === "sent" || outcome === "delivered")
          return {
            ok: true,
            told: `${phone}: ${outcome}${port === undefined ? "" : ` by port ${port}`}${dry ? " (in words only: nothing left)" : ""}`,
          };
        if (outcome === "failed")
          return { ok: false, told: `${phone}: failed${detail === undefined ? "" : ` (${detail})`}` };
        await clock.wait(PAUSE);
      }
      return {
        ok: true,
        told: `${phone}: the gateway has it, and has not said yet whether the network took it`,
      };
    } finally {
      await device.close();
    }
  } catch (error) {
    return { ok: false, told: words(error) };
  }
}
