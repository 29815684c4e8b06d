// What `simpost doctor` and `simpost init` work with, put together.

import { hostname, userInfo } from "node:os";
import type { Finding, Patient } from "../command/doctor/index.ts";
import type { Io } from "../command/io.ts";
import type { Line } from "../command/parse.ts";
import { type Config, ConfigError, load } from "../config/load.ts";
import { systemClock as clock } from "../operation/clock.ts";
import { safeRelease } from "../operation/release.ts";

/** One request of init's to a gateway, milliseconds: whoever asks sits there and waits; slow devices need it. */
const PATIENCE = 60_000;

/** What the doctor looks at. `inside`: the daemon that serves this config asks. */
async function patientFor(config: Config, inside: boolean): Promise<Patient> {
  const { patientOf } = await import("../assembly/doctor.ts");
  const version = process.versions.node;
  return patientOf(config, { clock, inside, node: { version, fixed: safeRelease(version) } });
}

/** For the console's settings: what the doctor finds, asked by the daemon. */
export async function examined(config: Config): Promise<readonly Finding[]> {
  const { diagnose } = await import("../command/doctor/index.ts");
  return diagnose(await patientFor(config, true));
}

/** `file`: the config's. */
export async function doctor(line: Line, file: string, io: Io): Promise<number> {
  const { doctorCommand } = await import("../command/doctor.ts");
  const now = (): number => clock.now();
  let config: Config;
  try {
    config = load(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return doctorCommand(line, { patient: { file, problems: error.problems }, now }, io);
  }
  return doctorCommand(line, { patient: await patientFor(config, false), now }, io);
}

/** Asks, tries, writes. */
export async function init(line: Line, io: Io): Promise<number> {
  const { initCommand } = await import("../command/init.ts");
  const { botName } = await import("../command/invite-bot.ts");
  const { gatewayAt, tryRelay } = await import("../assembly/doctor.ts");
  const { hash } = await import("../config/hash.ts");
  return initCommand(line, {
    io,
    clock,
    hash,
    gatewayAt: (reach, odd) => gatewayAt(reach, { clock, odd, timeout: PATIENCE }),
    tryRelay: (relay, name) => tryRelay({ relay, hostname: name }),
    botName: (token, apiRoot) => botName({ key: "channels.telegram", token, apiRoot }),
    check: (file) => load(file).warnings,
    here: {
      zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      region: /^[a-z]{2,3}_([A-Z]{2})\b/.exec(process.env.LC_ALL || process.env.LANG || "")?.[1] ?? "",
      host: hostname().toLowerCase(),
      user: userInfo()
        .username.toLowerCase()
        .replace(/^[^a-z0-9]+|[^a-z0-9._-]/g, ""),
    },
  });
}
