// The config that crash tests run with: short times, so that a crash and its recovery take a second.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANA_ID, type ChatSide, TOKEN } from "./chat.ts";
import type { DeviceName, Devices } from "./devices.ts";

export interface WorldOptions {
  /** Which gateways the daemon knows; default both. */
  readonly gateways?: readonly DeviceName[];
  /** Where mail goes: the simulated relay (default), or a Maildir. */
  readonly relay?: "smtp" | "maildir";
  /** There is a Telegram channel, too, and Ana is in it. */
  readonly chat?: boolean;
  readonly timing?: Readonly<Record<string, string>>;
  /** More options of serve.ts. */
  readonly devices?: readonly string[];
  /** More keys of each gateway. */
  readonly gateway?: Readonly<Record<string, unknown>>;
}

export const DOMAIN = "sms.example.org";
export const ANA = "ana@example.org";
/** The login of both simulated devices. */
export const LOGIN = { username: "simpost", password: "secret" };

const TIMING = { unknown: "60s", timeout: "1500ms", ussd: "20s" };
/** An answer that is only late must not be taken for a device that says no: machines that run tests can be slow. */
const GATEWAY = { ...LOGIN, poll: "100ms", onUnknown: "fail" };

/** Writes the config into `folder` (JSON is YAML); returns its path. Ports 0: any free one, the log tells which. */
export function writeConfig(
  folder: string,
  devices: Devices,
  relay: string,
  options: WorldOptions,
  chat: ChatSide | null,
): string {
  const known = {
    dinstar: { driver: "dinstar", url: devices.dinstar, ...GATEWAY, ...options.gateway },
    synway: { driver: "synway", url: devices.synway, settle: "300ms", ...GATEWAY, ...options.gateway },
  };
  const gateways = options.gateways ?? ["dinstar", "synway"];
  const config = {
    domain: DOMAIN,
    region: "DE",
    store: { path: "./simpost.db" },
    http: { listen: "127.0.0.1:0" },
    gateways: Object.fromEntries(gateways.map((name) => [name, known[name]])),
    channels: {
      email: { driver: "email", listen: [{ address: "127.0.0.1", port: 0 }], relay },
      ...(chat ? { telegram: { driver: "telegram", token: TOKEN, apiRoot: chat.api.url } } : {}),
    },
    timing: { ...TIMING, ...options.timing },
    text: { subject: "never" },
    users: {
      ana: { email: [ANA], ...(chat ? { telegram: [ANA_ID] } : {}), send: { allow: ["+49*", "*100#"] } },
    },
    trust: { networks: ["127.0.0.0/8"] },
    // What goes to the chat's person goes to the mailbox, too, whoever wrote last.
    routes: [{ to: ["ana"] }],
    answers: { share: false },
    log: { level: "info", numbers: "full" },
  };
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}
