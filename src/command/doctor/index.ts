// The doctor: all checks there are, made for one config. For the command and for the console's settings page.
import { botCheck } from "./bots.ts";
import { certificateCheck } from "./certificates.ts";
import { clockCheck } from "./clocks.ts";
import { diskCheck } from "./disk.ts";
import { doorsCheck } from "./doors.ts";
import { type Check, examine, type Finding } from "./finding.ts";
import { gatewayCheck } from "./gateways.ts";
import { dnsCheck } from "./names.ts";
import type { Patient } from "./patient.ts";
import { filesCheck, nodeCheck } from "./process.ts";
import { relayCheck } from "./relay.ts";
import { configCheck, storeCheck } from "./rights.ts";

export type { Finding, Grade } from "./finding.ts";
export type { Patient } from "./patient.ts";

/** In the order in which they are told. */
export const checksOf = (patient: Patient, now: () => number): readonly Check[] =>
  [
    nodeCheck(patient),
    configCheck(patient),
    storeCheck(patient),
    diskCheck(patient),
    filesCheck(patient),
    clockCheck(patient, now),
    doorsCheck(patient),
    ...patient.mail.map((mail) => certificateCheck(mail, now)),
    dnsCheck(patient),
    ...patient.mail.map(relayCheck),
    ...patient.gateways.map((gateway) => gatewayCheck(gateway, now)),
    ...patient.bots.map(botCheck),
  ].filter((check) => check !== null);

/**
 * Tries everything for real, all at once, and changes nothing. `told` hears of it in the order of the checks; `now`: UTC milliseconds. Never rejects;
 * resolves within about two minutes, whatever hangs.
 */
export const diagnose = (
  patient: Patient,
  now: () => number = Date.now,
  told?: (findings: readonly Finding[]) => void,
): Promise<readonly Finding[]> => examine(checksOf(patient, now), told);
